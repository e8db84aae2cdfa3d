"""Follows the feeds that the log says are to be followed: each is asked in its turn.

Several processes may follow the same feeds. Each looks at what the log says was heard, so in the
end one of them asks and the others wait; what two of them bring is the same, under the same ids.
"""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from pydantic import TypeAdapter

from events.envelope import Event
from events.feed import FeedHeard, FeedRegistered
from events.ids import derive
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.bus import Handler
from services.decider import Rejected
from services.ending import end
from services.ids import new_id
from services.metrics import METRICS
from services.node import Node
from services.weather.commands import AskFeed, FeedCommand, HearFeed, TroubleFeed
from services.weather.feeds.decider import FEED, FeedState
from services.weather.feeds.handing import BY, HOME
from services.weather.feeds.look import Heard, Looks, Seen, Troubled
from services.weather.feeds.memory import Memory
from services.weather.feeds.pushed import Pushed
from services.weather.feeds.schedule import alarm_at, pause_s, regular

_log = structlog.get_logger()

_OWN_TROUBLE_S: Final = 5.0
_ASKED_WITHIN_S: Final = 5.0
_BREATH_S: Final = 0.2
"""Of the machine's time, between two looks: a clock that runs fast must not storm a server."""


@dataclass
class _Watch:
    """What this process knows of a feed besides what the log says."""

    memory: Memory
    failures: int = 0
    trouble: Troubled | None = None
    retry_at: datetime | None = None
    chance: float = 0.5
    poke: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list["asyncio.Future[Seen | None]"] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None


