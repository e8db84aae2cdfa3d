"""The volunteers service: the roster, shifts, and roll calls."""

from pydantic import TypeAdapter

from services.node import Node, Service
from services.reactor import Reactor
from services.volunteers import asking, walkups
from services.volunteers.checkouts import CheckOuts
from services.volunteers.commands import RollCallCommand
from services.volunteers.counting import Counting
from services.volunteers.planning import decide_plans
from services.volunteers.rollcall import ROLLCALL


def build(node: Node) -> Service:
    """Decide on volunteers and roll calls in this process, and ask people what must be known."""
    swaps = decide_plans(node)
    roll_calls = node.decide(ROLLCALL, TypeAdapter(RollCallCommand))
    counting = Counting(node, roll_calls)
    node.bus.serve(ROLLCALL.kind, counting.handle, TypeAdapter(RollCallCommand).validate_python)
    node.turn(ROLLCALL.kind)
    doors = walkups.Doors()
    node.fold("roll-call-doors", doors)
    walk_ups = walkups.WalkUps(node, doors, roll_calls)
    reactors = (
        swaps,
        Reactor(node, asking.NAME, asking.REACTS_TO, asking.Asking(node).on_event),
        Reactor(
            node, walkups.NAME, walkups.REACTS_TO, walk_ups.on_event, concerns=walk_ups.concern
        ),
    )
    check_outs = CheckOuts(node)
    parts = (*reactors, check_outs)

    async def start() -> None:
        for part in parts:
            await part.start()

    async def stop() -> None:
        for part in parts:
            await part.stop()

    return Service(
        "volunteers",
        start=start,
        stop=stop,
        busy=lambda: sum(map(len, reactors)) + check_outs.busy,
    )
