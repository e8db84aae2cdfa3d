"""Feeds that are silent, empty or broken: alarms within two intervals, and their end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import Edge
from tests.integration.fed import (
    START,
    atom,
    embedded,
    fed,
    known,
    linked,
    register,
    removed,
    row,
    shown,
    turn,
    until,
)
from tests.integration.feed_server import Asked, FeedServer, feed_server

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clock() -> ManualClock:
    return ManualClock(START)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(
    tmp_path_factory: pytest.TempPathFactory, clock: ManualClock
) -> AsyncIterator[Edge]:
    async with fed(tmp_path_factory.mktemp("feeds"), clock) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as served:
        yield served


NEVER = 120.0
"""Seconds: longer than any test waits."""


TROUBLES: dict[str, tuple[Callable[[FeedServer], None], str]] = {
    "500": (lambda server: server.says("/a", "down", 500), "broken"),
    "a page": (lambda server: server.says("/a", "<!DOCTYPE html><html>maintenance"), "broken"),
    "no xml": (lambda server: server.says("/a", "<feed><entry"), "broken"),
    "cut": (lambda server: server.says("/a", embedded("x"), Content_Length="99999"), "broken"),
    "a loop": (lambda server: server.says("/a", status=302, Location="/a"), "broken"),
    "nothing": (lambda server: server.says("/a", ""), "empty"),
    "no entry": (lambda server: server.says("/a", atom()), "empty"),
    "no document": (lambda server: server.says("/a", atom(linked("/gone.xml"))), "broken"),
    "silence": (lambda server: server.pages.__setitem__("/a", _silence), "silent"),
}


async def _silence(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(NEVER)


async def alerts_about(muster: Edge, id: str) -> list[Any]:
    await muster.settle()
    picture = await muster.admin.picture()
    return [one for one in picture["alerts"] if one["about"] == {"kind": "feed", "id": id}]


@pytest.mark.parametrize("name", TROUBLES)
async def test_trouble_raises_an_alarm_within_two_intervals_and_ends_it_with_the_recovery(
    muster: Edge, clock: ManualClock, server: FeedServer, name: str
) -> None:
    begin, trouble = TROUBLES[name]
    id = f"t-{list(TROUBLES).index(name)}"
    server.says("/a", embedded(f"T-{name}"))
    await register(muster, id, url=server.url("/a"))
    await until(lambda: row(muster, id).heard_at)
    heard_at = row(muster, id).heard_at

    begin(server)
    if name != "silence":
        # It is asked once more; of that alone nobody is told, nor as the second interval ends.
        await turn(muster, clock, server, "/a")
        clock.turn_by(timedelta(seconds=48))
        await asyncio.sleep(0.1)
        assert row(muster, id).failed_at is None
    # Second by second, as time goes by: nothing before two intervals, and then at once.
    for _ in range(155):
        clock.turn_by(timedelta(seconds=1))
        # The clock stands still while the last look is under way, however long that takes.
        due = name != "silence" and clock.now() - heard_at >= timedelta(seconds=120)
        for _ in range(200 if due else 3):
            await asyncio.sleep(0.01)
            if row(muster, id).failed_at:
                break
        if row(muster, id).failed_at:
            break
    else:
        raise AssertionError("nobody is told")
    failed_at = row(muster, id).failed_at
    assert failed_at is not None
    # Of one that does not answer it is known only when the machine's time for an answer is over.
    last = 150 if name == "silence" else 122
    assert timedelta(seconds=120) <= failed_at - heard_at <= timedelta(seconds=last)
    assert row(muster, id).trouble == trouble
    assert (await shown(muster, id))["state"] == "failed"
    [alert] = await alerts_about(muster, id)
    assert alert["status"] == "raised"

    server.says("/a", embedded(f"T-{name}", f"R-{name}"))
    answer = (await muster.admin.post(f"/feeds/{id}/ask")).json()
    assert answer["answered"] is True, answer
    await until(lambda: row(muster, id).failed_at is None)
    assert await alerts_about(muster, id) == []
    seen = await shown(muster, id)
    assert (seen["state"], seen["trouble"]) == ("ok", None)
    assert seen["last_trouble"]["trouble"] == trouble
    assert known(muster, f"R-{name}")
    await removed(muster, id)


async def test_a_server_that_recovers_is_noticed_without_being_told(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", "down", 500)
    await register(muster, "back", url=server.url("/a"))
    for _ in range(3):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.3)
    await until(lambda: row(muster, "back").failed_at)
    server.says("/a", embedded("B1"))
    before = server.asked["/a"]
    for _ in range(8):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.3)
        if row(muster, "back").failed_at is None:
            break
    assert server.asked["/a"] > before
    assert row(muster, "back").failed_at is None
    await removed(muster, "back")


async def test_a_feed_that_may_be_empty_is_well_without_entries(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", atom())
    await register(muster, "calm", url=server.url("/a"), may_be_empty=True)
    for _ in range(4):
        await turn(muster, clock, server, "/a")
    assert (await shown(muster, "calm"))["state"] == "ok"
    await removed(muster, "calm")


async def test_a_server_is_not_asked_before_it_wants_to_be(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", "later", 503, Retry_After="600")
    await register(muster, "later", url=server.url("/a"))
    await until(lambda: server.asked["/a"])
    for _ in range(9):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.1)
    assert server.asked["/a"] == 1
    assert row(muster, "later").failed_at is not None
    clock.turn_by(timedelta(seconds=120))
    await until(lambda: server.asked["/a"] == 2)
    await removed(muster, "later")
