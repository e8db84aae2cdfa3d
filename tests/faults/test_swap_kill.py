"""Kill a Muster while two dozen swaps are carried out: none may be lost, doubled or left half."""

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

PAIRS = 24
SKI, TRACK = "alpine-ski-centre", "sliding-centre"


async def post(http: httpx.AsyncClient, path: str, body: Any) -> Any:
    answer = await http.post(f"/api/v1{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def shift(id: str, venue: str, hours: int) -> dict[str, Any]:
    starts = datetime.now(UTC) + timedelta(hours=hours)
    ends = starts + timedelta(hours=4)
    return {
        "shift": id, "venue": venue,
        "starts_at": starts.isoformat(), "ends_at": ends.isoformat(),
    }  # fmt: skip


async def prepare(http: httpx.AsyncClient) -> None:
    """Plan pairs of people and let one of each propose; of every third pair the other may not."""
    people = [f"{who}{n}" for n in range(PAIRS) for who in "ab"]
    said = [
        {"id": id, "site": "yanqing", "name": id, "latin": id, "role": "media"} for id in people
    ]
    assert (await post(http, "/volunteers", said))["rejected"] == 0
    for n in range(PAIRS):
        await post(http, f"/volunteers/a{n}/shifts", shift(f"sa{n}", SKI, 30))
        await post(http, f"/volunteers/b{n}/shifts", shift(f"sb{n}", TRACK, 60))
        if n % 3 == 0:
            await post(http, f"/volunteers/b{n}/shifts", shift(f"sc{n}", "wukesong", 36))
        swap = {
            "id": f"w{n}", "giver": f"a{n}", "shift": f"sa{n}", "taker": f"b{n}",
            "in_return": f"sb{n}", "proposer": f"a{n}",
        }  # fmt: skip
        await post(http, "/swaps", swap)


async def agree(http: httpx.AsyncClient, pair: int) -> None:
    """Agree until somebody has heard of it; the answer may be lost with who would give it."""
    key = {"Idempotency-Key": f"agree-{pair}"}
    while True:
        try:
            answer = await http.post(
                f"/api/v1/swaps/w{pair}/agree", json={"person": f"b{pair}"}, headers=key
            )
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == 200:
            return
        assert answer.status_code >= 500, answer.text
        await asyncio.sleep(0.1)


async def ended(http: httpx.AsyncClient, within_s: float = 40) -> dict[str, str]:
    deadline = time.monotonic() + within_s
    while True:
        rows = (await http.get("/api/v1/swaps", params={"ended": True})).json()["swaps"]
        status = {row["id"]: row["status"] for row in rows}
        if "proposed" not in status.values():
            return status
        assert time.monotonic() < deadline, status
        await asyncio.sleep(0.1)


async def venues(http: httpx.AsyncClient, person: str) -> list[str]:
    answer = await http.get("/api/v1/shifts", params={"person": person})
    return [row["venue"] for row in answer.json()["shifts"]]


async def test_swaps_survive_kills(tmp_path: Path) -> None:
    muster = Muster(tmp_path / "data")
    place = muster.same_place()
    chance = random.Random(20220204)
    try:
        async with muster.http() as http:
            await prepare(http)
            agreeing = asyncio.gather(*(agree(http, pair) for pair in range(PAIRS)))
            for _ in range(3):
                await asyncio.sleep(chance.uniform(0.02, 0.25))
                muster.kill()
                muster = await asyncio.to_thread(Muster, tmp_path / "data", *place)
            await asyncio.wait_for(agreeing, 60)
            found = await ended(http)
            for n in range(PAIRS):
                refused = n % 3 == 0
                assert found[f"w{n}"] == ("failed" if refused else "done"), n
                assert await venues(http, f"a{n}") == [SKI if refused else TRACK], n
                theirs = ["wukesong", TRACK] if refused else [SKI]
                assert await venues(http, f"b{n}") == theirs, n
    finally:
        muster.stop()
