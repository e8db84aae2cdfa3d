"""A day of check-ins as people live it: over HTTP, with a phase that begins it by the clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clock import ManualClock
from tests.integration.edge import Caller, Edge, edge

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]

SIX = datetime(2022, 2, 3, 22, 0, tzinfo=UTC)
"""In the morning of 4 February in Beijing."""
DAY = "2022-02-04"
PHASE: dict[str, Any] = {
    "id": "games",
    "name": {"zh": "冬奥会", "en": "Games"},
    "starts_at": "2022-02-04T00:00:00+08:00",
    "ends_at": "2022-02-21T00:00:00+08:00",
    "check_in_at": "08:00",
}
PEOPLE: list[dict[str, Any]] = [
    {"id": "lead", "role": "team-leader", "leads": ["yanqing"], "channels": ["page"]},
    *({"id": id, "role": "medical", "lead": "lead", "channels": ["page"]} for id in "abcd"),
    {"id": "zhang", "role": "support", "lanes": ["mental-health"], "channels": ["page"]},
]


def clock_of(muster: Edge) -> ManualClock:
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    return clock


async def at(muster: Edge, hours: float) -> None:
    """Turn the clock to so many hours after eight in the morning."""
    clock_of(muster).turn_to(SIX + timedelta(hours=2 + hours))
    await muster.settle()


async def begin(muster: Edge) -> None:
    said = [
        {"name": f"名{one['id']}", "latin": one["id"], "site": "yanqing", **one} for one in PEOPLE
    ]
    answer = await muster.admin.post("/volunteers", said)
    assert answer.json()["accepted"] == len(said), answer.text
    assert (await muster.admin.post("/phases", PHASE)).status_code == 200
    await muster.settle()


async def checks_in(muster: Edge, person: str, answer: str = "fine", **more: Any) -> None:
    report = {"kind": "check-in", "person": person, "answer": answer, **more}
    assert (await muster.admin.report(report))["status"] == "accepted"
    await muster.settle()


async def day(muster: Edge) -> dict[str, Any]:
    [row] = (await muster.admin.get(f"/days/{DAY}")).json()["sites"]
    return dict(row)


async def alerts(muster: Edge, kind: str) -> list[dict[str, Any]]:
    shown = (await muster.admin.picture())["alerts"]
    return [one for one in shown if one["about"]["kind"] == kind]


async def asked(muster: Edge) -> Counter[str]:
    """Return how often each person was asked to check in, as their own pages show it."""
    found: Counter[str] = Counter()
    for person in PEOPLE:
        told = (await muster.admin.get(f"/messages?person={person['id']}")).json()["messages"]
        found[person["id"]] = sum(one["purpose"] == "check-in" for one in told)
    return +found


async def test_a_day_from_the_first_check_in_to_the_report(tmp_path: Path) -> None:
    async with edge(tmp_path, clock=ManualClock(SIX)) as muster:
        await begin(muster)
        await checks_in(muster, "a", temperature_c=36.4)
        await at(muster, 0)
        assert (await day(muster))["reported"] == 1
        await checks_in(muster, "lead")
        await at(muster, 1)
        assert await asked(muster) == {"b": 1, "c": 1, "d": 1}
        await checks_in(muster, "b", "talk", text="夜里睡不着")
        clock_of(muster).turn_to(SIX + timedelta(hours=3.5))
    clock = ManualClock(SIX + timedelta(hours=3.5))
    async with edge(tmp_path, clock=clock) as muster:
        await at(muster, 2)
        assert await asked(muster) == {"b": 1, "c": 2, "d": 2}
        await at(muster, 3)
        [alert] = await alerts(muster, "day")
        assert (alert["to"], alert["about"]["id"]) == (["lead"], f"games-{DAY}-yanqing")
        assert "名c" in alert["body"]["zh"]
        await at(muster, 3.2)
        await checks_in(muster, "c")
        await at(muster, 4)
        [waiting] = await alerts(muster, "lane")
        assert (waiting["to"], waiting["about"]["id"]) == (["post:hq"], "mental-health")
        assert await asked(muster) == {"b": 1, "c": 2, "d": 2}
        assert ["post:hq"] in [one["to"] for one in await alerts(muster, "day")]
        zhang = await of_lane(muster, "mental-health")
        [request] = (await zhang.get("/care")).json()["requests"]
        assert (request["person"], request["why"]) == ("b", "talk")
        await at(muster, 16)
        row = await day(muster)
        assert (row["reported"], row["late"], row["missing"], row["level"]) == (4, 1, 1, 4)
        assert row["closed_at"] is not None
        page = (await muster.admin.get(f"/days/{DAY}/report?format=md")).text
        assert "名d" in page
        assert "睡不着" not in page
        assert row["health"]["talk"] == 1


async def of_lane(muster: Edge, lane: str) -> Caller:
    said = {"role": "responder", "name": "zhang", "lanes": [lane], "person": "zhang"}
    answer = await muster.admin.post("/tokens", said)
    return Caller(muster.url, answer.json()["token"], muster.http)
