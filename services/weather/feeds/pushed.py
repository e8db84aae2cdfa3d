"""What is handed in as a feed's: whoever sends it is heard with every document."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.bus import Handler
from services.decider import Rejected
from services.ending import end
from services.weather.commands import TakeDocument
from services.weather.feeds.decider import FeedState
from services.weather.feeds.handing import BY, new_messages
from services.weather.feeds.look import Heard

_log = structlog.get_logger()

_PAUSE_S: Final = 0.5

Hear = Callable[[str, Heard], Awaitable[None]]


class Pushed:
    """Counts what comes and says so: at once, and together what came while it was being said."""

    def __init__(self, feeds: Aggregates[FeedState], hear: Hear) -> None:
        self._feeds = feeds
        self._hear = hear
        self._counts: dict[str, Heard] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def waiting(self) -> int:
        """How many feeds something is still to be said of."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Say nothing more."""
        for task in list(self._tasks.values()):
            await end(task)

    def noticing(self, take: Handler, newest: Callable[[], int]) -> Handler:
        """Return what takes documents and notices those that are handed in as a feed's. `newest`
        tells the last sequence that is folded.
        """

        async def handle(ask: Ask) -> Outcome:
            command = ask.command
            if not isinstance(command, TakeDocument) or command.feed is None or command.by == BY:
                return await take(ask)
            self._must_be_pushed(command.feed)
            before = newest()
            try:
                outcome = await take(ask)
            except Rejected:
                self._note(command.feed, Heard(1, refused=1))
                raise
            self._note(command.feed, Heard(1, taken=new_messages(outcome, before)))
            return outcome

        return handle

    def _must_be_pushed(self, id: str) -> None:
        known = self._feeds.state(id).followed
        if known is None or known.adapter != "push":
            raise Rejected(
                "not-a-push-feed",
                zh=f"接收文件：{id} 不是由对方推送的数据源",
                en=f"take a document of feed {id}: it is no feed whose documents are handed in",
                field="feed",
            )

    def _note(self, id: str, seen: Heard) -> None:
        had = self._counts.get(id, Heard(0))
        self._counts[id] = Heard(
            had.entries + seen.entries, had.taken + seen.taken, had.refused + seen.refused
        )
        if id not in self._tasks:
            task = self._tasks[id] = asyncio.create_task(self._say(id))
            task.add_done_callback(lambda _: self._tasks.pop(id, None))

    async def _say(self, id: str) -> None:
        while seen := self._counts.pop(id, None):
            try:
                await self._hear(id, seen)
            except Exception as error:  # noqa: BLE001 - the document itself is in the log
                _log.warning("a feed was heard, which is not recorded", feed=id, error=repr(error))
                await asyncio.sleep(_PAUSE_S)
                return
