"""Messages to people: by each channel once, and no channel holds up another."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from events.alert import Step
from events.fact import Ref
from events.message import MessageFailed
from services.alerts.commands import AcknowledgeAlert, RaiseAlert
from services.ask import Ask
from services.ids import new_id
from services.log.load import load
from services.settings import Limits
from tests.integration.edge import Edge, edge
from tests.integration.told import TEXT, enrol_with, stages, tell, until
from tests.receiver import Receiver, Taken, receiver, well
from tests.servers import open_node

pytestmark = pytest.mark.nats

QUICK = Limits(send_timeout_s=0.6, sends_at_once=4)
DEAD = "http://127.0.0.1:9/secret-13800138000"
"""The discard port: nobody listens there."""


@asynccontextmanager
async def telling(data: Path, **settings: Any) -> AsyncIterator[Edge]:
    chosen = {"channels": "http,json", "limits": QUICK, **settings}
    async with edge(data, **chosen) as running:
        yield running


async def reasons(muster: Edge, id: str) -> dict[str, str]:
    events = await load(muster.node.nc, f"ev.*.message.{id}.>")
    return {
        event.data.channel: event.data.reason
        for event in events
        if isinstance(event.data, MessageFailed)
    }


async def test_a_person_is_told_by_all_channels_each_once(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path) as muster:
        node = muster.node
        addresses = {"hook": server.at("a"), "chat": f"json://127.0.0.1:{server.port}/b"}
        await enrol_with(node, "ana", addresses, "page")
        await tell(node, "m1", "ana")
        await muster.settle()
        assert stages(node, "m1") == {"hook": "delivered", "chat": "delivered", "page": "delivered"}
        assert sorted(taken.path for taken in server.taken) == ["/a", "/b"]
        (plain,) = (taken for taken in server.taken if taken.path == "/a")
        assert plain.key == "m1/hook"
        assert plain.body["body"] == TEXT.model_dump()
        assert plain.body["link"].startswith(f"{muster.url}/m/")
        assert plain.body["link"].endswith("/hook")


async def test_a_thousand_requests_are_one_send(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path) as muster:
        await enrol_with(muster.node, "ana", {"hook": server.at()})
        await asyncio.gather(*(tell(muster.node, "m1", "ana") for _ in range(1000)))
        await muster.settle()
        assert [taken.key for taken in server.taken] == ["m1/hook"]
        events = await load(muster.node.nc, "ev.*.message.m1.>")
        assert [event.type for event in events] == ["requested", "begun", "delivered"]


async def test_two_notifiers_on_one_log_send_once(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path / "one") as muster:
        node = muster.node
        other = await open_node(
            muster.ready.nats, tmp_path / "two", ["notifier"], channels="http", limits=QUICK
        )
        await other.start()
        try:
            for person in ("ana", "bo", "cai"):
                await enrol_with(node, person, {"hook": server.at(person)})
            asked = [(f"m{n}", ("ana", "bo", "cai")[n % 3]) for n in range(60)]
            for first in range(0, 60, 12):
                await asyncio.gather(*(tell(node, *one) for one in asked[first : first + 12]))
            await until(lambda: all(stages(node, id)["hook"] == "delivered" for id, _ in asked))
        finally:
            await other.stop()
        assert server.twice == {}
        assert {taken.key for taken in server.taken} == {f"{id}/hook" for id, _ in asked}


async def test_a_dead_and_a_slow_channel_hold_up_nobody(tmp_path: Path) -> None:
    async def slow(_: Taken) -> int | None:
        await asyncio.sleep(5)
        return 200

    async with (
        receiver(slow) as stuck,
        receiver() as server,
        telling(tmp_path) as muster,
    ):
        node = muster.node
        addresses = {"dead": DEAD, "slow": stuck.at(), "fine": server.at()}
        await enrol_with(node, "ana", addresses)
        began = time.monotonic()
        await asyncio.gather(*(tell(node, f"m{n}", "ana") for n in range(30)))
        await until(lambda: len(server.taken) == 30)
        assert time.monotonic() - began < 3.0
        assert server.twice == {}
        assert len(stuck.taken) <= 4 * (1 + int((time.monotonic() - began) / 0.6))


async def test_what_was_surely_not_sent_is_tried_again_within_the_one_attempt(
    tmp_path: Path,
) -> None:
    async with telling(tmp_path) as muster:
        node = muster.node
        async with receiver() as server:
            address = server.at()
            port = server.port
        await enrol_with(node, "ana", {"hook": address})
        await tell(node, "m1", "ana")
        await until(lambda: stages(node, "m1") == {"hook": "begun"})
        back = Receiver(well)
        listening = await asyncio.start_server(back.serve, "127.0.0.1", port)
        await muster.settle()
        listening.close()
        assert stages(node, "m1") == {"hook": "delivered"}
        assert len(back.taken) == 1
        assert [event.type for event in await load(node.nc, "ev.*.message.m1.>")] == [
            "requested",
            "begun",
            "delivered",
        ]


async def test_no_answer_is_unknown_and_no_is_failed(tmp_path: Path) -> None:
    async def by_path(taken: Taken) -> int | None:
        return 500 if taken.path == "/no" else None

    async with receiver(by_path) as server, telling(tmp_path) as muster:
        addresses = {"no": server.at("no"), "cut": server.at("cut")}
        await enrol_with(muster.node, "ana", addresses)
        await tell(muster.node, "m1", "ana")
        await muster.settle()
        assert stages(muster.node, "m1") == {"no": "failed", "cut": "unknown"}
        assert await reasons(muster, "m1") == {"no": "answered HTTP 500"}
        assert len(server.taken) == 2


async def test_nothing_real_is_used_unless_it_is_switched_on(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path, channels="") as muster:
        await enrol_with(muster.node, "ana", {"hook": server.at()}, "page", "sms")
        await tell(muster.node, "m1", "ana")
        await muster.settle()
        assert stages(muster.node, "m1") == {
            "hook": "failed",
            "page": "delivered",
            "sms": "failed",
        }
        assert await reasons(muster, "m1") == {
            "hook": "channel not switched on",
            "sms": "no address",
        }
        assert server.taken == []


async def test_a_drill_reaches_nobody(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path) as muster:
        await enrol_with(muster.node, "ana", {"hook": server.at()}, "page")
        await tell(muster.node, "m1", "ana", drill=True)
        await muster.settle()
        assert stages(muster.node, "m1") == {"hook": "failed", "page": "delivered"}
        assert await reasons(muster, "m1") == {"hook": "drill"}
        assert server.taken == []
        events = await load(muster.node.nc, "ev.*.message.m1.>")
        assert all(event.drill for event in events)


async def test_an_alert_that_somebody_owns_is_told_to_nobody_else(tmp_path: Path) -> None:
    async with receiver() as server, telling(tmp_path) as muster:
        node = muster.node
        await enrol_with(node, "ana", {"hook": server.at()})
        who: dict[str, Any] = {"site": "yanqing", "id": "a1", "at": node.clock.now(), "by": "bo"}
        way_up = (Step(to=("ana",), answer_within_s=600),)
        raise_it = RaiseAlert(
            **who, severity="severe", title=TEXT, body=TEXT, about=Ref(kind="x", id="x"),
            way_up=way_up,
        )  # fmt: skip
        for command in (raise_it, AcknowledgeAlert(**who)):
            await node.bus.send(Ask(command, new_id(), "k"))
        await node.reader.catch_up()
        await tell(node, "m1", "ana", about=Ref(kind="alert", id="a1"), purpose="alert")
        await muster.settle()
        assert stages(node, "m1") == {"hook": "failed"}
        assert await reasons(muster, "m1") == {"hook": "no longer needed"}
        assert server.taken == []


async def test_nobody_without_channels_is_forgotten(tmp_path: Path) -> None:
    async with telling(tmp_path) as muster:
        await enrol_with(muster.node, "ana", {})
        await tell(muster.node, "m1", "ana")
        await tell(muster.node, "m2", "nobody-registered")
        await muster.settle()
        for id in ("m1", "m2"):
            events = await load(muster.node.nc, f"ev.*.message.{id}.>")
            assert [event.type for event in events] == ["requested"]
        assert len(muster.node.picture.messages.open) == 0


async def test_no_address_is_in_an_event_a_metric_or_a_snapshot(tmp_path: Path) -> None:
    async with telling(tmp_path) as muster:
        await enrol_with(muster.node, "ana", {"dead": DEAD, "odd": "json://secret-13800138000:x"})
        await tell(muster.node, "m1", "ana")
        await until(lambda: "begun" not in stages(muster.node, "m1").values(), 15)
        metrics = (await muster.anonymous().get("/metrics")).text
        assert 'muster_messages_total{channel="http",outcome="failed"}' in metrics
        assert "secret" not in metrics
        await muster.settle()
    for path in Path(tmp_path).rglob("*"):
        if path.is_file():
            assert b"secret-13800138000" not in path.read_bytes(), path
