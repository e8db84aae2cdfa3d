"""An alert asks people to act. Acknowledged means owned: one person answers for it."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Id, Instant, Line, Ref, Severity, Text, Value, Words

ANSWER = "answer"
"""The deadline by which somebody must have answered an alert."""


class Step(Value):
    """One level of an alert's way up: whom it is for, and how long they have to answer."""

    to: Annotated[tuple[Line, ...], Field(max_length=5000)]
    """Person ids, or posts as `post:<site>`."""
    answer_within_s: Annotated[int, Field(ge=1, le=86_400)]


class AlertRaised(Fact):
    """Somebody must look at something. `way_up[0]` is told now, the rest if nobody answers."""

    NOUN: ClassVar[str] = "alert"
    TYPE: ClassVar[str] = "raised"
    severity: Severity
    title: Text
    body: Text
    venue: Id | None = None
    about: Ref
    """The incident or warning it is about."""
    way_up: Annotated[tuple[Step, ...], Field(min_length=1, max_length=6)]
    answer_by: Instant | None = None
    """When the first level must have answered. It lies in this event, not in one beside it: two
    events at once are an atomic batch, which costs the server four extra fsyncs.
    """

    def binds(self) -> tuple[str, datetime] | None:
        """Return the deadline to answer."""
        return (ANSWER, self.answer_by) if self.answer_by else None


class AlertAcknowledged(Fact):
    """A person owns it now, and nobody else is told about it any more."""

    NOUN: ClassVar[str] = "alert"
    TYPE: ClassVar[str] = "acknowledged"
    by: Line
    comment: Words = ""


class AlertEscalated(Fact):
    """Nobody answered in time, so it went one level up: `level` 1 is the first one above."""

    NOUN: ClassVar[str] = "alert"
    TYPE: ClassVar[str] = "escalated"
    level: Annotated[int, Field(ge=1)]
    to: Annotated[tuple[Line, ...], Field(max_length=5000)]


class AlertClosed(Fact):
    """What it was about is over."""

    NOUN: ClassVar[str] = "alert"
    TYPE: ClassVar[str] = "closed"
    by: Line
    reason: Words = ""


AlertFact = AlertRaised | AlertAcknowledged | AlertEscalated | AlertClosed
FACTS: tuple[type[Fact], ...] = (AlertRaised, AlertAcknowledged, AlertEscalated, AlertClosed)
