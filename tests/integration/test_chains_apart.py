"""Two weather services on one log take messages of one chain at once: it is one warning within
seconds, whoever took what.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.first_start import admin_token
from tests.integration.warned import XML, Sender
from tests.servers import node, run_service, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(tmp_path / "nats") as server:
        url = server.endpoint.url
        async with node(url, tmp_path, ("gateway", "access", "sites")) as first:
            token = await admin_token(first, tmp_path)
            with ExitStack() as stack:

                def start(name: str) -> None:
                    stack.enter_context(run_service("weather", url, tmp_path / name))

                await asyncio.gather(*(asyncio.to_thread(start, name) for name in ("one", "two")))
                async with httpx.AsyncClient(
                    base_url=first.gateway_url or "",
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=20,
                ) as client:
                    yield client


async def in_force(http: httpx.AsyncClient) -> dict[str, list[str]]:
    listed: list[dict[str, Any]] = (await http.get("/api/v1/warnings")).json()["warnings"]
    found: dict[str, list[str]] = {}
    for row in listed:
        found.setdefault(row["sender"], []).append(row["identifier"])
    return found


async def test_chains_that_two_processes_take_at_once_are_one_warning_each(
    http: httpx.AsyncClient,
) -> None:
    senders = [Sender(f"apart-{number}") for number in range(12)]
    bodies = [
        body
        for sender in senders
        for body in (
            sender.says("Alert", "a", 0),
            sender.says("Update", "b", 1, "a"),
            sender.says("Update", "c", 2, "b"),
            sender.says("Update", "d", 3, "c"),
        )
    ]
    answers = await asyncio.gather(
        *(http.post("/api/v1/cap", content=body, headers=XML) for body in bodies)
    )
    said = [answer.json()["results"][0] for answer in answers]
    assert {one["status"] for one in said} == {"accepted"}
    wanted = {sender.name: ["d"] for sender in senders}
    until = asyncio.get_running_loop().time() + 10
    while (now := await in_force(http)) != wanted:
        assert asyncio.get_running_loop().time() < until, now
        await asyncio.sleep(0.1)
