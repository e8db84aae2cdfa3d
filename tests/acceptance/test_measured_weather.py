"""A day's gusts, measured every half hour: Muster warns of them itself, without a flap."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.envelope import Event
from events.weather import WarningCancelled, WarningExpired, WarningIssued, WarningUpdated
from services.clock import ManualClock
from tests.acceptance.timeline import Timeline, acknowledged, between, closed, raised
from tests.integration.edge import SKI, TRACK, Edge, edge, enrol, put_on_post
from tests.moments import NOON

pytestmark = pytest.mark.nats

HALF_HOURLY = (
    8.0, 11.5, 14.2,  # blue at 60 min
    13.5, 12.6, 14.8,  # round 13.9: within the margin
    18.0, 21.3,  # yellow at 210
    20.1, 19.2, 21.0, 19.0,  # round 20.8
    25.0, 28.9,  # orange at 390
    27.2, 28.6, 26.9, 29.4,  # round 28.5
    26.0, 25.0, 26.1,  # gone since 540, so yellow at 600
    22.0, 21.5, 19.1,  # yellow
    9.0, 8.5, 7.0,  # gone since 720, so over at 780
    6.0, 5.0,
)  # fmt: skip
"""In m/s, from minute 0 on."""


@asynccontextmanager
async def mountain(data: Path) -> AsyncIterator[tuple[Edge, Timeline]]:
    clock = ManualClock(NOON)
    async with edge(data, clock=clock) as muster:
        await enrol(
            muster,
            [
                ("lead", "yanqing", "team-leader", [SKI]),
                ("site-lead", "yanqing", "team-leader", ["yanqing"]),
                ("p1", "yanqing", "medical", []),
            ],
        )
        await put_on_post(muster, "p1", SKI, NOON + timedelta(hours=4))
        yield muster, Timeline(muster, clock)


async def said(muster: Edge) -> list[Event]:
    """Return everything that warnings came to, in the log's order."""
    last = await muster.node.reader.catch_up()
    events = await muster.node.events_at(range(1, last + 1))
    return [event for event in events if event.kind == "warning"]


def told(events: list[Event]) -> list[tuple[float, str, str]]:
    """Return (minute, what, colour) of the messages."""
    found: list[tuple[float, str, str]] = []
    for event in events:
        fact = event.data
        if isinstance(fact, WarningIssued | WarningUpdated | WarningCancelled):
            minute = (event.occurred_at - NOON).total_seconds() / 60
            found.append((minute, event.type, fact.message.colour or ""))
    return found


async def test_a_days_gusts_are_one_warning_that_rises_falls_and_is_lifted(tmp_path: Path) -> None:
    async with mountain(tmp_path) as (muster, line):
        for number, gust in enumerate(HALF_HOURLY):
            line.at(30 * number).reports(
                kind="weather", venue=SKI, gust_ms=gust, id=f"mast-{number}"
            )
        line.expect(between(390, 390), raised(venue=SKI, severity="severe", to=["lead", "p1"]))
        line.at(392).acknowledges(await muster.caller("responder", name="lead"))
        line.expect(between(392, 392), acknowledged())
        line.expect(between(600, 600), closed())
        await line.run(until=30 * len(HALF_HOURLY))
        events = await said(muster)
        levels = told(events)
        assert levels == [
            (60, "issued", "blue"),
            (210, "updated", "yellow"),
            (390, "updated", "orange"),
            (600, "updated", "yellow"),
            (780, "cancelled", "yellow"),
        ]
        assert len({event.key for event in events}) == 1
        assert not [event for event in events if isinstance(event.data, WarningExpired)]
        assert (await muster.admin.picture())["roll_calls"] == []


async def test_a_station_that_falls_silent_lets_its_warning_run_out(tmp_path: Path) -> None:
    async with mountain(tmp_path) as (muster, line):
        line.at(0).reports(kind="weather", venue=TRACK, gust_ms=22.0)
        await line.run(until=361)
        events = await said(muster)
        assert told(events) == [(0, "issued", "yellow")]
        assert [event.type for event in events][-1] == "expired"
        assert (events[-1].occurred_at - NOON).total_seconds() / 60 == pytest.approx(360, abs=0.1)


async def test_after_a_restart_nothing_is_said_twice_and_nothing_is_forgotten(
    tmp_path: Path,
) -> None:
    clock = ManualClock(NOON)
    async with edge(tmp_path, clock=clock) as muster:
        await muster.admin.report({"kind": "weather", "venue": SKI, "gust_ms": 29.0})
        await muster.settle()
        before = told(await said(muster))
    async with edge(tmp_path, clock=clock) as muster:
        await muster.settle()
        assert told(await said(muster)) == before == [(0, "issued", "orange")]
        for minute in (60, 121):
            clock.turn_to(NOON.replace(hour=12 + minute // 60, minute=minute % 60))
            await muster.admin.report({"kind": "weather", "venue": SKI, "gust_ms": 5.0})
            await muster.settle()
        assert told(await said(muster))[1:] == [(121, "cancelled", "orange")]


async def test_the_rules_and_where_they_stand_can_be_asked_for(tmp_path: Path) -> None:
    async with mountain(tmp_path) as (muster, _):
        await muster.admin.report(
            {"kind": "weather", "venue": SKI, "gust_ms": 21.5, "visibility_m": 9000}
        )
        await muster.settle()
        shown = (await muster.admin.get("/weather/rules")).json()
        rules = {rule["id"]: rule for rule in shown["rules"]}
        assert {"gale", "blizzard", "cold-wave", "visibility", "road-ice"} <= rules.keys()
        assert rules["gale"]["scale"] != rules["wind-chill"]["scale"]
        [level] = [one for one in rules["gale"]["levels"] if one["colour"] == "yellow"]
        limits = [(one["measure"], one["at_least"], one["margin"]) for one in level["thresholds"]]
        assert limits == [("wind_ms", 17.2, 1.5), ("gust_ms", 20.8, 2.0)]
        [standing] = shown["standing"]
        assert (standing["rule"], standing["venue"], standing["colour"]) == ("gale", SKI, "yellow")
        assert [(one["measure"], one["value"]) for one in standing["values"]] == [("gust_ms", 21.5)]
        here = (await muster.admin.get(f"/weather/rules?venue={SKI}")).json()["standing"]
        assert {row["rule"]: row["colour"] for row in here} == {
            **dict.fromkeys(rules), "gale": "yellow",
        }  # fmt: skip
        elsewhere = await muster.caller("responder", "zhangjiakou")
        assert (await elsewhere.get("/weather/rules")).json()["standing"] == []
        assert (await elsewhere.get(f"/weather/rules?venue={SKI}")).status_code == 403
        unknown: Any = await muster.admin.get("/weather/rules?venue=moon")
        assert unknown.status_code == 404


async def test_a_rule_of_ones_own_replaces_those_that_come_with_muster(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    docs = Path(__file__).resolve().parents[2] / "docs/weather-rules.md"
    text = docs.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (rules / "lift.yaml").write_text(text, encoding="utf-8")
    async with edge(tmp_path / "data", clock=ManualClock(NOON), rules=rules) as muster:
        await muster.admin.report({"kind": "weather", "venue": SKI, "gust_ms": 17.0})
        await muster.settle()
        [event] = [one for one in await said(muster) if isinstance(one.data, WarningIssued)]
        assert isinstance(event.data, WarningIssued)
        assert (event.data.message.rule, event.data.message.colour) == ("lift-wind", "orange")
