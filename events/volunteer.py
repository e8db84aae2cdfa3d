"""A volunteer: who they are, what they lead, when they are on shift. Written at their home site."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.fact import Fact, Id, Instant, Line, Text
from events.lane import Helper, Lane
from events.sealed import Sealed

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
    "support",
]
"""What a person does. `support` is somebody of a lane, on campus or at a site."""

Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A language tag of BCP 47: zh, en, fr, zh-yue."""

Guard: TypeAlias = Literal["training", "leave", "work-hours", "rest", "cold", "phase"]
"""What is looked at before a person is put on a shift."""


class VolunteerRegistered(Fact):
    """A person of the roster. `name` is as they write it, `latin` for those who cannot read it."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "registered"
    VERSION: ClassVar[int] = 2
    name: Line
    latin: Line
    role: Role
    leads: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """The venues, or the site, whose people they lead."""
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = ()
    lead: Id | None = None
    """Their team lead."""
    helpers: Annotated[tuple[Helper, ...], Field(max_length=40)] = ()
    """Who stands behind them, lane by lane."""
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    """The lanes they serve themselves."""
    phases: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    """The phases in which they serve; none is all of them."""
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    """Names of the channels they can be reached by, best first. Addresses are in `contact`."""
    contact: Sealed | None = None
    """Phone number and the address of each channel."""


class VolunteerChanged(Fact):
    """What was said of a person at registration is now this."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "changed"
    VERSION: ClassVar[int] = 2
    name: Line
    latin: Line
    role: Role
    leads: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = ()
    lead: Id | None = None
    helpers: Annotated[tuple[Helper, ...], Field(max_length=40)] = ()
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    phases: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    contact: Sealed | None = None


class TrainingRecorded(Fact):
    """A person passed a course."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "training-recorded"
    course: Id
    valid_until: Instant | None = None
    """From then on it must be taken again."""


class LeaveApproved(Fact):
    """A person may be off campus for a time."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "leave-approved"
    leave: Id
    starts_at: Instant
    ends_at: Instant


class LeaveWithdrawn(Fact):
    """The approval no longer holds."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "leave-withdrawn"
    leave: Id
    reason: Line


class ShiftAssigned(Fact):
    """A person is planned at a venue for a time."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "shift-assigned"
    VERSION: ClassVar[int] = 2
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant
    role: Role | None = None
    """What they do on it, where that is not their own role."""
    air_c: float | None = None
    """The newest air temperature at the venue when it was planned, in degrees Celsius."""
    instead_of: Id | None = None
    """The person whose place they take."""


class ShiftCancelled(Fact):
    """The plan no longer holds."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "shift-cancelled"
    shift: Id
    reason: Line


class GuardOverridden(Fact):
    """Somebody put a person on a shift against what the guards say, and says why."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "guard-overridden"
    shift: Id
    guards: Annotated[tuple[Guard, ...], Field(min_length=1, max_length=10)]
    reason: Line


class SwapStepTaken(Fact):
    """A person's part of a swap, decided once, so that everyone who carries it out does the same.

    `held`: the giver gave `shift` up, and its time stays theirs until the swap has ended. `done`:
    their part stands. `refused`: a rule stands against their part. `taken-back`: the giver has
    the shift again.
    """

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "swap-step-taken"
    swap: Id
    step: Literal["held", "done", "refused", "taken-back"]
    shift: Id | None = None
    reason: Text | None = None


class PersonErased(Fact):
    """The person's key is destroyed: their details can never be read again."""

    NOUN: ClassVar[str] = "volunteer"
    TYPE: ClassVar[str] = "erased"
    reason: Line


VolunteerFact = (
    VolunteerRegistered
    | VolunteerChanged
    | TrainingRecorded
    | LeaveApproved
    | LeaveWithdrawn
    | ShiftAssigned
    | ShiftCancelled
    | GuardOverridden
    | SwapStepTaken
    | PersonErased
)
FACTS: tuple[type[Fact], ...] = (
    VolunteerRegistered,
    VolunteerChanged,
    TrainingRecorded,
    LeaveApproved,
    LeaveWithdrawn,
    ShiftAssigned,
    ShiftCancelled,
    GuardOverridden,
    SwapStepTaken,
    PersonErased,
)
