"""The daily check-in of a site: who is expected, who is chased, and how the day ended."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from events.checkin import Day
from events.fact import Fact, Id, Instant

CHASE = "chase"
"""The deadline at which those who have not checked in are chased again."""

CLOSE = "close"
"""The deadline at which the day ends."""

People = Annotated[tuple[Id, ...], Field(max_length=50_000)]


class DayOpened(Fact):
    """From now on everyone in `expected` is to check in for the day, by `due_at`."""

    NOUN: ClassVar[str] = "day"
    TYPE: ClassVar[str] = "opened"
    phase: Id
    day: Day
    due_at: Instant
    expected: People
    chase_at: Instant
    """When those who have not are chased for the first time."""

    def binds(self) -> tuple[str, datetime] | None:
        """Return when to chase."""
        return CHASE, self.chase_at


class DayChased(Fact):
    """These had not checked in, and were asked again.

    `level` 1 and 2 ask the person, 3 tells their lead, 4 tells headquarters.
    """

    NOUN: ClassVar[str] = "day"
    TYPE: ClassVar[str] = "chased"
    level: Annotated[int, Field(ge=1, le=4)]
    missing: People


class DayClosed(Fact):
    """The day is over. Later check-ins for it still count, and are late."""

    NOUN: ClassVar[str] = "day"
    TYPE: ClassVar[str] = "closed"
    reported: Annotated[int, Field(ge=0)]
    missing: People


DayFact = DayOpened | DayChased | DayClosed
FACTS: tuple[type[Fact], ...] = (DayOpened, DayChased, DayClosed)
