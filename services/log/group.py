"""Append with group commit: what arrives together goes to the log as one atomic batch, one fsync.

If a batch is refused it is halved until the ones at fault are found, and only they fail.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple
from uuid import uuid4

import structlog
from nats.aio.client import Client

from events.envelope import Event
from services.log.errors import Conflict, LogBroken, LogUnavailable, Unstorable
from services.log.load import load
from services.log.wire import BATCH_MAX, Refused, Unit, send
from services.metrics import METRICS

_log = structlog.get_logger()

_FEW = 6
"""So few single events go one by one, close behind each other. An atomic batch costs the server
about 4 ms in files of its own, however small it is; a single event costs 0.3 to 0.7 ms (one node,
fsync on every write), and more of our own processor time than a place in a batch.
"""
_CONCURRENT_BATCHES = 2
"""While one batch is being fsynced the next is on its way. More only makes smaller batches."""
_ENOUGH = 100
"""Of fewer the next batch waits for the one under way, and grows meanwhile: what a batch costs the
server hardly depends on how many events it holds."""
_TURNS = 12
"""Of the loop, at most, for which a batch waits while every turn brings more for it."""


_Address = tuple[str, str, str]
"""An aggregate: site, kind and key."""


class _Waiting(NamedTuple):
    unit: Unit
    stored: "asyncio.Future[list[int]]"


class Log:
    """Appends to one home stream through one connection.

    `patience` is how long an append is tried, in seconds. It must stay below the stream's duplicate
    window (120 s): within it a retry of an append whose answer was lost is recognised by its ids.
    """

    def __init__(
        self,
        nc: Client,
        *,
        stream: str = "EV",
        timeout: float = 2.0,
        patience: float = 20.0,
        batch_max: int = 500,
        waiting_max: int = 50_000,
    ) -> None:
        self.nc = nc
        self.stream = stream
        self._timeout = timeout
        self._patience = patience
        self._batch_max = min(batch_max, BATCH_MAX)
        self._waiting_max = waiting_max
        self._queue: deque[_Waiting] = deque()
        self._queued = 0
        self._batches: set[asyncio.Task[None]] = set()
        self._active = 0
        self._on_way = 0
        """Events sent, not yet known to be stored."""
        self._under_way: list[set[_Address]] = []
        self._prefix = uuid4().hex
        self._numbers = count(1)
        self._open = asyncio.Event()
        self._open.set()
        self._refused: LogBroken | None = None
        self.closed = False

    async def append(self, events: Sequence[Event], expected: int | None = None) -> list[int]:
        """Store all events or none, fsynced; return the sequence of each.

        `expected` is the last sequence of the first event's aggregate as the writer knows it, None
        for an observation. Raises Conflict, LogFull, LogUnavailable, Unstorable.
        """
        return await self.enqueue(Unit(tuple(events), expected))

    def enqueue(self, unit: Unit) -> "asyncio.Future[list[int]]":
        """Put a unit in line and return the future of its sequences: as `append`, without
        waiting.
        """
        if not 0 < len(unit.events) <= self._batch_max:
            raise ValueError(f"append {len(unit.events)} events: 1 to {self._batch_max} at once")
        stored: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        if self._refused:
            stored.set_exception(self._refused)
            return stored
        if self.closed or self._queued >= self._waiting_max:
            why = "closed" if self.closed else f"{self._queued} events are waiting already"
            stored.set_exception(LogUnavailable(f"append {unit.aggregate}: {why}"))
            return stored
        self._queue.append(_Waiting(unit, stored))
        self._queued += len(unit.events)
        self._start_batches()
        return stored

    @property
    def open(self) -> bool:
        """Whether batches go out, or are held back after a cut."""
        return self._open.is_set()

    def hold(self) -> None:
        """Send nothing until `release`: what was stored before a cut is being read first."""
        self._open.clear()

    def release(self) -> None:
        """Send again."""
        self._open.set()

    def refuse(self, why: LogBroken) -> None:
        """Take nothing more, and send nothing of what waits: the log cannot be trusted."""
        self._refused = why
        self._open.set()

    async def close(self) -> None:
        """Take nothing more and wait for what is under way."""
        self.closed = True
        while self._batches:
            await asyncio.wait(self._batches)

    @property
    def waiting(self) -> int:
        """Events in line, not yet on their way."""
        return self._queued

    def _start_batches(self) -> None:
        while self._queue and self._active < _CONCURRENT_BATCHES:
            if self._on_way > _FEW and self._queued < _ENOUGH:
                break  # whoever waits for the answer to what is under way takes these along
            self._active += 1
            task = asyncio.create_task(self._run_batches())
            self._batches.add(task)
            task.add_done_callback(self._batches.discard)
            if len(self._queue) <= self._batch_max:
                break

    async def _run_batches(self) -> None:
        try:
            while True:
                await self._gather()
                batch, written = self._take()
                if not batch:
                    # Nothing waits, or it waits for the other batch, whose task then takes it.
                    return
                self._under_way.append(written)
                size = sum(len(waiting.unit.events) for waiting in batch)
                self._on_way += size
                try:
                    await self._store(batch)
                finally:
                    self._on_way -= size
                    self._under_way.remove(written)
        finally:
            # In the same step as the look that found nothing: what comes later starts a task, and
            # does not rely on one that is already leaving.
            self._active -= 1

    async def _gather(self) -> None:
        """Wait a turn of the loop, and more while they bring more: whatever arrives together
        shares an fsync.
        """
        for _ in range(_TURNS):
            before = self._queued
            await asyncio.sleep(0)
            if self._queued == before or self._queued >= self._batch_max:
                return

    def _take(self) -> tuple[list[_Waiting], set[_Address]]:
        """Take what fits into one batch from the head of the line.

        The server judges every expectation of a batch by what was stored before the batch, and a
        cluster may judge it before a write that is still under way. So an expectation waits for
        what is on its way to the same aggregate.
        """
        batch: list[_Waiting] = []
        written: set[_Address] = set()
        unsettled = [*self._under_way, written]
        size = 0
        while self._queue:
            unit = self._queue[0].unit
            touched = [(event.site, event.kind, event.key) for event in unit.events]
            if size + len(touched) > self._batch_max:
                break
            if unit.expected is not None and any(touched[0] in each for each in unsettled):
                break
            written.update(touched)
            size += len(touched)
            batch.append(self._queue.popleft())
        self._queued -= size
        return batch, written

    async def _store(self, batch: list[_Waiting]) -> None:
        if 1 < len(batch) <= _FEW and all(len(waiting.unit.events) == 1 for waiting in batch):
            await asyncio.gather(*(self._store([waiting]) for waiting in batch))
            return
        try:
            with METRICS.append_seconds.time():
                sequences = await self._send([waiting.unit for waiting in batch])
        except Refused as refused:
            await self._find_fault(batch, refused)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            METRICS.append_failures.labels(type(error).__name__).inc()
            for waiting in batch:
                _fail(waiting, error)
        else:
            METRICS.appended.inc(len(sequences))
            METRICS.batch_size.observe(len(sequences))
            at = 0
            for waiting in batch:
                upto = at + len(waiting.unit.events)
                _succeed(waiting, sequences[at:upto])
                at = upto

    async def _send(self, units: Sequence[Unit]) -> list[int]:
        """Send until there is an answer: an attempt whose answer was lost is sent again as it
        was.
        """
        give_up = asyncio.get_running_loop().time() + self._patience
        pause = 0.02
        while True:
            try:
                await self._until_open(give_up)
                if self._refused:
                    raise self._refused
                batch_id = f"{self._prefix}{next(self._numbers):x}"
                return await send(self.nc, units, batch_id, self._timeout)
            except LogUnavailable as error:
                now = asyncio.get_running_loop().time()
                if now + pause > give_up or self.nc.is_closed:
                    raise
                _log.warning("append will be tried again", error=str(error), units=len(units))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _until_open(self, give_up: float) -> None:
        if self.open:
            return
        try:
            async with asyncio.timeout_at(give_up):
                await self._open.wait()
        except TimeoutError:
            raise LogUnavailable("append: the log has been out of reach for too long") from None

    async def _find_fault(self, batch: list[_Waiting], refused: Refused) -> None:
        if len(batch) > 1:
            middle = len(batch) // 2
            await self._store(batch[:middle])
            await self._store(batch[middle:])
            return
        (waiting,) = batch
        unit = waiting.unit
        if refused.too_large:
            _fail(waiting, Unstorable(f"append {unit.aggregate}: {refused}"))
            return
        try:
            mine = await self._mine(unit, refused)
        except Exception as error:  # noqa: BLE001 - an event that cannot be read must not leave the writer waiting for ever
            METRICS.append_failures.labels(type(error).__name__).inc()
            _fail(waiting, error)
            return
        if mine:
            _succeed(waiting, mine)
            return
        METRICS.conflicts.inc()
        _fail(waiting, Conflict(unit.aggregate, unit.expected or 0, refused.last))

    async def _mine(self, unit: Unit, refused: Refused) -> list[int] | None:
        """Return the sequences of the unit's events if an earlier attempt had won.

        A follower may lag behind the leader that refused us, so what it shows is read again until
        it shows what we were refused for: a later sequence, or the same ids.
        """
        last = refused.last
        for _ in range(20):
            found = await load(
                self.nc, unit.aggregate, after=unit.expected or 0, stream=self.stream
            )
            first = next((event.seq for event in found if event.id == unit.events[0].id), None)
            if first:
                # All or nothing, and one batch lies without a gap: the rest follows the first.
                return list(range(first, first + len(unit.events)))
            read = found[-1].seq if found else unit.expected or 0
            if not refused.duplicate and (last is None or last <= read):
                return None
            await asyncio.sleep(0.05)
        raise LogUnavailable(f"append {unit.aggregate}: a replica does not show why: {refused}")


def _succeed(waiting: _Waiting, sequences: list[int]) -> None:
    if not waiting.stored.done():
        waiting.stored.set_result(sequences)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.stored.done():
        waiting.stored.set_exception(error)
