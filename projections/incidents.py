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
_OWNED: frozenset[Status] = frozenset({"accepted", "contained", "resolved"})


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
    ended_known_at: datetime | None = None
    """When it was recorded that it ended: by our clock, whatever the closer's showed."""
    opening: str = ""
    """The id of the event that last opened it again."""
    handing: str = ""
    """The id of the event by which somebody gave it to another, who has not yet said yes."""
    drill: bool = False

    @property
    def owner(self) -> str | None:
        """Who accepted it and still answers for it."""
        return self.accepted_by if self.status in _OWNED else None


@dataclass(slots=True)
class Incidents:
    """All incidents by id. Events of one whose report is not (yet) known change nothing.

    Nor do events of a drill change what is real, or real ones what is a drill's.
    """

    rows: dict[str, Incident] = field(default_factory=dict)
    taken_in: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The incidents that were merged into each one."""

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

        A merge ends nothing for a person: one into an incident nobody knows, into one that had
        ended before, or into itself by a roundabout way, leaves it open until a person opens it
        again and ends it for what it is.
        """
        last = self.goes_on_in(id)
        if last is None:
            return None
        row = self.rows[last]
        here = self.rows[id]
        while here.merged_into is not None:
            if _came_before(row.ended_known_at, here.ended_known_at):
                return None
            here = self.rows[here.merged_into]
        return row.ended_at

    def goes_on_in(self, id: str) -> str | None:
        """Return the incident that an incident was merged into in the end, itself if it was not.

        None where that leads nowhere: to one that nobody knows, or in a ring.
        """
        passed: set[str] = set()
        here: str | None = id
        while here is not None and here not in passed:
            passed.add(here)
            row = self.rows.get(here)
            if row is None:
                return None
            if row.merged_into is None:
                return here
            here = row.merged_into
        return None

    def within(self, id: str) -> list[str]:
        """Return an incident and all that were merged into it, directly or not."""
        found = [id]
        for one in found:
            found += [other for other in self.taken_in.get(one, ()) if other not in found]
        return found

    def calls_within(self, id: str) -> list[str]:
        """Return the calls for help in an incident: itself, and what was merged into it."""
        return [one for one in self.within(id) if (row := self.rows.get(one)) and row.needs_help]

    def _reported(self, event: Event, fact: IncidentReported) -> None:
        known = self.rows.get(event.key)
        if known is not None and (event.drill or not known.drill):
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
            drill=event.drill,
        )

    def _changed(self, event: Event) -> Incident | None:
        """Return the row with its last change moved on, never back."""
        row = self.rows.get(event.key)
        if row is None or row.drill != event.drill:
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
                status="assigned",
                assigned_to=fact.to,
                accepted_by=None,
                handing="" if fact.to == event.actor else event.id,
            )

    def _accepted(self, event: Event, fact: IncidentAccepted) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="accepted", accepted_by=fact.by, handing="")

    def _contained(self, event: Event, _: IncidentContained) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="contained")

    def _resolved(self, event: Event, _: IncidentResolved) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(status="resolved")

    def _closed(self, event: Event, _: IncidentClosed) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(
                status="closed", ended_at=event.occurred_at, ended_known_at=event.recorded_at
            )

    def _reopened(self, event: Event, _: IncidentReopened) -> None:
        if row := self._changed(event):
            self._part(event.key, row.merged_into)
            self.rows[event.key] = row._replace(
                status="reopened",
                assigned_to=None,
                accepted_by=None,
                ended_at=None,
                merged_into=None,
                ended_known_at=None,
                opening=event.id,
                handing="",
            )

    def _merged(self, event: Event, fact: IncidentMerged) -> None:
        if row := self._changed(event):
            self._part(event.key, row.merged_into)
            self.taken_in[fact.into] = tuple(sorted({*self.taken_in.get(fact.into, ()), event.key}))
            self.rows[event.key] = row._replace(
                status="merged",
                ended_at=event.occurred_at,
                merged_into=fact.into,
                ended_known_at=event.recorded_at,
            )

    def _part(self, id: str, into: str | None) -> None:
        """Take an incident out of the one it was merged into."""
        if into is not None:
            left = tuple(other for other in self.taken_in[into] if other != id)
            self.taken_in.pop(into)
            if left:
                self.taken_in[into] = left

    def _noted(self, event: Event, _: IncidentNoted) -> None:
        if row := self._changed(event):
            self.rows[event.key] = row._replace(notes=row.notes + 1)


def _came_before(end: datetime | None, merge: datetime | None) -> bool:
    """Tell whether an end was recorded before a merge; where nobody can tell, it was."""
    return end is not None and merge is not None and end <= merge
