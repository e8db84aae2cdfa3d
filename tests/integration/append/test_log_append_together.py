"""Appends that arrive together, on one server and on a cluster of three."""

import asyncio
import random

import pytest
from nats.aio.client import Client

from events.envelope import decode
from services.connection import connect as connect_for_ever
from services.log import Conflict, Log
from tests.integration.append.place import Place, stored
from tests.integration.made import note, notes, presence
from tests.servers import messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


async def test_what_arrives_together_shares_batches_and_each_gets_its_own_sequence(
    nc: Client, log: Log
) -> None:
    many = [presence(f"p-{n}") for n in range(500)]
    sequences = await asyncio.gather(*(log.append([event]) for event in many))
    found = await messages(nc)
    by_seq = {message.seq: decode(message.data or b"").id for message in found}
    assert [by_seq[seq] for (seq,) in sequences] == [event.id for event in many]
    batches = {(message.headers or {}).get("Nats-Batch-Id") for message in found}
    assert len(found) == 500
    assert len(batches) <= 3


async def test_one_in_the_middle_of_a_batch_fails_alone(nc: Client, log: Log) -> None:
    await log.append([note("taken")], 0)
    units = [[note(f"i-{n}"), note(f"i-{n}", "more")] for n in range(30)]
    units[17] = [note("taken", "too late")]
    results = await asyncio.gather(*(log.append(unit, 0) for unit in units), return_exceptions=True)
    assert isinstance(results.pop(17), Conflict)
    assert all(isinstance(result, list) for result in results), results
    units.pop(17)
    found = {event.id: event.seq for event in await stored(nc)}
    assert results == [[found[event.id] for event in unit] for unit in units]
    assert len(found) == 59


async def test_a_guard_sees_what_came_before_it_in_its_batch(nc: Client, log: Log) -> None:
    results = await asyncio.gather(
        log.append([note("i-1", "observed")]),
        log.append([note("i-1", "decided")], 0),
        log.append([presence("p-1"), note("i-2", "carried along")]),
        log.append([note("i-2", "decided")], 0),
        log.append([note("i-3", "decided")], 0),
        log.append([note("i-3", "observed after it")]),
        return_exceptions=True,
    )
    assert [isinstance(result, Conflict) for result in results] == [
        False,
        True,
        False,
        True,
        False,
        False,
    ], results
    assert len(await messages(nc)) == 5


async def test_two_that_expect_the_same_in_one_batch_one_wins(nc: Client, log: Log) -> None:
    rivals = [notes("i-1", 2) for _ in range(4)]
    others = [[presence(f"p-{n}")] for n in range(4)]
    results = await asyncio.gather(
        *(log.append(unit, 0) for unit in rivals),
        *(log.append(unit) for unit in others),
        return_exceptions=True,
    )
    assert sum(isinstance(result, list) for result in results[:4]) == 1, results
    assert sum(isinstance(result, Conflict) for result in results[:4]) == 3
    assert all(isinstance(result, list) for result in results[4:])
    assert len(await messages(nc)) == 6


async def test_the_filter_is_byte_for_byte_the_same_in_every_writer(
    place: Place, nc: Client, log: Log
) -> None:
    await log.append([note("i-1")], 0)
    await log.append(notes("i-1", 3), 1)
    other = Log(nc)
    await asyncio.gather(other.append([note("i-1")], 4), other.append([presence("p-1")]))
    headers = [message.headers or {} for message in await messages(nc)]
    name = "Nats-Expected-Last-Subject-Sequence-Subject"
    filters = [each[name] for each in headers if name in each]
    assert filters == ["ev.yanqing.incident.i-1.>"] * 3
    expected = [each.get("Nats-Expected-Last-Subject-Sequence") for each in headers]
    assert expected[:4] == ["0", "1", None, None]
    await other.close()


async def test_a_batchs_sequences_have_no_gap_whoever_else_writes(place: Place, nc: Client) -> None:
    connections = [await connect_for_ever(place.url, f"w{n}", wait=10) for n in range(4)]
    logs = [Log(each, batch_max=60) for each in connections]
    chance = random.Random(7)
    told: dict[str, int] = {}

    async def write(log: Log, number: int) -> None:
        for turn in range(12):
            units = [notes(f"i-{number}-{turn}-{n}", chance.randint(1, 5)) for n in range(15)]
            answers = await asyncio.gather(*(log.append(unit, 0) for unit in units))
            for unit, answer in zip(units, answers, strict=True):
                told.update(zip((event.id for event in unit), answer, strict=True))

    async def interfere(connection: Client) -> None:
        js = connection.jetstream()
        for n in range(150):
            event = presence(f"x-{n}")
            ack = await js.publish(event.subject, b"{}", headers={"Nats-Msg-Id": event.id})
            told[event.id] = ack.seq

    await asyncio.gather(
        *(write(log, number) for number, log in enumerate(logs)),
        *(interfere(connection) for connection in connections[:2]),
    )
    found = {(m.headers or {})["Nats-Msg-Id"]: m.seq for m in await messages(nc)}
    assert told == found
    for log, connection in zip(logs, connections, strict=True):
        await log.close()
        await connection.close()
