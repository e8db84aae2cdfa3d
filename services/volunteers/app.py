"""The volunteers service: the roster, shifts, and roll calls."""

from pydantic import TypeAdapter

from projections.answers import result
from projections.calls import by_person, calls_for_help
from projections.moment import Moment
from services.ask import Ask, Outcome
from services.node import Node, Service
from services.volunteers.commands import CloseRollCall, RollCallCommand, VolunteerCommand
from services.volunteers.decider import VOLUNTEER
from services.volunteers.rollcall import ROLLCALL


def build(node: Node) -> Service:
    """Decide on volunteers and roll calls in this process."""
    node.decide(VOLUNTEER, TypeAdapter(VolunteerCommand))
    roll_calls = node.decide(ROLLCALL, TypeAdapter(RollCallCommand))

    async def handle(ask: Ask) -> Outcome:
        if isinstance(ask.command, CloseRollCall):
            ask = ask._replace(command=_counted(node, ask.command))
        return await roll_calls.handle(ask)

    node.bus.serve("rollcall", handle, TypeAdapter(RollCallCommand).validate_python)
    return Service("volunteers")


def _counted(node: Node, command: CloseRollCall) -> CloseRollCall:
    """Fill in how everyone expected stands when it is closed, as the picture has it."""
    row = node.picture.rollcalls.rows.get(command.id)
    if row is None:
        return command
    moment = Moment(node.picture, command.at)
    standing = result(moment, row, by_person(calls_for_help(node.picture)))
    return command.model_copy(
        update={
            "safe": len(standing.safe),
            "need_help": len(standing.need_help),
            "unaccounted": standing.unaccounted,
        }
    )
