"""How a run goes on: its steps end when what they asked for has ended, and alerts with what they
are about. Pure.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from events.alert import AlertAcknowledged, AlertClosed
from events.envelope import Event
from events.fact import SEVERITIES, Severity, Words
from events.feed import FeedRecovered, FeedRemoved
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentReopened,
)
from events.journey import JourneyArrived, JourneyCancelled, JourneyReplanned
from events.rollcall import RollCallClosed
from events.run import RunStarted, RunStepEnded
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningSuperseded,
    WarningUpdated,
)
from projections.alerts import Alert
from projections.calls import alerts_about
from projections.moment import iso
from projections.picture import Picture
from projections.terms import SEVERITY, term
from projections.words import describe
from services.alerts.commands import CloseAlert, RaiseAlert
from services.decider import Command
from services.playbooks import calls
from services.playbooks.commands import EndStep

_BY = "service:playbooks"


class Step(NamedTuple):
    """A step that has not ended: its run, where that lies, and its name."""

    site: str
    run: str
    name: str


class OpenSteps:
    """Which step of which run waits for an aggregate. A fold."""

    kinds: ClassVar[frozenset[str]] = frozenset({"run"})

    def __init__(self) -> None:
        self._by_target: dict[tuple[str, str], Step] = {}
        self._targets: dict[tuple[str, str], tuple[str, str]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case RunStarted(steps=steps):
                for step in steps:
                    target = (step.target.kind, step.target.id)
                    self._by_target[target] = Step(event.site, event.key, step.name)
                    self._targets[(event.key, step.name)] = target
            case RunStepEnded(step=name):
                ended = self._targets.pop((event.key, name), None)
                if ended is not None:
                    self._by_target.pop(ended, None)
            case _:
                pass

    def waiting_for(self, kind: str, id: str) -> Step | None:
        """Return the step that waits for this aggregate."""
        return self._by_target.get((kind, id))


class Open(NamedTuple):
    """What must be known besides the picture, to tell what follows."""

    steps: OpenSteps
    turns: calls.Turns


def follow_up(
    known: Open,
    picture: Picture,
    event: Event,
    at: datetime,
    asked: Sequence[Command] = (),
) -> list[Command]:
    """Return what follows for runs, alerts and calls for help when something has changed.

    `asked` is what the playbooks asked for on this event.
    """
    match event.data:
        case AlertAcknowledged(by=by) as fact:
            takes = calls.takes(known.turns, picture, event, fact, at)
            return [*_end(known.steps, event, at, by), *takes]
        case AlertClosed(by=by) | RollCallClosed(note=by):
            return _end(known.steps, event, at, by)
        case WarningCancelled() | WarningExpired() | WarningSuperseded():
            return _close_alerts(picture, event, at)
        case WarningIssued() | WarningUpdated():
            return _lowered(picture, event, at)
        case IncidentAccepted() as fact:
            return calls.answers(known.turns, picture, event, fact, at)
        case IncidentAssigned() | IncidentReopened():
            raised = [command for command in asked if isinstance(command, RaiseAlert)]
            return calls.replaced(picture, event, at, raised)
        case IncidentClosed() | IncidentMerged():
            return _ended(picture, event, at)
        case FeedRecovered() | FeedRemoved():
            return _close_alerts(picture, event, at)
        case JourneyArrived() | JourneyReplanned() | JourneyCancelled():
            return _close_alerts(picture, event, at)
        case _:
            return []


def overtaken(picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Return what follows when what an event is about ended, was lowered, or found its owner, while
    it was acted on.
    """
    if event.kind == "incident":
        if picture.incidents.ended_at(event.key) is not None:
            return _ended(picture, event, at)
        return calls.answered_for(picture, event.key, at)
    if event.kind == "warning":
        lowered = _lowered(picture, event, at)
        return lowered or _close_alerts(picture, event, at)
    return _close_alerts(picture, event, at)


def _end(steps: OpenSteps, event: Event, at: datetime, note: Words) -> list[Command]:
    step = steps.waiting_for(event.kind, event.key)
    if step is None:
        return []
    return [
        EndStep(
            site=step.site, id=step.run, at=at, by=_BY, step=step.name, outcome="done", note=note
        )
    ]


def _ended(picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Close the alerts about an incident that is over, and those of all that went into it.

    A call for help that was merged goes on where it went, and so does its alert, unless somebody
    answers for that incident already.
    """
    incidents = picture.incidents
    if incidents.rows[event.key].drill != event.drill:
        return []
    going_on = incidents.ended_at(event.key) is None
    if going_on and incidents.calls_within(event.key):
        return calls.answered_for(picture, event.key, at)
    return [
        _close(id, row, event, at)
        for id, row in alerts_about(picture, event.key)
        if row.status != "closed" and row.drill == event.drill
    ]


def _lowered(picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Close the alerts about a warning that has sunk below severe since they were raised, by its
    last word. A severity that is unknown now is no lower one.
    """
    row = picture.warnings.rows[event.key]
    now = row.message.severity
    if now not in {"minor", "moderate"} or not row.is_live(at):
        return []
    level = term(SEVERITY, now)
    return [
        _close(
            id, alert, event, at, f"预警已降为{level.zh} / the warning was lowered to {level.en}"
        )
        for id, alert in picture.alerts.about("warning", event.key)
        if alert.status != "closed"
        and alert.drill == event.drill
        and _place(alert.severity) >= _place("severe") > _place(now)
    ]


def _place(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def _close_alerts(picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Close the alerts about what is over, unless it goes on after all."""
    if event.kind == "warning" and picture.warnings.rows[event.key].is_live(at):
        return []
    if event.kind == "journey" and picture.journeys.rows[event.key].is_overdue:
        return []
    if event.kind == "feed" and _has_failed(picture, event.key):
        return []
    reason = _late(picture, event) if event.kind == "journey" else ""
    return [
        _close(id, row, event, at, reason)
        for id, row in picture.alerts.about(event.kind, event.key)
        if row.status != "closed" and row.drill == event.drill
    ]


def _has_failed(picture: Picture, feed: str) -> bool:
    row = picture.feeds.rows.get(feed)
    return row is not None and row.failed_at is not None


def _late(picture: Picture, event: Event) -> str:
    """Say how a journey that was overdue came to an end."""
    row = picture.journeys.rows[event.key]
    what = describe(event)
    if row.status != "arrived" or row.ended_at is None:
        return f"{what.zh} / {what.en}"
    when = iso(row.ended_at)
    if row.ended_at <= row.overdue_at:
        return (
            f"全部按时抵达，{when}，消息晚到 / all had arrived in time, at {when}; word came late"
        )
    return f"全部抵达，{when} / all have arrived, at {when}"


def _close(id: str, row: Alert, event: Event, at: datetime, reason: str = "") -> CloseAlert:
    said = reason or f"{event.kind}.{event.type}"
    return CloseAlert(site=row.site, id=id, at=at, by=_BY, reason=said)
