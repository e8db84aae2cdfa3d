"""What may happen to an incident. A call for help is ended by a person, never by a machine.

To give a call for help to oneself is to take it, in one: as long as nobody has said yes, whoever it
was given to by another is waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from events.fact import Fact
from events.incident import (
    Category,
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentFact,
    IncidentMerged,
    IncidentNoted,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from services.actors import is_person
from services.decider import Decider
from services.incidents import refusals
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    ContainIncident,
    IncidentCommand,
    MergeIncident,
    NoteIncident,
    ReopenIncident,
    ReportIncident,
    ResolveIncident,
    TakeIncident,
    TriageIncident,
)
from services.incidents.status import Status

_Move: TypeAlias = IncidentContained | IncidentResolved | IncidentClosed | IncidentMerged


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as far as a decision needs it."""

    status: Status = "unknown"
    category: Category | None = None
    need_help: bool = False
    """It is or once was a call for help; a later category does not change who may end it."""
    assigned_to: str | None = None
    holds: tuple[Fact, ...] = ()
    """The facts that still stand: to ask for one of them again records nothing."""


def decide(state: Incident, command: IncidentCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    if isinstance(command, TakeIncident) or _is_for_oneself(state, command):
        return _take(state, command)
    fact = _fact(command)
    if fact in state.holds:
        return []
    _guard_help(state, command)
    _guard_move(state, command)
    return [fact]


def evolve(state: Incident, fact: Fact) -> Incident:
    """Return the incident after one fact."""
    if not isinstance(fact, IncidentFact):
        return state
    match fact:
        case IncidentReported(category=category):
            return Incident("reported", category, category == "need-help", holds=(fact,))
        case IncidentTriaged():
            return _triaged(state, fact)
        case IncidentAssigned(to=to):
            holds = _and(state, fact, IncidentAccepted, IncidentContained)
            return replace(state, status="assigned", assigned_to=to, holds=holds)
        case IncidentAccepted():
            return replace(state, status="accepted", holds=_and(state, fact))
        case IncidentContained() | IncidentResolved() | IncidentClosed() | IncidentMerged():
            return _moved(state, fact)
        case IncidentReopened():
            reported = tuple(held for held in state.holds if isinstance(held, IncidentReported))
            return replace(state, status="reopened", assigned_to=None, holds=(*reported, fact))
        case IncidentNoted():
            return replace(state, holds=_and(state, fact))
        case unhandled:
            assert_never(unhandled)


def _is_for_oneself(state: Incident, command: IncidentCommand) -> bool:
    return isinstance(command, AssignIncident) and command.to == command.by and state.need_help


def _take(state: Incident, command: IncidentCommand) -> Sequence[Fact]:
    _guard_move(state, command)
    if not is_person(command.by):
        raise refusals.owner_is_person(command)
    owner = next((held.by for held in state.holds if isinstance(held, IncidentAccepted)), None)
    if owner == command.by:
        return []
    if owner is not None:
        raise refusals.taken(command, owner)
    accepted = IncidentAccepted(by=command.by)
    if state.assigned_to == command.by and state.status == "assigned":
        return [accepted]
    return [IncidentAssigned(to=command.by), accepted]


def _triaged(state: Incident, fact: IncidentTriaged) -> Incident:
    early = state.status in ("unknown", "reported", "reopened")
    return replace(
        state,
        status="triaged" if early else state.status,
        category=fact.category,
        need_help=state.need_help or fact.category == "need-help",
        holds=_and(state, fact),
    )


def _moved(state: Incident, fact: _Move) -> Incident:
    holds = _and(state, fact, IncidentReopened)
    match fact:
        case IncidentContained():
            return replace(state, status="contained", holds=holds)
        case IncidentResolved():
            return replace(state, status="resolved", holds=holds)
        case IncidentClosed():
            return replace(state, status="closed", holds=holds)
        case IncidentMerged():
            return replace(state, status="merged", holds=holds)
        case unhandled:
            assert_never(unhandled)


def _and(state: Incident, fact: Fact, *gone: type[Fact]) -> tuple[Fact, ...]:
    """Return what holds from now on: a fact replaces its like, and whatever came since a note."""
    over: tuple[type[Fact], ...] = (type(fact), IncidentNoted, *gone)
    return (*(held for held in state.holds if not isinstance(held, over)), fact)


def _fact(command: IncidentCommand) -> Fact:  # noqa: C901 - a table, one row a command
    match command:
        case ReportIncident():
            return _reported(command)
        case TriageIncident(severity=severity, category=category):
            return IncidentTriaged(severity=severity, category=category)
        case AssignIncident(to=to):
            return IncidentAssigned(to=to)
        case AcceptIncident(by=by) | TakeIncident(by=by):
            return IncidentAccepted(by=by)
        case ContainIncident(note=note):
            return IncidentContained(note=note)
        case ResolveIncident(note=note):
            return IncidentResolved(note=note)
        case CloseIncident(note=note):
            return IncidentClosed(note=note)
        case ReopenIncident(reason=reason):
            return IncidentReopened(reason=reason)
        case MergeIncident(into=into):
            return IncidentMerged(into=into)
        case NoteIncident(text=text, by=by):
            return IncidentNoted(text=text, by=by)
        case unhandled:
            assert_never(unhandled)


def _reported(command: ReportIncident) -> IncidentReported:
    return IncidentReported(
        category=command.category,
        severity=command.severity,
        text=command.text,
        venue=command.venue,
        place=command.place,
        person=command.person,
    )


def _guard_help(state: Incident, command: IncidentCommand) -> None:
    if not state.need_help or is_person(command.by):
        return
    match command:
        case AcceptIncident():
            raise refusals.owner_is_person(command)
        case CloseIncident() | MergeIncident():
            raise refusals.needs_person(command)
        case TriageIncident(category=category) if category != state.category == "need-help":
            raise refusals.needs_person(command)


def _guard_move(state: Incident, command: IncidentCommand) -> None:
    match command, state.status:
        case ReportIncident(), status if status != "unknown":
            raise refusals.exists(command)
        case ReportIncident(), _:
            return
        case _, "unknown":
            raise refusals.unknown(command)
        case MergeIncident(into=into), _ if into == command.id:
            raise refusals.into_itself(command)
        case AcceptIncident(by=by), "assigned" if not _may_accept(state.assigned_to, by):
            raise refusals.not_yours(command, state.assigned_to or "")
    if not _is_legal(state.status, command):
        raise refusals.illegal_move(command, state.status)


def _is_legal(status: Status, command: IncidentCommand) -> bool:
    match command, status:
        case (
            TriageIncident() | AssignIncident() | TakeIncident(),
            "reported" | "reopened" | "triaged" | "assigned" | "accepted" | "contained",
        ):
            return True
        case AcceptIncident(), "assigned":
            return True
        case ContainIncident(), "triaged" | "assigned" | "accepted":
            return True
        case ResolveIncident(), "accepted" | "contained":
            return True
        case CloseIncident(), "resolved":
            return True
        case CloseIncident(note=note), "reported" | "reopened" | "triaged":
            return bool(note.strip())
        case ReopenIncident(), "resolved" | "closed" | "merged":
            return True
        case MergeIncident(), _:
            return status not in ("closed", "merged")
        case _:
            return isinstance(command, NoteIncident)


def _may_accept(assigned_to: str | None, by: str) -> bool:
    """A person accepts what was given to them; anyone of a team or a post accepts for it."""
    return assigned_to is None or assigned_to == by or ":" in assigned_to


def over(state: Incident) -> bool:
    """Tell whether it is closed or a part of another one. It may be reopened."""
    return state.status in ("closed", "merged")


INCIDENT: Decider[Incident, IncidentCommand] = Decider("incident", Incident(), decide, evolve, over)
