"""What the tests of feeds share: documents, lists of them, and what Muster makes of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.clock import ManualClock
from services.settings import Limits
from tests.integration.edge import Edge, edge
from tests.integration.feed_server import FeedServer

NAME = {"zh": "北京预警", "en": "Warnings of Beijing"}
START = datetime(2022, 2, 13, 4, tzinfo=UTC)


@asynccontextmanager
async def fed(folder: Path, clock: ManualClock) -> AsyncIterator[Edge]:
    """Run a Muster that has little patience with feeds."""
    limits = Limits(feed_timeout_s=1.5, feed_documents=50, feeds=40)
    async with edge(folder, clock=clock, limits=limits) as running:
        yield running


async def until(what: Callable[[], Any], within_s: float = 20.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():
            await asyncio.sleep(0.02)


def row(muster: Edge, id: str) -> Any:
    return muster.node.picture.feeds.rows[id]


async def register(muster: Edge, id: str, **said: Any) -> None:
    body = {"id": id, "name": NAME, "adapter": "atom", "interval_s": 60, "private": True, **said}
    answer = await muster.admin.post("/feeds", body)
    assert answer.status_code == 200, answer.text


async def removed(muster: Edge, id: str) -> None:
    assert (await muster.admin.delete(f"/feeds/{id}")).status_code == 200


async def shown(muster: Edge, id: str) -> Any:
    answer = (await muster.admin.get("/feeds")).json()
    return next(one for one in answer["feeds"] if one["id"] == id)


def cap(identifier: str, *, sender: str = "duty@weather.example") -> str:
    sent = START.isoformat(timespec="seconds")
    expires = (START + timedelta(hours=9)).isoformat(timespec="seconds")
    return f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><language>zh-CN</language><category>Met</category><event>大风</event>
<urgency>Expected</urgency><severity>Moderate</severity><certainty>Likely</certainty>
<expires>{expires}</expires><area><areaDesc>远方</areaDesc><circle>10,10 5</circle></area>
</info></alert>"""


def atom(*entries: str) -> str:
    inside = "".join(f"<entry><id>{n}</id>{one}</entry>" for n, one in enumerate(entries))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{inside}</feed>'


def linked(url: str, stamp: str = "2022-02-13T00:00:00Z") -> str:
    return f'<updated>{stamp}</updated><link type="application/cap+xml" href="{url}"/>'


def embedded(*identifiers: str) -> str:
    return atom(*(f'<content type="text/xml">{cap(one)}</content>' for one in identifiers))


def known(muster: Edge, identifier: str) -> list[Any]:
    rows = muster.node.picture.warnings.rows.values()
    return [one for one in rows if one.message.identifier == identifier]


async def turn(muster: Edge, clock: ManualClock, server: FeedServer, path: str) -> None:
    """Let a minute pass; return when the feed was asked once more and that was dealt with."""
    before = server.asked[path]
    clock.turn_by(timedelta(seconds=64))
    await until(lambda: server.asked[path] > before)
    await muster.settle()
