"""What people passed and were allowed, and which shifts were planned against the guards."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.volunteer import (
    Guard,
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    TrainingRecorded,
)
from projections.fold import Binding, on


class Leave(NamedTuple):
    """An approval to be off campus, `ends_at` not included."""

    id: str
    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether it holds at a moment."""
        return self.starts_at <= at < self.ends_at


class Override(NamedTuple):
    """Who planned a shift against which guards, when and why."""

    person: str
    guards: tuple[Guard, ...]
    reason: str
    by: str
    at: datetime


@dataclass(slots=True)
class Clearances:
    """By person."""

    courses: dict[str, dict[str, datetime | None]] = field(default_factory=dict)
    """Each course that somebody passed, and until when it holds, None for good."""
    leaves: dict[str, tuple[Leave, ...]] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    """By `person/shift`: two people may both have a shift called `today`."""

    def folds(self) -> Iterator[Binding]:
        yield on(TrainingRecorded, self._passed)
        yield on(LeaveApproved, self._approved)
        yield on(LeaveWithdrawn, self._withdrawn)
        yield on(GuardOverridden, self._overridden)

    def passed(self, person: str, course: str, at: datetime) -> bool:
        """Tell whether somebody passed a course, and it holds at a moment."""
        courses = self.courses.get(person, {})
        until = courses.get(course)
        return course in courses and (until is None or at < until)

    def may_leave(self, person: str, at: datetime) -> bool:
        """Tell whether somebody may be off campus at a moment."""
        return any(leave.holds(at) for leave in self.leaves.get(person, ()))

    def override(self, person: str, shift: str) -> Override | None:
        """Return why somebody was put on a shift against the guards, None if nobody did that."""
        return self.overrides.get(f"{person}/{shift}")

    def _passed(self, event: Event, fact: TrainingRecorded) -> None:
        self.courses.setdefault(event.key, {})[fact.course] = fact.valid_until

    def _approved(self, event: Event, fact: LeaveApproved) -> None:
        leave = Leave(fact.leave, fact.starts_at, fact.ends_at)
        self.leaves[event.key] = (*self._others(event.key, fact.leave), leave)

    def _withdrawn(self, event: Event, fact: LeaveWithdrawn) -> None:
        self.leaves[event.key] = self._others(event.key, fact.leave)

    def _others(self, person: str, leave: str) -> tuple[Leave, ...]:
        return tuple(other for other in self.leaves.get(person, ()) if other.id != leave)

    def _overridden(self, event: Event, fact: GuardOverridden) -> None:
        self.overrides[f"{event.key}/{fact.shift}"] = Override(
            event.key, fact.guards, fact.reason, event.actor, event.occurred_at
        )
