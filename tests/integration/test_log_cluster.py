"""The log when its servers freeze or die: what was acknowledged is there, once."""

import asyncio
import contextlib
import os
import signal
from functools import partial

import pytest
from nats.aio.client import Client

from events.envelope import decode
from events.subjects import aggregate
from services.connection import connect as connect_for_ever
from services.embedded import EmbeddedServer
from services.log import Conflict, Log, LogUnavailable, Reader, load
from services.log.seen import Seen
from services.log.wire import Unit
from tests.integration.made import note, notes, presence
from tests.servers import Cluster, messages, provisioned, until

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]


async def ids(nc: Client) -> list[str]:
    return [decode(message.data or b"").id for message in await messages(nc)]


@pytest.mark.parametrize(("count", "expected"), [(1, 0), (1, None), (5, 0), (5, None)], ids=str)
async def test_a_frozen_server_loses_the_answer_and_stores_once(
    nats_server: EmbeddedServer, log_nc: Client, count: int, expected: int | None
) -> None:
    log = Log(log_nc, timeout=0.3)
    many = (
        notes("i-1", count) if expected is not None else [presence(f"p-{n}") for n in range(count)]
    )
    others = [presence(f"q-{n}") for n in range(10)]
    pid = nats_server.endpoint.pid
    os.kill(pid, signal.SIGSTOP)
    asked = [log.enqueue(Unit(tuple(many), expected))]
    asked += [log.enqueue(Unit((event,), None)) for event in others]
    await asyncio.sleep(1.0)
    os.kill(pid, signal.SIGCONT)
    answers = await asyncio.gather(*asked)
    found = await ids(log_nc)
    assert len(found) == count + 10 == len(set(found))
    for unit, answer in zip([many, *([event] for event in others)], answers, strict=True):
        assert [found[seq - 1] for seq in answer] == [event.id for event in unit]
    await log.close()


async def test_without_a_server_an_append_gives_up_after_its_patience(
    nats_server: EmbeddedServer, log_nc: Client
) -> None:
    log = Log(log_nc, timeout=0.3, patience=1.0)
    await nats_server.stop()
    await until(lambda: not log_nc.is_connected)
    began = asyncio.get_running_loop().time()
    with pytest.raises(LogUnavailable):
        await log.append([presence("p-1")])
    assert asyncio.get_running_loop().time() - began < 3
    await log.close()


async def test_a_killed_server_costs_no_acknowledged_event(
    nats_server: EmbeddedServer, log_nc: Client
) -> None:
    log = Log(log_nc)
    told: dict[str, int] = {}

    async def write(number: int) -> None:
        key, last = f"i-{number}", 0
        for turn in range(25):
            unit = notes(key, 1 + turn % 3)
            sequences = await log.append(unit, last)
            told.update(zip((event.id for event in unit), sequences, strict=True))
            last = sequences[-1]

    writing = asyncio.gather(*(write(number) for number in range(20)))
    for _ in range(3):
        await asyncio.sleep(0.15)
        before = nats_server.restarts
        os.kill(nats_server.endpoint.pid, signal.SIGKILL)
        await until(partial(_restarted, nats_server, before))
    await writing
    await until(lambda: log_nc.is_connected)
    found = await ids(log_nc)
    assert {id: seq for seq, id in enumerate(found, 1)} == told
    assert len(found) == 20 * 49
    await log.close()


def _restarted(server: EmbeddedServer, before: int) -> bool:
    return server.restarts > before


