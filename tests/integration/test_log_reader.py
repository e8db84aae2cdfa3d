"""The reader: everything once and in order, and it stops loudly when the log is not what it was."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig

from events.envelope import Event, encode
from services.embedded import EmbeddedServer
from services.log import Log, LogBroken, Reader
from services.log.seen import Seen
from services.provision import EVENTS, provision
from tests.integration.conftest import MakeNode
from tests.integration.made import note, notes, presence
from tests.servers import SIZES, until

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


class Folded:
    """A fold that keeps what it was handed."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def apply(self, event: Event) -> None:
        self.events.append(event)

    @property
    def sequences(self) -> list[int]:
        return [event.seq for event in self.events]


@asynccontextmanager
async def reading(nc: Client, checkpoint: int = 0) -> AsyncIterator[tuple[Reader, Folded]]:
    reader, folded = Reader(nc, Seen()), Folded()
    reader.add(folded.apply)
    try:
        await reader.start(checkpoint)
        yield reader, folded
    finally:
        await reader.stop()


async def write(nc: Client, count: int) -> list[int]:
    log = Log(nc)
    answers = await asyncio.gather(*(log.append([presence(f"p-{n}")]) for n in range(count)))
    await log.close()
    return [seq for (seq,) in answers]


async def unprotected(nc: Client) -> None:
    """Put a stream in the log's place from which messages may be deleted."""
    await nc.jetstream().delete_stream(EVENTS)
    await asyncio.sleep(0.1)  # the server clears its folder after it has answered
    config = StreamConfig(name=EVENTS, subjects=["ev.>"], allow_direct=True, allow_atomic=True)
    await nc.jetstream().add_stream(config)


async def test_what_is_there_and_what_comes_is_folded_once_in_order(log_nc: Client) -> None:
    await write(log_nc, 300)
    async with reading(log_nc) as (reader, folded):
        assert folded.sequences == list(range(1, 301))
        await write(log_nc, 300)
        assert await reader.catch_up() == 600
        assert folded.sequences == list(range(1, 601))
        assert [event.key for event in folded.events[:300]] == [f"p-{n}" for n in range(300)]


async def test_it_goes_on_after_a_checkpoint(log_nc: Client) -> None:
    await write(log_nc, 10)
    async with reading(log_nc, checkpoint=7) as (_, folded):
        assert folded.sequences == [8, 9, 10]
    async with reading(log_nc, checkpoint=10) as (reader, folded):
        assert reader.checkpoint == 10
        await write(log_nc, 1)
        await reader.reached(11)
        assert folded.sequences == [11]


async def test_reached_returns_when_the_event_is_folded_and_not_before(log_nc: Client) -> None:
    async with reading(log_nc) as (reader, folded):
        waiting = [asyncio.create_task(reader.reached(seq)) for seq in (3, 1, 2, 3)]
        await asyncio.sleep(0.1)
        assert not any(each.done() for each in waiting)
        await write(log_nc, 2)
        await asyncio.wait_for(waiting[2], 2)
        assert waiting[1].done()
        assert not waiting[0].done()
        assert folded.sequences == [1, 2]
        await write(log_nc, 1)
        await asyncio.wait_for(asyncio.gather(*waiting), 2)


async def test_one_who_no_longer_waits_keeps_nobody_waiting(log_nc: Client) -> None:
    async with reading(log_nc) as (reader, _):
        gone = asyncio.create_task(reader.reached(1))
        stays = asyncio.create_task(reader.reached(1))
        await asyncio.sleep(0)
        gone.cancel()
        await write(log_nc, 1)
        await asyncio.wait_for(stays, 2)


async def test_a_gap_while_it_reads_breaks_it(log_nc: Client) -> None:
    await unprotected(log_nc)
    await write(log_nc, 5)
    await log_nc.jetstream().delete_msg(EVENTS, 3)
    with pytest.raises(LogBroken, match="event 3 is missing: 4 came after 2"):
        async with reading(log_nc):
            pass


