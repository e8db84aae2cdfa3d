"""What may be asked about the shifts of a person, and what they need to serve them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from events.fact import Id, Instant, Line, Text, Value
from events.volunteer import Role
from services.decider import Command

Reason = Annotated[str, StringConstraints(max_length=300, pattern=r"\S")]
"""Why somebody does what a rule stands against: never left empty."""


class ShiftRules(Value):
    """What a phase asks of whoever serves a shift in a role; without a phase, the defaults.

    Filled in where it is decided, from the phase that runs when the shift starts.
    """

    phase: Id | None = None
    courses: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    leave: bool = False
    """An approval to leave campus must cover the shift."""
    cold_below_c: float | None = None
    cold_hours_max: float = 4.0
    work_hours_max: float = 10.0
    """Hours of work in any 24 h: the default of a phase, and what holds without one."""
    rest_hours_min: float = 11.0
    """Hours of rest between two shifts, likewise."""


class AssignShift(Command):
    """A shift is at most 16 hours long and ends before the person's next one starts.

    With `override`, it is planned against the guards, and that is written down.
    """

    KIND: ClassVar[str] = "volunteer"
    type: Literal["assign-shift"] = "assign-shift"
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant
    role: Role | None = None
    air_c: float | None = None
    """Filled in where it is decided, like `rules`."""
    instead_of: Id | None = None
    rules: ShiftRules = ShiftRules()
    override: Reason | None = None


class CancelShift(Command):
    KIND: ClassVar[str] = "volunteer"
    type: Literal["cancel-shift"] = "cancel-shift"
    shift: Id
    reason: Line


class TakenShift(Value):
    """The place that somebody takes in a swap, under an id of its own."""

    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant
    role: Role | None = None
    instead_of: Id | None = None
    air_c: float | None = None
    rules: ShiftRules = ShiftRules()


class ExchangeShift(Command):
    """One person's part of a swap: they give one shift up and take another, in one decision.

    It is decided once for each swap: a rule that stands against it is written down as well, so
    that two processes that carry the swap out never see two answers. With `hold` the time of what
    is given up is kept free until the swap has ended.
    """

    KIND: ClassVar[str] = "volunteer"
    type: Literal["exchange-shift"] = "exchange-shift"
    swap: Id
    gives: Id | None = None
    takes: TakenShift | None = None
    hold: bool = False


class RefuseExchange(Command):
    """Somebody's part of a swap cannot be carried out: what they would take is not there."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["refuse-exchange"] = "refuse-exchange"
    swap: Id
    reason: Text


class SettleExchange(Command):
    """The swap has ended: what was given up for it is gone for good, or comes back as `back`."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["settle-exchange"] = "settle-exchange"
    swap: Id
    took: Id | None = None
    """The shift that was taken, to be given back if it came to nothing."""
    back: Id | None = None
    """The id under which the shift comes back; None when the swap was carried out."""
    rules: ShiftRules = ShiftRules()


class RecordTraining(Command):
    """A person passed a course. Recorded again, what is said now counts."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["record-training"] = "record-training"
    course: Id
    valid_until: Instant | None = None


class ApproveLeave(Command):
    """A person may be off campus from `starts_at` to `ends_at`."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["approve-leave"] = "approve-leave"
    leave: Id
    starts_at: Instant
    ends_at: Instant


class WithdrawLeave(Command):
    """An approval no longer holds. Shifts that were planned under it stay as they are."""

    KIND: ClassVar[str] = "volunteer"
    type: Literal["withdraw-leave"] = "withdraw-leave"
    leave: Id
    reason: Line
