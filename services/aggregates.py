"""The state decisions are made on, folded from the log in memory, and how a command is decided on
it.

Loading an aggregate from the server costs a scan that grows with the log; here it is a look into a
dict. The append expects the sequence the state was folded to; whoever loses the race waits for its
own fold to pass the winner's event and decides again.
"""

import asyncio
from typing import Any, Generic, TypeVar

import structlog

from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from services.ask import Ask, Outcome, events_of
from services.clock import Clock
from services.decider import Command, Decider, Rejected
from services.log import Conflict, Log, LogUnavailable, Reader, Unstorable
from services.metrics import METRICS

S = TypeVar("S")

_ATTEMPTS = 3
_STRIPES = 1024

_log = structlog.get_logger()


class Aggregates(Generic[S]):
    """All aggregates of one kind: `id -> (state, last sequence)`.

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
        self.rows: dict[str, tuple[S, int]] = {}
        self._homes: dict[str, str] = {}
        self._drills: set[str] = set()
        self._locks = [asyncio.Lock() for _ in range(_STRIPES)]

    def apply(self, event: Event) -> None:
        """Fold one event; events of other kinds and those folded already change nothing."""
        if event.kind != self.decider.kind:
            return
        state, seq = self.rows.get(event.key, (self.decider.initial, 0))
        if event.seq <= seq:
            return
        self._homes.setdefault(event.key, event.site)
        if event.key not in self.rows and event.drill:
            self._drills.add(event.key)
        if event.drill != (event.key in self._drills):
            if event.drill:
                self.rows[event.key] = (state, event.seq)
                return
            self._drills.discard(event.key)
            state = self.decider.initial
        self.rows[event.key] = (self.decider.evolve(state, event.data), event.seq)

    def keep(self) -> "tuple[dict[str, tuple[S, int]], dict[str, str], set[str]]":
        """Return the rows, their homes, and which are a drill's."""
        return self.rows, self._homes, self._drills

    def take_up(self, state: "tuple[dict[str, tuple[S, int]], dict[str, str], set[str]]") -> None:
        """Go on from rows that were kept."""
        self.rows, self._homes, self._drills = state

    def state(self, id: str) -> S:
        """Return an aggregate's state, the initial one if there is none."""
        return self.rows.get(id, (self.decider.initial, 0))[0]

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command and store what follows.

        Raises Rejected, LogUnavailable, LogFull, LogBroken. A command whose events are in the log
        already is answered as the first time.
        """
        try:
            outcome = await self._handle(self._of_its_kind(ask))
        except Rejected:
            METRICS.commands.labels(self.decider.kind, "rejected").inc()
            raise
        METRICS.commands.labels(
            self.decider.kind, "accepted" if outcome.event_ids else "known"
        ).inc()
        return outcome

    async def _handle(self, ask: Ask) -> Outcome:
        key = ask.command.id
        async with self._locks[hash(key) % _STRIPES]:
            for _ in range(_ATTEMPTS):
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
        raise LogUnavailable(f"decide {self.decider.kind} {key}: lost the race {_ATTEMPTS} times")

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
        ids: list[str] = []
        last = 0
        while sighting := self._reader.seen.find(event_id := derive(ask.id, str(len(ids)))):
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

    async def _pass(self, conflict: Conflict) -> None:
        if conflict.last is None:
            await asyncio.sleep(0.02)
            await self._reader.catch_up()
        else:
            await self._reader.reached(conflict.last)
