"""A journey: what was planned, what really happened, and whether everyone arrived."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Id, Instant, Line, Text, Value, Words

ARRIVE = "arrive"
"""The deadline after which a journey is overdue: its planned arrival and the margin."""


class Itinerary(Value):
    """A plan of a journey."""

    origin: Line
    """Where it starts: a venue's id, or in words."""
    destination: Id
    """The venue it goes to."""
    departs_at: Instant
    arrives_at: Instant
    margin_s: Annotated[int, Field(ge=0, le=86_400)] = 1800
    """Seconds after the planned arrival until it is overdue."""
    vehicle: Line = "-"
    driver: Line = "-"
    people: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]


class JourneyPlanned(Fact):
    """These people travel like this."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "planned"
    plan: Itinerary
    overdue_at: Instant

    def binds(self) -> tuple[str, datetime] | None:
        """Return when it is overdue."""
        return ARRIVE, self.overdue_at


class JourneyReplanned(Fact):
    """The plan changed. The old one stays on record."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "replanned"
    plan: Itinerary
    overdue_at: Instant
    reason: Line

    def binds(self) -> tuple[str, datetime] | None:
        """Return when it is overdue now."""
        return ARRIVE, self.overdue_at


class JourneyDeparted(Fact):
    """It left."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "departed"
    note: Words = ""


class JourneyArrived(Fact):
    """It arrived, with these people."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "arrived"
    venue: Id
    people: Annotated[tuple[Id, ...], Field(max_length=1000)]
    """Who arrived. Who is missing of the plan stays on the way."""
    note: Words = ""


class JourneyOverdue(Fact):
    """It should have arrived, margin and all, and nothing says that it did."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "overdue"
    due_at: Instant
    missing: Annotated[tuple[Id, ...], Field(max_length=1000)]
    last_known: Text
    """The last evidence of those who travel."""


class JourneyCancelled(Fact):
    """It does not take place."""

    NOUN: ClassVar[str] = "journey"
    TYPE: ClassVar[str] = "cancelled"
    reason: Line


JourneyFact = (
    JourneyPlanned
    | JourneyReplanned
    | JourneyDeparted
    | JourneyArrived
    | JourneyOverdue
    | JourneyCancelled
)
FACTS: tuple[type[Fact], ...] = (
    JourneyPlanned,
    JourneyReplanned,
    JourneyDeparted,
    JourneyArrived,
    JourneyOverdue,
    JourneyCancelled,
)
