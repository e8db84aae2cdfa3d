from typing import Any

from events.envelope import Event
from events.incident import IncidentClosed
from events.rollcall import RollCallClosed
from projections.view import view
from tests.unit.projections.build import (
    at,
    incident,
    need_help,
    picture,
    roll_call,
    safe,
    said,
    seen,
    site,
    venue,
    volunteer,
)

GROUND = (site(), venue(), volunteer("a"), volunteer("b"), volunteer("c"))
CALL = roll_call("r1", 10, "a", "b", "c")
CLOSED = said(RollCallClosed(safe=1, need_help=0, unaccounted=("b",), note="ok"), "r1", 40)


def result(*events: Event, minutes: float = 60) -> dict[str, Any]:
    rows = view(picture(*GROUND, *events), at(minutes))["roll_calls"]
    shown: dict[str, Any] = rows[0]
    return shown


def standing(*events: Event) -> tuple[int, int, list[str]]:
    row = result(*events)
    return row["safe"], row["need_help"], [person["id"] for person in row["unaccounted"]]


def test_at_first_nobody_is_accounted_for() -> None:
    assert standing(CALL) == (0, 0, ["a", "b", "c"])


def test_an_answer_counts_from_the_moment_it_was_opened() -> None:
    assert standing(CALL, safe("a", 9)) == (0, 0, ["b", "c", "a"])
    assert standing(CALL, safe("a", 10)) == (1, 0, ["b", "c"])


def test_an_answer_that_arrived_before_the_opening_counts_if_it_happened_after() -> None:
    assert standing(safe("a", 12), CALL) == (1, 0, ["b", "c"])


def test_an_answer_after_the_closing_changes_nothing_but_a_late_one_does() -> None:
    assert standing(CALL, CLOSED, safe("a", 41))[0] == 0
    assert standing(CALL, CLOSED, safe("a", 39, late=100))[0] == 1
    assert standing(CALL, safe("a", 39), CLOSED, safe("a", 41))[0] == 1


def test_the_newest_answer_counts() -> None:
    assert standing(CALL, need_help("a", 20), safe("a", 30))[:2] == (0, 1)
    assert standing(CALL, safe("a", 30), need_help("a", 31))[:2] == (0, 1)


def test_safe_does_not_take_back_a_call_for_help_that_is_open() -> None:
    call = incident("i1", 12, person="a")
    assert standing(CALL, call, safe("a", 30))[:2] == (0, 1)
    assert standing(CALL, call, safe("a", 30), said(IncidentClosed(), "i1", 35))[:2] == (1, 0)


def test_a_closed_roll_call_keeps_who_needed_help_when_it_was_closed() -> None:
    call, closed = incident("i1", 12, person="a"), said(IncidentClosed(), "i1", 50)
    assert standing(CALL, call, CLOSED, closed)[:2] == (0, 1)
    assert standing(CALL, CLOSED, incident("i1", 45, person="a"))[:2] == (0, 0)


def test_the_unaccounted_are_listed_by_who_was_not_heard_of_for_longest() -> None:
    rows = result(CALL, seen("a", 0), seen("b", 5, venue=None))["unaccounted"]
    assert [(row["id"], row["last_evidence_age_s"], row["last_venue"]) for row in rows] == [
        ("c", None, None),
        ("a", 3600, "alpine"),
        ("b", 3300, None),
    ]


def test_presence_is_no_answer() -> None:
    assert standing(CALL, seen("a", 20))[0] == 0


def test_a_person_listed_twice_is_expected_once() -> None:
    assert result(roll_call("r1", 10, "a", "a"))["expected"] == 1


def test_a_closed_one_stays_a_day() -> None:
    assert result(CALL, CLOSED, minutes=40 + 24 * 60)["note"] == "ok"
    assert view(picture(*GROUND, CALL, CLOSED), at(41 + 24 * 60))["roll_calls"] == []


def test_only_open_ones_count_as_unaccounted_and_each_person_once() -> None:
    two = (CALL, roll_call("r2", 20, "a", "b"))
    assert view(picture(*GROUND, *two), at(60))["counts"]["unaccounted"] == 3
    assert view(picture(*GROUND, CALL, CLOSED), at(60))["counts"]["unaccounted"] == 0