class Following:
    """Asks feeds, hands in what they bring, and says how they are."""

    def __init__(self, node: Node, feeds: Aggregates[FeedState]) -> None:
        self._node = node
        self._feeds = feeds
        self._looks = Looks(node)
        self._watches: dict[str, _Watch] = {}
        self._live = False
        self.looking = 0
        # Chance spreads load here and guards nothing.
        self._chance = random.Random()  # noqa: S311 - see above
        node.reader.add(self._apply, frozenset({"feed"}))

    async def start(self) -> None:
        """Begin to follow what is registered."""
        self._live = True
        for id in list(self._feeds.rows):
            self._watch(id)

    async def stop(self) -> None:
        """Ask nothing more. What is under way is done again by whoever follows next."""
        self._live = False
        for watch in self._watches.values():
            await end(watch.task)

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command about a feed; ask one now if that is the command."""
        if not isinstance(ask.command, AskFeed):
            return await self._feeds.handle(ask)
        id = ask.command.id
        known = self._feeds.state(id).followed
        if known is None or known.adapter == "push":
            raise Rejected(
                "not-asked",
                zh=f"询问数据源 {id}：没有这个数据源，或它由对方推送",
                en=f"ask feed {id}: there is none of that id, or it is handed in",
                field="id",
            )
        seen = await self._ask(self._watch(id))
        seq = self._feeds.rows[id][1]
        return Outcome((), seq, {"answered": isinstance(seen, Heard), **_shown(seen)})

    async def _ask(self, watch: "_Watch | None") -> Seen | None:
        """Have a feed asked now; None if it takes longer than whoever asks can wait."""
        if watch is None:
            return None
        answer: asyncio.Future[Seen | None] = asyncio.get_running_loop().create_future()
        watch.asked.append(answer)
        watch.poke.set()
        try:
            return await asyncio.wait_for(answer, _ASKED_WITHIN_S)
        except TimeoutError:
            return None

    def _apply(self, event: Event) -> None:
        """Look again when a feed was registered, removed, or heard by somebody."""
        if not self._live:
            return
        watch = self._watch(event.key)
        if watch is not None and isinstance(event.data, FeedRegistered):
            watch.retry_at, watch.failures, watch.trouble = None, 0, None
        if watch is not None and isinstance(event.data, FeedHeard):
            # Whoever heard it, it can be heard: the next turn is a regular one.
            watch.retry_at = None
        if watch is not None:
            watch.poke.set()

    def _watch(self, id: str) -> _Watch | None:
        """Return the watch of a feed that is asked, begun if it is new."""
        known = self._feeds.state(id).followed
        watch = self._watches.get(id)
        if known is None or known.adapter == "push" or not self._live:
            return watch
        if watch is None:
            watch = self._watches[id] = _Watch(Memory(known.adapter, known.url))
        if watch.task is None or watch.task.done():
            watch.chance = self._chance.random()
            watch.task = asyncio.create_task(self._follow(id, watch))
        return watch

    async def _follow(self, id: str, watch: _Watch) -> None:
        while (known := self._feeds.state(id).followed) and known.adapter != "push":
            if (watch.memory.adapter, watch.memory.url) != (known.adapter, known.url):
                watch.memory = Memory(known.adapter, known.url)
            now = self._node.clock.now()
            due = watch.retry_at or regular(self._feeds.state(id), known.interval_s, watch.chance)
            if watch.asked or due is None or due <= now:
                await self._turn(id, known, watch)
                await asyncio.sleep(_BREATH_S)
            elif (alarm := self._alarm(id, watch)) and alarm <= now:
                await self._tell(id, watch)
                await asyncio.sleep(_BREATH_S)
            else:
                await self._sleep(watch, min(due, alarm or due))
        self._let_go(id, watch)

    def _let_go(self, id: str, watch: _Watch) -> None:
        for answer in watch.asked:
            if not answer.done():
                answer.set_result(None)
        self._watches.pop(id, None)

    def _alarm(self, id: str, watch: _Watch) -> datetime | None:
        return alarm_at(self._feeds.state(id)) if watch.trouble else None

    async def _sleep(self, watch: _Watch, until: datetime) -> None:
        """Return at a moment, or when something is said of the feed meanwhile."""
        watch.poke.clear()
        if watch.asked:
            return
        tasks: set[asyncio.Task[object]] = {
            asyncio.create_task(watch.poke.wait()),
            asyncio.create_task(self._node.clock.sleep_until(until)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _turn(self, id: str, known: FeedRegistered, watch: _Watch) -> None:
        """Look at a feed and say what was seen. Nothing that goes wrong here ends the following."""
        asked, watch.asked = watch.asked, []
        watch.chance = self._chance.random()
        seen: Seen | None = None
        self.looking += 1
        try:
            seen = await self._looks.look(id, known, watch.memory)
            await self._say(id, known, watch, seen)
        except Exception as error:  # noqa: BLE001 - a feed that is not heard falls silent by itself
            METRICS.feed_looks.labels(known.adapter, "unavailable").inc()
            _log.warning("a feed could not be followed", feed=id, error=repr(error))
            watch.retry_at = self._in(_OWN_TROUBLE_S)
        finally:
            self.looking -= 1
            for answer in asked:
                if not answer.done():
                    answer.set_result(seen)

    async def _say(self, id: str, known: FeedRegistered, watch: _Watch, seen: Seen) -> None:
        if isinstance(seen, Troubled):
            watch.failures += 1
            pause = pause_s(known.interval_s, watch.failures, seen.retry_after_s, watch.chance)
            watch.trouble, watch.retry_at = seen, self._in(pause)
            _log.info("a feed is in trouble", feed=id, trouble=seen.trouble, why=seen.reason.en)
            await self._tell(id, watch)
            return
        watch.failures, watch.trouble, watch.retry_at = 0, None, None
        await self.hear(id, seen)
        if self._feeds.state(id).heard is None:
            watch.retry_at = self._in(known.interval_s)

    async def hear(self, id: str, seen: Heard) -> None:
        """Say that a feed was heard."""
        command = HearFeed(
            site=HOME,
            id=id,
            at=self._node.clock.now(),
            by=BY,
            entries=seen.entries,
            taken=seen.taken,
            refused=seen.refused,
        )
        await self._send(command)

    async def _tell(self, id: str, watch: _Watch) -> None:
        """Say what the trouble is; whether it has lasted long enough is decided there."""
        if watch.trouble is None:
            return
        command = TroubleFeed(
            site=HOME,
            id=id,
            at=self._node.clock.now(),
            by=BY,
            trouble=watch.trouble.trouble,
            reason=watch.trouble.reason,
        )
        await self._send(command)

    async def _send(self, command: HearFeed | TroubleFeed) -> None:
        id = new_id()
        await self._node.bus.send(Ask(command, id, derive("feed", command.id)))

    def _in(self, seconds: float) -> datetime:
        return self._node.clock.now() + timedelta(seconds=seconds)


def _shown(seen: Seen | None) -> dict[str, object]:
    match seen:
        case Heard(entries=entries, taken=taken, refused=refused):
            return {"entries": entries, "taken": taken, "refused": refused}
        case Troubled(trouble=trouble, reason=reason):
            return {"trouble": trouble, "reason": reason.model_dump()}
        case _:
            return {}


class Feeds:
    """What the weather service has of feeds: their decider, their wheel, who follows them."""

    def __init__(self, node: Node) -> None:
        commands: TypeAdapter[FeedCommand] = TypeAdapter(FeedCommand)
        feeds = node.decide(FEED, commands)
        self._node = node
        self._wheel = node.turn("feed")
        self.following = Following(node, feeds)
        self.pushed = Pushed(feeds, self.following.hear)
        node.bus.serve("feed", self.following.handle, commands.validate_python)

    def noticing(self, take: Handler) -> Handler:
        """Return what takes documents and notices those that are handed in as a feed's."""
        return self.pushed.noticing(take, lambda: self._node.reader.checkpoint)

    async def start(self) -> None:
        """Begin to follow."""
        await self.following.start()

    async def stop(self) -> None:
        """Follow no more."""
        await self.following.stop()
        await self.pushed.stop()

    def busy(self) -> int:
        """Tell how much is under way."""
        return self._wheel.firing + self.following.looking + self.pushed.waiting
