"""A durable consumer: nothing stored is passed over, whatever becomes of the consumer."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nats.aio.client import Client

from events import subjects
from events.envelope import Event
from services import durable as durables
from services.durable import Durable
from services.embedded import EmbeddedServer
from services.node import Node, Service
from services.provision import EVENTS
from tests.integration.made import note, presence
from tests.servers import open_node, until

pytestmark = [pytest.mark.nats, pytest.mark.timeout(40)]

FILTERS = [subjects.of_kind("incident", "noted")]


class Handled:
    """A handler that fails as often as it is told to."""

    def __init__(self, fails: Callable[[Event, int], bool] = lambda _, __: False) -> None:
        self._fails = fails
        self.times: Counter[str] = Counter()
        self.tries: list[int] = []

    async def __call__(self, event: Event, tries: int) -> None:
        self.times[event.key] += 1
        self.tries.append(tries)
        if self._fails(event, tries):
            raise RuntimeError("not now")


@asynccontextmanager
async def worked_on(url: str, data: Path, handled: Handled) -> AsyncIterator[tuple[Node, Durable]]:
    node = await open_node(url, data)
    made = Durable(node, "test", FILTERS, title="t", description="d", handler=handled)
    node.services.append(Service("test", prepare=made.provision, start=made.start, stop=made.stop))
    try:
        await node.start()
        yield node, made
    finally:
        await node.stop()


async def write(node: Node, first: int, count: int) -> None:
    for n in range(first, first + count):
        await node.log.append([note(f"i-{n}")], 0)
        await node.log.append([presence(f"p-{n}")])


def keys(count: int) -> set[str]:
    return {f"i-{n}" for n in range(count)}


async def test_each_event_under_the_filters_is_handled_once(
    nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    handled = Handled()
    async with worked_on(nats_server.endpoint.url, tmp_path, handled) as (node, made):
        await write(node, 0, 40)
        async with asyncio.timeout(8):
            while not await made.idle():
                await asyncio.sleep(0.02)
        assert handled.times == Counter(keys(40))
        assert set(handled.tries) == {1}


async def test_what_fails_comes_again_and_keeps_nothing_else_waiting(
    nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    handled = Handled(lambda event, tries: event.key == "i-3" and tries <= 2)
    async with worked_on(nats_server.endpoint.url, tmp_path, handled) as (node, made):
        await write(node, 0, 10)
        await until(lambda: set(handled.times) == keys(10))
        async with asyncio.timeout(8):
            while not await made.idle():
                await asyncio.sleep(0.02)
        assert handled.times["i-3"] == 3
        assert sorted(handled.tries)[-2:] == [2, 3]
        assert made.handled == 10


async def test_what_was_not_acknowledged_is_handled_after_a_restart(
    nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    failing = Handled(lambda event, _: event.key == "i-1")
    async with worked_on(nats_server.endpoint.url, tmp_path, failing) as (node, _):
        await write(node, 0, 3)
        await until(lambda: set(failing.times) == keys(3))
    again = Handled()
    async with worked_on(nats_server.endpoint.url, tmp_path, again) as (node, _):
        await until(lambda: again.times["i-1"] == 1)
        assert set(again.times) == {"i-1"}


@pytest.fixture
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durables, "_WATCH_S", 0.2)


@pytest.mark.usefixtures("_looks_often")
async def test_a_consumer_that_is_deleted_is_made_again_and_nothing_is_lost(
    nats_server: EmbeddedServer, log_nc: Client, tmp_path: Path
) -> None:
    handled = Handled()
    async with worked_on(nats_server.endpoint.url, tmp_path, handled) as (node, _):
        await write(node, 0, 5)
        await until(lambda: set(handled.times) == keys(5))
        await log_nc.jetstream().delete_consumer(EVENTS, "test")
        await write(node, 5, 5)
        await until(lambda: set(handled.times) == keys(10), within_s=15)


@pytest.mark.usefixtures("_looks_often")
async def test_a_consumer_that_cannot_be_made_at_once_is_made_later(
    nats_server: EmbeddedServer, log_nc: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = Handled()
    async with worked_on(nats_server.endpoint.url, tmp_path, handled) as (node, made):
        provision, failures = made.provision, [ValueError("refused"), TimeoutError()]

        async def fail_first() -> None:
            if failures:
                raise failures.pop()
            await provision()

        monkeypatch.setattr(made, "provision", fail_first)
        await log_nc.jetstream().delete_consumer(EVENTS, "test")
        await write(node, 0, 5)
        await until(lambda: set(handled.times) == keys(5), within_s=25)
        assert not failures
