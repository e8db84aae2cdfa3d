"""A log in memory that several processes read at their own pace, to be handed to `Aggregates`."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from events.envelope import Event
from events.subjects import of_aggregate
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.decider import Decider, Rejected
from services.log import Conflict, LogUnavailable
from services.log.seen import Seen
from tests.moments import NOON


class PaperLog:
    """What is stored, in order. `reads` counts how often an aggregate was read from it."""

    stream = "EV"

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reads = 0
        self.meanwhile: list[Event] = []
        """What somebody else stores while an aggregate is being read."""
        self.readers: list[PaperReader] = []
        self.nc = self

    async def append(self, events: Sequence[Event], expected: int | None = None) -> list[int]:
        first = events[0]
        lies = (each.seq for each in self.events if _place(each) == _place(first))
        last = max(lies, default=0)
        if expected is not None and expected != last:
            raise Conflict(first.key, expected, last)
        return [self.store(event) for event in events]

    def store(self, event: Event) -> int:
        self.events.append(event._replace(seq=len(self.events) + 1))
        return len(self.events)

    async def load_whole(self, filter: str, *, stream: str) -> list[Event]:
        """Stand in for `services.log.load.load_whole`, whose connection is this log."""
        self.reads += 1
        found = [each for each in self.events if of_aggregate(each.kind, each.key) == filter]
        for event in self.meanwhile:
            self.store(event)
        self.meanwhile = []
        for reader in self.readers:
            reader.catch_up_now()
        return found


class PaperReader:
    """Hands what is stored to one fold."""

    def __init__(self, log: PaperLog) -> None:
        self._log = log
        self.seen = Seen()
        self.fold: Aggregates[Any]
        self.checkpoint = 0

    def catch_up_now(self, upto: int | None = None) -> None:
        for event in self._log.events[self.checkpoint : upto]:
            if self.seen.first_time(event):
                self.fold.apply(event)
            self.checkpoint = event.seq

    async def catch_up(self) -> None:
        self.catch_up_now()

    async def reached(self, seq: int) -> None:
        self.catch_up_now(max(seq, self.checkpoint))


class PaperClock:
    """Stands still for long: each look is a microsecond later."""

    def __init__(self) -> None:
        self._at = NOON

    def now(self) -> Any:
        self._at += timedelta(microseconds=1)
        return self._at


class Processes:
    """Some processes that decide on one kind. With `kept_events` None nothing leaves memory."""

    def __init__(self, decider: Decider[Any, Any], count: int, kept_events: int | None) -> None:
        self._decider = decider if kept_events is not None else replace(decider, over=None)
        self._kept_events = kept_events or 0
        self.log = PaperLog()
        self.members = [self._member() for _ in range(count)]

    def _member(self) -> tuple[Aggregates[Any], PaperReader]:
        log: Any = self.log
        reader: Any = PaperReader(self.log)
        clock: Any = PaperClock()
        aggregates = Aggregates(self._decider, log, reader, clock)
        aggregates.kept_events = self._kept_events
        reader.fold = aggregates
        return aggregates, reader

    def restart(self, number: int) -> None:
        """Go on from a snapshot in a process of its own."""
        aggregates, reader = self.members[number]
        kept, seen = pickle.loads(pickle.dumps((aggregates.keep(), reader.seen.state())))
        fresh, reading = self.members[number] = self._member()
        fresh.take_up(kept)
        reading.seen.restore(seen)
        reading.checkpoint = reader.checkpoint

    async def decide(self, number: int, ask: Ask) -> Outcome | tuple[str, str]:
        """Return the outcome, or the code and the words of what kept it from being decided."""
        try:
            return await self.members[number][0].handle(ask)
        except Rejected as refused:
            return refused.code, str(refused)
        except LogUnavailable as error:
            return "unavailable", str(error)

    def catch_up(self, number: int) -> None:
        self.members[number][1].catch_up_now()


def _place(event: Event) -> tuple[str, str, str]:
    return event.site, event.kind, event.key