async def test_a_log_that_begins_later_breaks_it(log_nc: Client) -> None:
    await unprotected(log_nc)
    await write(log_nc, 5)
    await log_nc.jetstream().purge_stream(EVENTS, keep=2)
    with pytest.raises(LogBroken, match="begins at 4, but 2 is the next to read"):
        async with reading(log_nc, checkpoint=1):
            pass


async def test_a_log_that_is_empty_again_breaks_it(log_nc: Client) -> None:
    await unprotected(log_nc)
    await write(log_nc, 5)
    await log_nc.jetstream().purge_stream(EVENTS)
    with pytest.raises(LogBroken):
        async with reading(log_nc):
            pass


async def test_a_log_that_ends_before_the_checkpoint_breaks_it(log_nc: Client) -> None:
    await write(log_nc, 5)
    with pytest.raises(LogBroken, match="ends at 5, but event 9 was read"):
        async with reading(log_nc, checkpoint=9):
            pass


async def test_a_log_made_anew_and_shorter_while_it_reads_breaks_it(log_nc: Client) -> None:
    await write(log_nc, 20)
    async with reading(log_nc) as (reader, folded):
        told: list[LogBroken] = []
        reader.on_broken = told.append
        waiting = asyncio.create_task(reader.reached(30))
        await log_nc.jetstream().delete_stream(EVENTS)
        await provision(log_nc, **SIZES)
        await write(log_nc, 3)
        await until(lambda: reader.broken is not None)
        with pytest.raises(LogBroken, match="rewound"):
            await waiting
        with pytest.raises(LogBroken, match="rewound"):
            await reader.reached(1)
        assert len(told) == 1
        assert folded.sequences == list(range(1, 21))


async def test_a_log_made_anew_that_soon_is_longer_is_never_folded_on(log_nc: Client) -> None:
    await write(log_nc, 20)
    async with reading(log_nc) as (reader, folded):
        await log_nc.jetstream().delete_stream(EVENTS)
        await provision(log_nc, **SIZES)
        await write(log_nc, 25)
        await until(lambda: reader.broken is not None)
        assert folded.sequences == list(range(1, 21))


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"specversion":"1.0"}'])
async def test_an_event_nobody_can_read_breaks_it(log_nc: Client, body: bytes) -> None:
    await write(log_nc, 2)
    async with reading(log_nc) as (reader, folded):
        await log_nc.jetstream().publish("ev.hq.incident.x.noted", body)
        await write(log_nc, 2)
        await until(lambda: reader.broken is not None)
        assert "read event 3" in str(reader.broken)
        assert folded.sequences == [1, 2]
        assert reader.checkpoint == 2


async def test_a_fold_that_fails_breaks_it(log_nc: Client) -> None:
    reader, folded = Reader(log_nc, Seen()), Folded()

    def fail(event: Event) -> None:
        if event.seq == 2:
            raise KeyError("venue")

    reader.add(folded.apply)
    reader.add(fail)
    await reader.start()
    log = Log(log_nc)
    await log.append(notes("i-1", 3), 0)
    with pytest.raises(LogBroken, match="event 2 could not be folded: KeyError: 'venue'"):
        await reader.reached(2)
    assert reader.checkpoint == 1
    await log.close()
    await reader.stop()


async def test_a_broken_node_is_not_ready_and_writes_nothing(
    make_node: MakeNode, log_nc: Client
) -> None:
    node = await make_node("incidents")
    assert node.unready() is None
    await log_nc.jetstream().publish("ev.hq.incident.x.noted", b"rubbish")
    await until(lambda: node.reader.broken is not None)
    assert "read event" in str(node.unready())
    with pytest.raises(LogBroken):
        await node.log.append([note("i-1")], 0)


async def test_an_event_twice_in_the_log_is_folded_once(log_nc: Client) -> None:
    once = presence("p-1")
    js = log_nc.jetstream()
    for _ in range(2):
        # Without its id in the header the server does not recognise it.
        await js.publish(once.subject, encode(once))
    async with reading(log_nc) as (reader, folded):
        assert reader.checkpoint == 2
        assert folded.sequences == [1]
        sighting = reader.seen.find(once.id)
        assert sighting is not None
        assert sighting.seq == 1


