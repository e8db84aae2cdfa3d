"""Two weather services on one log: what is measured is warned of once, also when one is killed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.first_start import admin_token
from tests.servers import Process, node, run_service, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]

TWINS = ("one", "other")
GUSTS = (9.0, 14.5, 15.0, 22.0, 20.5, 29.0, 28.0, 27.0)


class Muster:
    """A gateway with a token, and two weather services beside it."""

    def __init__(self, http: httpx.AsyncClient, processes: dict[str, Process]) -> None:
        self.http = http
        self.processes = processes

    async def told(self) -> list[dict[str, Any]]:
        """Return the messages of rules, in the log's order."""
        answer = await self.http.get("/api/v1/events?kind=warning&limit=1000")
        return [
            {"warning": event["subject"], "type": event["type"], **event["data"]["message"]}
            for event in answer.raise_for_status().json()["events"]
            if event["data"].get("message", {}).get("rule") == "gale"
        ]

    async def measures(self, gusts: tuple[float, ...], first: datetime) -> None:
        """Send gusts, ten minutes of their own time apart, all at once."""
        reports = [
            {
                "kind": "weather",
                "id": f"mast-{(first + timedelta(minutes=10 * number)):%H%M}",
                "venue": "b2",
                "gust_ms": gust,
                "at": (first + timedelta(minutes=10 * number)).isoformat(),
            }
            for number, gust in enumerate(gusts)
        ]
        answers = await asyncio.gather(
            *(self.http.post("/api/v1/reports", json=report) for report in reports)
        )
        assert {answer.json()["status"] for answer in answers} == {"accepted"}

    async def comes_to(self, colour: str, within_s: float = 45) -> list[dict[str, Any]]:
        """Wait until the last word has a colour, and nothing has followed for a second."""
        until = asyncio.get_running_loop().time() + within_s
        before: list[dict[str, Any]] = []
        while asyncio.get_running_loop().time() < until:
            now = await self.told()
            if now and now == before and max(now, key=_rank)["colour"] == colour:
                return now
            before = now
            await asyncio.sleep(1.0)
        raise AssertionError(f"not {colour} after {within_s:g} s: {before}")


def _rank(message: dict[str, Any]) -> str:
    sent: str = message["sent"]
    return sent


@pytest.fixture
async def muster(tmp_path: Path) -> AsyncIterator[Muster]:
    async with running(tmp_path / "nats") as server:
        url = server.endpoint.url
        async with node(url, tmp_path, ("gateway", "access", "sites")) as first:
            token = await admin_token(first, tmp_path)
            with ExitStack() as stack:

                def start(name: str) -> Process:
                    return stack.enter_context(run_service("weather", url, tmp_path / name))

                made = await asyncio.gather(*(asyncio.to_thread(start, name) for name in TWINS))
                async with httpx.AsyncClient(
                    base_url=first.gateway_url or "",
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=20,
                ) as http:
                    await set_up(http)
                    yield Muster(http, dict(zip(TWINS, made, strict=True)))


async def set_up(http: httpx.AsyncClient) -> None:
    site = {"id": "yanqing", "name": {"zh": "延庆", "en": "Yanqing"}}
    venue = {"id": "b2", "site": "yanqing", "name": {"zh": "B2", "en": "B2"}}
    for path, body in (("sites", site), ("venues", {**venue, "lat": 40.5, "lon": 115.8})):
        (await http.post(f"/api/v1/{path}", json=body)).raise_for_status()


async def test_measurements_in_a_burst_are_one_warning_though_two_processes_react(
    muster: Muster,
) -> None:
    await muster.measures(GUSTS, datetime.now(UTC) - timedelta(minutes=100))
    told = await muster.comes_to("orange")
    assert len({message["identifier"] for message in told}) == len(told)
    assert len({message["warning"] for message in told}) == 1
    rules = (await muster.http.get("/api/v1/weather/rules")).json()
    assert [(row["rule"], row["colour"]) for row in rules["standing"]] == [("gale", "orange")]


async def test_one_that_is_killed_leaves_nothing_unsaid_and_nothing_said_twice(
    muster: Muster,
) -> None:
    first = datetime.now(UTC) - timedelta(minutes=100)
    await muster.measures(GUSTS[:4], first)
    muster.processes["one"].kill()
    await muster.measures(GUSTS[4:], first + timedelta(minutes=40))
    told = await muster.comes_to("orange")
    assert len({message["warning"] for message in told}) == 1
    assert len({message["identifier"] for message in told}) == len(told)
