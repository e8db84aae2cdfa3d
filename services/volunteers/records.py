"""What may be decided about a person's training and their approvals to leave campus."""

from collections.abc import Sequence
from typing import assert_never

from events.fact import Fact
from events.volunteer import LeaveApproved, LeaveWithdrawn, TrainingRecorded
from services.volunteers import refusals
from services.volunteers.shift_commands import ApproveLeave, RecordTraining, WithdrawLeave
from services.volunteers.volunteer import Volunteer


def decide(
    state: Volunteer, command: RecordTraining | ApproveLeave | WithdrawLeave
) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case RecordTraining():
            return _train(state, command)
        case ApproveLeave():
            return _approve(state, command)
        case WithdrawLeave():
            return _withdraw(state, command)
        case unhandled:
            assert_never(unhandled)


def _train(state: Volunteer, command: RecordTraining) -> Sequence[Fact]:
    if (command.course, command.valid_until) in state.courses:
        return []
    return [TrainingRecorded(course=command.course, valid_until=command.valid_until)]


def _approve(state: Volunteer, command: ApproveLeave) -> Sequence[Fact]:
    if command.leave in state.withdrawn:
        raise refusals.leave_withdrawn(command.leave)
    if command.ends_at <= command.starts_at:
        raise refusals.leave_ends_before_start(command.leave)
    fact = LeaveApproved(leave=command.leave, starts_at=command.starts_at, ends_at=command.ends_at)
    if fact in state.leaves:
        return []
    if any(leave.leave == command.leave for leave in state.leaves):
        raise refusals.leave_exists(command.leave)
    return [fact]


def _withdraw(state: Volunteer, command: WithdrawLeave) -> Sequence[Fact]:
    if command.leave in state.withdrawn:
        return []
    if all(leave.leave != command.leave for leave in state.leaves):
        raise refusals.unknown_leave(command.id, command.leave)
    return [LeaveWithdrawn(leave=command.leave, reason=command.reason)]
