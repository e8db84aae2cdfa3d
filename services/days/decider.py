"""What may happen to a site's day of check-ins: it opens once, is chased level by level as long as
somebody is missing, and ends.

Who is missing comes in the command: check-ins are observations and nobody decides on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

from events.day import CHASE, CLOSE, DayChased, DayClosed, DayFact, DayOpened
from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact
from services.days import refusals
from services.days.commands import ChaseDay, CloseDay, DayCommand, OpenDay
from services.decider import Decider

LAST_LEVEL = 4
STEP = timedelta(hours=1)
"""From one level of chasing to the next."""
PAUSE = timedelta(minutes=15)
"""What people have at least to answer before the next level, where the last one came late."""
LENGTH = timedelta(hours=16)
"""From when check-ins are due to the end of the day."""


class Opened(NamedTuple):
    """What tells one day from another. Who is expected may differ between two tries."""

    phase: str
    day: str


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A site's day as far as a decision needs it."""

    opened: Opened | None = None
    expected: int = 0
    """How many people."""
    first_chase_at: datetime | None = None
    level: int = 0
    """The last level that was chased, 0 for none."""
    chase_at: datetime | None = None
    close_at: datetime | None = None
    closed: bool = False


def decide(state: SiteDay, command: DayCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case OpenDay():
            return _open(state, command)
        case ChaseDay():
            return _chase(state, command)
        case CloseDay():
            return _close(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: SiteDay, fact: Fact) -> SiteDay:
    """Return the day after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, DayFact):
        return state
    match fact:
        case DayOpened(phase=phase, day=day, expected=expected, chase_at=chase_at):
            return replace(
                state,
                opened=Opened(phase, day),
                expected=len(expected),
                first_chase_at=chase_at,
                chase_at=chase_at,
            )
        case DayChased(level=level):
            return replace(state, level=level)
        case DayClosed():
            return replace(state, closed=True)
        case unhandled:
            assert_never(unhandled)


def _open(state: SiteDay, command: OpenDay) -> Sequence[Fact]:
    if state.opened is None:
        opened = DayOpened(
            phase=command.phase,
            day=command.day,
            due_at=command.due_at,
            expected=tuple(dict.fromkeys(command.expected)),
            chase_at=command.chase_at,
        )
        return [opened, DeadlineSet(name=CLOSE, due_at=command.due_at + LENGTH)]
    if state.opened != (command.phase, command.day):
        raise refusals.day_exists(command)
    return []


def _chase(state: SiteDay, command: ChaseDay) -> Sequence[Fact]:
    due_at = state.chase_at
    if due_at is None or command.at < due_at or state.closed:
        return []
    if not command.missing or state.level >= LAST_LEVEL:
        return [DeadlineMet(name=CHASE)]
    level = state.level + 1
    return [
        DeadlineMissed(name=CHASE, due_at=due_at),
        DayChased(level=level, missing=command.missing),
        *_wait(state, level, command.at),
    ]


def _wait(state: SiteDay, level: int, at: datetime) -> Sequence[Fact]:
    """Return when the next level is due. After an outage it is not the moment after this one: who
    was asked just now has had no time to answer.
    """
    if level >= LAST_LEVEL or state.first_chase_at is None:
        return []
    planned = state.first_chase_at + level * STEP
    due_at = max(planned, at + PAUSE)
    if state.close_at is not None and due_at >= state.close_at:
        return []
    return [DeadlineSet(name=CHASE, due_at=due_at)]


def _close(state: SiteDay, command: CloseDay) -> Sequence[Fact]:
    if state.close_at is None or command.at < state.close_at or state.closed:
        return []
    missing = command.missing
    over = [DeadlineMet(name=CHASE)] if state.chase_at is not None else []
    return [
        DayClosed(reported=max(0, state.expected - len(missing)), missing=missing),
        DeadlineMet(name=CLOSE),
        *over,
    ]


def _bind(state: SiteDay, fact: DeadlineFact) -> SiteDay:
    due_at = fact.due_at if isinstance(fact, DeadlineSet) else None
    if fact.name == CHASE:
        return replace(state, chase_at=due_at)
    return replace(state, close_at=due_at) if fact.name == CLOSE else state


def over(state: SiteDay) -> bool:
    """Tell whether it has ended."""
    return state.closed


DAY: Decider[SiteDay, DayCommand] = Decider("day", SiteDay(), decide, evolve, over)
