"""What may happen to a roll call: it opens once and a person ends it, with counts that add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from events.fact import Fact, Id, Ref, Text
from events.rollcall import (
    RollCallClosed,
    RollCallExcused,
    RollCallFact,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
)
from services.actors import is_person
from services.decider import Decider
from services.volunteers import refusals
from services.volunteers.commands import CloseRollCall, OpenRollCall, RollCallCommand


@dataclass(frozen=True, slots=True)
class Opened:
    """What tells one roll call from another. Who is expected may differ between two tries."""

    title: Text
    venue: Id | None
    about: Ref | None


@dataclass(frozen=True, slots=True)
class RollCall:
    """A roll call as far as a decision needs it."""

    opened: Opened | None = None
    expected: int = 0
    """How many people."""
    closed: RollCallClosed | None = None


def decide(state: RollCall, command: RollCallCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case OpenRollCall():
            return _open(state, command)
        case CloseRollCall():
            return _close(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: RollCall, fact: Fact) -> RollCall:
    """Return the roll call after one fact."""
    if not isinstance(fact, RollCallFact):
        return state
    match fact:
        case RollCallOpened(expected=expected):
            return replace(state, opened=_identity(fact), expected=len(expected))
        case RollCallClosed():
            return replace(state, closed=fact)
        case RollCallWalkUpAdded() | RollCallExcused() | RollCallReminded() | RollCallReopened():
            return state
        case unhandled:
            assert_never(unhandled)


def _identity(said: OpenRollCall | RollCallOpened) -> Opened:
    return Opened(said.title, said.venue, said.about)


def _open(state: RollCall, command: OpenRollCall) -> Sequence[Fact]:
    if state.opened is None:
        return [
            RollCallOpened(
                title=command.title,
                venue=command.venue,
                expected=_distinct(command.expected),
                about=command.about,
            )
        ]
    if state.opened != _identity(command):
        raise refusals.roll_call_exists(command)
    return []


def _close(state: RollCall, command: CloseRollCall) -> Sequence[Fact]:
    fact = RollCallClosed(
        safe=command.safe,
        need_help=command.need_help,
        excused=command.excused,
        last_known=command.last_known,
        unaccounted=_distinct(command.unaccounted),
        note=command.note,
    )
    if state.opened is None:
        raise refusals.unknown_roll_call(command)
    if state.closed is not None:
        if state.closed != fact:
            raise refusals.roll_call_closed(command)
        return []
    if not is_person(command.by):
        raise refusals.needs_person(command)
    counted = fact.safe + fact.need_help + fact.excused + len(fact.unaccounted)
    if counted != state.expected:
        raise refusals.counts_differ(command, counted, state.expected)
    return [fact]


def _distinct(people: tuple[Id, ...]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(people))


ROLLCALL: Decider[RollCall, RollCallCommand] = Decider("rollcall", RollCall(), decide, evolve)
