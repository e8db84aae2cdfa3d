"""How a run goes on: its steps end when what they asked for has ended. Pure."""

from datetime import datetime
from typing import ClassVar, NamedTuple

from events.alert import AlertAcknowledged, AlertClosed
from events.envelope import Event
from events.fact import Words
from events.incident import IncidentClosed, IncidentMerged
from events.rollcall import RollCallClosed
from events.run import RunStarted, RunStepEnded
from events.weather import WarningCancelled, WarningExpired
from projections.picture import Picture
from services.alerts.commands import CloseAlert
from services.decider import Command
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


def follow_up(steps: OpenSteps, picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Return what follows for runs and alerts when something they are about has ended."""
    match event.data:
        case AlertAcknowledged(by=by):
            return _end(steps, event, at, by)
        case AlertClosed(by=by) | RollCallClosed(note=by):
            return _end(steps, event, at, by)
        case WarningCancelled() | WarningExpired():
            return _close_alerts(picture, "warning", event, at)
        case IncidentClosed() | IncidentMerged():
            return _close_alerts(picture, "incident", event, at)
        case _:
            return []


def overtaken(picture: Picture, event: Event, at: datetime) -> list[Command]:
    """Return what follows when the end of what an event is about came while it was acted on."""
    row = picture.incidents.rows.get(event.key)
    if event.kind == "warning" or (event.kind == "incident" and row and row.ended_at is not None):
        return _close_alerts(picture, event.kind, event, at)
    return []


def _end(steps: OpenSteps, event: Event, at: datetime, note: Words) -> list[Command]:
    step = steps.waiting_for(event.kind, event.key)
    if step is None:
        return []
    return [
        EndStep(
            site=step.site, id=step.run, at=at, by=_BY, step=step.name, outcome="done", note=note
        )
    ]


def _close_alerts(picture: Picture, kind: str, event: Event, at: datetime) -> list[Command]:
    """Close the alerts about what is over, unless a newer message made the warning live again."""
    if kind == "warning" and picture.warnings.rows[event.key].is_live(at):
        return []
    return [
        CloseAlert(site=row.site, id=id, at=at, by=_BY, reason=f"{event.kind}.{event.type}")
        for id, row in sorted(picture.alerts.rows.items())
        if row.status != "closed" and (row.about.kind, row.about.id) == (kind, event.key)
    ]
