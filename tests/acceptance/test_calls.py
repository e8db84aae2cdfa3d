"""A call for help by the minute: who is told, who takes it, and that it stays until closed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.clock import ManualClock
from tests.acceptance.timeline import Timeline, acknowledged, between, closed, escalated, raised
from tests.integration.edge import SKI, Caller, Edge, edge, enrol
from tests.moments import NOON

pytestmark = pytest.mark.nats

ALL_AT_ONCE = ["mind", "doctor", "mother", "lead"]
UP = ["site-lead", "post:yanqing"]
TOP = ["duty", "post:hq"]
DAY = 24 * 60


@asynccontextmanager
async def yanqing(data: Path) -> AsyncIterator[tuple[Edge, Timeline]]:
    clock = ManualClock(NOON)
    async with edge(data, clock=clock) as muster:
        await enrol(
            muster,
            [
                ("lead", "yanqing", "team-leader", [SKI]),
                ("site-lead", "yanqing", "team-leader", ["yanqing"]),
                ("mind", "hq", "support", []),
                ("doctor", "hq", "support", []),
                ("mother", "beijing", "team-leader", []),
                ("duty", "hq", "duty-officer", []),
            ],
        )
        answer = await muster.admin.post(
            "/volunteers",
            {
                "id": "p1",
                "site": "yanqing",
                "name": "志愿者p1",
                "latin": "p1",
                "role": "medical",
                "lead": "mother",
                "helpers": [
                    {"lane": "mental-health", "person": "mind"},
                    {"lane": "epidemic-prevention", "person": "doctor"},
                    {"lane": "fitness", "person": "mind"},
                ],
            },
        )
        assert answer.status_code == 200, answer.text
        await muster.settle()
        yield muster, Timeline(muster, clock)


def calls(line: Timeline, minute: float, **more: Any) -> None:
    line.at(minute).reports(kind="need-help", person="p1", **{"text": "腿断了", **more})


def asks(
    line: Timeline, minute: float, by: Caller, verb: str, body: Any = None, status: int = 200
) -> list[Any]:
    """Somebody asks something of the only incident there is; the answer is in the list then."""
    answers: list[Any] = []

    async def act() -> None:
        [row] = (await line.muster.admin.picture())["need_help"]
        answer = await by.post(f"/incidents/{row['incident']}/{verb}", body)
        assert answer.status_code == status, answer.text
        answers.append(answer.json())

    line.do(minute, act)
    return answers


def waits(line: Timeline, minute: float, taken_by: str | None) -> None:
    def look(shown: dict[str, Any]) -> bool:
        rows = [(row["person"], row["taken_by"]) for row in shown["need_help"]]
        return rows == [("p1", taken_by)]

    line.at(minute).sees(look, f"waiting, taken by {taken_by}")


def over(line: Timeline, minute: float) -> None:
    line.at(minute).sees(lambda shown: not shown["need_help"] and not shown["alerts"], "over")


async def test_it_goes_to_all_at_once_and_up_until_taken_and_stays_until_closed(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (muster, line):
        mind = await muster.caller("responder", name="mind")
        mother = await muster.caller("responder", name="mother")
        calls(line, 0, venue=SKI)
        waits(line, 14, None)
        taken = asks(line, 27, mind, "take", {"comment": "我去"})
        refused = asks(line, 28, mother, "take", status=409)
        for minute in (28, 60, DAY, 30 * DAY):
            waits(line, minute, "mind")
        line.at(40).reports(kind="safety", person="p1", answer="safe", method="lead")
        line.at(41).reports(kind="presence", person="p1", whereabouts="left")
        asks(line, 30 * DAY + 1, mind, "resolve", {"note": "送医"})
        waits(line, 30 * DAY + 2, "mind")
        asks(line, 30 * DAY + 3, mind, "close", {"note": "已出院"})
        over(line, 30 * DAY + 4)
        line.expect(between(0, 0), raised(venue=SKI, to=ALL_AT_ONCE, severity="severe"))
        line.expect(between(5, 5), escalated(level=1, to=UP))
        line.expect(between(15, 15), escalated(level=2, to=TOP))
        line.expect(between(25, 25), escalated(level=3, to=TOP))
        line.expect(between(27, 27), acknowledged(by="mind"))
        line.expect(between(30 * DAY + 3, 30 * DAY + 3), closed())
        await line.run(until=31 * DAY)
        assert taken[0]["owner"] == "mind"
        assert refused[0]["error"]["code"] == "taken"
        assert "mind" in refused[0]["error"]["reason"]["zh"]


async def test_without_a_place_the_leads_where_they_were_last_seen_are_told(
    tmp_path: Path,
) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).reports(kind="presence", person="p1", whereabouts="present", venue=SKI)
        calls(line, 1)
        line.expect(between(1, 1), raised(venue=None, to=ALL_AT_ONCE))
        await line.run(until=2)


async def test_about_nobody_and_nowhere_it_goes_up_at_once(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (_, line):
        line.at(0).reports(kind="need-help", text="救命")
        line.expect(between(0, 0), raised(to=[]))
        line.expect(between(0, 0), escalated(level=1, to=["post:hq"]))
        line.expect(between(10, 10), escalated(level=2, to=TOP))
        await line.run(until=12)


@pytest.mark.parametrize(
    "report",
    [
        {"kind": "safety", "person": "p1", "answer": "need-help", "venue": SKI},
        {
            "kind": "incident", "category": "need-help", "severity": "severe", "text": "x",
            "person": "p1", "venue": SKI,
        },
    ],
    ids=["safety", "incident"],
)  # fmt: skip
async def test_however_somebody_calls_there_is_one_alert(
    tmp_path: Path, report: dict[str, Any]
) -> None:
    async with yanqing(tmp_path) as (muster, line):
        line.at(0).reports(**report)
        asks(line, 1, muster.admin, "triage", {"severity": "extreme", "category": "need-help"})
        asks(line, 2, muster.admin, "triage", {"severity": "extreme", "category": "medical"})
        line.expect(between(0, 0), raised(to=ALL_AT_ONCE))
        await line.run(until=4)


async def test_who_answers_the_alert_by_any_door_has_the_incident(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        calls(line, 0, venue=SKI)
        line.at(1).acknowledges(lead)
        waits(line, 1.1, "lead")
        line.expect(between(0, 0), raised())
        line.expect(between(1, 1), acknowledged(by="lead"))
        await line.run(until=30)
        [row] = (await muster.admin.picture())["incidents"]
        assert (row["status"], row["assigned_to"], row["accepted_by"]) == (
            "accepted", "lead", "lead",
        )  # fmt: skip


async def test_who_accepts_the_incident_has_answered_the_alert(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        calls(line, 0, venue=SKI)
        asks(line, 1, lead, "assign", {"to": "lead"})
        waits(line, 1.1, "lead")
        line.expect(between(0, 0), raised())
        line.expect(between(1, 1), acknowledged(by="lead"))
        await line.run(until=30)


async def test_it_is_handed_on_and_the_receiver_accepts(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        mind = await muster.caller("responder", name="mind")
        calls(line, 0, venue=SKI)
        asks(line, 1, lead, "take")
        asks(line, 20, lead, "assign", {"to": "mind"})
        waits(line, 21, None)
        asks(line, 22, mind, "accept")
        waits(line, 23, "mind")
        line.expect(between(0, 0), raised(to=ALL_AT_ONCE))
        line.expect(between(1, 1), acknowledged(by="lead"))
        line.expect(between(20, 20), raised(to=["mind"]))
        line.expect(between(20, 20), closed())
        line.expect(between(22, 22), acknowledged(by="mind"))
        await line.run(until=60)


async def test_handed_on_to_somebody_who_says_nothing_it_goes_up_again(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        calls(line, 0, venue=SKI)
        asks(line, 1, lead, "take")
        asks(line, 20, lead, "assign", {"to": "mind"})
        waits(line, 40, None)
        asks(line, 41, lead, "take")
        waits(line, 42, "lead")
        line.expect(between(0, 0), raised(to=ALL_AT_ONCE))
        line.expect(between(1, 1), acknowledged(by="lead"))
        line.expect(between(20, 20), raised(to=["mind"]))
        line.expect(between(20, 20), closed())
        line.expect(between(25, 25), escalated(level=1, to=[*ALL_AT_ONCE, *UP]))
        line.expect(between(30, 30), escalated(level=2, to=TOP))
        line.expect(between(40, 40), escalated(level=3, to=TOP))
        line.expect(between(41, 41), acknowledged(by="lead"))
        await line.run(until=60)


async def test_opened_again_it_alerts_again(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        calls(line, 0, venue=SKI)
        ids: list[str] = []

        async def end() -> None:
            [row] = (await lead.picture())["incidents"]
            ids.append(row["id"])
            for verb in ("resolve", "close"):
                answer = await lead.post(f"/incidents/{row['id']}/{verb}", {"note": "好了"})
                assert answer.status_code == 200, answer.text

        async def reopen() -> None:
            answer = await lead.post(f"/incidents/{ids[0]}/reopen", {"reason": "又来"})
            assert answer.status_code == 200, answer.text

        asks(line, 1, lead, "take")
        line.do(2, end)
        over(line, 3)
        line.do(60, reopen)
        waits(line, 61, None)
        asks(line, 67, lead, "take")
        line.expect(between(0, 0), raised(to=ALL_AT_ONCE))
        line.expect(between(1, 1), acknowledged())
        line.expect(between(2, 2), closed())
        line.expect(between(60, 60), raised(to=ALL_AT_ONCE))
        line.expect(between(65, 65), escalated(level=1))
        line.expect(between(67, 67), acknowledged())
        await line.run(until=90)


async def test_merged_into_something_small_it_goes_on_and_up(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")
        line.at(0).reports(kind="incident", severity="minor", text="路滑", venue=SKI)
        calls(line, 1, venue=SKI)
        fall: list[str] = []

        async def merge() -> None:
            rows = (await lead.picture())["incidents"]
            [call] = [row["id"] for row in rows if row["needs_help"]]
            [other] = [row["id"] for row in rows if not row["needs_help"]]
            fall.append(other)
            answer = await lead.post(f"/incidents/{call}/merge", {"into": other})
            assert answer.status_code == 200, answer.text

        async def end() -> None:
            for verb in ("resolve", "close"):
                answer = await lead.post(f"/incidents/{fall[0]}/{verb}", {"note": "好了"})
                assert answer.status_code == 200, answer.text

        line.do(2, merge)
        waits(line, 3, None)
        waits(line, 10, None)
        taken = asks(line, 12, lead, "take")
        waits(line, 13, "lead")
        line.do(20, end)
        over(line, 21)
        line.expect(between(1, 1), raised(to=ALL_AT_ONCE))
        line.expect(between(6, 6), escalated(level=1))
        line.expect(between(12, 12), acknowledged(by="lead"))
        line.expect(between(20, 20), closed())
        await line.run(until=40)
        assert taken[0]["incident"] == fall[0]


async def test_its_alert_is_not_closed_while_nobody_has_taken_it(tmp_path: Path) -> None:
    async with yanqing(tmp_path) as (muster, line):
        lead = await muster.caller("responder", name="lead")

        async def close() -> None:
            [alert] = (await lead.picture())["alerts"]
            answer = await lead.post(f"/alerts/{alert['id']}/close", {"reason": "安静"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "call-waits")

        calls(line, 0, venue=SKI)
        line.do(1, close)
        line.expect(between(0, 0), raised())
        line.expect(between(5, 5), escalated(level=1))
        await line.run(until=6)
