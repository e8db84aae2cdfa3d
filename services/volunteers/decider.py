"""What may happen to a volunteer: who they are, and shifts that never overlap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple, assert_never

from events.fact import Fact
from events.lane import Helper, Lane
from events.sealed import Sealed
from events.volunteer import (
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    PersonErased,
    Role,
    ShiftAssigned,
    ShiftCancelled,
    TrainingRecorded,
    VolunteerChanged,
    VolunteerFact,
    VolunteerRegistered,
)
from services.decider import Decider
from services.volunteers import refusals
from services.volunteers.commands import (
    AssignShift,
    CancelShift,
    ErasePerson,
    RegisterVolunteer,
    VolunteerCommand,
)

SHIFT_MAX = timedelta(hours=16)
"""Longer is a slip of the pen, or nobody should stand it in winter."""


class Profile(NamedTuple):
    """What is said of a person."""

    name: str
    latin: str
    role: Role
    leads: tuple[str, ...]
    languages: tuple[str, ...]
    lead: str | None
    helpers: tuple[Helper, ...]
    lanes: tuple[Lane, ...]
    phases: tuple[str, ...]
    channels: tuple[str, ...]
    contact: Sealed | None


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer as far as a decision needs them."""

    profile: Profile | None = None
    shifts: tuple[ShiftAssigned, ...] = ()
    cancelled: frozenset[str] = frozenset()
    """Ids of shifts that were taken back: a late repeat must not plan them again."""
    erased: bool = False


def decide(state: Volunteer, command: VolunteerCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case RegisterVolunteer() | AssignShift() if state.erased:
            raise refusals.erased(command)
        case RegisterVolunteer():
            return _register(state, command)
        case _ if state.profile is None:
            raise refusals.unknown_volunteer(command)
        case AssignShift():
            return _assign(state, command)
        case CancelShift():
            return _cancel(state, command)
        case ErasePerson(reason=reason):
            return [] if state.erased else [PersonErased(reason=reason)]
        case unhandled:
            assert_never(unhandled)


def evolve(state: Volunteer, fact: Fact) -> Volunteer:
    """Return the volunteer after one fact."""
    if not isinstance(fact, VolunteerFact):
        return state
    match fact:
        case VolunteerRegistered() | VolunteerChanged():
            return replace(state, profile=_profile(fact))
        case ShiftAssigned():
            return replace(state, shifts=(*state.shifts, fact))
        case ShiftCancelled(shift=shift):
            shifts = tuple(planned for planned in state.shifts if planned.shift != shift)
            return replace(state, shifts=shifts, cancelled=state.cancelled | {shift})
        case PersonErased():
            return replace(state, erased=True)
        case TrainingRecorded() | LeaveApproved() | LeaveWithdrawn() | GuardOverridden():
            return state
        case unhandled:
            assert_never(unhandled)


def _profile(said: RegisterVolunteer | VolunteerRegistered | VolunteerChanged) -> Profile:
    return Profile(**{name: getattr(said, name) for name in Profile._fields})


def _register(state: Volunteer, command: RegisterVolunteer) -> Sequence[Fact]:
    profile = _profile(command)
    if state.profile == profile:
        return []
    model = VolunteerRegistered if state.profile is None else VolunteerChanged
    return [model(**profile._asdict())]


def _assign(state: Volunteer, command: AssignShift) -> Sequence[Fact]:
    fact = ShiftAssigned(
        shift=command.shift,
        venue=command.venue,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
    )
    if fact in state.shifts:
        return []
    if command.shift in state.cancelled:
        raise refusals.shift_cancelled(command)
    _check_length(command)
    for planned in state.shifts:
        if planned.shift == command.shift:
            raise refusals.shift_exists(command)
        if command.starts_at < planned.ends_at and planned.starts_at < command.ends_at:
            raise refusals.overlap(command, planned)
    return [fact]


def _check_length(command: AssignShift) -> None:
    length = command.ends_at - command.starts_at
    if length <= timedelta(0):
        raise refusals.ends_before_start(command)
    if length > SHIFT_MAX:
        raise refusals.too_long(command, SHIFT_MAX)


def _cancel(state: Volunteer, command: CancelShift) -> Sequence[Fact]:
    if command.shift in state.cancelled:
        return []
    if not any(planned.shift == command.shift for planned in state.shifts):
        raise refusals.unknown_shift(command)
    return [ShiftCancelled(shift=command.shift, reason=command.reason)]


VOLUNTEER: Decider[Volunteer, VolunteerCommand] = Decider("volunteer", Volunteer(), decide, evolve)
