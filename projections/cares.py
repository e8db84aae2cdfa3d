"""The requests for care, each as its last event left it. Of whom they are lies sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.care import CareAsked, CareEnded, CareTaken
from events.envelope import Event
from events.lane import Lane
from events.sealed import Sealed
from projections.fold import Binding, on


class Care(NamedTuple):
    """A request as it stands."""

    site: str
    lane: Lane
    asked_at: datetime
    sealed: Sealed | None
    """None once it was ended: nobody needs to open it any more."""
    taken_by: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(slots=True)
class Cares:
    """All requests by id."""

    rows: dict[str, Care] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(CareAsked, self._asked)
        yield on(CareTaken, self._taken)
        yield on(CareEnded, self._ended)

    def _asked(self, event: Event, fact: CareAsked) -> None:
        if event.key not in self.rows:
            self.rows[event.key] = Care(event.site, fact.lane, event.occurred_at, fact.sealed)

    def _taken(self, event: Event, fact: CareTaken) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(taken_by=fact.by, taken_at=event.occurred_at)

    def _ended(self, event: Event, _: CareEnded) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(ended_at=event.occurred_at, sealed=None)
