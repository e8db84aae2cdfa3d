"""What an append promises, on one server and on a cluster of three."""

import asyncio

import pytest
from nats.aio.client import Client

from events.subjects import aggregate
from services.connection import connect as connect_for_ever
from services.log import Conflict, Log, load
from tests.integration.append.place import Place, ids, stored
from tests.integration.made import note, notes
from tests.servers import messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


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
