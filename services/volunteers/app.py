"""The volunteers service: the roster, shifts, and roll calls."""

from pydantic import TypeAdapter

from services.node import Node, Service
from services.volunteers.commands import RollCallCommand, VolunteerCommand
from services.volunteers.counting import Counting
from services.volunteers.decider import VOLUNTEER
from services.volunteers.rollcall import ROLLCALL


def build(node: Node) -> Service:
    """Decide on volunteers and roll calls in this process."""
    node.decide(VOLUNTEER, TypeAdapter(VolunteerCommand))
    roll_calls = node.decide(ROLLCALL, TypeAdapter(RollCallCommand))
    counting = Counting(node, roll_calls)
    node.bus.serve("rollcall", counting.handle, TypeAdapter(RollCallCommand).validate_python)
    wheel = node.turn("rollcall")
    return Service("volunteers", busy=lambda: wheel.firing)
