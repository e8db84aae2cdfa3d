"""A volunteer: who they are, what they lead, when they are on shift. Written at their home site."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Instant, Line

Role: TypeAlias = Literal[
    "spectator-guidance",
    "media",
    "language",
    "protocol",
    "transport",
    "medical",
    "information",
    "accommodation",
    "catering",
    "competition",
    "team-leader",
    "duty-officer",
]


class VolunteerRegistered(Fact):
    """A person of the roster. `name` is as they write it, `latin` for those who cannot read it."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "registered"
    name: Line
    latin: Line
    role: Role
    leads: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """The venues, or the site, whose people they lead."""


class VolunteerChanged(Fact):
    """What was said of a person at registration is now this."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "changed"
    name: Line
    latin: Line
    role: Role
    leads: Annotated[tuple[Id, ...], Field(max_length=50)] = ()


class ShiftAssigned(Fact):
    """A person is planned at a venue for a time."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "shift-assigned"
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant


class ShiftCancelled(Fact):
    """The plan no longer holds."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "shift-cancelled"
    shift: Id
    reason: Line


VolunteerFact = VolunteerRegistered | VolunteerChanged | ShiftAssigned | ShiftCancelled
FACTS: tuple[type[Fact], ...] = (
    VolunteerRegistered,
    VolunteerChanged,
    ShiftAssigned,
    ShiftCancelled,
)
