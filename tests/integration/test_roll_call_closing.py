"""Closing a roll call: while people come in at the door, and for a moment that has passed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Edge, edge, enrol

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

CROWD = [f"w{number}" for number in range(1500)]
STANDINGS = ("safe", "need_help", "excused", "unaccounted")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("closing")) as running:
        await enrol(running, [("y1", "yanqing", "media", []), ("y2", "yanqing", "media", [])])
        for first in range(0, len(CROWD), 500):
            who = CROWD[first : first + 500]
            await enrol(running, [(person, "beijing", "media", []) for person in who])
        yield running


async def opened(muster: Edge, **body: Any) -> str:
    answer = await muster.admin.post("/roll-calls", {"remind_after_s": 0, **body})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def shown(muster: Edge, id: str) -> Any:
    await muster.settle()
    return (await muster.admin.get(f"/roll-calls/{id}", params={"limit": 1})).json()


def stands(row: Any) -> dict[str, int]:
    found = {name: row[name] for name in STANDINGS[:3]}
    return {**found, "unaccounted": row["unaccounted_count"]}


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def test_it_closes_while_people_walk_up_by_hundreds(muster: Edge) -> None:
    id = await opened(muster, venue=OVAL)

    async def come_in(people: list[str]) -> None:
        said = {"kind": "safety", "answer": "safe", "venue": OVAL}
        await muster.admin.report(*({**said, "person": person} for person in people))

    coming = [
        asyncio.create_task(come_in(CROWD[first : first + 250]))
        for first in range(0, len(CROWD), 250)
    ]
    for _ in range(3):
        await asyncio.sleep(0.1)
        answer = await muster.admin.post(f"/roll-calls/{id}/close")
        assert answer.status_code == 200, answer.text
        row = await shown(muster, id)
        assert sum(row["at_closing"].values()) == row["expected"] + row["walk_ups"]
        await muster.admin.post(f"/roll-calls/{id}/reopen", {"reason": "more come"})
    await asyncio.gather(*coming)


async def test_what_is_written_down_is_how_they_stood_when_it_was_closed(muster: Edge) -> None:
    id = await opened(muster, site="yanqing", at=ago(7200))
    await muster.admin.report(
        {"kind": "safety", "person": "y1", "answer": "safe", "at": ago(5000)},
        {"kind": "safety", "person": "y2", "answer": "safe"},
    )
    await muster.settle()
    answer = await muster.admin.post(f"/roll-calls/{id}/close", {"at": ago(3600)})
    assert answer.status_code == 200, answer.text
    row = await shown(muster, id)
    assert row["at_closing"] == {"safe": 1, "need_help": 0, "excused": 0, "unaccounted": 1}
    assert stands(row) == row["at_closing"]
    assert (await muster.admin.post(f"/roll-calls/{id}/close")).json()["events"] == []


@pytest.mark.parametrize("scope", [{"venue": SKI}, {"site": "yanqing"}])
async def test_it_is_not_closed_before_it_was_opened(muster: Edge, scope: dict[str, str]) -> None:
    id = await opened(muster, **scope)
    answer = await muster.admin.post(f"/roll-calls/{id}/close", {"at": ago(86_400)})
    assert answer.status_code == 409, answer.text
    assert answer.json()["error"]["code"] == "not-open-yet"
    assert (await shown(muster, id))["closed_at"] is None
    assert (await muster.admin.post(f"/roll-calls/{id}/close")).status_code == 200
