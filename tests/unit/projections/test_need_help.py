"""A person who needs help never drops off the picture without a person closing it."""

from typing import Any

import pytest

from events.envelope import Event
from events.fact import Fact
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentReopened,
    IncidentResolved,
    IncidentTriaged,
)
from events.volunteer import ShiftCancelled
from projections.view import view
from tests.unit.projections.build import (
    at,
    incident,
    need_help,
    picture,
    safe,
    said,
    seen,
    site,
    venue,
    volunteer,
)

GROUND = (site(), venue(), volunteer("a"))
CALL = incident("i1", person="a")


def waiting(*events: Event) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = view(picture(*GROUND, *events), at(3000))["need_help"]
    return rows


def test_an_open_call_for_help_says_who_since_when_and_where() -> None:
    assert waiting(CALL) == [
        {
            "incident": "i1",
            "person": "a",
            "name": "李a",
            "since": "2022-02-13T04:00:00Z",
            "age_s": 180000,
            "venue": "alpine",
            "taken_by": None,
            "told": [],
            "told_count": 0,
        }
    ]


@pytest.mark.parametrize(
    "fact",
    [
        IncidentTriaged(severity="minor", category="other"),
        IncidentAccepted(by="wang"),
        IncidentResolved(),
        IncidentMerged(into="nowhere"),
        IncidentMerged(into="i1"),
    ],
)
def test_nothing_but_closing_takes_it_off(fact: Fact) -> None:
    assert [row["incident"] for row in waiting(CALL, said(fact, "i1", 1))] == ["i1"]


@pytest.mark.parametrize(
    "event",
    [
        safe("a", 5),
        seen("a", 5, "left"),
        said(ShiftCancelled(shift="s1", reason="ill"), "a", 5),
    ],
)
def test_nothing_that_is_said_of_the_person_takes_it_off(event: Event) -> None:
    assert [row["incident"] for row in waiting(CALL, event)] == ["i1"]


def test_closing_takes_it_off_and_reopening_brings_it_back() -> None:
    closed = said(IncidentClosed(), "i1", 9)
    assert waiting(CALL, closed) == []
    reopened = said(IncidentReopened(reason="still there"), "i1", 10)
    assert [row["incident"] for row in waiting(CALL, closed, reopened)] == ["i1"]


def test_a_merged_call_lasts_as_long_as_the_incident_it_went_into() -> None:
    other = incident("i2", category="medical")
    merged = said(IncidentMerged(into="i2"), "i1", 2)
    assert [row["person"] for row in waiting(CALL, other, merged)] == ["a"]
    assert waiting(CALL, other, merged, said(IncidentClosed(), "i2", 3)) == []


def test_incidents_merged_in_a_ring_stay_open() -> None:
    ring = (said(IncidentMerged(into="i2"), "i1", 1), said(IncidentMerged(into="i1"), "i2", 2))
    assert len(waiting(CALL, incident("i2", person="a"), *ring)) == 2


def test_somebody_who_said_it_is_listed_before_there_is_an_incident() -> None:
    assert [(row["incident"], row["person"]) for row in waiting(need_help("a", 0))] == [(None, "a")]
    assert len(waiting(need_help("a", 0), safe("a", 5))) == 1


def test_an_incident_made_of_the_answer_takes_its_place() -> None:
    made = incident("i1", 0, person="a", cause="plea-a-0")
    assert [row["incident"] for row in waiting(need_help("a", 0), made)] == ["i1"]
    assert waiting(need_help("a", 0), made, said(IncidentClosed(), "i1", 9)) == []


def test_the_clock_of_whoever_closes_it_may_be_behind_the_callers() -> None:
    for cause in ("plea-a-5", "the-report"):
        made = incident("i1", 5, person="a", cause=cause)
        assert waiting(need_help("a", 5), made, said(IncidentClosed(), "i1", 4)) == []


def test_a_call_after_the_last_one_was_closed_is_a_new_one() -> None:
    closed = said(IncidentClosed(), "i1", 9)
    again = waiting(CALL, closed, need_help("a", 9))
    assert [(row["incident"], row["person"]) for row in again] == [(None, "a")]


