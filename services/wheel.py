"""Fires deadlines. Rebuilt from the log, so a restart fires what fell due meanwhile.

Firing is a command to the aggregate the deadline binds, with an id that follows from the event that
set it: with several wheels running it still happens once.
"""

import asyncio
import heapq
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.ids import derive
from services.ask import Ask
from services.bus import Bus
from services.clock import Clock
from services.deadlines import MissDeadline
from services.decider import Rejected
from services.ending import end
from services.metrics import METRICS

_log = structlog.get_logger()

_RETRY_S = 0.2


class _Set(NamedTuple):
    due_at: datetime
    event_id: str
    correlation_id: str
    site: str


class Wheel:
    """Watches the deadlines of some kinds of aggregates."""

    def __init__(self, kinds: frozenset[str], bus: Bus, clock: Clock) -> None:
        self.kinds = kinds
        self._bus = bus
        self._clock = clock
        self._live: dict[tuple[str, str, str], _Set] = {}
        self._heap: list[tuple[datetime, str, tuple[str, str, str]]] = []
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._again: set[asyncio.TimerHandle] = set()
        self.firing = 0

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.data
        if event.kind not in self.kinds:
            return
        if isinstance(fact, DeadlineSet):
            self._set(event, fact.name, fact.due_at)
        elif bound := fact.binds():
            self._set(event, *bound)
        elif isinstance(fact, DeadlineMet | DeadlineMissed):
            self._live.pop((event.kind, event.key, fact.name), None)

    def _set(self, event: Event, name: str, due_at: datetime) -> None:
        key = (event.kind, event.key, name)
        self._live[key] = _Set(due_at, event.id, event.correlation_id, event.site)
        heapq.heappush(self._heap, (due_at, event.id, key))
        self._changed.set()

    def keep(self) -> Any:
        """Return the deadlines that are set."""
        # Not the heap: what is being fired at this moment is not in it.
        entries = sorted((each.due_at, each.event_id, key) for key, each in self._live.items())
        return self._live, entries

    def take_up(self, state: Any) -> None:
        """Go on from deadlines that were kept."""
        self._live, self._heap = state

    def __len__(self) -> int:
        return len(self._live)

    def next_due(self) -> datetime | None:
        """Return the moment of the earliest deadline that is still open."""
        while self._heap and not self._is_live(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    async def start(self) -> None:
        """Begin to fire."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Fire nothing more. What falls due is fired after the next start."""
        for again in self._again:
            again.cancel()
        await end(self._task)

    def _is_live(self, entry: tuple[datetime, str, tuple[str, str, str]]) -> bool:
        live = self._live.get(entry[2])
        return live is not None and live.event_id == entry[1]

    async def _run(self) -> None:
        while True:
            due = self.next_due()
            self._changed.clear()
            if due is None or due > self._clock.now():
                await self._sleep(due)
                continue
            entry = heapq.heappop(self._heap)
            _, event_id, key = entry
            self.firing += 1
            try:
                await self._fire(key, self._live[key], event_id)
            except Exception as error:  # noqa: BLE001 - one that fails must not keep the others waiting
                _log.warning("a deadline will be fired again", deadline=key, error=repr(error))
                self._fire_again(entry)
            finally:
                self.firing -= 1

    def _fire_again(self, entry: tuple[datetime, str, tuple[str, str, str]]) -> None:
        """Put a deadline back in a moment, after others that are due."""

        def put_back() -> None:
            self._again.discard(again)
            self.firing -= 1
            heapq.heappush(self._heap, entry)
            self._changed.set()

        self.firing += 1
        again = asyncio.get_running_loop().call_later(_RETRY_S, put_back)
        self._again.add(again)

    async def _sleep(self, due: datetime | None) -> None:
        changed = asyncio.create_task(self._changed.wait())
        tasks: set[asyncio.Task[object]] = {changed}
        if due is not None:
            tasks.add(asyncio.create_task(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _fire(self, key: tuple[str, str, str], live: _Set, event_id: str) -> None:
        kind, id, name = key
        command = MissDeadline(
            kind=kind, site=live.site, id=id, name=name, at=self._clock.now(), by="service:wheel"
        )
        ask = Ask(command, derive(event_id, "missed"), live.correlation_id, event_id)
        try:
            outcome = await self._bus.send(ask)
        except Rejected as error:
            _log.warning("a deadline was refused", kind=kind, id=id, reason=str(error))
            self._live.pop(key, None)
            return
        if outcome.event_ids:
            METRICS.deadlines_missed.labels(kind).inc()
        if self._live.get(key) == live:
            # Decided and found needless, or decided by another wheel whose event is on its way.
            self._live.pop(key, None)
