"""The incidents, each as its last event left it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Place, Severity
from events.incident import (
    Category,
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentMerged,
    IncidentNoted,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from projections.fold import Binding, on

Status: TypeAlias = Literal[
    "reported",
    "triaged",
    "assigned",
    "accepted",
    "contained",
    "resolved",
    "closed",
    "reopened",
    "merged",
]

_UNTRIAGED: frozenset[Status] = frozenset({"reported", "reopened", "triaged"})


class Incident(NamedTuple):
    """An incident as it stands."""

    site: str
    category: Category
    severity: Severity
    status: Status
    text: str
    venue: str | None
    place: Place | None
    person: str | None
    reported_at: datetime
    recorded_at: datetime
    reported_by: str
    cause: str
    """The id of the event it follows from."""
    last_change_at: datetime
    needs_help: bool
    """It was once a call for help. Triage may rename it; the person still waits."""
    assigned_to: str | None = None
    accepted_by: str | None = None
    notes: int = 0
    ended_at: datetime | None = None
    merged_into: str | None = None


@dataclass(slots=True)
class Incidents:
    """All incidents by id. Events of one whose report is not (yet) known change nothing."""

    rows: dict[str, Incident] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(IncidentReported, self._reported)
        yield on(IncidentTriaged, self._triaged)
        yield on(IncidentAssigned, self._assigned)
        yield on(IncidentAccepted, self._accepted)
        yield on(IncidentContained, self._contained)
        yield on(IncidentResolved, self._resolved)
        yield on(IncidentClosed, self._closed)
        yield on(IncidentReopened, self._reopened)
        yield on(IncidentMerged, self._merged)
        yield on(IncidentNoted, self._noted)

    def ended_at(self, id: str) -> datetime | None:
        """Return when an incident was closed; None while it goes on, here or where it was merged.

        A merge ends nothing for a person: one into an incident nobody knows, or into itself by a
        roundabout way, leaves it open for ever, until a person untangles it.
        """
        passed: set[str] = set()
        here = id
        while here not in passed:
            passed.add(here)
            row = self.rows.get(here)
            if row is None:
                return None
            if row.merged_into is None:
                return row.ended_at
            here = row.merged_into
        return None

    def _reported(self, event: Event, fact: IncidentReported) -> None:
        if event.key in self.rows:
            return
        self.rows[event.key] = Incident(
            event.site,
            fact.category,
            fact.severity,
            "reported",
            fact.text,
            fact.venue,
            fact.place,
            fact.person,
            event.occurred_at,
            event.recorded_at,
            event.actor,
            event.causation_id,
            event.occurred_at,
            fact.category == "need-help",
        )

    def _changed(self, event: Event) -> Incident | None:
        """Return the row with its last change moved on, never back."""
        row = self.rows.get(event.key)
        if row is None:
            return None
        return row._replace(last_change_at=max(row.last_change_at, event.occurred_at))

    def _triaged(self, event: Event, fact: IncidentTriaged) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(
                # Judged anew while somebody works on it, it stays theirs.
                status="triaged" if row.status in _UNTRIAGED else row.status,
                severity=fact.severity,
                category=fact.category,
                needs_help=row.needs_help or fact.category == "need-help",
            )

    def _assigned(self, event: Event, fact: IncidentAssigned) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(
                status="assigned", assigned_to=fact.to, accepted_by=None
            )

    def _accepted(self, event: Event, fact: IncidentAccepted) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="accepted", accepted_by=fact.by)

    def _contained(self, event: Event, _: IncidentContained) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="contained")

    def _resolved(self, event: Event, _: IncidentResolved) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="resolved")

    def _closed(self, event: Event, _: IncidentClosed) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="closed", ended_at=event.occurred_at)

    def _reopened(self, event: Event, _: IncidentReopened) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="reopened", ended_at=None, merged_into=None)

    def _merged(self, event: Event, fact: IncidentMerged) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(
                status="merged", ended_at=event.occurred_at, merged_into=fact.into
            )

    def _noted(self, event: Event, _: IncidentNoted) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(notes=row.notes + 1)
