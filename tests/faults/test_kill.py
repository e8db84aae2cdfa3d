"""Kill what can be killed in the middle of a load, and count what is lost."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import orjson
import pytest

from events.envelope import decode
from projections.picture import Picture
from projections.view import view
from tests.faults.load import Follower, Reporters, read_log
from tests.servers import Muster, connect, messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(150)]


class Site:
    """A muster that is killed and started again at the same place."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.muster = Muster(data)
        self._place = self.muster.same_place()

    def start_again(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self.muster = Muster(self._data, *self._place)
            except AssertionError:
                # Its nats-server may still be on its way out, and hold the port.
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return

    def kill_nats(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.muster.nats_pid, signal.SIGKILL)

    def kill_muster(self) -> None:
        self.muster.kill()

    def kill_both(self) -> None:
        pid = self.muster.nats_pid
        self.muster.process.send_signal(signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.muster.kill()

    async def ready(self, within_s: float = 20) -> None:
        deadline = time.monotonic() + within_s
        async with httpx.AsyncClient(timeout=5) as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(f"{self.muster.url}/readyz")).status_code == 200:
                        return
                assert time.monotonic() < deadline, f"not ready: {self.muster.said[-3000:]}"
                await asyncio.sleep(0.05)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "data")
    yield made
    if made.muster.process.poll() is None:
        made.muster.stop()


@asynccontextmanager
async def under_load(site: Site) -> AsyncIterator[tuple[Reporters, Follower]]:
    """Keep reporters and a responder busy; at the end let everything come to rest."""
    reporters = Reporters(site.muster.url, site.muster.headers)
    follower = Follower(site.muster.url, site.muster.headers)
    reporting = asyncio.create_task(reporters.run())
    following = asyncio.create_task(follower.run())
    await asyncio.sleep(0.7)
    try:
        yield reporters, follower
        await asyncio.sleep(0.7)
        reporters.stopped = True
        await asyncio.wait_for(reporting, 60)
        await site.ready()
        severe = sum(each["severity"] == "severe" for each in reporters.sent.values())
        await _until_raised(follower, severe)
    finally:
        reporting.cancel()
        following.cancel()
        await asyncio.wait({reporting, following})


async def _until_raised(follower: Follower, count: int, within_s: float = 75) -> None:
    # What the killed process had in hand comes again after the consumer's ack wait of 30 s.
    deadline = time.monotonic() + within_s
    while len({about for _, type, about in follower.got if type == "raised"}) < count:
        assert time.monotonic() < deadline, f"{len(follower.got)} of {count} alerts"
        await asyncio.sleep(0.1)


async def judge(site: Site, what: str, reporters: Reporters, follower: Follower) -> None:
    """Compare what everyone was told with the log, and the picture with a fresh fold of it."""
    await reporters.send_all_again()
    found = await read_log(site.muster)
    accepted = {each["event"]: each["seq"] for each in reporters.accepted.values()}
    lost = {id for id, seq in accepted.items() if found.reported.get(id) != seq}
    doubles = len(found.ids) - len(set(found.ids))
    print(
        f"\n{what}: sent {len(reporters.sent)}, accepted {len(accepted)}, "
        f"in the log {len(found.reported)}, lost {len(lost)}, duplicates {doubles}; "
        f"alerts raised {len(found.raised)}, told on the stream {len(follower.got)} over "
        f"{follower.connections} connections; answers {dict(reporters.statuses)}",
        file=sys.stderr,
    )
    assert not reporters.surprises
    assert not lost
    assert not doubles
    assert set(accepted) == set(found.reported)
    assert len(accepted) == len(reporters.sent) > 100
    severe = {
        each["incident"]
        for id, each in reporters.accepted.items()
        if reporters.sent[id]["severity"] == "severe"
    }
    assert sorted(found.raised) == sorted(severe)
    assert [(seq, type) for seq, type, _ in follower.got] == found.alerts
    await _same_picture(site)


async def _same_picture(site: Site) -> None:
    """See that what is served equals a fold of the log from its beginning, byte for byte."""
    async with site.muster.http() as http:
        live = (await http.get("/api/v1/picture")).json()
    live.pop("clock")
    nc = await connect(site.muster.nats)
    try:
        log = await messages(nc)
    finally:
        await nc.close()
    fresh = Picture()
    for message in log:
        fresh.apply(decode(message.data or b"", message.seq or 0))
    assert fresh.seq == live["seq"]
    shown = view(fresh, datetime.fromisoformat(live["at"]))
    assert orjson.dumps(shown) == orjson.dumps(live)


async def test_nats_killed_again_and_again(site: Site) -> None:
    async with under_load(site) as (reporters, follower):
        for _ in range(4):
            site.kill_nats()
            await asyncio.sleep(0.9)
    await judge(site, "nats-server killed 4 times", reporters, follower)


async def test_muster_killed_again_and_again(site: Site) -> None:
    async with under_load(site) as (reporters, follower):
        for _ in range(2):
            site.kill_muster()
            await asyncio.to_thread(site.start_again)
            await asyncio.sleep(0.7)
    await judge(site, "muster killed 2 times", reporters, follower)


async def test_both_killed_again_and_again(site: Site) -> None:
    async with under_load(site) as (reporters, follower):
        for _ in range(2):
            site.kill_both()
            await asyncio.to_thread(site.start_again)
            await asyncio.sleep(0.7)
    await judge(site, "both killed 2 times", reporters, follower)
