"""What is too much for the log, and how appends end."""

import asyncio

import pytest
from nats.aio.client import Client

from events.envelope import Event, encode
from events.incident import IncidentNoted
from services.log import Log, LogBroken, LogFull, LogUnavailable, Unstorable
from services.log.wire import EVENT_BYTES_MAX, HEADER_BYTES_MAX, Unit
from services.provision import EVENTS, provision
from tests.integration.append.place import Place, stored
from tests.integration.made import event, note, notes, presence
from tests.servers import messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


async def test_more_than_may_wait_is_refused_at_once(nc: Client) -> None:
    log = Log(nc, waiting_max=10)
    log.hold()
    waiting = [log.enqueue(Unit((presence(f"p-{n}"),), None)) for n in range(20)]
    refused = [each.exception() for each in waiting if each.done()]
    assert len(refused) == 10
    assert all(isinstance(error, LogUnavailable) for error in refused)
    log.release()
    assert len(await asyncio.gather(*waiting[:10])) == 10
    assert await log.append([presence("p-1")])
    await log.close()


async def test_a_unit_that_no_batch_can_hold_is_refused(nc: Client) -> None:
    log = Log(nc, batch_max=5)
    with pytest.raises(ValueError, match="1 to 5 at once"):
        await log.append(notes("i-1", 6), 0)
    with pytest.raises(ValueError, match="append 0 events"):
        log.enqueue(Unit((), 0))
    assert await log.append(notes("i-1", 5), 0) == [1, 2, 3, 4, 5]
    await log.close()


async def test_units_fill_batches_of_any_size_in_order(nc: Client) -> None:
    log = Log(nc, batch_max=7)
    units = [notes(f"i-{n}", 1 + n % 7) for n in range(40)]
    answers = await asyncio.gather(*(log.append(unit, 0) for unit in units))
    found = {event.id: event.seq for event in await stored(nc)}
    assert answers == [[found[event.id] for event in unit] for unit in units]
    await log.close()


async def test_a_thousand_events_are_one_batch(nc: Client) -> None:
    log = Log(nc, batch_max=1000)
    assert await log.append(notes("i-1", 1000), 0) == list(range(1, 1001))
    await log.close()


async def _try(log: Log, what: Event) -> list[int] | LogFull:
    try:
        return await log.append([what], 0)
    except LogFull as full:
        return full


async def test_a_full_log_says_so_and_keeps_what_it_has(place: Place, nc: Client) -> None:
    await nc.jetstream().delete_stream(EVENTS)
    await provision(nc, replicas=place.replicas, max_bytes=40_000, max_msg_bytes=20_000)
    log = Log(nc)
    answers = [await _try(log, note(f"i-{n}", "x" * 500)) for n in range(100)]
    stored_before = sum(isinstance(answer, list) for answer in answers)
    assert all(isinstance(answer, LogFull) for answer in answers[stored_before:])
    with pytest.raises(LogFull):
        await log.append(notes("many", 100), 0)
    assert 10 < stored_before < 100
    assert [event.key for event in await stored(nc)] == [f"i-{n}" for n in range(stored_before)]
    await log.close()


@pytest.mark.parametrize("size", [EVENT_BYTES_MAX, 9_000_000], ids=["for-the-stream", "for-nats"])
async def test_an_event_that_is_too_large_fails_alone_and_at_once(
    nc: Client, log: Log, size: int
) -> None:
    large = event("incident", "i-x", IncidentNoted.model_construct(text="x" * size))
    began = asyncio.get_running_loop().time()
    results = await asyncio.gather(
        *(log.append([presence(f"p-{n}")]) for n in range(9)),
        log.append([large], 0),
        *(log.append([presence(f"q-{n}")]) for n in range(9)),
        return_exceptions=True,
    )
    error = results.pop(9)
    assert all(isinstance(result, list) for result in results), results
    assert isinstance(error, Unstorable)
    assert "ev.yanqing.incident.i-x.noted" in str(error)
    assert asyncio.get_running_loop().time() - began < 5
    assert len(await messages(nc)) == 18


async def test_the_largest_event_there_may_be_is_stored(nc: Client, log: Log) -> None:
    large = event("incident", "i-x", IncidentNoted.model_construct(text=""))
    most = min(EVENT_BYTES_MAX, nc.max_payload - HEADER_BYTES_MAX)
    room = most - len(encode(large))
    large = large._replace(data=IncidentNoted.model_construct(text="x" * room))
    assert await log.append([large], 0) == [1]
    again = [event("incident", f"i-{n}", large.data) for n in range(4)]
    assert [seq for (seq,) in await asyncio.gather(*(log.append([e], 0) for e in again))]


async def test_held_back_nothing_is_sent_and_released_all_is(nc: Client, log: Log) -> None:
    log.hold()
    waiting = [log.enqueue(Unit((presence(f"p-{n}"),), None)) for n in range(5)]
    await asyncio.sleep(0.2)
    assert not log.open
    assert not any(each.done() for each in waiting)
    assert not await messages(nc)
    log.release()
    assert sorted(seq for (seq,) in await asyncio.gather(*waiting)) == [1, 2, 3, 4, 5]


async def test_held_back_too_long_it_is_given_up(nc: Client) -> None:
    log = Log(nc, patience=0.2)
    log.hold()
    with pytest.raises(LogUnavailable, match="out of reach"):
        await log.append([presence("p-1")])
    log.release()
    assert await log.append([presence("p-1")]) == [1]
    await log.close()


async def test_closing_waits_for_what_is_under_way(nc: Client) -> None:
    log = Log(nc)
    waiting = [log.enqueue(Unit((presence(f"p-{n}"),), None)) for n in range(50)]
    await log.close()
    assert all(each.done() and each.exception() is None for each in waiting)
    with pytest.raises(LogUnavailable, match="closed"):
        await log.append([presence("p-x")])
    assert len(await messages(nc)) == 50


async def test_one_who_goes_away_does_not_harm_the_others(nc: Client, log: Log) -> None:
    asked = [asyncio.create_task(log.append([presence(f"p-{n}")])) for n in range(10)]
    await asyncio.sleep(0)
    asked[4].cancel()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(results.pop(4), asyncio.CancelledError)
    assert all(isinstance(result, list) for result in results)


async def test_a_log_that_cannot_be_trusted_takes_nothing(nc: Client, log: Log) -> None:
    log.refuse(LogBroken("it was rewound"))
    with pytest.raises(LogBroken, match="rewound"):
        await log.append([presence("p-1")])
    assert not await messages(nc)
