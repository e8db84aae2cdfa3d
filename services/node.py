"""What every Muster process has: a connection, the log, one reader, the folds it feeds, a command
bus.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import nats.errors
import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client
from pydantic import TypeAdapter, WithJsonSchema

from events.envelope import Event
from projections.bulletins import Bulletins
from projections.discreet import Discreet
from projections.letters import Letters
from projections.live import Live
from projections.moment import iso
from projections.picture import Picture
from projections.roster import Roster
from projections.timeline import Timelines
from projections.wellbeing import Wellbeing
from services import logs, snapshot
from services.aggregates import Aggregates
from services.auth import Grants
from services.bus import Answer, Bus, Order
from services.clock import Clock
from services.connection import close
from services.copying import begin
from services.decider import Decider
from services.ending import end
from services.foldable import Foldable, kinds_of, restore_state, state_of
from services.fullness import Fullness
from services.history import History
from services.kept import Kept
from services.keyring import Keyring
from services.labels import bounded_middleware
from services.log import Log, LogBroken, Reader
from services.log.load import first_after
from services.log.seen import Seen
from services.messages import whole
from services.metrics import METRICS
from services.schemas import self_contained
from services.settings import Settings
from services.wheel import Wheel

S = TypeVar("S")

_log = structlog.get_logger()

_ORDER = self_contained(TypeAdapter(Order))
"""What the interface document says of any command's body."""
_COMMANDS_AT_ONCE = 64
_READ_AT_ONCE = 200
"""Single events that are asked for at a time: the answers to thousands would come too late for the
first of them.
"""
SNAPSHOT_EVENTS = 50_000
"""A crash costs at most the folding of so many events, about a second, at the next start."""
_SNAPSHOT_SHARE = 10
"""Of a long log it costs at most this part: a snapshot holds something of every event, so writing
it takes ever longer.
"""
_SNAPSHOT_LOOK_S = 2.0


async def _nothing() -> None:
    return


@dataclass
class Service:
    """One service of a process: what to do once the log has been folded, and before it goes."""

    name: str
    prepare: Callable[[], Awaitable[object]] = _nothing
    """Before any handler of the process runs."""
    start: Callable[[], Awaitable[None]] = _nothing
    stop: Callable[[], Awaitable[None]] = _nothing
    busy: Callable[[], int] = field(default=lambda: 0)
    """How much it is in the middle of, for whoever waits until everything is quiet."""


