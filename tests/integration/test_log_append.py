"""What an append promises, on one server and on a cluster of three."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import pytest
from nats.aio.client import Client

from events.envelope import Event, decode, encode
from events.incident import IncidentNoted
from events.subjects import aggregate
from services.connection import connect as connect_for_ever
from services.log import Conflict, Log, LogBroken, LogFull, LogUnavailable, Unstorable, group, load
from services.log.wire import EVENT_BYTES_MAX, HEADER_BYTES_MAX, Unit
from services.provision import EVENTS, provision
from tests.integration.made import deaf, event, note, notes, presence
from tests.servers import SIZES, Cluster, cluster, messages, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


class Place(NamedTuple):
    """Where a log lies."""

    url: str
    replicas: int


@pytest.fixture(scope="module")
def loop_of_servers() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", params=["one", "three"])
def place(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    loop_of_servers: asyncio.Runner,
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("log")
    stack = contextlib.AsyncExitStack()

    async def start() -> Place:
        if request.param == "one":
            server = await stack.enter_async_context(running(folder))
            return Place(server.endpoint.url, 1)
        made: Cluster = await stack.enter_async_context(cluster(folder))
        return Place(made.url, 3)

    yield loop_of_servers.run(start())
    loop_of_servers.run(stack.aclose())


@pytest.fixture
async def nc(place: Place) -> AsyncIterator[Client]:
    """A connection to an empty log."""
    nc = await connect_for_ever(place.url, "test", wait=10)
    with contextlib.suppress(Exception):
        await nc.jetstream().delete_stream(EVENTS)
    await provision(nc, replicas=place.replicas, **SIZES)
    yield nc
    await nc.close()


@pytest.fixture
async def log(nc: Client) -> AsyncIterator[Log]:
    log = Log(nc)
    yield log
    await log.close()


async def stored(nc: Client) -> list[Event]:
    return [decode(message.data or b"", message.seq or 0) for message in await messages(nc)]


async def ids(nc: Client) -> list[str]:
    return [event.id for event in await stored(nc)]


async def test_one_event_is_stored_as_it_is(nc: Client, log: Log) -> None:
    first = note("i-1")
    assert await log.append([first], 0) == [1]
    assert await stored(nc) == [first._replace(seq=1)]


async def test_many_events_lie_side_by_side(nc: Client, log: Log) -> None:
    many = notes("i-1", 7)
    assert await log.append(many, 0) == list(range(1, 8))
    assert await ids(nc) == [event.id for event in many]


async def test_a_conflict_stores_nothing_of_many(nc: Client, log: Log) -> None:
    await log.append([note("i-1")], 0)
    with pytest.raises(Conflict) as refused:
        await log.append(notes("i-1", 3), 0)
    assert refused.value.last in {1, None}
    assert len(await messages(nc)) == 1


async def test_the_expected_sequence_is_the_aggregates_not_the_streams(log: Log) -> None:
    await log.append([note("i-1")], 0)
    await log.append([note("i-2")], 0)
    assert await log.append([note("i-1")], 1) == [3]
    with pytest.raises(Conflict):
        await log.append([note("i-2")], 3)


async def test_a_conflict_names_the_last_sequence_where_one_server_knows_it(
    place: Place, log: Log
) -> None:
    await log.append(notes("i-1", 2), 0)
    with pytest.raises(Conflict) as refused:
        await log.append([note("i-1")], 1)
    if place.replicas == 1:
        assert refused.value.last == 2
    assert "ev.yanqing.incident.i-1.>" in str(refused.value)


async def test_an_aggregate_of_another_site_is_another_aggregate(log: Log) -> None:
    await log.append([note("i-1", site="yanqing")], 0)
    assert await log.append([note("i-1", site="beijing")], 0) == [2]


async def test_of_writers_that_race_exactly_one_wins(place: Place, nc: Client) -> None:
    connections = [await connect_for_ever(place.url, f"w{n}", wait=10) for n in range(4)]
    logs = [Log(each) for each in connections]
    for number in range(15):
        key = f"i-{number}"
        results = await asyncio.gather(
            *(each.append(notes(key, 1 + n % 2), 0) for n, each in enumerate(logs)),
            return_exceptions=True,
        )
        won = [result for result in results if isinstance(result, list)]
        lost = [result for result in results if isinstance(result, Conflict)]
        assert (len(won), len(lost)) == (1, 3), results
        found = await load(nc, aggregate("yanqing", "incident", key))
        assert [event.seq for event in found] == won[0]
    for each, connection in zip(logs, connections, strict=True):
        await each.close()
        await connection.close()


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
