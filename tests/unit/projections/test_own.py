"""What a person's own page shows is what the whole picture says of them, and nothing of others."""

import json
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.day import DayOpened
from events.envelope import Event
from events.incident import IncidentAccepted, IncidentClosed
from events.sealed import Sealed
from events.swap import SwapAgreed, SwapProposed
from projections import answers
from projections.calls import by_person, calls_for_help
from projections.live import Live
from projections.moment import Moment
from projections.own import CALLS_SHOWN_FOR, named, show_own
from projections.picture import Picture
from projections.roster import Roster
from tests.unit.projections.build import (
    at,
    incident,
    message,
    need_help,
    roll_call,
    safe,
    said,
    seen,
    shift,
    site,
    venue,
    volunteer,
    warned,
)
from tests.unit.projections.histories import SPAN, logs, thorough

GROUND = (site(), site("beijing"), venue(), volunteer("a"), volunteer("b"))


def own(*events: Event, person: str = "a", minutes: float = 60) -> dict[str, Any]:
    picture = Picture()
    live, roster = Live(picture), Roster()
    for event in (*GROUND, *events):
        picture.apply(event)
        live.apply(event)
        roster.apply(event)
    now = Moment(picture, at(minutes))
    return show_own(now, live.refresh(now.at), roster, person)


@thorough
@given(logs, st.integers(0, 3 * SPAN))
def test_it_says_of_everyone_what_the_whole_picture_says(log: list[Event], minute: int) -> None:
    picture = Picture()
    live, roster = Live(picture), Roster()
    for event in log:
        picture.apply(event)
        live.apply(event)
        roster.apply(event)
    now = Moment(picture, at(minute))
    live.refresh(now.at)
    calls = by_person(calls_for_help(picture))
    for person in picture.people.volunteers:
        shown = show_own(now, live, roster, person)
        assert orjson.loads(orjson.dumps(shown)) == json.loads(json.dumps(shown))
        waiting = [call for call in calls.get(person, ()) if call.until is None]
        assert sum(call["until"] is None for call in shown["calls"]) == len(waiting)
        open_ones = {id: row for id, row in picture.rollcalls.rows.items() if not row.closed_at}
        wanted = {
            id: answers.standing(picture.people, row, person, calls.get(person, ()))
            for id, row in open_ones.items()
            if person in row.asked()
        }
        assert {roll["id"]: roll["standing"] for roll in shown["roll_calls"]} == wanted


def test_a_call_shows_who_has_it_and_stays_a_while_after_its_end() -> None:
    call = (need_help("a", 0), incident("i1", 0, category="need-help", person="a"))
    taken = said(IncidentAccepted(by="b"), "i1", 5)
    closed = said(IncidentClosed(), "i1", 20)
    (shown,) = own(*call, taken)["calls"]
    assert shown["taken_by"] == {"id": "b", "kind": "person", "name": {"zh": "李b", "en": "Li b"}}
    (over,) = own(*call, taken, closed)["calls"]
    assert over["until"] == "2022-02-13T04:20:00Z"
    later = 21 + CALLS_SHOWN_FOR.total_seconds() / 60
    assert own(*call, taken, closed, minutes=later)["calls"] == []
    assert own(*call, taken, person="b")["calls"] == []


def test_only_shifts_that_are_not_over_are_shown_in_their_order() -> None:
    shifts = (shift("a", 300, 400, id="c"), shift("a", 0, 50, id="x"), shift("a", 50, 99, id="b"))
    assert [one["id"] for one in own(*shifts)["shifts"]] == ["b", "c"]


def test_where_they_are_is_the_newest_evidence() -> None:
    shown = own(seen("a", 10), seen("a", 30, "resting"))["whereabouts"]
    assert (shown["whereabouts"], shown["at"]) == ("resting", "2022-02-13T04:30:00Z")


def test_a_roll_call_that_does_not_ask_for_them_is_not_shown() -> None:
    opened = roll_call("r1", 10, "a")
    assert [roll["standing"] for roll in own(opened, safe("a", 20))["roll_calls"]] == ["safe"]
    assert own(opened, person="b")["roll_calls"] == []


def test_todays_check_in_is_asked_for_until_it_was_given_and_says_when() -> None:
    opened = DayOpened(
        phase="games", day="2022-02-13", due_at=at(0), chase_at=at(60), expected=("a", "b")
    )
    day = said(opened, "games.2022-02-13.yanqing", -60)
    sealed = Sealed(owner="a", topic="check-in", box="c2VjcmV0")
    given_then = said(CheckInGiven(day="2022-02-13", sealed=sealed), "a", 30)
    before = own(day)["check_in"]
    assert (before["day"], before["given_at"], before["due_at"]) == (
        "2022-02-13",
        None,
        "2022-02-13T04:00:00Z",
    )
    after = own(day, given_then)
    assert after["check_in"]["given_at"] == "2022-02-13T04:30:00Z"
    assert "c2VjcmV0" not in str(after)


def test_who_has_agreed_to_a_swap_is_asked_no_more() -> None:
    plans = (shift("a", 100, 200, id="s"), shift("b", 300, 400, id="t"))
    proposed = said(SwapProposed(giver="a", shift="s", taker="b", in_return="t"), "w", 1)
    agreed = said(SwapAgreed(person="a"), "w", 2)
    (mine,), (theirs,) = (
        own(*plans, proposed, agreed, person=person)["swaps"] for person in ("a", "b")
    )
    assert (mine["asked"], theirs["asked"]) == (False, True)
    assert (theirs["shift"]["id"], theirs["in_return"]["id"]) == ("s", "t")


def test_posts_and_lanes_have_names_of_their_own() -> None:
    picture = Picture()
    for event in GROUND:
        picture.apply(event)
    now = Moment(picture, at(0))
    assert named(now, "post:yanqing")["kind"] == "post"
    assert named(now, "lane:transport")["name"]["en"] == "transport"
    assert named(now, "post:nowhere")["name"]["zh"] == "post:nowhere"


def test_the_warnings_where_they_are_and_where_they_are_on_shift_next() -> None:
    cap = message("m1", 0, effective=90, venues=("alpine",))
    coming = warned("w1", cap)
    (row,) = own(shift("a", 80, 300), coming)["warnings"]
    assert (row["id"], row["colour"], row["severity"]) == ("w1", "orange", "severe")
    assert (row["coming"], row["venues"]) == (True, ["alpine"])
    assert own(seen("a", 50), coming, minutes=95)["warnings"][0]["coming"] is False
    assert own(coming)["warnings"] == []
    assert own(shift("a", 80, 300), coming, minutes=700)["warnings"] == []
    in_two_days = shift("a", 60 + 25 * 60, 60 + 30 * 60)
    assert own(in_two_days, coming)["warnings"] == []
