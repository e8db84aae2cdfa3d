"""The life of an incident, from the report to the closing."""

from typing import ClassVar, Literal, TypeAlias

from events.fact import Fact, Id, Line, Place, Severity, Words

Category: TypeAlias = Literal[
    "need-help",
    "medical",
    "fire",
    "security",
    "transport",
    "weather",
    "crowd",
    "equipment",
    "accommodation",
    "catering",
    "missing-person",
    "other",
]


class IncidentReported(Fact):
    """Somebody saw something. `text` is in their own words."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "reported"
    category: Category
    severity: Severity
    text: Words
    venue: Id | None = None
    place: Place | None = None
    person: Id | None = None
    """Whom it is about, for `need-help`, `medical` and `missing-person`."""


class IncidentTriaged(Fact):
    """Somebody judged how bad it is and what it is."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "triaged"
    severity: Severity
    category: Category


class IncidentAssigned(Fact):
    """It was given to a person or a team, who have not yet said yes."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "assigned"
    to: Line


class IncidentAccepted(Fact):
    """The one it was given to owns it now."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "accepted"
    by: Line


class IncidentContained(Fact):
    """It no longer grows."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "contained"
    note: Words = ""


class IncidentResolved(Fact):
    """What had to be done is done."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "resolved"
    note: Words = ""


class IncidentClosed(Fact):
    """A person looked at it and ended it."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "closed"
    note: Words = ""


class IncidentReopened(Fact):
    """It was not over."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "reopened"
    reason: Words


class IncidentMerged(Fact):
    """It is the same as another one, where it goes on."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "merged"
    into: Id


class IncidentNoted(Fact):
    """Somebody added what they know."""

    NOUN: ClassVar[str] = "incident"
    TYPE: ClassVar[str] = "noted"
    text: Words
    by: Line | None = None
    """Who knows it: two people may say the same words."""


IncidentFact = (
    IncidentReported
    | IncidentTriaged
    | IncidentAssigned
    | IncidentAccepted
    | IncidentContained
    | IncidentResolved
    | IncidentClosed
    | IncidentReopened
    | IncidentMerged
    | IncidentNoted
)
FACTS: tuple[type[Fact], ...] = (
    IncidentReported,
    IncidentTriaged,
    IncidentAssigned,
    IncidentAccepted,
    IncidentContained,
    IncidentResolved,
    IncidentClosed,
    IncidentReopened,
    IncidentMerged,
    IncidentNoted,
)
