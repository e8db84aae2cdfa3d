"""Whom a roll call asks and asks again, whom it tells of those missing, and who is asked to check
out: by the messages and alerts in the log.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import SKI, Edge, edge, put_on_post
from tests.moments import NOON

pytestmark = [pytest.mark.nats, pytest.mark.asyncio]


@pytest_asyncio.fixture
async def muster(tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge(tmp_path / "data", clock=ManualClock(NOON)) as running:
        people = [
            person("lead", leads=[SKI]),
            person("a", channels=["page"], lead="lead"),
            person("b", channels=["page"], lead="lead"),
            person("c"),
        ]
        answer = await running.admin.post("/volunteers", people)
        assert answer.json()["accepted"] == len(people), answer.text
        for each in ("a", "b", "c"):
            await put_on_post(running, each, SKI)
        await running.settle()
        yield running


def person(id: str, **more: Any) -> dict[str, Any]:
    said = {"id": id, "site": "yanqing", "name": f"志愿者{id}", "latin": id, "role": "medical"}
    return {**said, **more}


async def turn(muster: Edge, minutes: float) -> None:
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    until = clock.now() + timedelta(minutes=minutes)
    while (wake := clock.next_wake()) is not None and wake <= until:
        clock.turn_to(wake)
        await muster.settle()
    clock.turn_to(until)
    await muster.settle()


async def log(muster: Edge, kind: str, type: str) -> list[Any]:
    await muster.settle()
    query = {"kind": kind, "limit": 1000}
    found = (await muster.admin.get("/events", params=query)).json()["events"]
    return [each for each in found if each["type"].split(".")[2] == type]


async def asked(muster: Edge, purpose: str = "roll-call") -> list[str]:
    requests = [each["data"] for each in await log(muster, "message", "requested")]
    return [each["person"] for each in requests if each["purpose"] == purpose]


async def opened(muster: Edge, **more: Any) -> str:
    answer = await muster.admin.post("/roll-calls", {"venue": SKI, **more})
    assert answer.json()["expected"] == 3, answer.text
    await muster.settle()
    return str(answer.json()["id"])


async def safe(muster: Edge, person: str) -> None:
    said = await muster.admin.report({"kind": "safety", "person": person, "answer": "safe"})
    assert said["status"] == "accepted"
    await muster.settle()


async def test_everyone_who_can_be_reached_is_asked_and_those_missing_again(muster: Edge) -> None:
    await opened(muster)
    assert sorted(await asked(muster)) == ["a", "b"]
    await safe(muster, "a")
    await turn(muster, 5.1)
    assert sorted(await asked(muster)) == ["a", "b", "b"]
    [reminded] = await log(muster, "rollcall", "reminded")
    assert reminded["data"]["round"] == 1


async def test_the_leads_are_told_in_the_third_round_and_no_more_when_it_is_closed(
    muster: Edge,
) -> None:
    id = await opened(muster)
    await turn(muster, 15.1)
    [alert] = await log(muster, "alert", "raised")
    said = alert["data"]
    assert said["about"] == {"kind": "rollcall", "id": id}
    assert said["way_up"][0]["to"] == ["lead"]
    assert "3 人" in said["title"]["zh"]
    assert "志愿者a" in said["body"]["zh"]
    await turn(muster, 31)
    assert len(await log(muster, "rollcall", "reminded")) == 4
    assert len(await log(muster, "alert", "raised")) == 1  # nobody answered that one yet
    answer = await muster.admin.post(f"/alerts/{alert['subject'].rpartition('/')[2]}/acknowledge")
    assert answer.status_code == 200, answer.text
    await turn(muster, 30)
    assert len(await log(muster, "alert", "raised")) == 2
    await muster.admin.post(f"/roll-calls/{id}/close", {})
    assert len(await log(muster, "alert", "closed")) == 2
    await turn(muster, 60)
    assert len(await log(muster, "rollcall", "reminded")) == 5


async def test_nobody_is_reminded_while_nobody_is_missing(muster: Edge) -> None:
    id = await opened(muster, remind_after_s=60)
    for each in ("a", "b", "c"):
        await safe(muster, each)
    await turn(muster, 5)
    assert await log(muster, "rollcall", "reminded") == []
    walked_up = {"name": "王伟", "answer": None}
    assert (await muster.admin.post(f"/roll-calls/{id}/walk-ups", walked_up)).is_success
    await turn(muster, 1.1)
    assert len(await log(muster, "rollcall", "reminded")) == 1


async def test_a_person_reminds_at_once_and_twice_under_one_key_is_once(muster: Edge) -> None:
    id = await opened(muster, remind_after_s=0)
    path, key = f"/roll-calls/{id}/remind", {"Idempotency-Key": "now"}
    for _ in range(2):
        answer = await muster.admin.post(path, {}, headers=key)
        assert (answer.status_code, answer.json()["round"]) == (200, 1)
    assert sorted(await asked(muster)) == ["a", "a", "b", "b"]
    assert (await muster.admin.post(path)).json()["round"] == 2
    for each in ("a", "b", "c"):
        await safe(muster, each)
    assert (await muster.admin.post(path)).json()["events"] == []


async def test_who_does_not_check_out_is_asked_once(muster: Edge) -> None:
    report = {"kind": "presence", "whereabouts": "present", "venue": SKI}
    await muster.admin.report(*({**report, "person": each} for each in ("a", "b", "c")))
    await turn(muster, 6 * 60)  # the shifts end
    await muster.admin.report({**report, "person": "b", "whereabouts": "left"})
    assert await asked(muster, "check-out") == []
    await turn(muster, 31)
    assert await asked(muster, "check-out") == ["a"]
    await muster.admin.report({**report, "person": "a"})
    await turn(muster, 60)
    assert await asked(muster, "check-out") == ["a"]
    people = (await muster.admin.picture())["people"]
    assert {each["id"]: each["whereabouts"] for each in people}["a"] == "present"
