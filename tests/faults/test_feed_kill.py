"""Whoever follows a feed is killed in the middle of a look: no message is lost, none doubled."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from events.envelope import decode
from events.weather import WarningIssued
from tests.faults.test_kill import Site
from tests.integration.feed_server import Asked, FeedServer, answer, feed_server
from tests.servers import connect, messages, run_service

pytestmark = [pytest.mark.nats, pytest.mark.timeout(180)]

DOCUMENTS = 240
EMBEDDED = 40
INTERVAL_S = 5


def cap(identifier: str) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    return f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{identifier}</identifier><sender>duty@weather.example</sender>
<sent>{now.isoformat()}</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><language>zh-CN</language><category>Met</category><event>大风</event>
<urgency>Expected</urgency><severity>Moderate</severity><certainty>Likely</certainty>
<expires>{(now + timedelta(hours=9)).isoformat()}</expires>
<area><areaDesc>远方</areaDesc><circle>10,10 5</circle></area></info></alert>"""


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FeedServer]:
    """A feed that lists documents, of which each takes a moment, and holds some itself."""
    async with feed_server() as served:
        bodies = {f"/{n}.xml": cap(f"linked-{n}").encode() for n in range(DOCUMENTS)}

        async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.01)
            answer(writer, 200, bodies[asked.path], {})

        served.pages |= dict.fromkeys(bodies, slowly)
        links = "".join(f'<entry><link href="{path}"/></entry>' for path in bodies)
        inside = "".join(
            f"<entry><content>{cap(f'embedded-{n}')}</content></entry>" for n in range(EMBEDDED)
        )
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{links}{inside}</feed>'
        served.changes("/feed", feed, '"1"')
        yield served


async def follow(url: str, token: str, server: FeedServer) -> None:
    said = {
        "id": "killed", "name": {"zh": "源", "en": "feed"}, "adapter": "atom",
        "url": server.url("/feed"), "interval_s": INTERVAL_S, "private": True,
    }  # fmt: skip
    async with httpx.AsyncClient(timeout=10) as http:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await http.post(f"{url}/api/v1/feeds", json=said, headers=headers)
        assert answer.status_code == 200, answer.text


async def stored(nats: str) -> Counter[str]:
    """Return how often each message was issued."""
    nc = await connect(nats)
    try:
        events = [decode(message.data or b"", message.seq or 0) for message in await messages(nc)]
    finally:
        await nc.close()
    return Counter(
        event.data.message.identifier for event in events if isinstance(event.data, WarningIssued)
    )


def everything() -> set[str]:
    linked = {f"linked-{n}" for n in range(DOCUMENTS)}
    return linked | {f"embedded-{n}" for n in range(EMBEDDED)}


async def until_asked(server: FeedServer, times: int) -> None:
    async with asyncio.timeout(60):
        while sum(server.asked.values()) < times:
            await asyncio.sleep(0.005)


async def test_killed_in_the_middle_of_looks_nothing_is_lost_or_doubled(
    tmp_path: Path, server: FeedServer
) -> None:
    site = Site(tmp_path / "data")
    try:
        await follow(site.muster.url, site.muster.ready["token"], server)
        for killed, more in enumerate((10, 60, 130)):
            server.asked.clear()
            await until_asked(server, more)
            (site.kill_both if killed == 1 else site.kill_muster)()
            await asyncio.to_thread(site.start_again)
        async with asyncio.timeout(60):
            while set(await stored(site.muster.nats)) != everything():
                await asyncio.sleep(0.5)
        assert set((await stored(site.muster.nats)).values()) == {1}
    finally:
        if site.muster.process.poll() is None:
            site.muster.stop()


async def test_several_processes_bring_each_message_once_and_outlive_one_another(
    tmp_path: Path, server: FeedServer
) -> None:
    site = Site(tmp_path / "data")
    try:
        await follow(site.muster.url, site.muster.ready["token"], server)
        with run_service("weather", site.muster.nats, tmp_path / "second") as second:
            await until_asked(server, 100)
            second.kill()
        async with asyncio.timeout(60):
            while set(await stored(site.muster.nats)) != everything():
                await asyncio.sleep(0.5)
        assert set((await stored(site.muster.nats)).values()) == {1}
    finally:
        site.muster.stop()
