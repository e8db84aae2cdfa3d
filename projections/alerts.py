"""The alerts, each as its last event left it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from events.alert import ANSWER, AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.fact import Ref, Severity, Text
from projections.fold import Binding, on


class Alert(NamedTuple):
    """An alert as it stands."""

    site: str
    severity: Severity
    title: Text
    body: Text
    venue: str | None
    about: Ref
    raised_at: datetime
    to: tuple[str, ...]
    """Everyone told so far, in the order they were told."""
    level: int = 0
    status: Literal["raised", "acknowledged", "closed"] = "raised"
    answer_due_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    comment: str = ""
    drill: bool = False


@dataclass(slots=True)
class Alerts:
    """All alerts by id. Events of a drill change nothing that is real, nor real ones a drill's."""

    rows: dict[str, Alert] = field(default_factory=dict)
    by_subject: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The alerts about each thing, by its `kind/id`."""

    def about(self, kind: str, id: str) -> list[tuple[str, Alert]]:
        """Return the alerts about something, with their ids."""
        return [(alert, self.rows[alert]) for alert in self.by_subject.get(f"{kind}/{id}", ())]

    def folds(self) -> Iterator[Binding]:
        yield on(AlertRaised, self._raised)
        yield on(AlertAcknowledged, self._acknowledged)
        yield on(AlertEscalated, self._escalated)
        yield on(AlertClosed, self._closed)
        yield on(DeadlineSet, self._due)
        yield on(DeadlineMet, self._met)
        yield on(DeadlineMissed, self._missed)

    def _raised(self, event: Event, fact: AlertRaised) -> None:
        if event.key in self.rows:
            return
        subject = f"{fact.about.kind}/{fact.about.id}"
        self.by_subject[subject] = tuple(sorted((*self.by_subject.get(subject, ()), event.key)))
        self.rows[event.key] = Alert(
            event.site,
            fact.severity,
            fact.title,
            fact.body,
            fact.venue,
            fact.about,
            event.occurred_at,
            fact.way_up[0].to,
            answer_due_at=fact.answer_by,
            drill=event.drill,
        )

    def _row(self, event: Event) -> Alert | None:
        row = self.rows.get(event.key)
        return row if row is not None and row.drill == event.drill else None

    def _acknowledged(self, event: Event, fact: AlertAcknowledged) -> None:
        if row := self._row(event):
            self.rows[event.key] = row._replace(
                status="acknowledged" if row.status == "raised" else row.status,
                acknowledged_by=fact.by,
                acknowledged_at=event.occurred_at,
                comment=fact.comment,
            )

    def _escalated(self, event: Event, fact: AlertEscalated) -> None:
        if row := self._row(event):
            told = tuple(dict.fromkeys((*row.to, *fact.to)))
            self.rows[event.key] = row._replace(level=fact.level, to=told)

    def _closed(self, event: Event, _: AlertClosed) -> None:
        if row := self._row(event):
            self.rows[event.key] = row._replace(status="closed", answer_due_at=None)

    def _due(self, event: Event, fact: DeadlineSet) -> None:
        if fact.name == ANSWER and event.kind == "alert" and (row := self._row(event)):
            self.rows[event.key] = row._replace(answer_due_at=fact.due_at)

    def _met(self, event: Event, fact: DeadlineMet) -> None:
        if fact.name == ANSWER and event.kind == "alert" and (row := self._row(event)):
            self.rows[event.key] = row._replace(answer_due_at=None)

    def _missed(self, event: Event, fact: DeadlineMissed) -> None:
        # A missed deadline stays in the row: the alert is overdue until the next one is set.
        self._due(event, DeadlineSet(name=fact.name, due_at=fact.due_at))