async def consumers(nc: Client) -> list[str]:
    return [info.name for info in await nc.jetstream().consumers_info(EVENTS)]


async def test_a_consumer_that_is_deleted_is_made_again(log_nc: Client) -> None:
    await write(log_nc, 5)
    async with reading(log_nc) as (reader, folded):
        for name in await consumers(log_nc):
            await log_nc.jetstream().delete_consumer(EVENTS, name)
        await write(log_nc, 5)
        await asyncio.wait_for(reader.reached(10), 9)
        assert folded.sequences == list(range(1, 11))
        assert reader.broken is None


async def test_a_server_killed_while_it_reads_costs_nothing(
    nats_server: EmbeddedServer, log_nc: Client
) -> None:
    log = Log(log_nc)
    async with reading(log_nc) as (reader, folded):
        asked: list[asyncio.Future[list[int]]] = []
        for turn in range(3):
            for n in range(200):
                asked.append(asyncio.ensure_future(log.append([presence(f"p-{turn}-{n}")])))
                if n % 20 == 0:
                    await asyncio.sleep(0.002)
            await _killed_and_back(nats_server)
        answers = await asyncio.gather(*asked)
        last = await reader.catch_up()
        assert sorted(seq for (seq,) in answers) == list(range(1, last + 1))
        assert folded.sequences == list(range(1, 601))
        assert reader.broken is None
    await log.close()


def _kill(server: EmbeddedServer) -> None:
    os.kill(server.endpoint.pid, signal.SIGKILL)


async def _killed_and_back(server: EmbeddedServer) -> None:
    before = server.restarts
    _kill(server)
    await until(lambda: server.restarts > before)


async def test_a_flipped_bit_is_found_when_the_server_comes_back(
    nats_server: EmbeddedServer, log_nc: Client, tmp_path: Path
) -> None:
    log = Log(log_nc)
    for n in range(60):
        await log.append([presence(f"p-{n}")])
    async with reading(log_nc) as (reader, folded):
        assert reader.checkpoint == 60
        _kill(nats_server)
        # The server is started again a tenth of a second after it died.
        _flip_a_bit(next((tmp_path / "nats").rglob("EV/msgs/*.blk")))
        await until(lambda: reader.broken is not None)
        assert "rewound" in str(reader.broken)
        assert folded.sequences == list(range(1, 61))
    await log.close()


def _flip_a_bit(block: Path) -> None:
    body = bytearray(block.read_bytes())
    body[len(body) // 2] ^= 0x10
    block.write_bytes(body)


async def test_a_node_takes_nothing_onto_a_log_that_was_rewound(
    nats_server: EmbeddedServer, make_node: MakeNode, tmp_path: Path
) -> None:
    node = await make_node()
    for n in range(60):
        await node.log.append([presence(f"p-{n}")])
    await node.reader.catch_up()
    _kill(nats_server)
    _flip_a_bit(next((tmp_path / "nats").rglob("EV/msgs/*.blk")))
    began = time.monotonic()
    results: list[Any] = await asyncio.gather(
        *(node.log.append([presence(f"q-{n}")]) for n in range(5)), return_exceptions=True
    )
    assert all(isinstance(result, LogBroken) for result in results), results
    assert time.monotonic() - began < 5
    assert node.reader.broken is not None
    last = (await node.nc.jetstream().stream_info(EVENTS)).state.last_seq
    assert last < 60
    # FastStream's connection comes back a second later, and cannot be closed before.
    await asyncio.sleep(1.2)


async def test_ten_thousand_events_are_folded_in_less_than_two_seconds(log_nc: Client) -> None:
    await write(log_nc, 10_000)
    began = time.monotonic()
    async with reading(log_nc) as (_, folded):
        assert len(folded.events) == 10_000
    assert time.monotonic() - began < 2
