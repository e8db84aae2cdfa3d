"""Whatever is put in line for the log is sent, whenever it comes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest

from events.envelope import Event, Unreadable
from events.ids import derive
from events.presence import PresenceReported
from services.log import group
from services.log.group import Log
from services.log.wire import Refused, Unit

NOON = datetime(2027, 2, 13, 4, tzinfo=UTC)


def presence(number: int) -> Event:
    fact = PresenceReported(whereabouts="present")
    id = derive("report", str(number))
    return Event(id, "hq", "presence", f"v{number}", fact, NOON, NOON, "desk", id, id)


class Server:
    """Stores what is sent, each time when it is told to."""

    def __init__(self) -> None:
        self.stored = 0
        self.sent = 0
        self.answer = asyncio.Event()

    async def send(self, _: Any, units: Sequence[Unit], *__: Any) -> list[int]:
        self.sent += 1
        await self.answer.wait()
        first = self.stored + 1
        self.stored += sum(len(unit.events) for unit in units)
        return list(range(first, self.stored + 1))


async def test_what_comes_while_both_batches_are_leaving_is_sent_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server()
    monkeypatch.setattr(group, "send", server.send)
    log = Log(Mock())

    async def one_and_another(number: int) -> None:
        await log.append([presence(number)])
        # Now, in the same turn in which the batch that was answered ends.
        await log.append([presence(number + 100)])

    writers: list[asyncio.Task[Any]] = [asyncio.create_task(one_and_another(1))]
    while server.sent < 1:
        await asyncio.sleep(0)
    writers.append(asyncio.create_task(log.append([presence(2)])))
    while server.sent < 2:
        await asyncio.sleep(0)
    server.answer.set()
    async with asyncio.timeout(2):
        await asyncio.gather(*writers)
    await log.close()
    assert server.stored == 3


class Sizes(Server):
    """Remembers how many events came in each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def send(self, _: Any, units: Sequence[Unit], *__: Any) -> list[int]:
        self.sizes.append(len(units))
        return await super().send(_, units)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_comes_turn_by_turn_shares_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Sizes()
    monkeypatch.setattr(group, "send", server.send)
    log = Log(Mock())
    stored = []
    for number in range(80):
        stored.append(log.enqueue(Unit((presence(number),), None)))
        if number % 10 == 9:
            await turns(1)
    await turns(5)
    assert server.sizes == [80]
    server.answer.set()
    assert [(await one)[0] for one in stored] == list(range(1, 81))


async def test_a_few_wait_for_the_batch_under_way_and_many_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Sizes()
    monkeypatch.setattr(group, "send", server.send)
    log = Log(Mock())
    stored = [log.enqueue(Unit((presence(number),), None)) for number in range(50)]
    await turns(5)
    stored += [log.enqueue(Unit((presence(number),), None)) for number in range(50, 90)]
    await turns(20)
    assert server.sizes == [50]
    stored += [log.enqueue(Unit((presence(number),), None)) for number in range(90, 200)]
    await turns(20)
    assert server.sizes == [50, 150]
    server.answer.set()
    assert [(await one)[0] for one in stored] == list(range(1, 201))


async def test_beside_a_single_event_the_next_one_does_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Sizes()
    monkeypatch.setattr(group, "send", server.send)
    log = Log(Mock())
    stored = [log.enqueue(Unit((presence(1),), None))]
    await turns(5)
    stored.append(log.enqueue(Unit((presence(2),), None)))
    await turns(5)
    assert server.sizes == [1, 1]
    server.answer.set()
    assert [(await one)[0] for one in stored] == [1, 2]


async def test_who_is_refused_hears_of_it_when_the_reason_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: Any) -> list[int]:
        raise Refused(10071, "wrong last sequence: 7")

    async def show_what_a_newer_muster_wrote(*_: Any, **__: Any) -> list[Event]:
        raise Unreadable("read event 7: UnknownType")

    monkeypatch.setattr(group, "send", refuse)
    monkeypatch.setattr(group, "load", show_what_a_newer_muster_wrote)
    log = Log(Mock())
    async with asyncio.timeout(2):
        with pytest.raises(Unreadable):
            await log.append([presence(1)], expected=0)
