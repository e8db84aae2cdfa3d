"""What venues face: at every moment of the next 24 hours, what is in force then."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.weather import WarningCancelled, WarningIssued, WarningSuperseded, WarningUpdated
from projections.ahead import AHEAD, COLOURS, intervals, span
from projections.moment import Moment
from projections.outlook import Outlook
from projections.picture import Picture
from projections.venue_weather import show_venue_weather, show_weather
from projections.view import view
from tests.unit.projections.build import at, message, picture, said, site, venue, warned
from tests.unit.projections.histories import thorough

GROUND = (site(), site("beijing"), venue(), venue("oval", "beijing"))
VENUES = ("alpine", "oval")
DAY = int(AHEAD.total_seconds() // 60)

moments = st.integers(-120, DAY + 120)


@st.composite
def warnings(draw: st.DrawFn) -> Event:
    """One message of one of three warnings, with times that tie, overlap, or end before they
    begin; or the end of one by another that speaks in its place.
    """
    key = draw(st.sampled_from(("w0", "w1", "w2")))
    if draw(st.integers(0, 7)) == 0:
        return said(WarningSuperseded(by="w9"), key, 0)
    cap = message(
        draw(st.sampled_from("mnop")),
        draw(st.integers(-60, 0)),
        effective=draw(st.one_of(st.none(), moments)),
        expires=draw(st.one_of(st.none(), moments)),
        status=draw(st.sampled_from(("Actual", "Actual", "Actual", "Test"))),
        venues=draw(st.sampled_from(((), ("alpine",), VENUES))),
    )
    onset = draw(st.one_of(st.none(), moments))
    colour = draw(st.sampled_from((None, *COLOURS)))
    severity = draw(st.sampled_from(("unknown", "minor", "moderate", "severe", "extreme")))
    cap = cap.model_copy(
        update={
            "onset": None if onset is None else at(onset),
            "colour": colour,
            "severity": severity,
        }
    )
    kind = draw(st.sampled_from((WarningIssued, WarningUpdated, WarningUpdated, WarningCancelled)))
    return said(kind(message=cap), key, 0)


histories = st.lists(warnings(), max_size=8)


def folded(events: list[Event]) -> Picture:
    return picture(*GROUND, *(event._replace(id=str(n)) for n, event in enumerate(events)))


def in_force_at(of: Picture, where: str, minutes: float) -> set[str]:
    return {id for id, _ in of.warnings.in_force_at(where, at(minutes))}


def course(of: Picture, where: str = "alpine") -> list[dict[str, Any]]:
    ahead: list[dict[str, Any]] = show_venue_weather(
        Moment(of, at(0)), at(0), where, Outlook(of).refresh(at(0))
    )["ahead"]
    return ahead


@thorough
@given(histories, st.integers(0, DAY - 1), st.sampled_from(VENUES))
def test_at_any_moment_the_intervals_say_what_is_in_force_then(
    events: list[Event], minutes: int, where: str
) -> None:
    of = folded(events)
    moment = at(minutes).isoformat().replace("+00:00", "Z")
    (there,) = [one for one in course(of, where) if one["from"] <= moment < one["to"]]
    assert set(there["warnings"]) == in_force_at(of, where, minutes)


@thorough
@given(histories)
def test_they_follow_one_another_through_all_the_24_hours(events: list[Event]) -> None:
    found = course(folded(events))
    assert (found[0]["from"], found[-1]["to"]) == ("2022-02-13T04:00:00Z", "2022-02-14T04:00:00Z")
    assert all(one["to"] == other["from"] for one, other in pairwise(found))
    assert all(one["from"] < one["to"] for one in found)


@thorough
@given(histories, st.integers(0, DAY - 1))
def test_the_picture_s_strip_is_as_bad_as_the_worst_that_is_in_force(
    events: list[Event], minutes: int
) -> None:
    of = folded(events)
    moment = at(minutes).isoformat().replace("+00:00", "Z")
    (alpine, _) = view(of, at(0))["venues"]
    there = [one for one in alpine["ahead"] if one["from"] <= moment < one["to"]]
    then = show_weather(Moment(of, at(0)), at(minutes), Outlook(of).refresh(at(0)))["venues"][0]
    worst = (then["severity"], then["colour"])
    if alpine["ahead"]:
        assert [(one["severity"], one["colour"]) for one in there] == [worst]
    else:
        assert worst == (None, None)
    assert bool(alpine["ahead"]) is any(one["warnings"] for one in course(of))


@thorough
@given(histories, st.integers(0, DAY))
def test_what_has_not_begun_is_listed_as_coming_and_as_nothing_else(
    events: list[Event], minutes: int
) -> None:
    seen = view(folded(events), at(minutes))
    now, coming = ({row["id"] for row in seen[key]} for key in ("warnings", "coming"))
    assert not now & coming
    assert all(row["coming"] for row in seen["coming"])
    assert not any(row["coming"] for row in seen["warnings"])
    begins = [row["effective"] for row in seen["coming"]]
    assert begins == sorted(begins)
    assert all(moment > seen["at"] for moment in begins)


def test_a_blizzard_is_cut_where_it_begins_gets_worse_and_ends() -> None:
    blue = message("m1", -10, effective=60, expires=300)
    blue = blue.model_copy(update={"colour": "blue", "severity": "minor", "onset": at(120)})
    orange = message("m2", -5, effective=180, expires=400)
    of = folded([warned("w0", blue), warned("w1", orange)])
    assert [
        (one["from"][11:16], one["colour"], one["severity"], one["begun"], one["warnings"])
        for one in course(of)
    ] == [
        ("04:00", None, None, False, []),
        ("05:00", "blue", "minor", False, ["w0"]),
        ("06:00", "blue", "minor", True, ["w0"]),
        ("07:00", "orange", "severe", True, ["w1", "w0"]),
        ("09:00", "orange", "severe", True, ["w1"]),
        ("10:40", None, None, False, []),
    ]


def test_the_worst_colour_and_the_worst_severity_may_be_of_two_warnings() -> None:
    foreign = message("m1", 0).model_copy(update={"colour": None, "severity": "extreme"})
    of = folded([warned("w0", foreign), warned("w1", message("m2", 0))])
    (now, *_) = course(of)
    assert (now["colour"], now["severity"], now["warnings"]) == (
        "orange",
        "extreme",
        ["w0", "w1"],
    )


def test_venues_that_no_warning_concerns_have_no_strip() -> None:
    of = folded([warned("w0", message("m1", 0))])
    assert [bool(row["ahead"]) for row in view(of, at(1))["venues"]] == [True, False]


def test_who_sees_one_site_is_told_of_its_venues_alone() -> None:
    of = folded([warned("w0", message("m1", 0, venues=VENUES))])
    known = Moment(of, at(1), frozenset({"beijing"}))
    seen = show_weather(known, at(2), Outlook(of).refresh(at(1)), areas=True)
    assert [row["id"] for row in seen["venues"]] == ["oval"]
    assert seen["warnings"][0]["venues"] == ["oval"]
    assert seen["areas"]["w0"]["properties"]["venues"] == ["oval"]


def test_a_moment_to_come_is_told_from_what_is_known_now() -> None:
    of = folded([warned("w0", message("m1", 0, effective=60, expires=120))])
    known = Moment(of, at(1))
    for minutes, ids in ((1, []), (60, ["w0"]), (119, ["w0"]), (120, [])):
        seen = show_weather(known, at(minutes), Outlook(of).refresh(at(1)))
        assert [row["id"] for row in seen["warnings"]] == ids
        assert (seen["future"], seen["known_at"]) == (minutes > 1, "2022-02-13T04:01:00Z")


def test_a_day_without_warnings_is_one_calm_interval() -> None:
    (calm,) = intervals((), at(0), at(DAY))
    assert (calm.ends_at - calm.starts_at, calm.warnings) == (timedelta(days=1), ())


def test_times_that_make_no_sense_are_in_force_never() -> None:
    row = folded([warned("w0", message("m1", 0, effective=90, expires=30))]).warnings.rows["w0"]
    assert [one.warnings for one in intervals([span("w0", row)], at(0), at(DAY))] == [(), (), ()]
