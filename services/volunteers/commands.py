"""What may be asked about volunteers and roll calls."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.fact import Id, Line, Ref, Text, Words
from events.lane import Helper, Lane
from events.rollcall import (
    LAST_KNOWN_MAX,
    REMIND_AFTER_MAX_S,
    Excuse,
    LastKnown,
    People,
    Scope,
)
from events.sealed import Sealed
from events.volunteer import Language, Role
from services.deadlines import MissDeadline
from services.decider import Command
from services.volunteers.phase_commands import PhaseCommand, PlanPhase
from services.volunteers.shift_commands import (
    ApproveLeave,
    AssignShift,
    CancelShift,
    ExchangeShift,
    RecordTraining,
    RefuseExchange,
    SettleExchange,
    WithdrawLeave,
)
from services.volunteers.swap_commands import (
    AgreeSwap,
    CompleteSwap,
    DeclineSwap,
    FailSwap,
    ProposeSwap,
    SwapCommand,
)

__all__ = [
    "REMIND_AFTER_S",
    "AddWalkUp",
    "AgreeSwap",
    "ApproveLeave",
    "AssignShift",
    "CancelShift",
    "CloseRollCall",
    "CompleteSwap",
    "DeclineSwap",
    "ErasePerson",
    "ExchangeShift",
    "ExcuseFromRollCall",
    "FailSwap",
    "OpenRollCall",
    "PhaseCommand",
    "PlanPhase",
    "PostponeReminder",
    "ProposeSwap",
    "RecordTraining",
    "RefuseExchange",
    "RegisterVolunteer",
    "RemindRollCall",
    "ReopenRollCall",
    "RollCallCommand",
    "SettleExchange",
    "SwapCommand",
    "VolunteerCommand",
    "WithdrawLeave",
]

REMIND_AFTER_S = 300
"""Who has not answered within five minutes is asked again, unless somebody says otherwise."""


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
    expected: People
    about: Ref | None = None
    scope: Scope | None = None
    remind_after_s: Annotated[int, Field(ge=0, le=REMIND_AFTER_MAX_S)] = REMIND_AFTER_S
    """How long answers are waited for before those missing are asked again; 0 is never."""


class AddWalkUp(Command):
    """Somebody who is there counts, too; `name` is for a person whom nobody registered."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["add-walk-up"] = "add-walk-up"
    person: Id
    name: Line | None = None


class ExcuseFromRollCall(Command):
    """A person excuses another one, but nobody who needs help."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["excuse-from-roll-call"] = "excuse-from-roll-call"
    person: Id
    reason: Excuse
    needs_help: bool = False
    """Filled in where it is decided."""


class RemindRollCall(Command):
    """Ask those who are missing again, now. A round that was there already is not made twice."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["remind-roll-call"] = "remind-roll-call"
    round: Annotated[int, Field(ge=1)]
    unaccounted: Annotated[int, Field(ge=0)] = 0
    """How many are missing; filled in where it is decided. When nobody is, nobody is asked."""


class PostponeReminder(Command):
    """It is time to remind, but nobody is missing just now: look again later."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["postpone-reminder"] = "postpone-reminder"


class CloseRollCall(Command):
    """The counts and the missing people must add up to those expected and the walk-ups."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["close-roll-call"] = "close-roll-call"
    safe: Annotated[int, Field(ge=0)]
    need_help: Annotated[int, Field(ge=0)]
    excused: Annotated[int, Field(ge=0)] = 0
    last_known: Annotated[tuple[LastKnown, ...], Field(max_length=LAST_KNOWN_MAX)] = ()
    unaccounted: People
    note: Words = ""


class ReopenRollCall(Command):
    """It was closed too early."""

    KIND: ClassVar[str] = "rollcall"
    type: Literal["reopen-roll-call"] = "reopen-roll-call"
    reason: Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]


VolunteerCommand: TypeAlias = Annotated[
    RegisterVolunteer
    | ErasePerson
    | RecordTraining
    | ApproveLeave
    | WithdrawLeave
    | AssignShift
    | CancelShift
    | ExchangeShift
    | RefuseExchange
    | SettleExchange,
    Field(discriminator="type"),
]
RollCallCommand: TypeAlias = Annotated[
    OpenRollCall
    | AddWalkUp
    | ExcuseFromRollCall
    | RemindRollCall
    | PostponeReminder
    | CloseRollCall
    | ReopenRollCall
    | MissDeadline,
    Field(discriminator="type"),
]
