"""Has shifts, phases and swaps decided, with what the picture says of them filled in."""

from pydantic import TypeAdapter

from services.ask import Ask, Outcome
from services.node import Node
from services.reactor import Reactor
from services.volunteers import swapping
from services.volunteers.commands import PhaseCommand, SwapCommand, VolunteerCommand
from services.volunteers.decider import VOLUNTEER
from services.volunteers.phase import PHASE
from services.volunteers.rulings import ruled
from services.volunteers.swap import SWAP


def decide_plans(node: Node) -> Reactor:
    """Decide on volunteers, phases and swaps in this process.

    Returns what carries swaps out, to be started with the service.
    """
    commands: TypeAdapter[VolunteerCommand] = TypeAdapter(VolunteerCommand)
    volunteers = node.decide(VOLUNTEER, commands)

    async def handle(ask: Ask) -> Outcome:
        command: VolunteerCommand = ask.command  # type: ignore[assignment]  # by its kind
        return await volunteers.handle(ask._replace(command=ruled(node.picture, command)))

    node.bus.serve(VOLUNTEER.kind, handle, commands.validate_python)
    phases: TypeAdapter[PhaseCommand] = TypeAdapter(PhaseCommand)
    node.decide(PHASE, phases)
    node.turn(PHASE.kind)
    swap_commands: TypeAdapter[SwapCommand] = TypeAdapter(SwapCommand)
    swaps = node.decide(SWAP, swap_commands)
    reactions = swapping.Swapping(node, volunteers, swaps)
    return Reactor(node, swapping.NAME, swapping.REACTS_TO, reactions.on_event)
