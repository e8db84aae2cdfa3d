"""Who is told of what, and when: by the minute, on a clock that is turned by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clock import ManualClock
from services.weather.cap.signals import Colour
from services.weather.cap_write import write_cap
from services.weather.cma import Move, Observatory, Signal, cma_message
from tests.acceptance.timeline import Timeline, acknowledged, between, closed, escalated, raised
from tests.integration.edge import SKI, TRACK, Edge, edge, enrol, put_on_post
from tests.moments import NOON

pytestmark = pytest.mark.nats

YANQING = Observatory(
    "11011941600000", "Yanqing Meteorological Observatory", "延庆区气象台",
    "110119000000", "Yanqing District", "延庆区",
)  # fmt: skip
UP = ["site-lead", "post:yanqing"]
TOP = ["duty", "post:hq"]


@asynccontextmanager
async def yanqing(data: Path, start: datetime = NOON) -> AsyncIterator[tuple[Edge, Timeline]]:
    clock = ManualClock(start)
    async with edge(data, clock=clock) as muster:
        await enrol(
            muster,
            [
                ("lead", "yanqing", "team-leader", [SKI]),
                ("track-lead", "yanqing", "team-leader", [TRACK]),
                ("site-lead", "yanqing", "team-leader", ["yanqing"]),
                ("p1", "yanqing", "medical", []),
                ("duty", "hq", "duty-officer", []),
            ],
        )
        await put_on_post(muster, "p1", SKI, NOON)
        yield muster, Timeline(muster, clock)


def blizzard(colour: Colour, move: Move = "issue", before: float = 0, hours: float = 6) -> Any:
    """Return what makes a signal; `before` is how many minutes ago the one it follows was sent."""

    def made(now: datetime) -> bytes:
        said = Signal(
            "snowstorm", colour, now + timedelta(hours=hours),
            "snow", "降雪", "stay in", "请留在室内", "forecaster", "预报员",
        )  # fmt: skip
        previous = now - timedelta(minutes=before) if before else None
        return write_cap(cma_message(YANQING, said, sent=now, move=move, previous=previous))

    return made


async def test_an_alert_nobody_answers_goes_up_one_level_at_a_time_and_never_stops(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).reports(kind="incident", severity="severe", text="B2 有烟", venue=SKI)
        line.expect(between(0, 0), raised(venue=SKI, to=["lead"], severity="severe"))
        line.expect(between(5, 5), escalated(level=1, to=UP))
        line.expect(between(15, 15), escalated(level=2, to=TOP))
        for again in range(1, 7):
            line.expect(
                between(15 + 10 * again, 15 + 10 * again), escalated(level=2 + again, to=TOP)
            )
        await line.run(until=80)


@pytest.mark.parametrize("minute", [4, 12, 33])
async def test_an_alert_that_is_acknowledged_goes_no_further(tmp_path: Path, minute: int) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", "yanqing", name="lead")
        line.at(0).reports(kind="incident", severity="extreme", text="雪崩", venue=SKI)
        line.at(minute).acknowledges(lead)
        line.expect(between(0, 0), raised(to=["lead"]))
        for due, level in ((5, 1), (15, 2), (25, 3)):
            if due < minute:
                line.expect(between(due, due), escalated(level=level))
        line.expect(between(minute, minute), acknowledged(by="lead"))
        await line.run(until=600)


async def test_what_is_not_serious_alerts_nobody_until_it_is(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        line.at(0).reports(kind="incident", severity="moderate", text="路滑", venue=SKI)
        line.at(1).reports(kind="weather", venue=SKI, wind_ms=9)
        line.at(2).reports(kind="presence", person="p1", whereabouts="left")

        async def triage() -> None:
            [row] = (await muster.admin.picture())["incidents"]
            answer = await muster.admin.post(
                f"/incidents/{row['id']}/triage", {"severity": "severe", "category": "transport"}
            )
            assert answer.status_code == 200

        line.do(10, triage)
        line.do(12, triage)
        line.expect(between(10, 10), raised(venue=SKI, severity="severe"))
        await line.run(until=14)


async def test_a_blizzard_that_turns_orange_alerts_once_and_its_end_closes(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).warns(blizzard("blue"))
        line.at(30).warns(blizzard("orange", "update", before=30))
        line.at(32).warns(blizzard("orange", "update", before=2))
        line.at(34).warns(blizzard("orange", "cancel", before=2))
        line.at(40).ends_roll_calls()
        line.expect(between(30, 30), raised(venue=SKI, to=["lead", "p1"], about="warning"))
        line.expect(between(30, 30), raised(venue=TRACK, to=["track-lead"], about="warning"))
        line.expect(between(34, 34), closed(venue=SKI))
        line.expect(between(34, 34), closed(venue=TRACK))
        await line.run(until=120)


async def test_who_does_not_answer_a_roll_call_is_asked_again_and_then_looked_for(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        line.at(0).warns(blizzard("orange"))
        line.at(3).acknowledges(lead, level=0)
        line.at(14).sees(
            lambda shown: {row["rounds"] for row in shown["roll_calls"]} == {0, 2}, "two rounds"
        )
        line.at(18).acknowledges(lead)
        line.at(50).reports(kind="safety", person="p1", answer="safe")
        line.at(200).ends_roll_calls()
        for venue in (SKI, TRACK):
            line.expect(between(0, 0), raised(venue=venue, about="warning"))
            line.expect(between(3, 3), acknowledged(venue=venue, by="lead"))
        line.expect(between(15, 15), raised(venue=SKI, to=["lead"], about="rollcall"))
        line.expect(between(18, 18), acknowledged(venue=SKI, about="rollcall"))
        line.expect(between(45, 45), raised(venue=SKI, to=["lead"], about="rollcall"))
        line.expect(between(50, 50), escalated(venue=SKI, about="rollcall"))
        for minute in (60, 70):
            line.expect(between(minute, minute), escalated(venue=SKI, about="rollcall"))
        for _ in range(2):  # when it is time to remind again, and nobody is missing
            line.expect(between(75, 75), closed(venue=SKI, about="rollcall"))
        await line.run(until=240)


async def test_a_warning_that_gets_worse_alerts_again(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).warns(blizzard("orange"))
        line.at(1).warns(blizzard("red", "update", before=1))
        for minute, severity in ((0, "severe"), (1, "extreme")):
            for venue in (SKI, TRACK):
                line.expect(between(minute, minute), raised(venue=venue, severity=severity))
        await line.run(until=4)


async def test_a_warning_ends_by_itself_and_its_alerts_with_it(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        line.at(0).warns(blizzard("orange", hours=2))
        line.at(3).acknowledges(lead, level=0)
        line.at(4).ends_roll_calls()
        line.at(119).sees(lambda shown: len(shown["warnings"]) == 1, "in force")
        line.at(121).sees(lambda shown: shown["warnings"] == shown["alerts"] == [], "over")
        for venue in (SKI, TRACK):
            line.expect(between(0, 0), raised(venue=venue))
            line.expect(between(3, 3), acknowledged(venue=venue, by="lead"))
            line.expect(between(120, 120), closed(venue=venue))
        await line.run(until=240)


async def test_who_needs_help_stays_in_sight_until_a_person_ends_it(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")

        def calls(shown: dict[str, Any]) -> bool:
            return [row["person"] for row in shown["need_help"]] == ["p1"]

        line.at(0).reports(kind="need-help", person="p1", venue=SKI, text="腿断了")
        line.at(1).acknowledges(lead)
        line.at(2).sees(calls, "in sight")
        line.at(3).reports(kind="safety", person="p1", answer="safe", method="lead")
        line.at(4).reports(kind="presence", person="p1", whereabouts="left")
        for minute in (5, 60, 60 * 30):
            line.at(minute).sees(calls, "in sight")
        line.at(60 * 31).ends_incidents(lead)
        line.at(60 * 31 + 1).sees(lambda shown: shown["need_help"] == [], "ended")
        line.expect(between(0, 0), raised(venue=SKI, to=["lead"], about="incident"))
        line.expect(between(1, 1), acknowledged(by="lead"))
        line.expect(between(60 * 31, 60 * 31), closed())
        await line.run(until=60 * 32)


async def test_a_deadline_that_passed_while_nothing_ran_is_missed_at_the_start(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).reports(kind="incident", severity="severe", text="停电", venue=SKI)
        line.expect(between(0, 0), raised())
        await line.run(until=2)
    async with edge(tmp_path, clock=(clock := ManualClock(NOON + timedelta(minutes=60)))) as muster:
        await muster.settle()
        [row] = (await muster.admin.picture())["alerts"]
        assert (row["status"], row["level"], row["to"]) == ("raised", 1, ["lead", *UP])
        # The next level has its whole time, from the moment it was told.
        line = Timeline(muster, clock)
        line.expect(between(10, 10), escalated(level=2, to=TOP))
        await line.run(until=15)


async def test_a_line_fails_for_what_nobody_asked_for_and_for_what_did_not_come(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (muster, line):
        line.at(0).reports(kind="need-help", venue=SKI)
        with pytest.raises(AssertionError, match="nobody asked for: 0 min: raised"):
            await line.run(until=1)
        another = Timeline(muster, line.clock)
        another.expect(between(0, 1), closed())
        with pytest.raises(AssertionError, match="✗ 0 to 1 min: closed"):
            await another.run(until=1)
