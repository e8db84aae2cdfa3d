"""Each service in a process of its own, on one log: together they are Muster, and any may die."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.msg import Msg

from services.embedded import EmbeddedServer
from services.first_start import admin_token
from services.ids import new_id
from tests.servers import Process, connect, messages, node, run_service, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(90)]

NAMES: tuple[str, ...] = ("gateway", "access", "sites", "volunteers", "incidents", "alerts")
NAMES += ("playbooks", "weather", "intake")


class Apart:
    """All services, each in its own process."""

    def __init__(self, nats_url: str, data: Path, token: str) -> None:
        self._stack = ExitStack()
        self.nats = nats_url
        self._data = data
        self._headers = {"Authorization": f"Bearer {token}"}
        self.token = token
        self.processes: dict[str, Process] = {}

    async def start(self, names: tuple[str, ...]) -> None:
        """Start services side by side. A name may have a number after a colon: `playbooks:2`."""
        started = await asyncio.gather(*(asyncio.to_thread(self._start, name) for name in names))
        self.processes.update(started)

    def _start(self, name: str) -> tuple[str, Process]:
        data = self._data / name.replace(":", "-")
        made = run_service(name.partition(":")[0], self.nats, data)
        return name, self._stack.enter_context(made)

    def http(self, name: str = "gateway") -> httpx.AsyncClient:
        url = self.processes[name].ready["url"]
        return httpx.AsyncClient(base_url=url, headers=self._headers, timeout=20)

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    async with running(tmp_path / "nats") as made:
        yield made


@pytest.fixture
async def apart(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Apart]:
    async with node(server.endpoint.url, tmp_path, ("access", "sites")) as first:
        token = await admin_token(first, tmp_path)
    made = Apart(server.endpoint.url, tmp_path, token)
    try:
        await made.start((*NAMES, "playbooks:2"))
        yield made
    finally:
        made.close()


async def set_up(http: httpx.AsyncClient) -> None:
    site = {"id": "yanqing", "name": {"zh": "延庆", "en": "Yanqing"}}
    venue = {"id": "b2", "site": "yanqing", "name": {"zh": "B2", "en": "B2"}}
    for path, body in (("sites", site), ("venues", {**venue, "lat": 40.5, "lon": 115.8})):
        (await http.post(f"/api/v1/{path}", json=body)).raise_for_status()


def smoke(number: int = 0) -> dict[str, Any]:
    return {
        "kind": "incident",
        "id": f"smoke-{number}-{new_id()}",
        "category": "fire",
        "severity": "severe",
        "text": f"smoke {number}",
        "venue": "b2",
    }


async def alerts_of(http: httpx.AsyncClient, count: int, within_s: float = 15) -> list[Any]:
    """Return the stream's alerts that were raised, read from its beginning."""
    raised: list[Any] = []
    async with (
        asyncio.timeout(within_s),
        http.stream("GET", "/api/v1/alerts/stream", headers={"Last-Event-ID": "0"}) as stream,
    ):
        assert stream.status_code == 200
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                told = json.loads(line.removeprefix("data: "))
                if told.get("type") == "raised":
                    raised.append(told)
                    if len(raised) >= count:
                        return raised
    raise AssertionError("the stream ended")


async def raised_for(server: EmbeddedServer) -> list[str]:
    """Return what each raised alert in the log is about."""
    nc = await connect(server.endpoint.url)
    try:
        return [
            json.loads(message.data or b"")["data"]["about"]["id"]
            for message in await messages(nc)
            if (message.subject or "").endswith(".raised")
        ]
    finally:
        await nc.close()


async def each_tells_how_it_is(apart: Apart) -> None:
    for name in apart.processes:
        async with apart.http(name) as http:
            assert (await http.get("/healthz")).status_code == 200, name
            assert (await http.get("/readyz")).status_code == 200, name
            assert "muster" in (await http.get("/metrics")).text, name


async def test_a_report_becomes_an_alert_through_processes_of_which_any_may_die(
    apart: Apart, server: EmbeddedServer
) -> None:
    heard: list[dict[str, Any]] = []

    async def hear(message: Msg) -> None:
        heard.append(json.loads(message.data))

    await each_tells_how_it_is(apart)
    nc = await connect(server.endpoint.url)
    await nc.subscribe("alert.yanqing.b2.severe", cb=hear)
    async with apart.http() as http:
        await set_up(http)
        first = await http.post("/api/v1/reports", json=smoke())
        assert first.status_code == 200, first.text
        told = await alerts_of(http, 1)
        assert told[0]["alert"]["about"]["id"] == first.json()["incident"]

        # Twenty with two playbooks at work: one alert each.
        many = await http.post("/api/v1/reports", json=[smoke(n) for n in range(20)])
        assert many.json()["accepted"] == 20
        await alerts_of(http, 21)

        # One of the two dies in the middle of twenty more, and the other goes on.
        apart.processes["playbooks"].kill()
        more = await http.post("/api/v1/reports", json=[smoke(n) for n in range(20)])
        assert more.json()["accepted"] == 20
        await alerts_of(http, 41, within_s=20)

        # The alerts service dies and is started again; what it missed it does then.
        apart.processes["alerts"].kill()
        last = await http.post("/api/v1/reports", json=smoke(99))
        assert last.json()["status"] == "accepted"
        await apart.start(("alerts",))
        await alerts_of(http, 42, within_s=20)
        answered = await http.post(
            f"/api/v1/alerts/{told[0]['alert']['id']}/acknowledge", json={"comment": "on my way"}
        )
        assert answered.status_code == 200, answered.text

    incidents = [first.json()["incident"], last.json()["incident"]]
    incidents += [one["incident"] for r in (many, more) for one in r.json()["results"]]
    assert sorted(await raised_for(server)) == sorted(incidents)
    # What the killed process had fetched comes again when its time to acknowledge is over.
    async with asyncio.timeout(15):
        while missing := set(incidents) - {one["alert"]["about"]["id"] for one in heard}:
            await asyncio.sleep(0.05)
    assert not missing
    await nc.close()
    for name, process in apart.processes.items():
        if process.process.poll() is None:
            assert process.stop() < 5, name
            assert process.process.returncode == 0, f"{name}: {process.said[-2000:]}"
