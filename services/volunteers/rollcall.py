"""What may happen to a roll call: it opens, people are added, excused and reminded, and a person
ends it with counts that add up. Who has answered is not its own: answers are evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Id, Ref, Text
from events.rollcall import (
    REMIND,
    Excuse,
    RollCallClosed,
    RollCallExcused,
    RollCallFact,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
    Scope,
)
from services.actors import is_person
from services.deadlines import MissDeadline
from services.decider import Decider
from services.volunteers import rollcall_refusals as refusals
from services.volunteers.commands import (
    AddWalkUp,
    CloseRollCall,
    ExcuseFromRollCall,
    OpenRollCall,
    PostponeReminder,
    RemindRollCall,
    ReopenRollCall,
    RollCallCommand,
)

LEADS_FROM_ROUND = 3
"""From this reminder on the leads are told: who was asked three times does not answer by asking."""
LEADS_EVERY = timedelta(minutes=30)
"""Between two reminders from then on: enough to go and look."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What tells one roll call from another. Who is expected may differ between two tries."""

    title: Text
    venue: Id | None
    about: Ref | None
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class RollCall:
    """A roll call as far as a decision needs it."""

    opened: Opened | None = None
    expected: frozenset[str] = frozenset()
    walk_ups: frozenset[str] = frozenset()
    excused: frozenset[tuple[str, Excuse]] = frozenset()
    round: int = 0
    """How often those missing were asked again."""
    wait_s: int = 0
    """Seconds between the first rounds; 0 asks nobody again."""
    remind_at: datetime | None = None
    closed: RollCallClosed | None = None

    @property
    def is_open(self) -> bool:
        """Answers count."""
        return self.opened is not None and self.closed is None

    def asks_for(self, person: str) -> bool:
        """Tell whether somebody is one of those who are counted."""
        return person in self.expected or person in self.walk_ups

    def next_round(self, passed: int, at: datetime) -> datetime | None:
        """Return when those missing are asked again after so many rounds; None is never."""
        if not self.wait_s:
            return None
        wait = timedelta(seconds=self.wait_s)
        return at + (LEADS_EVERY if passed >= LEADS_FROM_ROUND else wait)


