"""Kill Muster at each step of a call for help: nothing is lost, and nobody is told twice."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.msg import Msg

from events.envelope import Event
from services.ask import Ask
from services.ids import new_id
from services.log.load import load
from services.node import Node
from services.volunteers.commands import RegisterVolunteer
from tests.faults.test_messages import Place, beside, place
from tests.integration.edge import SKI
from tests.integration.told import enrol_with
from tests.receiver import Receiver, receiver
from tests.servers import connect

__all__ = ["place"]

pytestmark = [
    pytest.mark.nats,
    pytest.mark.timeout(120),
    # nats-py leaves the socket of a reconnect open that the next kill cuts off.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HELPERS = ("mind", "doctor")
STEPS = (
    "incident.reported",
    "run.started",
    "alert.raised",
    "message.requested",
    "message.begun",
    "message.delivered",
    "alert.acknowledged",
    "incident.assigned",
    "incident.accepted",
)
"""What is seen in the log when Muster is killed."""


@asynccontextmanager
async def killed_at(place: Place, step: str) -> AsyncIterator[list[str]]:
    """Kill Muster as soon as the log shows a step, and start it again at the end."""
    kind, type = step.split(".")
    seen: list[str] = []
    nc = await connect(place.muster.nats)

    async def on_event(message: Msg) -> None:
        if not seen:
            place.kill()
            seen.append(message.subject)

    await nc.subscribe(f"ev.*.{kind}.*.{type}", cb=on_event)
    await nc.flush()
    try:
        yield seen
    finally:
        await nc.close()


async def until_accepted(place: Place, path: str, body: dict[str, Any], key: str) -> Any:
    """Send something until it is answered, over every kill; under one key it is one thing."""
    headers = {**place.muster.headers, "Idempotency-Key": key}
    deadline = time.monotonic() + 60
    while True:
        async with httpx.AsyncClient(timeout=5) as http:
            with contextlib.suppress(httpx.HTTPError):
                url = f"{place.muster.url}/api/v1{path}"
                answer = await http.post(url, json=body, headers=headers)
                if answer.status_code == 200:
                    return answer.json()
                assert answer.status_code in {404, 503}, answer.text
        assert time.monotonic() < deadline, "nobody answers"
        if place.muster.process.poll() is not None:
            await asyncio.to_thread(place.start_again)
        await asyncio.sleep(0.1)


async def stored(node: Node, kind: str, type: str) -> list[Event]:
    return await load(node.nc, f"ev.*.{kind}.*.{type}")


async def until(done: Callable[[], Any], within_s: float = 40.0) -> None:
    deadline = time.monotonic() + within_s
    while not await done():
        assert time.monotonic() < deadline, "it does not come"
        await asyncio.sleep(0.1)


async def enrol(node: Node, server: Receiver) -> None:
    """Register two helpers who can be reached, and the person they stand behind."""
    for helper in HELPERS:
        await enrol_with(node, helper, {"hook": server.at(helper)})
    named = [{"lane": "mental-health", "person": one} for one in HELPERS]
    command = RegisterVolunteer.model_validate(
        {
            "site": "yanqing", "id": "p1", "at": node.clock.now(), "by": "test", "name": "志愿者",
            "latin": "p1", "role": "medical", "helpers": named,
        }
    )  # fmt: skip
    outcome = await node.bus.send(Ask(command, new_id(), new_id()))
    await node.reader.reached(outcome.seq)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_a_step_of_a_call(place: Place, tmp_path: Path, step: str) -> None:
    async with receiver() as server, beside(place, tmp_path / "beside") as asker:
        await enrol(asker, server)
        report = {"id": "call-1", "kind": "need-help", "person": "p1", "venue": SKI, "text": "腿"}
        async with killed_at(place, step) as seen:
            said = await until_accepted(place, "/reports", report, "call-1")
            call = said["incident"]
            if step.startswith(("incident.re", "run", "alert.raised", "message")):
                await until(lambda: _is_seen(seen))
                # Killed before it could answer, it runs again already: it was asked once more.
                if place.muster.process.poll() is not None:
                    await asyncio.to_thread(place.start_again)
            await until(lambda: _told(asker))
            taken = await until_accepted(place, f"/incidents/{call}/take", {}, "take-1")
            await until(lambda: _is_seen(seen))
        if place.muster.process.poll() is not None:
            await asyncio.to_thread(place.start_again)
        assert taken["owner"] == "admin"
        await until(lambda: _accepted(asker, call))
        await _at_rest(place)
        await judge(asker, server, call)
        async with place.muster.http() as http:
            shown = (await http.get("/api/v1/picture")).json()
        assert [(row["incident"], row["taken_by"]) for row in shown["need_help"]] == [
            (call, "admin")
        ]
        assert [row["status"] for row in shown["alerts"]] == ["acknowledged"]


async def judge(asker: Node, server: Receiver, call: str) -> None:
    """See that everything is in the log once, and everyone was told once at most."""
    for kind, type in (
        ("incident", "reported"), ("alert", "raised"), ("alert", "acknowledged"),
        ("incident", "assigned"), ("incident", "accepted"), ("run", "started"),
    ):  # fmt: skip
        assert len(await stored(asker, kind, type)) == 1, f"{kind}.{type}"
    [raised] = await stored(asker, "alert", "raised")
    assert raised.data.about.id == call  # type: ignore[attr-defined]  # an alert is about something
    asked = Counter(
        event.data.person  # type: ignore[attr-defined]  # a message is to a person
        for event in await stored(asker, "message", "requested")
    )
    assert asked == dict.fromkeys(HELPERS, 1)
    assert server.twice == {}
    assert max(Counter(taken.path for taken in server.taken).values(), default=0) <= 1


async def _is_seen(seen: list[str]) -> bool:
    return bool(seen)


async def _told(asker: Node) -> bool:
    return len(await stored(asker, "message", "requested")) == len(HELPERS)


async def _accepted(asker: Node, call: str) -> bool:
    return any(event.key == call for event in await stored(asker, "incident", "accepted"))


async def _at_rest(place: Place) -> None:
    """Return when the log has not grown for a second."""
    last, since = -1, time.monotonic()
    async with place.muster.http() as http:
        while time.monotonic() - since < 1:
            seq = (await http.get("/api/v1/picture")).json()["seq"]
            if seq != last:
                last, since = seq, time.monotonic()
            await asyncio.sleep(0.1)
