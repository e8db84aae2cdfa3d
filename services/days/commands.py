"""What may be asked about a day's check-ins, and about looking after somebody."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.checkin import Day
from events.day import People
from events.fact import Id, Instant
from events.lane import Lane
from events.sealed import Sealed
from services.deadlines import MissDeadline
from services.decider import Command


class OpenDay(Command):
    """`expected` is frozen when it opens; a person named twice is expected once."""

    KIND: ClassVar[str] = "day"
    type: Literal["open-day"] = "open-day"
    phase: Id
    day: Day
    due_at: Instant
    expected: People
    chase_at: Instant


class ChaseDay(Command):
    """The time to chase has come, and these have not checked in. What MissDeadline becomes when
    the service has filled in who is missing; it never travels.
    """

    KIND: ClassVar[str] = "day"
    type: Literal["chase-day"] = "chase-day"
    missing: People


class CloseDay(Command):
    """The day is over, and these have not checked in. Filled in as ChaseDay is."""

    KIND: ClassVar[str] = "day"
    type: Literal["close-day"] = "close-day"
    missing: People


class OpenCare(Command):
    """Somebody is to be looked after by a lane. The id must not tell of whom."""

    KIND: ClassVar[str] = "care"
    type: Literal["open-care"] = "open-care"
    lane: Lane
    sealed: Sealed


class TakeCare(Command):
    KIND: ClassVar[str] = "care"
    type: Literal["take-care"] = "take-care"


class EndCare(Command):
    KIND: ClassVar[str] = "care"
    type: Literal["end-care"] = "end-care"


DayCommand: TypeAlias = OpenDay | ChaseDay | CloseDay
"""What is decided on."""
DayAsk: TypeAlias = Annotated[OpenDay | MissDeadline, Field(discriminator="type")]
"""What is asked from outside."""
CareCommand: TypeAlias = Annotated[OpenCare | TakeCare | EndCare, Field(discriminator="type")]
