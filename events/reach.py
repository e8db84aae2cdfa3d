"""The daily test of the channels of a site's people: can they be reached, before it matters?"""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from events.checkin import Day
from events.fact import Fact, Id, Instant

PROVE = "prove"
"""The deadline by which the channels must have been proven."""

People = Annotated[tuple[Id, ...], Field(max_length=50_000)]


class ReachTested(Fact):
    """Everyone with a shift that day is sent a test by each of their channels."""

    NOUN: ClassVar[str] = "reach"
    TYPE: ClassVar[str] = "tested"
    day: Day
    people: People
    prove_by: Instant

    def binds(self) -> tuple[str, datetime] | None:
        """Return by when they must have answered."""
        return PROVE, self.prove_by


class ReachJudged(Fact):
    """These have fewer than two channels proven in the last 24 h, and stand on these shifts."""

    NOUN: ClassVar[str] = "reach"
    TYPE: ClassVar[str] = "judged"
    day: Day
    unproven: People
    unreachable: People
    """Of these, who has none at all."""
    shifts: Annotated[tuple[Id, ...], Field(max_length=50_000)]
    """The shifts of the day on which somebody who cannot be reached stands."""


ReachFact = ReachTested | ReachJudged
FACTS: tuple[type[Fact], ...] = (ReachTested, ReachJudged)
