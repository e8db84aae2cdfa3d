"""Which roll calls are open at a venue, and which answers may be of walk-ups."""

from events.fact import Text
from events.rollcall import RollCallClosed, RollCallOpened, RollCallReopened
from services.volunteers.walkups import Doors
from tests.unit.projections.build import roll_call, said

TITLE = Text(zh="点名", en="Roll call")
CLOSED = said(RollCallClosed(safe=0, need_help=0, unaccounted=()), "r1", 20)
REOPENED = said(RollCallReopened(reason="one left"), "r1", 30)


def test_a_roll_call_is_open_at_its_venue_until_it_is_closed_and_again_when_reopened() -> None:
    doors = Doors()
    assert doors.at("alpine") == frozenset()
    doors.apply(roll_call("r1", 10, "a"))
    doors.apply(roll_call("r2", 11, "a"))
    assert doors.at("alpine") == {"r1", "r2"}
    doors.apply(CLOSED)
    assert doors.at("alpine") == {"r2"}
    doors.apply(REOPENED)
    assert doors.at("alpine") == {"r1", "r2"}


def test_one_that_is_of_no_venue_is_open_at_none() -> None:
    doors = Doors()
    doors.apply(said(RollCallOpened(title=TITLE, expected=("a",)), "r1", 10))
    for event in (CLOSED, REOPENED):
        doors.apply(event)
    assert doors.at(None) == doors.at("") == doors.at("alpine") == frozenset()
