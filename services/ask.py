"""A command on its way to its decider, and the answer that comes back."""

from datetime import datetime
from typing import Any, NamedTuple

from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from services.deadlines import MissDeadline
from services.decider import Command


class Ask(NamedTuple):
    """A command with what its events will carry. `id` makes a retry recognisable."""

    command: Command
    id: str
    correlation_id: str
    causation_id: str | None = None
    device: str | None = None
    drill: bool = False
    digest: str | None = None
    """Short hash of the request, where its sender gave it a key: tells a repeat from a reused
    key."""


class Outcome(NamedTuple):
    """What came of a command: the events it made and the sequence of the last of them.

    No events means that what was asked for had been recorded already; `seq` is then the
    aggregate's last sequence.
    """

    event_ids: tuple[str, ...]
    seq: int
    detail: dict[str, Any] | None = None
    """What else the asker is told, JSON-ready."""


def events_of(ask: Ask, facts: tuple[Fact, ...], recorded_at: datetime) -> tuple[Event, ...]:
    """Return the events of a decision. The same command always gives the same ids."""
    command = ask.command
    return tuple(
        Event(
            id=derive(ask.id, str(number)),
            site=command.site,
            kind=kind_of(command),
            key=command.id,
            data=fact,
            occurred_at=min(command.at, recorded_at),
            recorded_at=recorded_at,
            actor=command.by,
            causation_id=ask.causation_id or ask.id,
            correlation_id=ask.correlation_id,
            device=ask.device,
            drill=ask.drill,
            digest=ask.digest,
        )
        for number, fact in enumerate(facts)
    )


def kind_of(command: Command) -> str:
    """Return the kind of aggregate a command is for: its class says, or the command itself."""
    return command.kind if isinstance(command, MissDeadline) else command.KIND
