"""The state decisions are made on, folded from the log in memory, and how a command is decided on
it.

Loading an aggregate from the server costs a scan that grows with the log; here it is a look into a
dict. The append expects the sequence the state was folded to; whoever loses the race waits for its
own fold to pass the winner's event and decides again.

What is over leaves memory after a while, and only that it did is remembered. Whoever wants it again
gets it from the server after all.
"""

import asyncio
from collections import deque
from typing import Any, Generic, NamedTuple, TypeVar

import structlog

from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from events.subjects import of_aggregate
from services.ask import Ask, Outcome, events_of
from services.clock import Clock
from services.decider import Command, Decider, Rejected
from services.gone import Gone
from services.log import Conflict, Log, LogUnavailable, Reader, Unstorable
from services.log.load import load_whole
from services.metrics import METRICS

S = TypeVar("S")

_ATTEMPTS = 3
_STRIPES = 1024

KEPT_EVENTS = 100_000
"""For so many events of the log an aggregate stays in memory after its last one: long enough for
what comes a little late, such as the confirmations of a message to everyone.
"""
_LEAVE_AT_ONCE = 4
"""Per event. At most one begins to wait with each event, so the line does not grow."""

_log = structlog.get_logger()


class _Over(NamedTuple):
    """An aggregate that waits to leave memory: since when, and its last event by then."""

    since: int
    seq: int
    id: str


class _Kept(NamedTuple, Generic[S]):
    rows: dict[str, tuple[S, int]]
    homes: dict[str, str]
    drills: set[str]
    over: deque[_Over]
    gone: Gone
    newest: int


