"""A volunteer as far as decisions need them: who they are, what they passed, when they serve."""

from dataclasses import dataclass, replace
from datetime import datetime
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
    SwapStepTaken,
    TrainingRecorded,
    VolunteerChanged,
    VolunteerFact,
    VolunteerRegistered,
)


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


class Held(NamedTuple):
    """A shift that was given up in a swap which has not ended: its time is kept free."""

    swap: str
    shift: ShiftAssigned | None
    """None if it was never planned, which only a damaged history says."""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer's state."""

    profile: Profile | None = None
    shifts: tuple[ShiftAssigned, ...] = ()
    cancelled: frozenset[str] = frozenset()
    """Ids of shifts that were taken back: a late repeat must not plan them again."""
    courses: tuple[tuple[str, datetime | None], ...] = ()
    """What they passed and until when it holds, by course; what was recorded last counts."""
    leaves: tuple[LeaveApproved, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    """Ids of leaves that no longer hold."""
    overrides: frozenset[str] = frozenset()
    """Ids of shifts that were planned against a guard."""
    swaps: tuple[SwapStepTaken, ...] = ()
    """The last step of each swap they had a part in."""
    held: Held | None = None
    erased: bool = False

    def shift(self, id: str) -> ShiftAssigned | None:
        """Return a shift that is planned, None if there is none of this id."""
        return next((planned for planned in self.shifts if planned.shift == id), None)

    def step(self, swap: str) -> SwapStepTaken | None:
        """Return how far their part of a swap is."""
        return next((step for step in self.swaps if step.swap == swap), None)


def evolve(state: Volunteer, fact: Fact) -> Volunteer:
    """Return the volunteer after one fact."""
    if not isinstance(fact, VolunteerFact):
        return state
    match fact:
        case VolunteerRegistered() | VolunteerChanged():
            return replace(state, profile=profile_of(fact))
        case ShiftAssigned():
            return replace(state, shifts=(*state.shifts, fact))
        case ShiftCancelled(shift=shift):
            shifts = tuple(planned for planned in state.shifts if planned.shift != shift)
            return replace(state, shifts=shifts, cancelled=state.cancelled | {shift})
        case TrainingRecorded() | LeaveApproved() | LeaveWithdrawn():
            return _recorded(state, fact)
        case GuardOverridden(shift=shift):
            return replace(state, overrides=state.overrides | {shift})
        case SwapStepTaken():
            return _stepped(state, fact)
        case PersonErased():
            return replace(state, erased=True)
        case unhandled:
            assert_never(unhandled)


def profile_of(said: object) -> Profile:
    """Return what a command or a fact says of a person."""
    return Profile(**{name: getattr(said, name) for name in Profile._fields})


def _recorded(
    state: Volunteer, fact: TrainingRecorded | LeaveApproved | LeaveWithdrawn
) -> Volunteer:
    match fact:
        case TrainingRecorded(course=course, valid_until=valid_until):
            others = tuple(passed for passed in state.courses if passed[0] != course)
            return replace(state, courses=(*others, (course, valid_until)))
        case LeaveApproved():
            return replace(state, leaves=(*state.leaves, fact))
        case LeaveWithdrawn(leave=leave):
            leaves = tuple(approved for approved in state.leaves if approved.leave != leave)
            return replace(state, leaves=leaves, withdrawn=state.withdrawn | {leave})
        case unhandled:
            assert_never(unhandled)


def _stepped(state: Volunteer, fact: SwapStepTaken) -> Volunteer:
    held = state.held
    if fact.step == "held":
        held = Held(fact.swap, state.shift(fact.shift or ""))
    elif held is not None and held.swap == fact.swap:
        held = None
    others = tuple(step for step in state.swaps if step.swap != fact.swap)
    return replace(state, swaps=(*others, fact), held=held)
