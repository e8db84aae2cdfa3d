"""A phase of the operation: recruitment, test events, games, para games, return.

Each has its own roster (the people who name it), its own gates and rules for shifts, and its own
hour of the daily check-in. It belongs to headquarters.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.checkin import Day
from events.fact import Fact, Id, Instant, Line, Text, Value
from events.volunteer import Role

DAY = "day"
"""The deadline at which a phase's next day begins."""

Gate: TypeAlias = Literal["training", "leave", "two-channels"]
"""What must be so before somebody is ready for a phase."""

ClockTime: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class RoleRule(Value):
    """What a role asks of a person."""

    role: Role
    courses: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    cold_below_c: float | None = None
    """Below this temperature, in degrees Celsius, hours count as hours in the cold."""
    cold_hours_max: Annotated[float, Field(gt=0, le=24)] = 4.0
    """Hours in the cold in any 24 h."""


class PhasePlanned(Fact):
    """A phase as it is planned now; planned again, this is what holds.

    `first_day_at` is when its first check-in is due.
    """

    NOUN: ClassVar[str] = "phase"
    TYPE: ClassVar[str] = "planned"
    name: Text
    starts_at: Instant
    ends_at: Instant
    timezone: Line
    check_in_at: ClockTime
    first_day_at: Instant | None = None
    gates: Annotated[tuple[Gate, ...], Field(max_length=3)] = ()
    rules: Annotated[tuple[RoleRule, ...], Field(max_length=50)] = ()
    work_hours_max: Annotated[float, Field(gt=0, le=24)] = 10.0
    """Hours of work in any 24 h."""
    rest_hours_min: Annotated[float, Field(ge=0, le=24)] = 11.0
    """Hours between two shifts."""

    def binds(self) -> tuple[str, datetime] | None:
        """Return when its first day begins."""
        return (DAY, self.first_day_at) if self.first_day_at else None


class PhaseDayBegun(Fact):
    """A day of it began: check-ins are due at `due_at`.

    `passed_over` are the days before it that nobody began, because Muster was not running.
    """

    NOUN: ClassVar[str] = "phase"
    TYPE: ClassVar[str] = "day-begun"
    day: Day
    due_at: Instant
    passed_over: Annotated[tuple[Day, ...], Field(max_length=1000)] = ()


PhaseFact = PhasePlanned | PhaseDayBegun
FACTS: tuple[type[Fact], ...] = (PhasePlanned, PhaseDayBegun)
