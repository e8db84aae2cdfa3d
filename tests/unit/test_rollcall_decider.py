from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.fact import Ref, Text
from events.rollcall import RollCallClosed, RollCallOpened
from services.volunteers.commands import CloseRollCall, OpenRollCall, RollCallCommand
from services.volunteers.rollcall import ROLLCALL
from tests.given import Given, lived
from tests.moments import NOON

given = partial(Given, ROLLCALL)
WHO: dict[str, Any] = {"site": "yanqing", "id": "r1", "at": NOON, "by": "ana"}
TITLE = Text(zh="暴雪点名", en="Blizzard roll call")
STORM = Ref(kind="warning", id="w1")
opened = RollCallOpened(title=TITLE, venue="track", expected=("p1", "p2", "p3"), about=STORM)
closed = RollCallClosed(safe=1, need_help=1, unaccounted=("p3",), note="p3 went home")


def open_call(expected: tuple[str, ...] = ("p1", "p2", "p3"), venue: str = "track") -> OpenRollCall:
    return OpenRollCall(**WHO, title=TITLE, venue=venue, expected=expected, about=STORM)


def close(safe: int = 1, unaccounted: tuple[str, ...] = ("p3",), by: str = "ana") -> CloseRollCall:
    return CloseRollCall(
        **(WHO | {"by": by}),
        safe=safe,
        need_help=1,
        unaccounted=unaccounted,
        note="p3 went home",
    )


def test_a_roll_call_is_opened() -> None:
    given([]).when(open_call()).then(opened)


def test_a_person_named_twice_is_expected_once() -> None:
    given([]).when(open_call(("p1", "p2", "p1", "p3"))).then(opened)


def test_opening_twice_records_nothing_even_if_the_roster_moved_on() -> None:
    given([opened]).when(open_call(("p1",))).then()
    given([opened, closed]).when(open_call()).then()


def test_an_id_is_not_taken_for_two_roll_calls() -> None:
    given([opened]).when(open_call(venue="village")).rejected("rollcall-exists", naming=["r1"])


def test_a_person_closes_it() -> None:
    given([opened]).when(close()).then(closed)


def test_closing_with_the_same_result_again_records_nothing() -> None:
    given([opened, closed]).when(close()).then()


def test_its_result_does_not_change() -> None:
    given([opened, closed]).when(close(2, ())).rejected("rollcall-closed")


def test_what_is_not_open_is_not_closed() -> None:
    given([]).when(close()).rejected("unknown-rollcall", naming=["r1"])


@pytest.mark.parametrize("by", ["service:volunteers", "playbook:blizzard"])
def test_no_machine_stops_looking_for_people(by: str) -> None:
    given([opened]).when(close(by=by)).rejected("needs-person", naming=[by])


@pytest.mark.parametrize(("safe", "missing"), [(1, ()), (2, ("p3",)), (0, ("p3", "p3"))])
def test_its_counts_add_up_to_those_expected(safe: int, missing: tuple[str, ...]) -> None:
    given([opened]).when(close(safe, missing)).rejected("counts-differ", naming=["3 expected"])


def test_a_roll_call_of_nobody_can_be_closed() -> None:
    nobody = RollCallOpened(title=TITLE, expected=())
    command = CloseRollCall(**WHO, safe=0, need_help=0, unaccounted=())
    given([nobody]).when(command).then(RollCallClosed(safe=0, need_help=0, unaccounted=()))


COMMANDS = st.one_of(
    st.builds(open_call, st.sampled_from([("p1", "p2"), ("p1", "p2", "p3")])),
    st.builds(close, st.integers(0, 2), st.sampled_from([(), ("p3",)]), st.just("ana")),
)


@given_any(st.lists(COMMANDS))
def test_it_opens_once_closes_once_and_accounts_for_everyone(
    commands: list[RollCallCommand],
) -> None:
    match lived(ROLLCALL, commands):
        case [] | [RollCallOpened()]:
            pass
        case [RollCallOpened() as first, RollCallClosed() as last]:
            counted = last.safe + last.need_help + len(last.unaccounted)
            assert counted == len(first.expected)
        case facts:
            pytest.fail(f"{facts}")
