"""Kill a Muster and its nats-server while chains of warnings come in, in any order: whoever sends
until it is accepted finds every chain one warning, and every document as it was sent.
"""

import asyncio
import contextlib
import hashlib
import os
import random
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import Muster
from tests.unit.weather.documents import changed

pytestmark = [pytest.mark.nats, pytest.mark.timeout(150)]

CHAINS = 10
KILLS = 4
XML = {"Content-Type": "application/cap+xml"}


def chain(number: int, began: datetime) -> list[bytes]:
    """An issue, two updates, and for every other chain a cancel; each names the one before."""
    sender = f"chain{number}@weather.example"
    names = ["one", "two", "three", "four"][: 4 - number % 2]

    def message(place: int) -> bytes:
        kind = ["Alert", "Update", "Update", "Cancel"][place]
        references = f"{sender},{names[place - 1]},{began.isoformat()}" if place else ""
        scope = "<scope>Public</scope>"
        return changed(
            ("A1", names[place]),
            ("duty@weather.example", sender),
            ("2022-02-13T08:00:00+08:00", (began + timedelta(minutes=place)).isoformat()),
            ("2022-02-13T20:00:00+08:00", (began + timedelta(hours=9)).isoformat()),
            ("<msgType>Alert", f"<msgType>{kind}"),
            (scope, f"{scope}<references>{references}</references>" if place else scope),
        )

    return [message(place) for place in range(len(names))]


async def send(http: httpx.AsyncClient, body: bytes) -> str:
    """Send until it is accepted; the answer may be lost with who would give it."""
    while True:
        with contextlib.suppress(httpx.HTTPError):
            answer = await http.post("/api/v1/cap", content=body, headers=XML)
            if answer.status_code == 200:
                assert answer.json()["document"] == hashlib.sha256(body).hexdigest()
                return str(answer.json()["results"][0]["warning"])
            assert answer.status_code >= 500, answer.text
        await asyncio.sleep(0.1)


async def listed(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/warnings", params={"live": "false"})
    rows: list[dict[str, Any]] = answer.json()["warnings"]
    return rows


async def look(http: httpx.AsyncClient, chains: list[list[bytes]]) -> list[tuple[str, str, str]]:
    """Check what there is, and return which message speaks in which warning of each chain."""
    rows = await listed(http)
    found = []
    for number, bodies in enumerate(chains):
        sender = f"chain{number}@weather.example"
        [speaking] = [r for r in rows if r["sender"] == sender and r["state"] != "superseded"]
        whole = (await http.get(f"/api/v1/warnings/{speaking['id']}")).json()
        assert [said["document"] for said in whole["chain"]] == [
            hashlib.sha256(body).hexdigest() for body in bodies
        ]
        for said, body in zip(whole["chain"], bodies, strict=True):
            kept = await http.get(f"/api/v1/documents/{said['document']}")
            assert kept.content == body
        found.append((speaking["id"], speaking["identifier"], speaking["state"]))
    return found


async def test_chains_are_one_warning_each_whatever_is_killed(tmp_path: Path) -> None:
    chance = random.Random(20220213)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    chains = [chain(number, began) for number in range(CHAINS)]
    bodies = [body for one in chains for body in one] * 2
    chance.shuffle(bodies)
    muster = Muster(tmp_path / "data")
    place = muster.same_place()
    try:
        async with muster.http() as http:
            sending = asyncio.gather(*(send(http, body) for body in bodies))
            for number in range(KILLS):
                await asyncio.sleep(chance.uniform(0.02, 0.15))
                if number % 2:
                    muster.kill()
                    muster = await asyncio.to_thread(Muster, tmp_path / "data", *place)
                else:
                    os.kill(muster.nats_pid, signal.SIGKILL)
            await asyncio.wait_for(sending, 90)
            found = await look(http, chains)
            assert [said for _, said, _ in found] == [
                ["four", "three"][number % 2] for number in range(CHAINS)
            ]
            assert [how for _, _, how in found] == [
                ["cancelled", "in-force"][number % 2] for number in range(CHAINS)
            ]
            muster.kill()
            muster = await asyncio.to_thread(Muster, tmp_path / "data", *place)
            assert await look(http, chains) == found
    finally:
        muster.kill()
