"""What the picture says of a shift that is about to be decided on: the rules of its phase, and how
cold it is there.

Filled in where it is decided, so that nobody who sends a command can leave a rule out.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from events.phase import RoleRule
from events.volunteer import Role
from projections.phases import Phase
from projections.picture import Picture
from services.volunteers.commands import VolunteerCommand
from services.volunteers.shift_commands import (
    AssignShift,
    ExchangeShift,
    SettleExchange,
    ShiftRules,
    TakenShift,
)

AIR_AGE_MAX = timedelta(hours=24)
"""An older temperature says nothing of the shift."""


def ruled(picture: Picture, command: VolunteerCommand) -> VolunteerCommand:
    """Return a command with what its decision needs to know filled in."""
    match command:
        case AssignShift():
            return _with_rules(picture, command.id, command, command.at)
        case ExchangeShift(takes=TakenShift() as takes):
            filled = _with_rules(picture, command.id, takes, command.at)
            return command.model_copy(update={"takes": filled})
        case SettleExchange(back=str()):
            return command.model_copy(update={"rules": _of_settled(picture, command)})
        case _:
            return command


def rules_of(picture: Picture, person: str, role: Role | None, starts_at: datetime) -> ShiftRules:
    """Return what is asked of a person for a shift that starts then, in a role or in their own."""
    volunteer = picture.people.volunteers.get(person)
    found = picture.phases.of(volunteer.phases if volunteer else (), starts_at)
    if found is None:
        return ShiftRules()
    id, phase = found
    served = role or (volunteer.role if volunteer else None)
    return _rules(id, phase, phase.rule(served) if served else None)


def _rules(id: str, phase: Phase, rule: RoleRule | None) -> ShiftRules:
    rules = ShiftRules(
        phase=id,
        leave="leave" in phase.gates,
        work_hours_max=phase.work_hours_max,
        rest_hours_min=phase.rest_hours_min,
    )
    if rule is None:
        return rules
    return rules.model_copy(
        update={
            "courses": rule.courses,
            "cold_below_c": rule.cold_below_c,
            "cold_hours_max": rule.cold_hours_max,
        }
    )


S = TypeVar("S", AssignShift, TakenShift)


def _with_rules(picture: Picture, person: str, shift: S, at: datetime) -> S:
    rules = rules_of(picture, person, shift.role, shift.starts_at)
    return shift.model_copy(update={"rules": rules, "air_c": _air_c(picture, shift.venue, at)})


def _of_settled(picture: Picture, command: SettleExchange) -> ShiftRules:
    """Return the rules for the shift that comes back: those of the swap's shift, as it was."""
    swap = picture.swaps.rows.get(command.swap)
    gone = picture.people.cancelled.get(command.id, ())
    for cancelled in reversed(gone):
        if swap is not None and cancelled.shift.id == swap.shift:
            shift = cancelled.shift
            return rules_of(picture, command.id, shift.role, shift.starts_at)
    return ShiftRules()


def _air_c(picture: Picture, venue: str, at: datetime) -> float | None:
    newest = picture.observations.newest.get(venue)
    if newest is None or at - newest.at > AIR_AGE_MAX:
        return None
    return newest.weather.temperature_c