class Load:
    """Writers that go on whatever happens, and remember what they were told."""

    def __init__(self, logs: list[Log]) -> None:
        self._logs = logs
        self.told: dict[str, int] = {}
        self.conflicts = 0
        self.unavailable = 0
        self.stop = False

    async def observe(self, number: int) -> None:
        """Write observations, as they come from the field."""
        log = self._logs[number % len(self._logs)]
        turn = 0
        while not self.stop:
            turn += 1
            event = presence(f"p-{number}-{turn}")
            # The reporter sends it again under the same id until it is told "accepted".
            while event.id not in self.told:
                with contextlib.suppress(LogUnavailable):
                    (self.told[event.id],) = await log.append([event])

    async def decide(self, number: int) -> None:
        """Write to aggregates that the other nodes write to as well."""
        log = self._logs[number % len(self._logs)]
        turn = 0
        while not self.stop:
            turn += 1
            key = f"i-{turn % 4}"
            try:
                before = await load(log.nc, aggregate("yanqing", "incident", key))
                unit = notes(key, 1 + turn % 2)
                sequences = await log.append(unit, before[-1].seq if before else 0)
            except Conflict:
                self.conflicts += 1
                await asyncio.sleep(0.01)
            except LogUnavailable:
                self.unavailable += 1
                await asyncio.sleep(0.05)
            else:
                self.told.update(zip((e.id for e in unit), sequences, strict=True))


async def test_a_leader_killed_under_load_costs_no_acknowledged_event(three: Cluster) -> None:
    async with provisioned(three.url, replicas=3) as nc:
        connections = [await connect_for_ever(url, "w", wait=10) for url in three.urls]
        logs = [Log(connection) for connection in connections]
        load_on_it = Load(logs)
        folded: list[int] = []
        reader = Reader(nc, Seen())
        reader.add(lambda event: folded.append(event.seq))
        await reader.start()
        tasks = [asyncio.create_task(load_on_it.observe(number)) for number in range(9)]
        tasks += [asyncio.create_task(load_on_it.decide(number)) for number in range(6)]
        await asyncio.sleep(0.5)
        leader = await three.leader(nc)
        three.kill(leader)
        await asyncio.sleep(1.0)
        three.start(leader)
        await three.leader(nc)
        await asyncio.sleep(0.4)
        load_on_it.stop = True
        await asyncio.gather(*tasks)
        found = await ids(nc)
        by_id = {id: seq for seq, id in enumerate(found, 1)}
        lost = {id: seq for id, seq in load_on_it.told.items() if by_id.get(id) != seq}
        print(
            f"acknowledged {len(load_on_it.told)}, in the log {len(found)}, lost {len(lost)}, "
            f"duplicates {len(found) - len(by_id)}, conflicts {load_on_it.conflicts}, "
            f"unavailable {load_on_it.unavailable}"
        )
        assert not lost
        assert len(found) == len(by_id)
        assert len(load_on_it.told) > 100
        await asyncio.wait_for(reader.catch_up(), 10)
        assert folded == list(range(1, len(found) + 1))
        assert reader.broken is None
        await _guards_held(nc)
        await reader.stop()
        for log, connection in zip(logs, connections, strict=True):
            await log.close()
            await connection.close()


async def _guards_held(nc: Client) -> None:
    """See that each guarded event found its aggregate where it expected it."""
    last: dict[str, int] = {}
    for message in await messages(nc):
        headers, key = message.headers or {}, (message.subject or "").rsplit(".", 1)[0]
        expected = headers.get("Nats-Expected-Last-Subject-Sequence")
        if expected is not None:
            assert int(expected) == last.get(key, 0), message
        last[key] = message.seq or 0


async def test_all_three_killed_at_once_keep_what_they_acknowledged(three: Cluster) -> None:
    async with provisioned(three.url, replicas=3) as nc:
        log = Log(nc, patience=30)
        told = {}
        first = [presence(f"p-{n}") for n in range(300)]
        answers = await asyncio.gather(*(log.append([event]) for event in first))
        told.update({event.id: seq for event, (seq,) in zip(first, answers, strict=True)})
        for number in range(3):
            three.kill(number)
        waiting = [log.enqueue(Unit((note(f"i-{n}"),), 0)) for n in range(20)]
        for number in range(3):
            three.start(number)
        await asyncio.gather(*waiting)
        found = await ids(nc)
        assert told == {id: seq for seq, id in enumerate(found[:300], 1)}
        assert len(found) == 320 == len(set(found))
        await log.close()
