"""The coach that does not arrive: by the minute, on a clock that is turned by hand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clock import ManualClock
from tests.acceptance.timeline import Timeline, acknowledged, between, closed, escalated, raised
from tests.integration.edge import OVAL, SKI, Caller, Edge, edge, enrol
from tests.moments import NOON, at

pytestmark = pytest.mark.nats

ABOARD = ["p1", "p2", "p3"]
TOLD = ["lead", "bus", "lane:transport", "mother"]
UP = ["site-lead", "post:yanqing", "duty", "post:hq"]


@asynccontextmanager
async def on_the_road(data: Path) -> AsyncIterator[tuple[Edge, Timeline]]:
    clock = ManualClock(NOON)
    async with edge(data, clock=clock) as muster:
        await enrol(
            muster,
            [
                ("lead", "yanqing", "team-leader", [SKI]),
                ("site-lead", "yanqing", "team-leader", ["yanqing"]),
                ("mother", "beijing", "team-leader", []),
                ("duty", "hq", "duty-officer", []),
            ],
        )
        said = {"site": "beijing", "name": "志愿者", "role": "medical"}
        people = [{**said, "id": one, "latin": one, "lead": "mother"} for one in ABOARD]
        lane = {**said, "id": "bus", "latin": "bus", "site": "hq", "lanes": ["transport"]}
        answer = await muster.admin.post("/volunteers", [*people, lane])
        assert answer.json()["accepted"] == len(people) + 1, answer.text
        await muster.settle()
        yield muster, Timeline(muster, clock)


def coach(**more: Any) -> dict[str, Any]:
    return {
        "id": "coach-1",
        "origin": OVAL,
        "destination": SKI,
        "departs_at": at(0).isoformat(),
        "arrives_at": at(120).isoformat(),
        "margin_s": 1800,
        "vehicle": "京A-1",
        "driver": "driver",
        "people": ABOARD,
        **more,
    }


def does(line: Timeline, minute: float, by: Caller, verb: str, body: Mapping[str, Any]) -> None:
    async def act() -> None:
        path = f"/journeys/coach-1/{verb}" if verb else "/journeys"
        answer = await by.post(path, dict(body))
        assert answer.status_code == 200, answer.text

    line.do(minute, act)


def stands(line: Timeline, minute: float, status: str, missing: int) -> None:
    def look(shown: dict[str, Any]) -> bool:
        [row] = shown["journeys"]
        return (row["status"], len(row["missing"])) == (status, missing)

    line.at(minute).sees(look, f"{status}, {missing} missing")


async def test_a_coach_that_does_not_arrive_alerts_and_is_found(tmp_path: Path) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        driver = await muster.caller("reporter", name="driver")
        duty = await muster.caller("responder", name="duty")
        does(line, 0, muster.admin, "", coach())
        does(line, 2, driver, "depart", {})
        stands(line, 3, "under-way", 3)
        stands(line, 149, "under-way", 3)
        stands(line, 151, "overdue", 3)
        line.at(157).acknowledges(duty, level=1)
        does(line, 200, driver, "arrive", {"at": at(190).isoformat()})
        stands(line, 201, "arrived", 0)
        line.expect(between(150, 150), raised(to=TOLD, severity="severe", about="journey"))
        line.expect(between(155, 155), escalated(level=1, to=UP))
        line.expect(between(157, 157), acknowledged(by="duty"))
        line.expect(between(200, 200), closed())
        await line.run(until=400)
        [row] = (await muster.admin.get("/journeys")).json()["journeys"]
        assert row["late_by_s"] == 70 * 60
        [alert] = muster.node.picture.alerts.rows.values()
        assert "志愿者（p1）：2 小时 28 分钟前在途，前往国家高山滑雪中心（行程）" in alert.body.zh
        assert "p1: on the way to" in alert.body.en
        assert "2 h 28 min ago (their journey)" in alert.body.en


async def test_word_that_came_late_closes_the_alert_and_says_so(tmp_path: Path) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        does(line, 0, muster.admin, "", coach())
        does(line, 1, muster.admin, "depart", {})
        does(line, 152, muster.admin, "arrive", {"at": at(118).isoformat()})
        line.expect(between(150, 150), raised(about="journey"))
        line.expect(between(152, 152), closed())
        await line.run(until=160)
        page = await muster.admin.get("/events?kind=alert&type=closed")
        [event] = page.json()["events"]
        assert "消息晚到" in event["data"]["reason"]
        assert "all had arrived in time" in event["data"]["reason"]
        for person in ABOARD:
            evidence = muster.node.picture.people.evidence[person]
            assert (evidence.whereabouts, evidence.venue) == ("present", SKI)
            assert (evidence.at, evidence.method) == (at(118), "trip")


async def test_who_is_missing_when_the_others_arrive_stays_on_the_way(tmp_path: Path) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        does(line, 0, muster.admin, "", coach())
        does(line, 1, muster.admin, "depart", {})
        does(line, 110, muster.admin, "arrive", {"people": ["p1", "p3"]})
        stands(line, 111, "under-way", 1)
        stands(line, 151, "overdue", 1)
        line.expect(between(150, 150), raised(about="journey"))
        does(line, 153, muster.admin, "arrive", {})
        line.expect(between(153, 153), closed())
        await line.run(until=170)
        [alert] = muster.node.picture.alerts.rows.values()
        assert "p2" in alert.body.zh
        assert "p1" not in alert.body.zh


async def test_a_changed_plan_moves_the_deadline_and_keeps_the_old_one(tmp_path: Path) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        later = {"arrives_at": at(240).isoformat(), "reason": "封路"}
        does(line, 0, muster.admin, "", coach())
        does(line, 1, muster.admin, "depart", {})
        does(line, 100, muster.admin, "replan", later)
        does(line, 280, muster.admin, "replan", {**later, "arrives_at": at(300).isoformat()})
        stands(line, 271, "overdue", 3)
        stands(line, 281, "under-way", 3)
        line.expect(between(270, 270), raised(about="journey"))
        line.expect(between(275, 275), escalated(level=1))
        line.expect(between(280, 280), closed())
        line.expect(between(330, 330), raised(about="journey"))
        await line.run(until=331)
        shown = (await muster.admin.get("/journeys/coach-1")).json()
        assert [former["plan"]["arrives_at"] for former in shown["former"]] == [
            "2022-02-04T14:00:00Z",
            "2022-02-04T16:00:00Z",
        ]
        assert {former["reason"] for former in shown["former"]} == {"封路"}


async def test_newer_evidence_is_not_overwritten_by_a_departure_told_late(tmp_path: Path) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        does(line, 0, muster.admin, "", coach())
        line.at(30).reports(kind="presence", person="p2", whereabouts="resting", venue=OVAL)
        does(line, 40, muster.admin, "depart", {"at": (NOON + timedelta(minutes=5)).isoformat()})
        await line.run(until=41)
        evidence = muster.node.picture.people.evidence
        assert [evidence[one].whereabouts for one in ABOARD] == [
            "on-the-way",
            "resting",
            "on-the-way",
        ]
        entries = (await muster.admin.get("/people/p2/timeline")).json()["entries"]
        assert [row["type"] for row in entries if row["type"].startswith("journey")] == [
            "journey.planned",
            "journey.departed",
        ]


async def test_a_journey_whose_deadline_passed_while_nothing_ran_is_overdue_at_the_start(
    tmp_path: Path,
) -> None:
    async with on_the_road(tmp_path) as (muster, line):
        does(line, 0, muster.admin, "", coach())
        await line.run(until=2)
    async with edge(tmp_path, clock=ManualClock(at(400))) as muster:
        await muster.settle()
        shown = await muster.admin.picture()
        assert [row["status"] for row in shown["journeys"]] == ["overdue"]
        assert [row["about"]["kind"] for row in shown["alerts"]] == ["journey"]
