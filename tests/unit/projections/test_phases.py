"""Which phase counts for whom, who is ready for it, and what is shown of swaps."""

from typing import Any

import pytest

from events.envelope import Event
from events.fact import Text
from events.phase import PhaseDayBegun, PhasePlanned, RoleRule
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from events.volunteer import (
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    TrainingRecorded,
    VolunteerRegistered,
)
from projections.moment import Moment
from projections.phases_view import show_phases
from projections.picture import Picture
from projections.readiness import show_readiness
from projections.swaps_view import show_swaps
from tests.unit.projections.build import NOON, at, picture, said, shift, volunteer

NAME = Text(zh="阶段", en="Phase")
RULES = (RoleRule(role="medical", courses=("first-aid", "cold")),)
GATES = ("training", "leave", "two-channels")


def phase(id: str, starts: float, ends: float, **more: Any) -> Event:
    fact = PhasePlanned(
        name=NAME, starts_at=at(starts), ends_at=at(ends), timezone="Asia/Shanghai",
        check_in_at="08:00", **more,
    )  # fmt: skip
    return said(fact, id, -700, id=f"phase-{id}-{starts}", site="hq")


def running(folded: Picture, serves: tuple[str, ...], minutes: float) -> str | None:
    found = folded.phases.of(serves, at(minutes))
    return found[0] if found else None


def test_a_phase_runs_from_its_start_until_before_its_end() -> None:
    folded = picture(phase("games", 0, 60))
    assert [running(folded, (), minutes) for minutes in (-1, 0, 59, 60)] == [
        None, "games", "games", None,
    ]  # fmt: skip


def test_of_two_phases_somebodys_own_counts_and_then_the_newer_one() -> None:
    folded = picture(phase("tests", -60, 60), phase("games", 0, 60))
    assert running(folded, ("tests",), 30) == "tests"
    assert running(folded, (), 30) == "games"
    assert running(folded, ("para",), 30) == "games"


def test_planned_again_the_newest_day_stays() -> None:
    begun = said(PhaseDayBegun(day="2022-02-13", due_at=NOON), "games", 0)
    folded = picture(phase("games", 0, 60), begun, phase("games", 0, 90))
    [row] = show_phases(Moment(folded, NOON))
    assert (row["day"], row["due_at"], row["ends_at"]) == (
        "2022-02-13", "2022-02-13T04:00:00Z", "2022-02-13T05:30:00Z",
    )  # fmt: skip


def test_phases_that_run_come_first_and_those_that_are_over_last() -> None:
    folded = picture(phase("over", -90, -60), phase("next", 60, 90), phase("now", -30, 30))
    assert [row["id"] for row in show_phases(Moment(folded, NOON))] == ["now", "next", "over"]


def person(id: str, *channels: str, of: str = "yanqing") -> Event:
    fact = VolunteerRegistered(name=f"李{id}", latin=f"Li {id}", role="medical", channels=channels)
    return said(fact, id, -500, site=of)


def passed(id: str, course: str, until: float | None = None) -> Event:
    fact = TrainingRecorded(course=course, valid_until=None if until is None else at(until))
    return said(fact, id, -400, id=f"{id}-{course}-{until}")


def leave(id: str, starts: float, ends: float) -> Event:
    return said(LeaveApproved(leave="l", starts_at=at(starts), ends_at=at(ends)), id, -400)


READY = (
    person("a", "sms", "mail"), passed("a", "first-aid"), passed("a", "cold", 61), leave("a", 0, 61)
)  # fmt: skip


def readiness(*events: Event, minutes: float = 60, **page: Any) -> dict[str, Any]:
    folded = picture(phase("games", 0, 600, gates=GATES, rules=RULES), *events)
    people = sorted(folded.people.volunteers)
    asked = {"after": "", "limit": 10, **page}
    return show_readiness(Moment(folded, at(minutes)), "games", people, **asked)


def test_who_passes_every_gate_is_ready() -> None:
    shown = readiness(*READY)
    assert (shown["people"], shown["ready"], shown["unready"]) == (1, 1, [])
    assert shown["fails"] == {"training": 0, "leave": 0, "two-channels": 0}


def test_courses_and_leave_end_to_the_minute() -> None:
    [row] = readiness(*READY, minutes=61)["unready"]
    assert (row["fails"], row["courses"]) == (["training", "leave"], ["cold"])


def test_before_the_phase_begins_its_first_moment_counts() -> None:
    assert readiness(*READY, minutes=-100)["ready"] == 1


@pytest.mark.parametrize(
    ("without", "fails"),
    [(1, "training"), (2, "training"), (3, "leave")],
)
def test_each_gate_is_told_by_name(without: int, fails: str) -> None:
    events = [event for n, event in enumerate(READY) if n != without]
    [row] = readiness(*events)["unready"]
    assert row["fails"] == [fails]


