"""One look at a feed: what it says is fetched, and what is new in it is handed in."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import httpx
import structlog

from events.fact import Text
from events.feed import FeedRegistered, Trouble
from services.metrics import METRICS
from services.node import Node
from services.weather.feeds.adapters import read_answer
from services.weather.feeds.fetch import Fetcher, Known, NotFetched
from services.weather.feeds.folder import Listing, list_folder, read_file
from services.weather.feeds.handing import Count, each, hand_in
from services.weather.feeds.memory import Had, Memory
from services.weather.feeds.reading import (
    CAP_TYPE,
    Found,
    Link,
    Unreadable,
    is_blank,
    is_html,
)

_log = structlog.get_logger()

_FETCHES_AT_ONCE: Final = 4
_LEAST_S: Final = 10.0
"""A look may take as long as the interval, and this long at least; the next one goes on."""
_SETTLES_S: Final = 1.0
"""A file that is as large after this time as before is no longer being written."""

_NOTHING: Final = Text(zh="没有任何条目", en="it lists nothing")


class Heard(NamedTuple):
    """It answered and could be read."""

    entries: int
    taken: int = 0
    refused: int = 0


class Troubled(NamedTuple):
    """Nothing could be had."""

    trouble: Trouble
    reason: Text
    retry_after_s: float = 0.0


Seen: TypeAlias = Heard | Troubled


class Looks:
    """Looks at feeds, of whatever adapter that is asked."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._limits = node.settings.limits
        self._folders = node.settings.feed_folders or node.settings.data / "feeds"

    async def look(self, id: str, feed: FeedRegistered, memory: Memory) -> Seen:
        """Look at a feed once.

        Raises LogUnavailable, LogFull, LogBroken: that is no trouble of the feed's.
        """
        look = self._at_folder if feed.adapter == "folder" else self._at_address
        try:
            seen = await look(id, feed, memory)
        except NotFetched as error:
            seen = Troubled(error.trouble, error.reason, error.retry_after_s)
        except Unreadable as error:
            seen = Troubled("broken", error.reason)
        outcome = "heard" if isinstance(seen, Heard) else seen.trouble
        METRICS.feed_looks.labels(feed.adapter, outcome).inc()
        return seen

    def _until(self, feed: FeedRegistered) -> float:
        return asyncio.get_running_loop().time() + max(_LEAST_S, feed.interval_s)

    async def _at_address(self, id: str, feed: FeedRegistered, memory: Memory) -> Seen:
        until = self._until(feed)
        limits = self._limits
        async with Fetcher(limit=limits.feed_bytes, within_s=limits.feed_timeout_s) as fetcher:
            answer = await fetcher.get(feed.url, private=feed.private, known=memory.known)
            documents: tuple[Found, ...] = ()
            whole = False
            if answer.changed:
                reading = await asyncio.to_thread(
                    read_answer, feed.adapter, answer.body, answer.url
                )
                memory.entries = max(reading.entries, len(reading.documents))
                memory.links = reading.links
                memory.forget_others(reading.links)
                documents, whole = reading.documents, reading.whole
            count = await each(
                (partial(hand_in, self._node, id, memory, one, feed.url) for one in documents),
                until=until,
            )
            # Whatever there was no time for is found again in the next answer.
            memory.known = Known() if count.left else answer.known
            if whole and count.refused and count.reason:
                memory.known = Known()
                return Troubled("broken", count.reason)
        return await self._judged(id, feed, memory, count, until)

    async def _judged(
        self, id: str, feed: FeedRegistered, memory: Memory, count: Count, until: float
    ) -> Seen:
        """Return what is to be said of an answer, once what it links is fetched."""
        if not memory.entries:
            return Heard(0) if feed.may_be_empty else Troubled("empty", _NOTHING)
        wanted = memory.wanted(memory.links, self._limits.feed_documents)
        if wanted:
            linked, failure = await self._links(id, feed, memory, wanted, until)
            count += linked
            if failure and not any(had.done for had in memory.had.values()):
                return failure
        return Heard(memory.entries, count.taken, count.refused)

    async def _links(
        self, id: str, feed: FeedRegistered, memory: Memory, links: list[Link], until: float
    ) -> tuple[Count, Troubled | None]:
        """Fetch what is linked. Return the trouble if nothing of it could be had."""
        failures: list[NotFetched] = []
        limits = self._limits
        async with Fetcher(limit=limits.body_bytes, within_s=limits.feed_timeout_s) as fetcher:

            async def one(link: Link) -> Count:
                try:
                    return await self._link(id, feed, memory, link, fetcher)
                except NotFetched as error:
                    failures.append(error)
                    had = memory.had.get(link.url, Had("", Known()))
                    memory.had[link.url] = had._replace(done=False)
                    METRICS.feed_documents.labels("not-fetched").inc()
                    _log.warning("a document is not had", feed=id, url=link.url, why=str(error))
                    return Count()

            work = (partial(one, link) for link in links)
            count = await each(work, at_once=_FETCHES_AT_ONCE, until=until)
        if not failures or len(failures) + count.left < len(links):
            return count, None
        last = failures[-1]
        reason = Text(
            zh=f"列出的文件都无法取得：{last.reason.zh}",
            en=f"none of the documents that it lists can be had: {last.reason.en}",
        )
        return count, Troubled("broken", reason, last.retry_after_s)

    async def _link(
        self, id: str, feed: FeedRegistered, memory: Memory, link: Link, fetcher: Fetcher
    ) -> Count:
        had = memory.had.get(link.url)
        known = had.known if had is not None and had.done else Known()
        private = feed.private and _same_origin(link.url, feed.url)
        answer = await fetcher.get(link.url, private=private, known=known)
        count = Count()
        if answer.changed:
            if is_blank(answer.body) or is_html(answer.body):
                said = Text(zh="返回的不是文件", en="there is no document")
                raise NotFetched("broken", said)
            found = Found(answer.body, answer.media_type or CAP_TYPE)
            count = await hand_in(self._node, id, memory, found, answer.url)
        memory.had[link.url] = Had(link.stamp, answer.known)
        return count

    async def _at_folder(self, id: str, feed: FeedRegistered, memory: Memory) -> Seen:
        until = self._until(feed)
        listing = await asyncio.to_thread(list_folder, self._folders, feed.url)
        for gone in memory.files.keys() - listing.files.keys():
            del memory.files[gone]
        new = [name for name, file in listing.files.items() if memory.files.get(name) != file]
        count = Count()
        if new:
            await asyncio.sleep(_SETTLES_S)
            again = await asyncio.to_thread(list_folder, self._folders, feed.url)
            still = [name for name in new if again.files.get(name) == listing.files[name]]
            work = (partial(self._file, id, memory, listing, name) for name in still)
            count = await each(work, until=until)
        memory.entries = len(listing.files)
        if not memory.entries:
            return Heard(0) if feed.may_be_empty else Troubled("empty", _NOTHING)
        return Heard(memory.entries, count.taken, count.refused)

    async def _file(self, id: str, memory: Memory, listing: Listing, name: str) -> Count:
        limit = self._limits.body_bytes
        body = await asyncio.to_thread(read_file, listing.folder, name, limit)
        if body is None:
            too_large = listing.files[name].size > limit
            if too_large:
                memory.files[name] = listing.files[name]
                _log.warning("a file is too large", feed=id, file=name, limit=limit)
            return Count(refused=int(too_large))
        count = Count()
        if not is_blank(body):
            count = await hand_in(self._node, id, memory, Found(body), Path(name).name)
        memory.files[name] = listing.files[name]
        return count


def _same_origin(one: str, other: str) -> bool:
    a, b = httpx.URL(one), httpx.URL(other)
    return (a.scheme, a.host, a.port) == (b.scheme, b.host, b.port)
