"""Handing in what a feed brought."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, NamedTuple

import structlog

from events.fact import Text
from events.ids import derive
from services.ask import Ask, Outcome
from services.decider import Rejected
from services.metrics import METRICS
from services.node import Node
from services.weather.commands import TakeDocument
from services.weather.feeds.memory import Memory, digest_of
from services.weather.feeds.reading import Found

_log = structlog.get_logger()

BY: Final = "service:feeds"
HOME: Final = "hq"
_AT_ONCE: Final = 8


class Count(NamedTuple):
    """What became of documents: messages that were new, documents that were refused and the last
    reason, and documents that there was no time for.
    """

    taken: int = 0
    refused: int = 0
    reason: Text | None = None
    left: int = 0

    def __add__(self, other: object) -> "Count":
        if not isinstance(other, Count):
            return NotImplemented
        return Count(
            self.taken + other.taken,
            self.refused + other.refused,
            other.reason or self.reason,
            self.left + other.left,
        )


async def hand_in(node: Node, feed: str, memory: Memory, found: Found, source: str) -> Count:
    """Have a document taken, unless this process has already.

    Raises LogUnavailable, LogFull, LogBroken: then it is handed in again.
    """
    digest = digest_of(found.body)
    if not memory.is_new(digest):
        return Count()
    command = TakeDocument(
        site=HOME,
        id="cap",
        at=node.clock.now(),
        by=BY,
        body=base64.b64encode(found.body).decode("ascii"),
        feed=feed,
        media_type=found.media_type,
        source=source[:300],
        vouched=True,
    )
    id = derive("feed-document", feed, digest)
    before = node.reader.checkpoint
    try:
        outcome = await node.bus.send(Ask(command, id, id))
    except Rejected as refusal:
        _log.warning("a feed's document is refused", feed=feed, source=source, why=str(refusal))
        METRICS.feed_documents.labels("refused").inc()
        memory.note(digest)
        return Count(refused=1, reason=refusal.reason)
    METRICS.feed_documents.labels("taken").inc()
    memory.note(digest)
    return Count(taken=new_messages(outcome, before))


def new_messages(outcome: Outcome, before: int) -> int:
    """Count the messages of a document that were not in the log up to a sequence."""
    results = (outcome.detail or {}).get("results", ())
    return sum(row.get("status") == "accepted" and row.get("seq", 0) > before for row in results)


async def each(
    work: Iterable[Callable[[], Awaitable[Count]]], *, at_once: int = _AT_ONCE, until: float
) -> Count:
    """Do some work, a few pieces at a time, and begin none after a moment of the loop's clock."""
    places = asyncio.Semaphore(at_once)
    loop = asyncio.get_running_loop()

    async def one(piece: Callable[[], Awaitable[Count]]) -> Count:
        async with places:
            return Count(left=1) if loop.time() > until else await piece()

    results = await asyncio.gather(*(one(piece) for piece in work), return_exceptions=True)
    total = Count()
    for result in results:
        if isinstance(result, BaseException):
            raise result
        total += result
    return total