def test_a_call_during_an_open_one_is_the_same_one() -> None:
    assert len(waiting(CALL, need_help("a", 5))) == 1
    assert waiting(CALL, need_help("a", 5), said(IncidentClosed(), "i1", 9)) == []


def test_a_call_about_nobody_known_is_listed_too() -> None:
    assert [row["person"] for row in waiting(incident("i1"))] == [None]


def test_it_is_in_the_counts_and_at_the_person() -> None:
    shown = view(picture(*GROUND, CALL), at(5))
    assert shown["counts"]["need_help"] == 1
    assert shown["people"][0]["needs_help"] is True


DRILLED = (
    IncidentTriaged(severity="minor", category="other"),
    IncidentAssigned(to="trainer"),
    IncidentAccepted(by="trainer"),
    IncidentResolved(),
    IncidentClosed(note="end of the drill"),
    IncidentMerged(into="nowhere"),
)


def in_a_drill(event: Event) -> Event:
    return event._replace(drill=True)


@pytest.mark.parametrize("fact", DRILLED)
def test_what_a_drill_does_to_it_changes_nothing(fact: Fact) -> None:
    drilled = in_a_drill(said(fact, "i1", 1))
    assert waiting(CALL, drilled) == waiting(CALL)
    assert view(picture(*GROUND, CALL, drilled), at(5))["incidents"][0]["status"] == "reported"


def test_a_real_call_takes_the_place_of_a_drill_under_its_id() -> None:
    drill = in_a_drill(incident("i1", person="b"))
    closed = in_a_drill(said(IncidentClosed(note="x"), "i1", 1))
    real = incident("i1", 2, person="a")
    assert [row["person"] for row in waiting(drill, closed, real)] == ["a"]
    assert [row["person"] for row in waiting(real, drill, closed)] == ["a"]


def test_a_call_of_a_drill_answers_no_real_plea() -> None:
    drill = in_a_drill(incident("i1", person="a"))
    rows = waiting(drill, need_help("a", 5))
    assert [(row["incident"], row["person"]) for row in rows] == [("i1", "a"), (None, "a")]
    played = in_a_drill(need_help("a", 9))
    assert len(waiting(need_help("a", 5), played)) == 1
    assert waiting(played) == []


def test_who_took_it_is_told_and_forgotten_when_it_is_handed_on_or_opened_again() -> None:
    def taker(*events: Event) -> object:
        [row] = waiting(CALL, *events)
        return row["taken_by"]

    given = said(IncidentAssigned(to="wang"), "i1", 1)
    accepted = said(IncidentAccepted(by="wang"), "i1", 2)
    over = said(IncidentClosed(note="x"), "i1", 3)
    assert taker() is None
    assert taker(given) is None
    assert taker(given, accepted) == "wang"
    assert taker(given, accepted, said(IncidentAssigned(to="zhao"), "i1", 3)) is None
    assert taker(given, accepted, over, said(IncidentReopened(reason="again"), "i1", 4)) is None
    other = incident("i2", category="medical")
    merged = said(IncidentMerged(into="i2"), "i1", 1)
    theirs = (said(IncidentAssigned(to="li"), "i2", 2), said(IncidentAccepted(by="li"), "i2", 3))
    assert taker(other, merged) is None
    assert taker(other, merged, *theirs) == "li"


def test_merged_into_one_that_had_ended_before_it_goes_on_until_it_is_opened_and_closed() -> None:
    other = incident("i2", category="medical")
    ended = said(IncidentClosed(note="x"), "i2", 2)
    merged = said(IncidentMerged(into="i2"), "i1", 3)
    assert len(waiting(CALL, other, ended, merged)) == 1
    apart = said(IncidentReopened(reason="merged by mistake"), "i1", 4)
    closed = said(IncidentClosed(note="found"), "i1", 5)
    assert len(waiting(CALL, other, ended, merged, apart)) == 1
    assert waiting(CALL, other, ended, merged, apart, closed) == []
