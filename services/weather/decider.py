"""What may happen to a warning: one living record of many messages, in whatever order they come.

The message sent last speaks for the warning. Of two sent at the same moment a cancel counts more
than an update, an update more than the first issue, and then the greater identifier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias, assert_never

from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningFact,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from services.deadlines import MissDeadline
from services.decider import Decider
from services.weather.changes import Gist, changed, gist_of
from services.weather.commands import Move, Supersede, TakeMessage, WarningCommand

EXPIRES = "expires"

_Told: TypeAlias = WarningIssued | WarningUpdated | WarningCancelled


class Standing(NamedTuple):
    """What a message says of the warning's end. The greatest one speaks for the warning."""

    sent: datetime
    rank: int
    """2 for a cancel, 1 for an update, 0 for an issue."""
    identifier: str
    sender: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class WarningState:
    """A warning as far as a decision needs it."""

    seen: frozenset[tuple[str, str]] = frozenset()
    """(sender, identifier) of every message taken."""
    latest: Standing | None = None
    gist: Gist | None = None
    """Of the latest message."""
    expired_until: datetime | None = None
    """It is on record that this moment has come, so no message with an earlier end is in force."""
    due_at: datetime | None = None
    """The deadline that is set, where one is."""
    superseded_by: str | None = None
    """The warning that speaks in its place."""

    @property
    def status(self) -> Literal["unknown", "in-force", "cancelled", "expired", "superseded"]:
        """How it stands by its latest message, whatever came before."""
        if self.superseded_by is not None:
            return "superseded"
        if self.latest is None:
            return "unknown"
        if self.latest.rank == 2:
            return "cancelled"
        return "expired" if self._has_expired(self.latest.expires) else "in-force"

    def _has_expired(self, expires: datetime | None) -> bool:
        if expires is None or self.expired_until is None:
            return False
        return expires <= self.expired_until


def decide(state: WarningState, command: WarningCommand) -> Sequence[Fact]:
    """Return what follows from a command; nothing about a warning is ever refused."""
    match command:
        case TakeMessage(move=move, message=message):
            return _take(state, move, message)
        case Supersede(successor=successor, id=id):
            return _supersede(state, id, successor)
        case MissDeadline(name=name, at=at):
            return _miss(state, name, at)
        case unhandled:
            assert_never(unhandled)


def evolve(state: WarningState, fact: Fact) -> WarningState:
    """Return the warning after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, WarningFact):
        return state
    match fact:
        case WarningIssued() | WarningUpdated() | WarningCancelled():
            return _told(state, fact)
        case WarningExpired(expires=expires):
            return replace(state, expired_until=expires)
        case WarningSuperseded(by=by):
            return replace(state, superseded_by=by)
        case unhandled:
            assert_never(unhandled)


def _told(state: WarningState, fact: _Told) -> WarningState:
    standing = _standing(fact)
    seen = state.seen | {(standing.sender, standing.identifier)}
    if not _speaks(state, standing):
        return replace(state, seen=seen)
    return replace(state, seen=seen, latest=standing, gist=gist_of(fact.message))


def _speaks(state: WarningState, standing: Standing) -> bool:
    return state.latest is None or _precedence(standing) > _precedence(state.latest)


def _precedence(standing: Standing) -> tuple[datetime, int, str, str]:
    return standing[:4]


def _standing(fact: _Told) -> Standing:
    rank = {WarningIssued: 0, WarningUpdated: 1, WarningCancelled: 2}[type(fact)]
    message = fact.message
    return Standing(message.sent, rank, message.identifier, message.sender, message.expires)


def _bind(state: WarningState, fact: DeadlineFact) -> WarningState:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == EXPIRES:
            return replace(state, due_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == EXPIRES:
            return replace(state, due_at=None)
        case _:
            return state


def _take(state: WarningState, move: Move, message: WarningMessage) -> Sequence[Fact]:
    if (message.sender, message.identifier) in state.seen:
        return []
    told = _fact(move, message)
    if isinstance(told, WarningUpdated) and state.gist and _speaks(state, _standing(told)):
        told = WarningUpdated(message=message, changed=changed(state.gist, gist_of(message)))
    return [told, *_rebind(evolve(state, told))]


def _supersede(state: WarningState, id: str, successor: str) -> Sequence[Fact]:
    if state.latest is None or successor in {id, state.superseded_by}:
        return []
    superseded = WarningSuperseded(by=successor)
    return [superseded, *_rebind(evolve(state, superseded))]


def _fact(move: Move, message: WarningMessage) -> _Told:
    match move:
        case "issue":
            return WarningIssued(message=message)
        case "update":
            return WarningUpdated(message=message)
        case "cancel":
            return WarningCancelled(message=message)
        case unhandled:
            assert_never(unhandled)


def _rebind(state: WarningState) -> Sequence[Fact]:
    """Return the deadline facts that bring the deadline in line with the latest message."""
    latest = state.latest
    ends = latest.expires if latest is not None and state.status == "in-force" else None
    if ends == state.due_at:
        return []
    return [DeadlineMet(name=EXPIRES) if ends is None else DeadlineSet(name=EXPIRES, due_at=ends)]


def _miss(state: WarningState, name: str, at: datetime) -> Sequence[Fact]:
    if name != EXPIRES or state.due_at is None or at < state.due_at:
        return []
    return [
        DeadlineMissed(name=EXPIRES, due_at=state.due_at),
        WarningExpired(expires=state.due_at),
    ]


def _is_over(state: WarningState) -> bool:
    return state.status in {"cancelled", "expired", "superseded"}


WARNING: Decider[WarningState, WarningCommand] = Decider(
    "warning", WarningState(), decide, evolve, _is_over
)
