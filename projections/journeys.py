"""The journeys: their plans, the newest and those before it, who arrived, and who is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Text
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from projections.fold import Binding, on

Status: TypeAlias = Literal["planned", "under-way", "arrived", "overdue", "cancelled"]


class Former(NamedTuple):
    """A plan that another one took the place of: when, by whom, and why."""

    plan: Itinerary
    changed_at: datetime
    changed_by: str
    reason: str


class Arrival(NamedTuple):
    """Some of the people arrived."""

    at: datetime
    venue: str
    people: tuple[str, ...]


class Journey(NamedTuple):
    """A journey as it stands. Everyone of the plan has arrived or is missing."""

    site: str
    plan: Itinerary
    overdue_at: datetime
    """When it is overdue by this plan."""
    planned_by: str
    former: tuple[Former, ...] = ()
    missing: tuple[str, ...] = ()
    """Who of the plan has not arrived."""
    departed_at: datetime | None = None
    aboard: tuple[str, ...] = ()
    """Who travelled when it departed, without those who had arrived by then."""
    bound_for: str = ""
    """Where it went when it departed."""
    arrivals: tuple[Arrival, ...] = ()
    alarm: str = ""
    """The id of the event that said it was overdue by this plan."""
    last_known: Text | None = None
    """What was last known of the missing when it was overdue."""
    ended_at: datetime | None = None
    """When the last one arrived or it was cancelled; None while somebody is missing."""
    cancelled_because: str | None = None
    drill: bool = False

    @property
    def arrived(self) -> tuple[str, ...]:
        """Who has arrived, in the order they did."""
        return tuple(dict.fromkeys(one for arrival in self.arrivals for one in arrival.people))

    @property
    def is_overdue(self) -> bool:
        """Tell whether it was overdue by this plan, and somebody is still missing."""
        return bool(self.alarm) and self.ended_at is None

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.cancelled_because is not None:
            return "cancelled"
        if self.ended_at is not None:
            return "arrived"
        if self.alarm:
            return "overdue"
        return "under-way" if self.departed_at or self.arrivals else "planned"

    def settled(self) -> "Journey":
        """Return it with who is missing, and with its end if nobody is."""
        arrived = frozenset(self.arrived)
        missing = tuple(one for one in dict.fromkeys(self.plan.people) if one not in arrived)
        if self.cancelled_because is not None:
            return self._replace(missing=missing)
        last = max((arrival.at for arrival in self.arrivals), default=None)
        return self._replace(missing=missing, ended_at=None if missing else last)


@dataclass(slots=True)
class Journeys:
    """All journeys by id. Events of a drill change nothing that is real, nor real ones a drill's.

    Decided facts: they come in the order of the log.
    """

    rows: dict[str, Journey] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(JourneyPlanned, self._planned)
        yield on(JourneyReplanned, self._replanned)
        yield on(JourneyDeparted, self._departed)
        yield on(JourneyArrived, self._arrived)
        yield on(JourneyOverdue, self._overdue)
        yield on(JourneyCancelled, self._cancelled)

    def _row(self, event: Event) -> Journey | None:
        row = self.rows.get(event.key)
        return row if row is not None and row.drill == event.drill else None

    def _planned(self, event: Event, fact: JourneyPlanned) -> None:
        if event.key not in self.rows:
            row = Journey(event.site, fact.plan, fact.overdue_at, event.actor, drill=event.drill)
            self.rows[event.key] = row.settled()

    def _replanned(self, event: Event, fact: JourneyReplanned) -> None:
        if row := self._row(event):
            former = Former(row.plan, event.occurred_at, event.actor, fact.reason)
            changed = row._replace(
                plan=fact.plan,
                overdue_at=fact.overdue_at,
                planned_by=event.actor,
                former=(*row.former, former),
                alarm="",
                last_known=None,
            )
            self.rows[event.key] = changed.settled()

    def _departed(self, event: Event, _: JourneyDeparted) -> None:
        if (row := self._row(event)) and row.departed_at is None:
            at = event.occurred_at
            # Who was there by then was not under way, in whatever order it is told.
            there = {one for each in row.arrivals if each.at <= at for one in each.people}
            self.rows[event.key] = row._replace(
                departed_at=at,
                aboard=tuple(one for one in row.plan.people if one not in there),
                bound_for=row.plan.destination,
            )

    def _arrived(self, event: Event, fact: JourneyArrived) -> None:
        if row := self._row(event):
            arrival = Arrival(event.occurred_at, fact.venue, fact.people)
            self.rows[event.key] = row._replace(arrivals=(*row.arrivals, arrival)).settled()

    def _overdue(self, event: Event, fact: JourneyOverdue) -> None:
        if row := self._row(event):
            self.rows[event.key] = row._replace(alarm=event.id, last_known=fact.last_known)

    def _cancelled(self, event: Event, fact: JourneyCancelled) -> None:
        if row := self._row(event):
            self.rows[event.key] = row._replace(
                ended_at=event.occurred_at, cancelled_because=fact.reason
            )
