"""The roll calls: whom they ask for, and from when to when an answer counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.fact import Ref, Text
from events.rollcall import RollCallClosed, RollCallOpened
from projections.fold import Binding, on


class RollCall(NamedTuple):
    """A roll call. Who has answered is read off the people's safety answers, not kept here."""

    site: str
    venue: str | None
    title: Text
    opened_at: datetime
    expected: tuple[str, ...]
    about: Ref | None
    closed_at: datetime | None = None
    note: str = ""


@dataclass(slots=True)
class RollCalls:
    """All roll calls by id."""

    rows: dict[str, RollCall] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(RollCallOpened, self._opened)
        yield on(RollCallClosed, self._closed)

    def _opened(self, event: Event, fact: RollCallOpened) -> None:
        if event.key in self.rows:
            return
        # A list that names a person twice still asks for one person.
        expected = tuple(dict.fromkeys(fact.expected))
        self.rows[event.key] = RollCall(
            event.site, fact.venue, fact.title, event.occurred_at, expected, fact.about
        )

    def _closed(self, event: Event, fact: RollCallClosed) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(closed_at=event.occurred_at, note=fact.note)