def test_who_supports_from_campus_needs_no_leave() -> None:
    fact = VolunteerRegistered(name="赵静", latin="Zhao", role="support", channels=("sms", "mail"))
    [row] = readiness(said(fact, "h", -100), person("a"))["unready"]
    assert row["id"] == "a"


def test_the_same_channel_twice_is_one() -> None:
    twice = (person("a", "sms", "sms"), *READY[1:])
    assert readiness(*twice)["fails"]["two-channels"] == 1


def test_leave_that_was_withdrawn_counts_no_more() -> None:
    gone = said(LeaveWithdrawn(leave="l", reason="closed"), "a", -1)
    assert readiness(*READY, gone)["fails"]["leave"] == 1


def test_the_unready_come_page_by_page() -> None:
    people = [person(f"p{n}", of="yanqing" if n else "beijing") for n in range(5)]
    first = readiness(*people, limit=2)
    assert ([row["id"] for row in first["unready"]], first["next"]) == (["p0", "p1"], "p1")
    last = readiness(*people, limit=3, after="p1")
    assert ([row["id"] for row in last["unready"]], last["next"]) == (["p2", "p3", "p4"], None)
    assert (last["people"], last["ready"]) == (5, 0)


def test_who_may_not_be_seen_does_not_count() -> None:
    folded = picture(phase("games", 0, 600, gates=GATES), person("a"), person("b", of="beijing"))
    moment = Moment(folded, NOON, frozenset({"beijing"}))
    shown = show_readiness(moment, "games", ["a", "b"], after="", limit=10)
    assert [row["id"] for row in shown["unready"]] == ["b"]
    assert shown["people"] == 1


def test_an_override_is_kept_with_who_and_why() -> None:
    fact = GuardOverridden(shift="s", guards=("rest",), reason="nobody else")
    row = picture(said(fact, "a", 5)).clearances.overrides["a/s"]
    assert row == ("a", ("rest",), "nobody else", "li", at(5))


PROPOSED = said(SwapProposed(giver="a", shift="s1", taker="b"), "w", 0)
AGREED = said(SwapAgreed(person="a"), "w", 0)
WHY = Text(zh="休息不足", en="too little rest")


def swaps(*events: Event, **asked: Any) -> list[dict[str, Any]]:
    folded = picture(volunteer("a"), volunteer("b", of="beijing"), *events)
    sites = asked.pop("sites", None)
    return show_swaps(Moment(folded, NOON, sites), **asked)


def test_an_open_swap_says_who_agreed() -> None:
    [row] = swaps(PROPOSED, AGREED)
    assert (row["giver"], row["taker"], row["in_return"]) == ("a", "b", None)
    assert (row["agreed"], row["status"], row["ended_at"]) == (["a"], "proposed", None)
    assert (row["gives"], row["returns"]) == (None, None)


def test_an_open_swap_says_which_hours_change_hands() -> None:
    [row] = swaps(shift("a", 0, 60, id="s1"), PROPOSED)
    hours = {"starts_at": "2022-02-13T04:00:00Z", "ends_at": "2022-02-13T05:00:00Z"}
    assert row["gives"] == {"venue": "alpine", **hours}
    assert row["returns"] is None


@pytest.mark.parametrize(
    ("end", "status", "reason"),
    [
        (SwapDone(), "done", None),
        (SwapFailed(reason=WHY), "failed", "too little rest"),
        (SwapDeclined(person="b", reason="exam"), "declined", "b: exam"),
    ],
)
def test_a_swap_that_ended_is_listed_on_request(end: Any, status: str, reason: str | None) -> None:
    events = (PROPOSED, AGREED, said(end, "w", 5))
    assert swaps(*events) == []
    [row] = swaps(*events, ended=True)
    assert (row["status"], row["ended_at"]) == (status, "2022-02-13T04:05:00Z")
    assert (row["reason"]["en"] if row["reason"] else None) == reason


def test_a_swap_is_seen_from_both_homes_and_from_nowhere_else() -> None:
    seen = {
        site: len(swaps(PROPOSED, sites=frozenset({site})))
        for site in ("yanqing", "beijing", "zhangjiakou")
    }
    assert seen == {"yanqing": 1, "beijing": 1, "zhangjiakou": 0}


def test_a_snapshot_keeps_all_of_it() -> None:
    folded = picture(
        phase("games", 0, 60, gates=GATES, rules=RULES), *READY, PROPOSED, AGREED,
        said(GuardOverridden(shift="s", guards=("rest",), reason="-"), "a", 5),
    )  # fmt: skip
    assert Picture.load(folded.snapshot()).canonical() == folded.canonical()
    assert Picture.load(folded.snapshot()).phases.rows == folded.phases.rows