class Aggregates(Generic[S]):
    """The aggregates of one kind that are in memory: `id -> (state, last sequence)`.

    Those that were over `kept_events` of the log ago are not; `current` and `handle` know them all
    the same, at the price of a question to the server.

    An aggregate is written at its home site only, the one of its first event: a sequence expected
    of another site's subjects could never be right.

    What a drill began is a drill's, and what is done to it is part of the drill. What is real takes
    nothing from a drill: its events are refused, and where one lies in the log it changes nothing.
    """

    def __init__(self, decider: Decider[S, Any], log: Log, reader: Reader, clock: Clock) -> None:
        self.decider = decider
        self.kinds = frozenset({decider.kind})
        self._log = log
        self._reader = reader
        self._clock = clock
        self.kept_events = KEPT_EVENTS
        self.rows: dict[str, tuple[S, int]] = {}
        self._homes: dict[str, str] = {}
        self._drills: set[str] = set()
        self._over: deque[_Over] = deque()
        self._gone = Gone()
        self._newest = 0
        self._coming_back: dict[str, list[Event]] = {}
        self._locks = [asyncio.Lock() for _ in range(_STRIPES)]

    def apply(self, event: Event) -> None:
        """Fold one event; events of other kinds and those folded already change nothing."""
        if event.kind != self.decider.kind:
            return
        if event.key in self.rows or event.key not in self._gone:
            self._fold(event)
        elif event.key in self._coming_back:
            self._coming_back[event.key].append(event)
        # Of what is gone nothing is folded: with the events before it, it is in the log.
        self._newest = max(self._newest, event.seq)
        self._let_go()

    def _fold(self, event: Event) -> None:
        state, seq = self.rows.get(event.key, (self.decider.initial, 0))
        if event.seq <= seq:
            return
        self._homes.setdefault(event.key, event.site)
        if event.key not in self.rows and event.drill:
            self._drills.add(event.key)
        if not event.drill and event.key in self._drills:
            self._drills.discard(event.key)
            state = self.decider.initial
        if event.drill == (event.key in self._drills):
            state = self.decider.evolve(state, event.data)
        self.rows[event.key] = (state, event.seq)
        if self.decider.over is not None and self.decider.over(state):
            self._over.append(_Over(max(self._newest, event.seq), event.seq, event.key))

    def _let_go(self) -> None:
        """Let what has been over for long enough leave memory."""
        for _ in range(_LEAVE_AT_ONCE):
            if not self._over or self._over[0].since + self.kept_events > self._newest:
                return
            first = self._over.popleft()
            row = self.rows.get(first.id)
            if row is not None and row[1] == first.seq:
                del self.rows[first.id]
                self._homes.pop(first.id, None)
                self._drills.discard(first.id)
                self._gone.add(first.id)

    def keep(self) -> "_Kept[S]":
        """Return what is in memory, what waits to leave it, and what did."""
        return _Kept(self.rows, self._homes, self._drills, self._over, self._gone, self._newest)

    def take_up(self, state: "_Kept[S]") -> None:
        """Go on from what was kept."""
        self.rows, self._homes, self._drills, self._over, self._gone, self._newest = state

    def state(self, id: str) -> S:
        """Return the state of an aggregate in memory, the initial one for any other."""
        return self.rows.get(id, (self.decider.initial, 0))[0]

    async def current(self, id: str) -> S:
        """Return an aggregate's state, read from the log if it has left memory; the initial one if
        there is none. Raises LogUnavailable.
        """
        async with self._lock(id):
            await self._bring_back(id)
            return self.state(id)

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command and store what follows.

        Raises Rejected, LogUnavailable, LogFull, LogBroken. A command whose events are in the log
        already is answered as the first time.
        """
        try:
            outcome = await self._handle(ask)
        except Rejected:
            METRICS.commands.labels(self.decider.kind, "rejected").inc()
            raise
        METRICS.commands.labels(
            self.decider.kind, "accepted" if outcome.event_ids else "known"
        ).inc()
        return outcome

    async def _handle(self, ask: Ask) -> Outcome:
        key = ask.command.id
        async with self._lock(key):
            # The answer to a retry costs no look into the log.
            if not ask.drill and (known := self._answered(ask)):
                return known
            for _ in range(_ATTEMPTS):
                await self._bring_back(key)
                ask = self._of_its_kind(ask)
                if known := self._answered(ask):
                    return known
                self._at_home(ask.command)
                state, seq = self.rows.get(key, (self.decider.initial, 0))
                facts = tuple(self.decider.decide(state, ask.command))
                if not facts:
                    return Outcome((), seq)
                try:
                    return await self._store(ask, facts, seq)
                except Unstorable as error:
                    raise Rejected(
                        "too-large",
                        zh="内容过长，日志无法存储",
                        en=f"more than the log can store: {error}",
                    ) from error
                except Conflict as conflict:
                    _log.info("conflict, deciding again", aggregate=key, last=conflict.last)
                    await self._pass(conflict)
                    await self._pass_repeats(ask.command, seq)
        raise LogUnavailable(f"decide {self.decider.kind} {key}: lost the race {_ATTEMPTS} times")

    def _lock(self, id: str) -> asyncio.Lock:
        return self._locks[hash(id) % _STRIPES]

    async def _bring_back(self, id: str) -> None:
        """Fold an aggregate that left memory from the log, as far as this process has read it.

        Raises LogUnavailable.
        """
        if id in self.rows or id not in self._gone:
            return
        late = self._coming_back[id] = []
        try:
            filter = of_aggregate(self.decider.kind, id)
            stored = await load_whole(self._log.nc, filter, stream=self._log.stream)
        finally:
            del self._coming_back[id]
        for event in (*stored, *late):
            sighting = self._reader.seen.find(event.id)
            if sighting is not None and sighting.seq == event.seq:
                self._fold(event)
        _log.debug("read from the log again", kind=self.decider.kind, id=id, events=len(stored))

    def _of_its_kind(self, ask: Ask) -> Ask:
        """Return what is asked of a drill's aggregate as part of the drill.

        Raises Rejected for what a drill asks of a real one.
        """
        id = ask.command.id
        if id not in self.rows or ask.drill == (id in self._drills):
            return ask
        if not ask.drill:
            return ask._replace(drill=True)
        kind = self.decider.kind
        raise Rejected(
            "drill",
            zh=f"演练不能改动真实的 {kind} {id}",
            en=f"decide {kind} {id}: a drill changes nothing that is real",
            field="drill",
        )

    def _at_home(self, command: Command) -> None:
        """Raise Rejected for what is asked of a site that an aggregate does not belong to."""
        home = self._homes.get(command.id, command.site)
        if home != command.site:
            kind = self.decider.kind
            raise Rejected(
                "other-site",
                zh=f"{kind} {command.id} 属于站点 {home}，不能在 {command.site} 处理",
                en=f"decide {kind} {command.id} at {command.site}: it belongs to site {home}",
                field="site",
            )

    def _answered(self, ask: Ask) -> Outcome | None:
        """Return what came of a command that was decided before. Raises Rejected for another one
        under its key.
        """
        ids: list[str] = []
        last = 0
        while sighting := self._reader.seen.find(event_id := derive(ask.id, str(len(ids)))):
            if None not in (ask.digest, sighting.digest) and ask.digest != sighting.digest:
                raise _reused(ask.command)
            ids.append(event_id)
            last = sighting.seq
        return Outcome(tuple(ids), last) if ids else None

    async def _store(self, ask: Ask, facts: tuple[Fact, ...], expected: int) -> Outcome:
        events = events_of(ask, facts, self._clock.now())
        sequences = await self._log.append(events, expected)
        for event, seq in zip(events, sequences, strict=True):
            # Our own fold knows at once, so that the next command need not wait for the reader.
            self._reader.seen.note(event, seq)
            self.apply(event._replace(seq=seq))
        _log.debug(
            "decided",
            correlation_id=ask.correlation_id,
            kind=self.decider.kind,
            id=ask.command.id,
            events=[event.type for event in events],
            seq=sequences[-1],
        )
        return Outcome(tuple(event.id for event in events), sequences[-1])

    async def _pass_repeats(self, command: Command, expected: int) -> None:
        """Go past events that are in the log a second time, where a conflict showed nothing else.

        The reader hands a repeated id to no fold, but the server counts the event as the
        aggregate's last: expecting the one before it, nothing could ever be written again.
        Raises LogUnavailable.
        """
        state, seq = self.rows.get(command.id, (self.decider.initial, 0))
        if seq > expected:
            return
        filter = of_aggregate(self.decider.kind, command.id)
        for event in await load_whole(self._log.nc, filter, stream=self._log.stream):
            if event.site != command.site or not seq < event.seq <= self._reader.checkpoint:
                continue
            sighting = self._reader.seen.find(event.id)
            if sighting is None or sighting.seq == event.seq:
                return
            seq = event.seq
            self.rows[command.id] = (state, seq)
            _log.warning("a repeated event is passed", aggregate=command.id, seq=seq)

    async def _pass(self, conflict: Conflict) -> None:
        if conflict.last is None:
            await asyncio.sleep(0.02)
            await self._reader.catch_up()
        else:
            await self._reader.reached(conflict.last)


def _reused(command: Command) -> Rejected:
    return Rejected(
        "key-reused",
        zh=f"{command.id}：该 Idempotency-Key 已用于另一个内容不同的请求，请换一个",
        en=f"decide {command.id}: its Idempotency-Key was used for another request, which says"
        " something else; take a new one",
        field="Idempotency-Key",
    )