class Node:
    """One process's share of Muster. Services add their folds and handlers before `start`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        nc: Client,
        nats_url: str,
        *,
        keep_snapshots: bool = False,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.nc = nc
        self.seen = Seen()
        self.reader = Reader(nc, self.seen)
        self.log = Log(
            nc,
            batch_max=settings.limits.events_per_batch,
            waiting_max=settings.limits.events_waiting,
        )
        self.bus = Bus(nc, timeout=settings.limits.commands_waiting_s)
        self.broker = NatsBroker(
            nats_url.split(","),
            name="muster-handlers",
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            pending_size=0,
            logger=logs.handlers_logger(),
            log_level=logging.DEBUG,
            graceful_timeout=2.0,
            middlewares=[bounded_middleware(METRICS.registry)],
        )
        self.picture = Picture()
        self.live = Live(self.picture)
        self.timelines = Timelines()
        self.letters = Letters()
        self.grants = Grants()
        self.roster = Roster()
        self.wellbeing = Wellbeing()
        self.discreet = Discreet()
        self.bulletins = Bulletins()
        self.keys = Keyring(nc, self.reader, settings.replicas)
        self.fullness = Fullness(nc)
        self.kept = Kept(
            nc,
            max_bytes=settings.documents_max_bytes,
            replicas=settings.replicas,
            share=lambda: self.fullness.share("documents"),
        )
        self.kinds: dict[str, Aggregates[Any]] = {}
        self.wheels: list[Wheel] = []
        self.idle: list[Callable[[], Awaitable[bool]]] = []
        """Tell, each for one durable consumer, whether it has handled everything."""
        self.services: list[Service] = []
        self.snapshots = settings.data / "snapshots" if keep_snapshots else None
        self.history = History(self.picture, self.snapshots)
        self._folds: dict[str, Foldable] = {}
        self._last_event_id = ""
        self.reader.on_broken = self.log.refuse
        self.fold("picture", self.picture)
        self.reader.add(self.live.apply)
        self.fold("history", self.history)
        self.fold("timelines", self.timelines)
        self.fold("letters", self.letters)
        self.fold("grants", self.grants)
        self.fold("roster", self.roster)
        self.fold("erased", self.keys)
        self.fold("wellbeing", self.wellbeing)
        self.fold("discreet", self.discreet)
        self.fold("bulletins", self.bulletins)
        self.reader.add(self._remember)
        self.gateway_url: str | None = None
        self.started_from = 0
        self._gate: asyncio.Task[None] | None = None
        self._saver: asyncio.Task[None] | None = None
        self._saved = 0

    def decide(self, decider: Decider[S, Any], commands: TypeAdapter[Any]) -> Aggregates[S]:
        """Decide a kind of aggregate in this process, for callers here and over NATS."""
        aggregates = Aggregates(decider, self.log, self.reader, self.clock)
        self.kinds[decider.kind] = aggregates
        self.fold(f"aggregates/{decider.kind}", aggregates)
        self.serve(decider.kind, aggregates.handle, commands)
        return aggregates

    def serve(
        self, kind: str, handler: Callable[..., Awaitable[Any]], commands: TypeAdapter[Any]
    ) -> None:
        """Take commands for a kind, from this process and from `cmd.*.<kind>`."""
        self.bus.serve(kind, handler, commands.validate_python)

        async def on_command(message: Any) -> Answer:
            return await self.bus.answer(kind, message.raw_message.data)

        # FastStream takes from the annotation what the interface document says of the body; what
        # comes is judged by the bus, which answers what it cannot read.
        parts = {**_ORDER["properties"], "command": self_contained(commands)}
        schema = {**_ORDER, "properties": parts}
        on_command.__annotations__["message"] = Annotated[Any, WithJsonSchema(schema)]
        self.broker.subscriber(
            f"cmd.*.{kind}",
            queue=kind,
            max_workers=_COMMANDS_AT_ONCE,
            decoder=whole,
            title=f"{kind} commands",
            description=f"Commands for the {kind} decider; the answer comes on the reply subject.",
        )(on_command)

    def turn(self, *kinds: str) -> Wheel:
        """Fire the deadlines of these kinds in this process."""
        wheel = Wheel(frozenset(kinds), self.bus, self.clock)
        self.fold(f"wheel/{'/'.join(kinds)}", wheel)
        self.wheels.append(wheel)
        return wheel

    def fold(self, name: str, fold: "Foldable") -> None:
        """Hand every event to a fold, and keep its state in the snapshots under a name."""
        self.reader.add(fold.apply, kinds_of(fold))
        self._folds[name] = fold

    async def start(self) -> None:
        """Fold the log, from the snapshot on if there is one, then let every service begin."""
        self.started_from = await self._restore()
        await self.keys.start()
        await self.kept.start()
        await self.reader.start(self.started_from)
        await self.fullness.start()
        self._saver = asyncio.create_task(self._keep_snapshot())
        self._gate = asyncio.create_task(self._keep_gate())
        for service in self.services:
            await service.prepare()
        await self.broker.start()
        for service in self.services:
            await service.start()
        for wheel in self.wheels:
            await wheel.start()

    async def stop(self) -> None:
        """Finish what is under way and let go of the log."""
        for wheel in self.wheels:
            await wheel.stop()
        for service in reversed(self.services):
            await service.stop()
        with contextlib.suppress(nats.errors.Error):  # it may be away, and is left all the same
            await self.broker.stop()
        await end(self._gate)
        await end(self._saver)
        await self.fullness.stop()
        self.history.stop()
        await self.log.close()
        await self.keys.stop()
        await self.reader.stop()
        self.save()
        if not self.nc.is_closed:
            await close(self.nc)

    def save(self) -> None:
        """Keep what is folded, with its checkpoint, for the next start."""
        if self.snapshots is not None and self._has_more_to_save():
            self._write(self.snapshots)
            self._saved = self.reader.checkpoint

    async def _save_aside(self, folder: Path) -> None:
        """Keep what is folded now, written by a copy of this process: events go on meanwhile."""
        checkpoint = self.reader.checkpoint
        copy = begin(lambda: self._write(folder))
        if copy is None:
            self.save()
        elif await copy.end():
            self._saved = checkpoint
        else:
            _log.warning("what is folded could not be kept", checkpoint=checkpoint)

    def _has_more_to_save(self) -> bool:
        return not self.reader.broken and self.reader.checkpoint not in {0, self._saved}

    def _write(self, folder: Path) -> None:
        states: dict[str, Any] = {name: state_of(fold) for name, fold in self._folds.items()}
        states["seen"] = self.seen.state()
        snapshot.save(folder, self.reader.checkpoint, self._last_event_id, states)

    async def _restore(self) -> int:
        if self.snapshots is None:
            return 0
        found = await snapshot.restore(self.snapshots, self.nc)
        if found is None or found.states.keys() != {*self._folds, "seen"}:
            return 0
        for name, fold in self._folds.items():
            restore_state(fold, found.states[name])
        self.seen.restore(found.states["seen"])
        self._saved = found.checkpoint
        _log.info("going on from a snapshot", checkpoint=found.checkpoint)
        return found.checkpoint

    async def _keep_snapshot(self) -> None:
        while True:
            await asyncio.sleep(_SNAPSHOT_LOOK_S)
            checkpoint, folder = self.reader.checkpoint, self.snapshots
            enough = max(SNAPSHOT_EVENTS, checkpoint // _SNAPSHOT_SHARE)
            if folder and checkpoint - self._saved >= enough and self._has_more_to_save():
                await self._save_aside(folder)

    def _remember(self, event: Event) -> None:
        self._last_event_id = event.id

    async def travel(
        self, *, as_of: datetime | None = None, known_by: datetime | None = None
    ) -> Picture:
        """Return the picture of the past, without whoever is erased by now. Raises
        LogUnavailable.
        """
        picture = await self.history.travel(self.nc, as_of=as_of, known_by=known_by)
        for person in self.keys.erased:
            picture.people.forget(person)
        return picture

    async def events_at(self, sequences: Sequence[int]) -> list[Event]:
        """Return the events with these sequences, in that order. Raises LogUnavailable."""
        events: list[Event] = []
        for first in range(0, len(sequences), _READ_AT_ONCE):
            some = sequences[first : first + _READ_AT_ONCE]
            found = await asyncio.gather(*(first_after(self.nc, seq - 1) for seq in some))
            events += (event for event in found if event is not None)
        return events

    async def settle(self) -> None:
        """Return when everything that follows from what is in the log has happened."""
        quiet = 0
        while quiet < 2:
            before = self.reader.checkpoint
            await self.reader.catch_up()
            now = self.clock.now()
            busy = (
                self.log.waiting
                or any(wheel.firing or _due(wheel, now) for wheel in self.wheels)
                or any(service.busy() for service in self.services)
                or not all([await idle() for idle in self.idle])
            )
            quiet = 0 if busy or self.reader.checkpoint != before else quiet + 1
            await asyncio.sleep(0.001 if busy else 0)

    def clock_now(self) -> dict[str, Any]:
        """Return what this process's clock shows, and how fast it runs."""
        return {"now": iso(self.clock.now()), "speed": self.clock.speed}

    def unready(self) -> str | None:
        """Return why this process should get no work, None when it should."""
        if self.reader.broken:
            return str(self.reader.broken)
        if not self.nc.is_connected:
            return "nats is not connected"
        if not self.log.open:
            return "the log is being read again after a cut"
        behind = self.reader.stream_last - self.reader.checkpoint
        return f"{behind} events are not folded yet" if behind > 10_000 else None

    async def _keep_gate(self) -> None:
        """After a cut, write only when everything stored before it has been folded.

        The server recognises a repeated id for two minutes. An append whose answer was lost longer
        ago than that is recognised by our own fold, which must have passed it.
        """
        cut = False
        while True:
            if not self.nc.is_connected:
                cut = True
                self.log.hold()
            elif cut:
                with contextlib.suppress(LogBroken, nats.errors.Error, TimeoutError):
                    await self.reader.catch_up()
                    cut = False
                    self.log.release()
                    _log.info("the log is read up to its end again, writing goes on")
            await asyncio.sleep(0.05)


def _due(wheel: Wheel, now: datetime) -> bool:
    due = wheel.next_due()
    return due is not None and due <= now
