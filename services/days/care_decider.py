"""What may happen to a request for care: a person of the lane takes it, and ends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from events.care import CareAsked, CareEnded, CareFact, CareTaken
from events.fact import Fact
from events.lane import Lane
from services.actors import is_person
from services.days import refusals
from services.days.commands import CareCommand, EndCare, OpenCare, TakeCare
from services.decider import Decider


@dataclass(frozen=True, slots=True)
class Care:
    """A request as far as a decision needs it."""

    lane: Lane | None = None
    """None as long as nobody asked."""
    owner: str | None = None
    ended: bool = False


def decide(state: Care, command: CareCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case OpenCare(lane=lane, sealed=sealed):
            # A repeat is sealed anew, so its box is another one: the first is as good.
            return [CareAsked(lane=lane, sealed=sealed)] if state.lane is None else []
        case TakeCare():
            return _take(state, command)
        case EndCare():
            return _end(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: Care, fact: Fact) -> Care:
    """Return the request after one fact."""
    if not isinstance(fact, CareFact):
        return state
    match fact:
        case CareAsked(lane=lane):
            return replace(state, lane=lane)
        case CareTaken(by=by):
            return replace(state, owner=by)
        case CareEnded():
            return replace(state, ended=True)
        case unhandled:
            assert_never(unhandled)


def _take(state: Care, command: TakeCare) -> Sequence[Fact]:
    _must_be_open(state, command)
    if state.owner == command.by:
        return []
    if state.owner is not None:
        raise refusals.care_taken(command, state.owner)
    return [CareTaken(by=command.by)]


def _end(state: Care, command: EndCare) -> Sequence[Fact]:
    if state.ended:
        return []
    _must_be_open(state, command)
    return [CareEnded(by=command.by)]


def _must_be_open(state: Care, command: TakeCare | EndCare) -> None:
    if state.lane is None:
        raise refusals.unknown_care(command)
    if not is_person(command.by):
        raise refusals.needs_person(command)
    if state.ended:
        raise refusals.care_ended(command)


def over(state: Care) -> bool:
    """Tell whether it has ended."""
    return state.ended


CARE: Decider[Care, CareCommand] = Decider("care", Care(), decide, evolve, over)
