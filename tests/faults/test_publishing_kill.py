"""Kill a Muster while a dozen bulletins are approved: each goes out exactly once."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import Muster

pytestmark = [pytest.mark.nats, pytest.mark.timeout(150)]

BULLETINS = 12


def content(number: int) -> dict[str, Any]:
    def both(words: str) -> dict[str, str]:
        return {"zh": f"{words} {number}", "en": f"{words} {number}"}

    return {
        "event": both("blizzard"), "headline": both("blizzard"), "description": both("snow"),
        "instruction": {"zh": "", "en": ""}, "category": "Met", "severity": "severe",
        "expires": (datetime.now(UTC) + timedelta(hours=6)).isoformat(),
        "area": both("Yanqing"), "venues": ["alpine-ski-centre"],
    }  # fmt: skip


async def prepare(http: httpx.AsyncClient) -> tuple[list[str], str]:
    """Draft the bulletins, which waits for two people; one of them agrees. Return them and the
    token of the other one.
    """
    people = [
        {"id": id, "site": "hq", "name": "指挥员", "latin": id, "role": "team-leader"}
        for id in ("one", "other")
    ]
    answer = await http.post("/api/v1/volunteers", json=people)
    assert answer.json()["accepted"] == 2, answer.text
    one, other = [await token_of(http, each["id"]) for each in people]
    drafted = []
    for number in range(BULLETINS):
        answer = await http.post("/api/v1/bulletins", json={"content": content(number)})
        assert answer.status_code == 200, answer.text
        drafted.append(answer.json()["id"])
        await approve(http, drafted[-1], one)
    return drafted, other


async def token_of(http: httpx.AsyncClient, person: str) -> str:
    said = {"role": "commander", "name": person, "person": person}
    token: str = (await http.post("/api/v1/tokens", json=said)).json()["token"]
    return token


async def approve(http: httpx.AsyncClient, id: str, token: str) -> None:
    """Approve until somebody has heard of it; the answer may be lost with who would give it."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"approve-{id}"}
    path = f"/api/v1/bulletins/{id}/approve"
    while True:
        try:
            answer = await http.post(path, json={"draft": 1}, headers=headers)
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == 200:
            return
        assert answer.status_code >= 500, answer.text
        await asyncio.sleep(0.1)


async def published(http: httpx.AsyncClient, within_s: float = 40) -> list[dict[str, Any]]:
    deadline = time.monotonic() + within_s
    while True:
        rows = (await http.get("/api/v1/bulletins")).json()["bulletins"]
        if all(row["status"] == "published" for row in rows):
            return list(rows)
        assert time.monotonic() < deadline, rows
        await asyncio.sleep(0.1)


async def test_what_was_agreed_goes_out_once_whatever_is_killed(tmp_path: Path) -> None:
    muster = Muster(tmp_path / "data")
    place = muster.same_place()
    chance = random.Random(20220204)
    try:
        async with muster.http() as http:
            ids, token = await prepare(http)
            approving = asyncio.gather(*(approve(http, id, token) for id in ids))
            for _ in range(3):
                await asyncio.sleep(chance.uniform(0.02, 0.25))
                muster.kill()
                muster = await asyncio.to_thread(Muster, tmp_path / "data", *place)
            await asyncio.wait_for(approving, 60)
            rows = await published(http)
            assert sorted(row["id"] for row in rows) == sorted(ids)
            events = (await http.get("/api/v1/events?kind=bulletin&limit=1000")).json()["events"]
            out = [event for event in events if event["type"] == "muster.bulletin.published.v1"]
            assert len(out) == BULLETINS
            feed = (await http.get("/api/v1/cap/feed.atom")).text
            for row in rows:
                assert feed.count(f"/{row['identifier']}.xml") == 1
                document = await http.get(f"/api/v1/cap/{row['identifier']}.xml")
                assert document.status_code == 200
                assert row["identifier"] in document.text
    finally:
        muster.stop()
