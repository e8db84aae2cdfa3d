"""The winter-games day, played through the doors that everyone uses, on a clock that is turned."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from events.alert import AlertAcknowledged, AlertRaised
from events.incident import IncidentAccepted, IncidentClosed, IncidentReported
from events.message import MessageRequested
from events.presence import PresenceReported
from events.rollcall import RollCallOpened
from events.volunteer import GuardOverridden, ShiftCancelled
from events.weather import WarningCancelled, WarningIssued, WarningUpdated
from projections.picture import Picture
from services.scenario.foreign import find_corpus
from tests.acceptance.played import Played, by_aggregate, played

MESSAGES = WarningIssued | WarningUpdated | WarningCancelled
DAY = "2027-02-13"
LOOKS = (
    "05:30 /phases",
    "06:45 /reachability",
    "06:45 /phases/games/readiness?limit=500",
    "09:00 /days/2027-02-13",
    "10:00 /days/2027-02-13",
    "11:00 /days/2027-02-13",
    "11:30 /days/2027-02-13",
    "11:55 /journeys",
    "14:07 /picture",
    "14:50 /picture",
    "15:30 /picture",
    "16:42 /picture",
    "20:50 /journeys",
    "21:30 /journeys",
    "21:50 /journeys",
)
pytestmark = [
    pytest.mark.nats,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    async with played(tmp_path_factory.mktemp("day"), *LOOKS) as what:
        yield what


async def test_every_answer_is_as_the_story_expects(day: Played) -> None:
    assert day.report.surprises == []
    assert day.report.played + day.report.skipped == len(day.story.beats)
    assert day.report.rejected > 0
    assert day.report.sends > day.report.played


async def test_the_past_of_now_is_the_present(day: Played) -> None:
    assert day.past == day.shown


async def test_a_fresh_fold_of_the_log_is_the_live_picture_byte_for_byte(day: Played) -> None:
    fresh = Picture()
    for event in day.log:
        fresh.apply(event)
    assert fresh.canonical() == day.live
    assert [event.seq for event in day.log] == list(range(1, len(day.log) + 1))


async def test_foreign_warnings_alert_nobody(day: Played) -> None:
    if find_corpus() is None:
        pytest.skip("the collection of real documents is not there: set MUSTER_CORPUS")
    said = [(e.key, e.data.message) for e in day.log if isinstance(e.data, MESSAGES)]
    ours = {key for key, message in said if message.venues}
    assert len({key for key, _ in said} - ours) >= 15
    raised = [event.data.about for event in day.log if isinstance(event.data, AlertRaised)]
    about = {ref.id for ref in raised if ref.kind == "warning"}
    assert about
    assert about <= ours


async def test_what_stations_measured_is_warned_of_answered_and_lifted(day: Played) -> None:
    told: dict[tuple[str, str], list[tuple[str, str | None]]] = defaultdict(list)
    own: set[str] = set()
    for event in day.log:
        if isinstance(event.data, MESSAGES) and (message := event.data.message).rule:
            own.add(event.key)
            told[message.rule, message.venues[0]].append((event.type, message.colour))
    gale = told["gale", "alpine-ski-centre"]
    levels = [one for one, _ in groupby(colour for _, colour in gale)]
    assert levels == ["blue", "yellow", "orange", "yellow", "blue"]
    assert [move for move, _ in gale].count("cancelled") == 1
    raised = {e.key for e in day.log if isinstance(e.data, AlertRaised) and e.data.about.id in own}
    assert len(raised) == 6
    assert raised <= {event.key for event in day.facts("alert", "acknowledged")}
    assert raised <= {event.key for event in day.facts("alert", "closed")}
    assert len(raised & {event.key for event in day.facts("alert", "escalated")}) == 1
    called = [e.data.about for e in day.log if isinstance(e.data, RollCallOpened)]
    assert not {ref.id for ref in called if ref} & own


async def test_a_dozen_incidents_and_one_person_still_missing(day: Played) -> None:
    shown = day.shown["incidents"]
    merged = [row for row in shown if row["merged_into"]]
    assert merged
    assert len(shown) - len(merged) >= 12
    still = [row for row in shown if row["ended_at"] is None]
    assert [row["category"] for row in still] == ["missing-person"]
    assert day.shown["need_help"] == []
    walked_up = 1
    assert day.shown["people_total"] == 146 + len(day.stage.people.support) + walked_up
    assert len(day.shown["venues"]) == 10


async def test_the_roster_came_as_a_spreadsheet_with_leads_helpers_and_channels(
    day: Played,
) -> None:
    picture = Picture()
    for event in day.log:
        picture.apply(event)
    rows = picture.people.volunteers
    people = day.stage.people
    assert rows.keys() == {person.id for person in (*people.all, *people.support)}
    for person in people.all:
        lead = people.lead_of(person)
        assert rows[person.id].lead == (lead.id if lead else None)
        assert {helper.lane for helper in rows[person.id].helpers} == {
            "mental-health", "epidemic-prevention", "transport",
        }  # fmt: skip
        assert rows[person.id].contact is not None or person in day.stage.casting.page_only
    assert Counter(len(row.channels) for row in rows.values()) == {2: 157, 1: 2}
    assert sum("test-events" in row.phases for row in rows.values()) == 18
    phases = day.looks["05:30 /phases"]["phases"]
    assert len(phases) == 5
    assert [row["id"] for row in phases if row["runs"]] == ["games"]


async def test_everybody_but_two_is_cleared_and_one_is_planned_for_a_reason(day: Played) -> None:
    cast = day.stage.casting
    unready = day.looks["06:45 /phases/games/readiness?limit=500"]
    fails = {row["id"]: row["fails"] for row in unready["unready"]}
    assert {id for id, lacks in fails.items() if "training" in lacks} == {cast.untrained.id}
    assert {id for id, lacks in fails.items() if "leave" in lacks} == {cast.unapproved.id}
    [overridden] = [event for event in day.log if isinstance(event.data, GuardOverridden)]
    assert overridden.key == cast.untrained.id
    assert isinstance(overridden.data, GuardOverridden)
    assert overridden.data.guards == ("training",)
    assert overridden.data.reason


async def test_shifts_are_swapped_stood_in_for_and_taken_back(day: Played) -> None:
    cast = day.stage.casting
    starts: dict[str, list[datetime]] = {}
    picture = Picture()
    for event in day.log:
        picture.apply(event)
    for person, shifts in picture.people.shifts.items():
        starts[person] = sorted(shift.starts_at for shift in shifts)
    for one in (cast.gives, cast.takes, cast.stand_in, cast.sick, cast.isolated):
        served = [shift.starts_at for shift in day.stage.rota.of(one)]
        assert starts.get(one.id, []) == served, one
    assert len(day.facts("swap", "done")) == 2
    cancelled = [event for event in day.log if isinstance(event.data, ShiftCancelled)]
    assert cast.isolated.id in {event.key for event in cancelled}


async def test_presence_comes_in_every_way_and_health_is_sealed(day: Played) -> None:
    seen = [event for event in day.log if isinstance(event.data, PresenceReported)]
    methods = Counter(getattr(event.data, "method", "") for event in seen)
    for method in ("self", "badge", "post-code", "person-code", "device", "lead", "trip"):
        assert methods[method] > 5, methods
    cast = day.stage.casting
    sealed = {e.key: e.data for e in seen if getattr(e.data, "detail", None) is not None}
    assert sealed.keys() == {cast.sick.id, cast.isolated.id}
    assert {fact.whereabouts for fact in sealed.values() if isinstance(fact, PresenceReported)} == {
        "off-duty"
    }


async def test_five_cannot_be_relied_on_to_be_reached_before_the_first_shift(day: Played) -> None:
    cast = day.stage.casting
    five = {*cast.page_only, cast.untapped, cast.unread, cast.silent}
    listed = day.looks["06:45 /reachability"]
    assert {row["id"] for row in listed["people"]} == {person.id for person in five}
    assert (listed["total"], listed["unreachable"]) == (5, 1)
    [alert] = [
        e for e in day.log if isinstance(e.data, AlertRaised) and e.data.about.kind == "reach"
    ]
    assert day.clock(alert) < "07:00"
    owned = [e for e in day.facts("alert", "acknowledged") if e.key == alert.key]
    assert [day.clock(event) for event in owned] == ["06:49"]


async def test_check_ins_come_by_themselves_when_asked_and_by_a_lead(day: Played) -> None:
    def reported(clock: str) -> int:
        return sum(row["reported"] for row in day.looks[f"{clock} /days/{DAY}"]["sites"])

    assert [reported(clock) for clock in ("09:00", "10:00", "11:00", "11:30")] == [
        139, 143, 145, 146,
    ]  # fmt: skip
    asked = Counter(
        event.data.person
        for event in day.log
        if isinstance(event.data, MessageRequested) and event.data.purpose == "check-in"
    )
    late = [person.id for person in day.stage.casting.late]
    assert asked == {**dict.fromkeys(late[:4], 1), **dict.fromkeys(late[4:], 2)}
    [told] = [e for e in day.log if isinstance(e.data, AlertRaised) and e.data.about.kind == "day"]
    assert day.clock(told) == "11:00"
    assert "closed" in [e.type for e in day.facts("alert") if e.key == told.key]
    total = day.looks[f"11:30 /days/{DAY}"]["total"]
    assert (total["expected"], total["missing"], total["late"]) == (146, 0, 7)


async def test_who_is_not_well_is_looked_after_and_nobody_else_learns_of_it(day: Played) -> None:
    taken = day.facts("care", "taken")
    assert len(day.facts("care", "asked")) == len(taken) == 4
    assert all(day.clock(event) < "08:20" for event in taken)
    assert len(day.facts("care", "ended")) == 4
    said = "".join(day.printed)
    for secret in ("没睡好", "聊聊", "嗓子疼", "37.8", "咽痛", "单独居住"):
        assert secret not in said
    [page] = [text for text in day.printed if text.startswith("#")]
    assert "日报" in page
    assert "146" in page


async def test_coaches_arrive_one_later_for_the_snow_and_one_is_overdue(day: Played) -> None:
    def stands(look: str) -> dict[str, str]:
        rows = day.looks[f"{look} /journeys"]["journeys"]
        return {row["id"].partition("coach-")[2]: row["status"] for row in rows}

    assert stands("11:55") == {"alpine": "arrived", "genting": "under-way", "home": "planned"}
    assert stands("20:50")["home"] == "overdue"
    assert stands("21:30")["home"] == "under-way"
    assert stands("21:50") == {"alpine": "arrived", "genting": "arrived", "home": "arrived"}
    assert len(day.facts("journey", "replanned")) == 2
    [overdue] = day.facts("journey", "overdue")
    assert day.clock(overdue) == "20:45"
    [alert] = [
        e for e in day.log if isinstance(e.data, AlertRaised) and e.data.about.kind == "journey"
    ]
    assert isinstance(alert.data, AlertRaised)
    assert "lane:transport" in alert.data.way_up[0].to
    owned = [e.data.by for e in day.facts("alert", "acknowledged") if e.key == alert.key
             and isinstance(e.data, AlertAcknowledged)]  # fmt: skip
    assert owned == [day.stage.people.of_lane("transport")[0].id]
    [home] = [row for row in day.shown["journeys"] if row["id"].endswith("home")]
    assert home["missing"] == []
    assert home["former_plans"] == 1


def roll_calls(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["venue"] or row["site"]: row for row in shown["roll_calls"]}


async def test_roll_calls_count_everyone_while_people_are_missing_and_found(day: Played) -> None:
    cast, fates = day.stage.casting, day.stage.fates
    for look, shown in day.looks.items():
        for row in shown["roll_calls"] if look.endswith("/picture") else ():
            counted = row["safe"] + row["need_help"] + row["excused"] + row["unaccounted_count"]
            assert counted == row["expected"] + row["walk_ups"]
    at_once = roll_calls(day.looks["14:07 /picture"])
    assert at_once["alpine-ski-centre"]["unaccounted_count"] > 3
    assert day.looks["14:07 /picture"]["counts"]["unaccounted"] > 3
    later = roll_calls(day.looks["14:50 /picture"])
    assert {row["id"] for row in later["zhangjiakou"]["unaccounted"]} == {
        cast.excused.id, cast.told_late.id, cast.found_late.id,
    }  # fmt: skip
    assert later["zhangjiakou"]["rounds"] >= 3
    closed = roll_calls(day.looks["15:30 /picture"])["sliding-centre"]
    assert (closed["at_closing"]["unaccounted"], closed["closed_at"] is None) == (1, False)
    end = roll_calls(day.looks["16:42 /picture"])
    assert end["sliding-centre"]["at_closing"]["unaccounted"] == 0
    zone = end["zhangjiakou"]
    assert zone["at_closing"] == {
        "safe": zone["expected"], "need_help": 0, "excused": 1, "unaccounted": 0,
    }  # fmt: skip
    assert zone["walk_ups"] == 1
    alpine = roll_calls(day.shown)["alpine-ski-centre"]
    assert [row["id"] for row in alpine["unaccounted"]] == [fates.lost.id]


async def test_a_call_for_help_goes_up_until_a_counsellor_takes_it(day: Played) -> None:
    people = day.stage.people
    counsellor = people.of_lane("mental-health")[0].id
    [taken] = [
        e for e in day.log if isinstance(e.data, IncidentAccepted) and e.data.by == counsellor
    ]
    [reported] = [e for e in day.facts("incident", "reported") if e.key == taken.key]
    caller = next(p for p in people.all if p.id == getattr(reported.data, "person", ""))
    told = [e for e in day.log if isinstance(e.data, AlertRaised) and e.data.about.id == taken.key]
    assert isinstance(told[0].data, AlertRaised)
    assert told[0].occurred_at - reported.occurred_at < day.stage.day.at("00:01") - (
        day.stage.day.at("00:00")
    )
    helpers = {people.helper(caller, lane).id for lane in ("mental-health", "transport")}
    assert helpers <= set(told[0].data.way_up[0].to)
    history = [e.type for e in day.facts("alert") if e.key == told[0].key]
    assert "escalated" in history
    [closed] = [e for e in day.log if isinstance(e.data, IncidentClosed) and e.key == taken.key]
    assert day.clock(closed) > "19:00"
    nowhere = [
        e.data
        for e in day.log
        if isinstance(e.data, IncidentReported)
        and (e.data.category, e.data.venue, e.data.place) == ("need-help", None, None)
    ]
    assert len(nowhere) == 1


async def test_who_does_not_check_out_is_asked(day: Played) -> None:
    cast = day.stage.casting
    asked = {
        event.data.person: day.clock(event)
        for event in day.log
        if isinstance(event.data, MessageRequested) and event.data.purpose == "check-out"
    }
    forgot = {person.id for person in (cast.stays, *cast.forgets)}
    assert {person for person, clock in asked.items() if clock == "19:30"} >= forgot
    newest = {e.key: e.data for e in day.log if isinstance(e.data, PresenceReported)}
    for person in forgot:
        fact = newest[person]
        assert isinstance(fact, PresenceReported)
        assert fact.whereabouts == "left"


async def test_the_same_seed_makes_the_same_log(day: Played, tmp_path: Path) -> None:
    # To the orange blizzard's alerts and roll calls: what comes after is made of the same.
    async with played(tmp_path, until=time(14, 30)) as again:
        cut = again.stage.day.at("14:25")
        one, other = (
            by_aggregate([event for event in log if event.recorded_at < cut])
            for log in (day.log, again.log)
        )
    assert one.keys() == other.keys()
    different = {key for key in one if one[key] != other[key]}
    assert different == set(), [(one[key], other[key]) for key in sorted(different)[:2]]