def decide(state: RollCall, command: RollCallCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case OpenRollCall():
            return _open(state, command)
        case MissDeadline(name=name, at=at):
            return _remind(state, state.round + 1, at) if _is_due(state, name, at) else []
        case _ if state.opened is None:
            raise refusals.unknown(command)
        case AddWalkUp():
            return _add(state, command)
        case ExcuseFromRollCall():
            return _excuse(state, command)
        case RemindRollCall(round=round, unaccounted=unaccounted, at=at):
            _must_be_open(state, command)
            return _remind(state, round, at) if unaccounted and round > state.round else []
        case PostponeReminder(at=at):
            return _postpone(state, at)
        case CloseRollCall():
            return _close(state, command)
        case ReopenRollCall():
            return _reopen(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: RollCall, fact: Fact) -> RollCall:
    """Return the roll call after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, RollCallFact):
        return state
    match fact:
        case RollCallOpened():
            return replace(
                state,
                opened=_identity(fact),
                expected=frozenset(fact.expected),
                wait_s=fact.remind_after_s or 0,
                remind_at=fact.remind_at,
            )
        case RollCallWalkUpAdded(person=person):
            return replace(state, walk_ups=state.walk_ups | ({person} - state.expected))
        case RollCallExcused(person=person, reason=reason):
            others = {pair for pair in state.excused if pair[0] != person}
            return replace(state, excused=frozenset(others | {(person, reason)}))
        case RollCallReminded(round=round, remind_at=remind_at):
            return replace(state, round=round, remind_at=remind_at)
        case RollCallClosed():
            return replace(state, closed=fact, remind_at=None)
        case RollCallReopened():
            return replace(state, closed=None)
        case unhandled:
            assert_never(unhandled)


def _bind(state: RollCall, fact: DeadlineFact) -> RollCall:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == REMIND:
            return replace(state, remind_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == REMIND:
            return replace(state, remind_at=None)
        case _:
            return state


def _identity(said: OpenRollCall | RollCallOpened) -> Opened:
    return Opened(said.title, said.venue, said.about, said.scope)


def _open(state: RollCall, command: OpenRollCall) -> Sequence[Fact]:
    if state.opened is None:
        wait_s = command.remind_after_s
        return [
            RollCallOpened(
                title=command.title,
                venue=command.venue,
                expected=_distinct(command.expected),
                about=command.about,
                scope=command.scope,
                remind_after_s=wait_s or None,
                remind_at=command.at + timedelta(seconds=wait_s) if wait_s else None,
            )
        ]
    if state.opened != _identity(command):
        raise refusals.exists(command)
    return []


def _add(state: RollCall, command: AddWalkUp) -> Sequence[Fact]:
    if state.asks_for(command.person):
        return []
    _must_be_open(state, command)
    return [RollCallWalkUpAdded(person=command.person, name=command.name)]


def _excuse(state: RollCall, command: ExcuseFromRollCall) -> Sequence[Fact]:
    if (command.person, command.reason) in state.excused:
        return []
    _must_be_open(state, command)
    if not is_person(command.by):
        raise refusals.needs_person(command)
    if not state.asks_for(command.person):
        raise refusals.not_expected(command)
    if command.needs_help:
        raise refusals.calls_for_help(command)
    return [RollCallExcused(person=command.person, reason=command.reason)]


def _is_due(state: RollCall, name: str, at: datetime) -> bool:
    return (
        name == REMIND and state.is_open and state.remind_at is not None and at >= state.remind_at
    )


def _remind(state: RollCall, round: int, at: datetime) -> Sequence[Fact]:
    return [RollCallReminded(round=round, remind_at=state.next_round(round, at))]


def _postpone(state: RollCall, at: datetime) -> Sequence[Fact]:
    later = state.next_round(state.round, at)
    if later is None or not _is_due(state, REMIND, at):
        return []
    return [DeadlineSet(name=REMIND, due_at=later)]


def _close(state: RollCall, command: CloseRollCall) -> Sequence[Fact]:
    fact = RollCallClosed(
        safe=command.safe,
        need_help=command.need_help,
        excused=command.excused,
        unaccounted=_distinct(command.unaccounted),
        last_known=command.last_known,
        note=command.note,
    )
    if state.closed is not None:
        if not _is_same(state.closed, fact):
            raise refusals.closed_otherwise(command)
        return []
    if not is_person(command.by):
        raise refusals.needs_person(command)
    counted = fact.safe + fact.need_help + fact.excused + len(fact.unaccounted)
    expected = len(state.expected) + len(state.walk_ups)
    if counted != expected:
        raise refusals.counts_differ(command, counted, expected)
    return [fact]


def _is_same(one: RollCallClosed, other: RollCallClosed) -> bool:
    """What was last known of somebody may move on between two tries."""
    blank: dict[str, object] = {"last_known": ()}
    return one.model_copy(update=blank) == other.model_copy(update=blank)


def _reopen(state: RollCall, command: ReopenRollCall) -> Sequence[Fact]:
    if state.closed is None:
        return []
    if not is_person(command.by):
        raise refusals.needs_person(command)
    reopened = RollCallReopened(reason=command.reason)
    again = state.next_round(state.round, command.at)
    return [reopened, DeadlineSet(name=REMIND, due_at=again)] if again else [reopened]


def _must_be_open(state: RollCall, command: RollCallCommand) -> None:
    if state.closed is not None:
        raise refusals.closed(command)


def _distinct(people: tuple[Id, ...]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(people))


def over(state: RollCall) -> bool:
    """Tell whether it is closed."""
    return state.closed is not None


ROLLCALL: Decider[RollCall, RollCallCommand] = Decider("rollcall", RollCall(), decide, evolve, over)
