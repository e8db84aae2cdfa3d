"""What may happen to a volunteer: who they are, what they passed, and shifts that never overlap."""

from collections.abc import Sequence
from typing import assert_never

from events.fact import Fact
from events.volunteer import PersonErased, VolunteerChanged, VolunteerRegistered
from services.decider import Decider
from services.volunteers import records, refusals, shifts
from services.volunteers.commands import (
    ApproveLeave,
    AssignShift,
    CancelShift,
    ErasePerson,
    ExchangeShift,
    RecordTraining,
    RefuseExchange,
    RegisterVolunteer,
    SettleExchange,
    VolunteerCommand,
    WithdrawLeave,
)
from services.volunteers.volunteer import Volunteer, evolve, profile_of


def decide(state: Volunteer, command: VolunteerCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case ExchangeShift() | RefuseExchange() | SettleExchange():
            return shifts.decide_swap(state, command)
        case RegisterVolunteer() | AssignShift() | RecordTraining() | ApproveLeave() if (
            state.erased
        ):
            raise refusals.erased(command)
        case RegisterVolunteer():
            return _register(state, command)
        case _ if state.profile is None:
            raise refusals.unknown_volunteer(command)
        case AssignShift() | CancelShift():
            return shifts.decide(state, command)
        case RecordTraining() | ApproveLeave() | WithdrawLeave():
            return records.decide(state, command)
        case ErasePerson(reason=reason):
            return [] if state.erased else [PersonErased(reason=reason)]
        case unhandled:
            assert_never(unhandled)


def _register(state: Volunteer, command: RegisterVolunteer) -> Sequence[Fact]:
    profile = profile_of(command)
    if state.profile == profile:
        return []
    model = VolunteerRegistered if state.profile is None else VolunteerChanged
    return [model(**profile._asdict())]


VOLUNTEER: Decider[Volunteer, VolunteerCommand] = Decider("volunteer", Volunteer(), decide, evolve)
