"""An append that is repeated, or whose answer was lost."""

import asyncio
from typing import Any

import pytest
from nats.aio.client import Client

from events.envelope import Event
from services.log import Log, group, load
from tests.integration.append.place import ids, stored
from tests.integration.made import deaf, note, notes, presence
from tests.servers import messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


@pytest.mark.parametrize("expected", [0, None], ids=["guarded", "observed"])
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("answers", [1, 2], ids=["lost-once", "lost-twice"])
async def test_an_append_whose_answer_was_lost_is_recognised(
    nc: Client, expected: int | None, count: int, answers: int
) -> None:
    connection = deaf(nc, answers)
    log = Log(connection)
    many = notes("i-1", count) if expected is not None else _observations(count)
    assert await log.append(many, expected) == list(range(1, count + 1))
    assert connection.lost == answers
    assert await ids(nc) == [event.id for event in many]
    await log.close()


def _observations(count: int) -> list[Event]:
    return [presence(f"p-{n}") for n in range(count)]


async def test_an_append_that_is_repeated_gets_the_sequences_of_the_first(
    nc: Client, log: Log
) -> None:
    await log.append([presence("p-0")])
    for many, expected in ((notes("i-1", 3), 0), ([note("i-2")], 0), (_observations(3), None)):
        first = await log.append(many, expected)
        await log.append([presence("p-9")])
        assert await log.append(many, expected) == first
    assert len(await ids(nc)) == len(set(await ids(nc)))


async def test_an_append_that_won_is_recognised_after_others_went_on(nc: Client, log: Log) -> None:
    mine = notes("i-1", 2)
    assert await log.append(mine, 0) == [1, 2]
    await log.append([note("i-1", "another's")], 2)
    assert await log.append(mine, 0) == [1, 2]


@pytest.mark.parametrize("expected", [0, None], ids=["guarded", "observed"])
async def test_a_repeat_is_recognised_though_the_replica_asked_lags_behind(
    nc: Client, log: Log, monkeypatch: pytest.MonkeyPatch, expected: int | None
) -> None:
    many = notes("i-1", 2)
    first = await log.append(many, expected)
    lagging = [2]

    async def lag(*args: Any, **options: Any) -> list[Event]:
        lagging[0] -= 1
        return [] if lagging[0] >= 0 else await load(*args, **options)

    monkeypatch.setattr(group, "load", lag)
    assert await log.append(many, expected) == first


async def test_a_batch_with_one_repeat_stores_the_others(nc: Client, log: Log) -> None:
    repeated = presence("p-3")
    assert await log.append([repeated]) == [1]
    fresh = [presence(f"p-{n}") for n in range(20)]
    units = [*fresh[:10], repeated, *fresh[10:]]
    sequences = await asyncio.gather(*(log.append([event]) for event in units))
    assert sequences[10] == [1]
    found = {event.id: event.seq for event in await stored(nc)}
    assert [found[event.id] for event in units] == [seq for (seq,) in sequences]
    assert len(found) == 21 == len(await messages(nc))


async def test_a_batch_with_one_repeat_of_many_events_stores_the_others(
    nc: Client, log: Log
) -> None:
    repeated = [presence("p-3"), note("i-3")]
    assert await log.append(repeated) == [1, 2]
    units = [[presence(f"p-{n}"), note(f"i-{n}")] for n in range(5)]
    answers = await asyncio.gather(*(log.append(unit) for unit in (*units, repeated, *units)))
    assert answers[5] == [1, 2]
    assert answers[:5] == answers[6:]
    assert len(await messages(nc)) == 12


async def test_one_report_twice_in_one_batch_is_one_event(nc: Client, log: Log) -> None:
    one = presence("p-1")
    others = [presence(f"q-{n}") for n in range(6)]
    answers = await asyncio.gather(
        *(log.append([event]) for event in (*others[:3], one, one, *others[3:], one))
    )
    assert answers[3] == answers[4] == answers[8]
    assert len(await messages(nc)) == 7
