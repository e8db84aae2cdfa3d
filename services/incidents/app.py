"""The incidents service: the life of each incident after it was reported."""

from pydantic import TypeAdapter

from projections.picture import Picture
from services.actors import is_person
from services.ask import Ask, Outcome
from services.decider import Command
from services.incidents import refusals
from services.incidents.commands import CloseIncident, IncidentCommand, MergeIncident
from services.incidents.decider import INCIDENT
from services.node import Node, Service


def build(node: Node) -> Service:
    """Decide on incidents in this process."""
    commands: TypeAdapter[IncidentCommand] = TypeAdapter(IncidentCommand)
    incidents = node.decide(INCIDENT, commands)

    async def handle(ask: Ask) -> Outcome:
        guard(node.picture, ask.command)
        return await incidents.handle(ask)

    node.bus.serve("incident", handle, commands.validate_python)
    return Service("incidents")


def guard(picture: Picture, command: Command) -> None:
    """Refuse a machine that would end a call for help by ending what it was merged into, and
    whoever would leave a call that somebody has taken without anybody.

    The incident itself does not know what was merged into it; the picture does. Raises Rejected.
    """
    if not isinstance(command, CloseIncident | MergeIncident):
        return
    if not picture.incidents.calls_within(command.id):
        return
    if not is_person(command.by):
        raise refusals.needs_person(command)
    if isinstance(command, MergeIncident):
        _must_stay_taken(picture, command)


def _must_stay_taken(picture: Picture, command: MergeIncident) -> None:
    """Raise Rejected for a call that would go on in what is over, or that somebody has taken and
    that would go on in what nobody has: nobody would be told that somebody waits again.
    """
    incidents = picture.incidents
    call, last = incidents.rows.get(command.id), incidents.goes_on_in(command.into)
    if call is None or call.merged_into == command.into or last in (None, command.id):
        return
    target = incidents.rows[last or ""]
    if target.ended_at is not None:
        raise refusals.target_ended(command)
    if call.owner is not None and target.owner is None:
        raise refusals.target_untaken(command, call.owner)
