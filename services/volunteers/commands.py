"""What may be asked about volunteers and roll calls."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Instant, Line, Ref, Text, Words
from events.lane import Helper, Lane
from events.rollcall import LAST_KNOWN_MAX, LastKnown
from events.sealed import Sealed
from events.volunteer import Language, Role
from services.decider import Command


class RegisterVolunteer(Command):
    """Asking again with other content changes what is said of the person."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["register-volunteer"] = "register-volunteer"
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


class AssignShift(Command):
    """A shift is at most 16 hours long and ends before the person's next one starts."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["assign-shift"] = "assign-shift"
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant


class CancelShift(Command):
    KIND: ClassVar[str] = "volunteer"
    type: Literal["cancel-shift"] = "cancel-shift"
    shift: Id
    reason: Line


class ErasePerson(Command):
    """Destroy a person's key, for good."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["erase-person"] = "erase-person"
    reason: Line


class OpenRollCall(Command):
    """`expected` is frozen when it opens; a person named twice is expected once."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["open-roll-call"] = "open-roll-call"
    title: Text
    venue: Id | None = None
    expected: Annotated[tuple[Id, ...], Field(max_length=50_000)]
    about: Ref | None = None


class CloseRollCall(Command):
    """The counts and the missing people must add up to those expected and the walk-ups."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["close-roll-call"] = "close-roll-call"
    safe: Annotated[int, Field(ge=0)]
    need_help: Annotated[int, Field(ge=0)]
    excused: Annotated[int, Field(ge=0)] = 0
    last_known: Annotated[tuple[LastKnown, ...], Field(max_length=LAST_KNOWN_MAX)] = ()
    unaccounted: Annotated[tuple[Id, ...], Field(max_length=50_000)]
    note: Words = ""


VolunteerCommand: TypeAlias = Annotated[
    RegisterVolunteer | AssignShift | CancelShift | ErasePerson, Field(discriminator="type")
]
RollCallCommand: TypeAlias = Annotated[OpenRollCall | CloseRollCall, Field(discriminator="type")]
