from typing import Any

import pytest

from events.envelope import Event
from events.volunteer import ShiftCancelled, VolunteerChanged
from projections.people import ANSWERS_KEPT
from projections.view import view
from tests.unit.projections.build import (
    at,
    need_help,
    picture,
    safe,
    said,
    seen,
    shift,
    site,
    venue,
    volunteer,
)

GROUND = (site(), site("beijing"), venue(), venue("oval", "beijing"), volunteer("a"))


def person(*events: Event, minutes: float = 60) -> dict[str, Any]:
    shown: dict[str, Any] = view(picture(*GROUND, *events), at(minutes))["people"][0]
    return shown


def post(*events: Event, minutes: float = 60) -> dict[str, int]:
    counts: dict[str, int] = view(picture(*GROUND, *events), at(minutes))["venues"][0]["people"]
    return counts


def test_presence_is_evidence_with_an_age_and_never_a_yes() -> None:
    shown = person(seen("a", 0, late=2))
    assert (shown["whereabouts"], shown["venue"], shown["method"]) == ("present", "alpine", "badge")
    assert shown["evidence_age_s"] == 3600
    assert shown["late_by_s"] == 120


def test_a_late_report_does_not_overwrite_newer_evidence() -> None:
    shown = person(seen("a", 30, "left"), seen("a", 10, "present", late=45))
    assert shown["whereabouts"] == "left"
    assert shown["evidence_at"] == "2022-02-13T04:30:00Z"


def test_nobody_heard_of_is_planned_when_a_shift_is_to_come_and_unknown_otherwise() -> None:
    assert person(shift("a", 100, 200))["whereabouts"] == "planned"
    assert person(shift("a", 0, 30))["whereabouts"] == "unknown"
    assert person()["evidence_age_s"] is None


def test_a_cancelled_shift_is_no_plan() -> None:
    cancelled = said(ShiftCancelled(shift="s1", reason="wind"), "a")
    assert person(shift("a", 100, 200), cancelled)["shift"] is None


def test_the_shift_shown_is_the_current_one_or_the_next() -> None:
    shifts = (shift("a", 300, 400, id="later"), shift("a", 0, 50, id="over"))
    assert person(*shifts)["shift"]["id"] == "later"
    assert person(*shifts, shift("a", 20, 100, id="now"))["shift"]["id"] == "now"


def test_a_safety_answer_is_evidence_too_but_moves_nobody_without_a_venue() -> None:
    shown = person(seen("a", 0), safe("a", 30))
    assert (shown["whereabouts"], shown["venue"]) == ("present", "alpine")
    assert shown["evidence_age_s"] == 1800
    assert shown["safety"] == {"answer": "safe", "at": "2022-02-13T04:30:00Z", "age_s": 1800}
    assert person(seen("a", 0), safe("a", 30, venue="oval"))["venue"] == "oval"


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        ([], 1),
        ([seen("a", -90)], 0),
        ([seen("a", -130)], 1),
        ([seen("a", 20, venue="oval")], 1),
        ([seen("a", 20, "on-the-way")], 1),
        ([seen("a", 20, "left")], 0),
        ([safe("a", 20, venue="alpine")], 0),
        ([safe("a", 20)], 1),
    ],
)
def test_missing_is_on_shift_without_a_sign_of_having_come(
    evidence: list[Event], missing: int
) -> None:
    counts = post(shift("a", 0, 120), *evidence)
    assert (counts["expected_now"], counts["missing"]) == (1, missing)
    assert person(shift("a", 0, 120), *evidence)["missing"] is bool(missing)


@pytest.mark.parametrize(("minutes", "expected"), [(-1, 0), (0, 1), (119, 1), (120, 0)])
def test_a_shift_holds_from_its_start_up_to_its_end(minutes: float, expected: int) -> None:
    assert post(shift("a", 0, 120), minutes=minutes)["expected_now"] == expected


def test_people_are_counted_where_they_were_last_seen() -> None:
    events = (volunteer("b"), seen("a", 0), seen("b", 0), seen("b", 5, "resting", venue="oval"))
    shown = view(picture(*GROUND, *events), at(60))
    assert [row["people"]["present"] for row in shown["venues"]] == [1, 0]
    assert [row["people"]["resting"] for row in shown["venues"]] == [0, 1]
    assert shown["counts"]["people"]["present"] == shown["counts"]["people"]["resting"] == 1


def test_somebody_nobody_registered_is_shown_all_the_same() -> None:
    shown = view(picture(*GROUND, seen("stranger", 0)), at(1))["people"][1]
    assert (shown["id"], shown["name"], shown["role"]) == ("stranger", "stranger", None)


def test_a_change_replaces_what_was_registered() -> None:
    changed = VolunteerChanged(name="新", latin="Xin", role="media", leads=("alpine",))
    shown = person(said(changed, "a"))
    assert (shown["name"], shown["role"], shown["leads"]) == ("新", "media", ["alpine"])


def test_a_site_sees_its_own_people_and_those_at_its_venues() -> None:
    people = (volunteer("b", "beijing"), volunteer("c", "beijing"), seen("c", 0))
    folded = picture(*GROUND, *people)
    shown = view(folded, at(1), sites=frozenset({"yanqing"}))
    assert [row["id"] for row in shown["people"]] == ["a", "c"]
    assert [row["id"] for row in shown["venues"]] == ["alpine"]
    assert [row["id"] for row in shown["sites"]] == ["yanqing"]


def test_answers_are_bounded_and_a_call_for_help_outlives_them() -> None:
    answers = [safe("a", minute) for minute in range(1, 2 * ANSWERS_KEPT)]
    folded = picture(*GROUND, need_help("a", 0), *answers)
    assert len(folded.people.answers["a"]) == ANSWERS_KEPT
    assert [row["person"] for row in view(folded, at(300))["need_help"]] == ["a"]
