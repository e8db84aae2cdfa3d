"""What may be decided about shifts: they never overlap, and the guards are heard."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from events.fact import Fact
from events.volunteer import GuardOverridden, ShiftAssigned, ShiftCancelled, SwapStepTaken
from projections.roster import SHIFT_MAX
from services.decider import Rejected
from services.volunteers import guards, refusals
from services.volunteers.shift_commands import (
    AssignShift,
    CancelShift,
    ExchangeShift,
    RefuseExchange,
    SettleExchange,
    TakenShift,
)
from services.volunteers.volunteer import Volunteer


def decide(state: Volunteer, command: AssignShift | CancelShift) -> Sequence[Fact]:
    """Return what follows from a plan, or raise Rejected."""
    match command:
        case AssignShift():
            return _assign(state, command)
        case CancelShift():
            return _cancel(state, command)
        case unhandled:
            assert_never(unhandled)


def decide_swap(
    state: Volunteer, command: ExchangeShift | RefuseExchange | SettleExchange
) -> Sequence[Fact]:
    """Return what follows for one of the two people of a swap. Nothing is refused unrecorded."""
    match command:
        case ExchangeShift():
            return _exchange(state, command)
        case RefuseExchange():
            return _refuse(state, command)
        case SettleExchange():
            return _settle(state, command)
        case unhandled:
            assert_never(unhandled)


def _assign(state: Volunteer, command: AssignShift) -> Sequence[Fact]:
    """Plan a shift. Raises Rejected with every guard that stands against it, at once."""
    shift = _planned(command)
    known = state.shift(command.shift)
    if known is not None and _same(known, shift):
        return []
    if state.held is not None:
        raise refusals.swap_under_way(command.id, state.held.swap)
    _check(state, command.id, shift)
    found = guards.breaches(state, shift, command.rules)
    if not found:
        return [shift]
    if command.override is None:
        raise refusals.guarded(command.id, shift, guards.say(found))
    return [_overridden(shift, found, command.override), shift]


def _cancel(state: Volunteer, command: CancelShift) -> Sequence[Fact]:
    """Take a plan back."""
    held = state.held
    if held is not None and held.shift is not None and held.shift.shift == command.shift:
        # It may come back under another id in a moment, and would not be cancelled then.
        raise refusals.swap_under_way(command.id, held.swap)
    if command.shift in state.cancelled:
        return []
    if state.shift(command.shift) is None:
        raise refusals.unknown_shift(command.id, command.shift)
    return [ShiftCancelled(shift=command.shift, reason=command.reason)]


def _exchange(state: Volunteer, command: ExchangeShift) -> Sequence[Fact]:
    """Carry out one person's part of a swap, or write down why not. Decided once."""
    if state.step(command.swap) is not None:
        return []
    try:
        return _exchanged(state, command)
    except Rejected as refusal:
        return [_refused(command, refusal)]


def _refuse(state: Volunteer, command: RefuseExchange) -> Sequence[Fact]:
    """Write down that their part cannot be carried out, unless it has been decided."""
    if state.step(command.swap) is not None:
        return []
    return [SwapStepTaken(swap=command.swap, step="refused", reason=command.reason)]


def _settle(state: Volunteer, command: SettleExchange) -> Sequence[Fact]:
    """End a swap for the giver: what they gave up is gone, or comes back whatever the guards say.

    It was theirs before: nothing could take its time while it was held.
    """
    held = state.held
    if held is None or held.swap != command.swap:
        return []
    if command.back is None:
        return [SwapStepTaken(swap=command.swap, step="done")]
    facts: list[Fact] = []
    if command.took is not None and state.shift(command.took) is not None:
        facts.append(_given_up(command.took, command.swap))
        state = _without(state, command.took)
    if held.shift is not None:
        back = held.shift.model_copy(update={"shift": command.back})
        if found := guards.breaches(state, back, command.rules):
            facts.append(_overridden(back, found, f"换班未成，班次归还 swap {command.swap} failed"))
        facts.append(back)
    return [*facts, SwapStepTaken(swap=command.swap, step="taken-back", shift=command.back)]


def _exchanged(state: Volunteer, command: ExchangeShift) -> Sequence[Fact]:
    if state.profile is None:
        raise refusals.unknown_volunteer(command)
    if state.erased:
        raise refusals.erased(command)
    if state.held is not None:
        raise refusals.swap_under_way(command.id, state.held.swap)
    facts: list[Fact] = []
    gives = None
    if command.gives is not None:
        gives = _to_give(state, command, command.gives)
        facts.append(_given_up(gives.shift, command.swap))
        state = _without(state, gives.shift)
    if command.takes is not None:
        facts.append(_taken(state, command, command.takes))
    step = SwapStepTaken(
        swap=command.swap,
        step="held" if command.hold else "done",
        shift=gives.shift if gives is not None else None,
    )
    # First, so that the shift is still there when its time begins to be held.
    return [step, *facts]


def _to_give(state: Volunteer, command: ExchangeShift, id: str) -> ShiftAssigned:
    shift = state.shift(id)
    if shift is None:
        raise refusals.not_theirs(command.id, id)
    if shift.ends_at <= command.at:
        raise refusals.shift_over(command.id, shift)
    return shift


def _taken(state: Volunteer, command: ExchangeShift, takes: TakenShift) -> ShiftAssigned:
    shift = _planned(takes)
    _check(state, command.id, shift)
    if found := guards.breaches(state, shift, takes.rules):
        raise refusals.guarded(command.id, shift, guards.say(found))
    return shift


def _check(state: Volunteer, person: str, shift: ShiftAssigned) -> None:
    """Raise Rejected for a shift that nobody could serve, whatever reason is given."""
    if shift.shift in state.cancelled:
        raise refusals.shift_cancelled(shift)
    length = shift.ends_at - shift.starts_at
    if length <= timedelta(0):
        raise refusals.ends_before_start(shift)
    if length > SHIFT_MAX:
        raise refusals.too_long(shift, SHIFT_MAX)
    for planned in state.shifts:
        if planned.shift == shift.shift:
            raise refusals.shift_exists(shift)
        if shift.starts_at < planned.ends_at and planned.starts_at < shift.ends_at:
            raise refusals.overlap(person, shift, planned)


def _planned(said: AssignShift | TakenShift) -> ShiftAssigned:
    return ShiftAssigned(**{name: getattr(said, name) for name in ShiftAssigned.model_fields})


def _same(one: ShiftAssigned, other: ShiftAssigned) -> bool:
    """Tell whether two plans are one; it may have become colder between two tries."""
    return one.model_copy(update={"air_c": other.air_c}) == other


def _without(state: Volunteer, shift: str) -> Volunteer:
    shifts = tuple(planned for planned in state.shifts if planned.shift != shift)
    return replace(state, shifts=shifts)


def _overridden(
    shift: ShiftAssigned, found: Sequence[guards.Breach], reason: str
) -> GuardOverridden:
    names = tuple(breach.guard for breach in found)
    return GuardOverridden(shift=shift.shift, guards=names, reason=reason)


def _given_up(shift: str, swap: str) -> ShiftCancelled:
    return ShiftCancelled(shift=shift, reason=f"换班 swap {swap}")


def _refused(command: ExchangeShift, refusal: Rejected) -> SwapStepTaken:
    return SwapStepTaken(
        swap=command.swap, step="refused", shift=command.gives, reason=refusal.reason
    )
