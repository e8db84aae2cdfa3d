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
    """Refuse a machine that would end a call for help by ending what it was merged into.

    The incident itself does not know what was merged into it; the picture does. Raises Rejected.
    """
    if not isinstance(command, CloseIncident | MergeIncident) or is_person(command.by):
        return
    if picture.incidents.calls_within(command.id):
        raise refusals.needs_person(command)
