"""The roll calls: whom they ask for, and from when to when an answer counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.fact import Ref, Text
from events.rollcall import (
    Excuse,
    LastKnown,
    RollCallClosed,
    RollCallExcused,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
    Scope,
)
from projections.fold import Binding, on


class Closing(NamedTuple):
    """What was written down when a roll call was closed."""

    safe: int
    need_help: int
    excused: int
    unaccounted: tuple[str, ...]
    last_known: tuple[LastKnown, ...]


class RollCall(NamedTuple):
    """A roll call. Who has answered is read off the people's safety answers, not kept here.

    Answers count from `opened_at` on, the first opening, until `closed_at`.
    """

    site: str
    venue: str | None
    title: Text
    opened_at: datetime
    expected: tuple[str, ...]
    about: Ref | None
    closed_at: datetime | None = None
    note: str = ""
    scope: Scope | None = None
    walk_ups: dict[str, str | None] = {}  # noqa: RUF012 - rows are replaced, never changed
    """Who was not expected and is counted, with the name of those nobody registered."""
    excused: dict[str, Excuse] = {}  # noqa: RUF012 - as above
    rounds: int = 0
    """How often those missing were asked again."""
    reminded_at: datetime | None = None
    reopened_at: datetime | None = None
    closing: Closing | None = None
    """Of the last closing; none while it is open."""

    def asked(self) -> Iterator[str]:
        """Yield everyone who is counted: those expected as they are listed, then the walk-ups."""
        yield from self.expected
        yield from sorted(self.walk_ups)

    @property
    def size(self) -> int:
        """How many are counted."""
        return len(self.expected) + len(self.walk_ups)


@dataclass(slots=True)
class RollCalls:
    """All roll calls by id."""

    rows: dict[str, RollCall] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(RollCallOpened, self._opened)
        yield on(RollCallWalkUpAdded, self._walked_up)
        yield on(RollCallExcused, self._excused)
        yield on(RollCallReminded, self._reminded)
        yield on(RollCallClosed, self._closed)
        yield on(RollCallReopened, self._reopened)

    def name_of(self, person: str) -> str | None:
        """Return what a walk-up whom nobody registered says they are called."""
        names = (row.walk_ups.get(person) for row in self.rows.values())
        return next((name for name in names if name is not None), None)

    def _opened(self, event: Event, fact: RollCallOpened) -> None:
        if event.key in self.rows:
            return
        # A list that names a person twice still asks for one person.
        expected = tuple(dict.fromkeys(fact.expected))
        self.rows[event.key] = RollCall(
            event.site,
            fact.venue,
            fact.title,
            event.occurred_at,
            expected,
            fact.about,
            scope=fact.scope,
            walk_ups={},
            excused={},
        )

    def _walked_up(self, event: Event, fact: RollCallWalkUpAdded) -> None:
        row = self.rows.get(event.key)
        if row is not None and fact.person not in row.expected:
            walk_ups = {fact.person: fact.name, **row.walk_ups}
            self.rows[event.key] = row._replace(walk_ups=walk_ups)

    def _excused(self, event: Event, fact: RollCallExcused) -> None:
        if row := self.rows.get(event.key):
            excused = {**row.excused, fact.person: fact.reason}
            self.rows[event.key] = row._replace(excused=excused)

    def _reminded(self, event: Event, fact: RollCallReminded) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(rounds=fact.round, reminded_at=event.occurred_at)

    def _closed(self, event: Event, fact: RollCallClosed) -> None:
        if row := self.rows.get(event.key):
            closing = Closing(
                fact.safe, fact.need_help, fact.excused, fact.unaccounted, fact.last_known
            )
            self.rows[event.key] = row._replace(
                closed_at=event.occurred_at, note=fact.note, closing=closing
            )

    def _reopened(self, event: Event, _: RollCallReopened) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(
                closed_at=None, closing=None, reopened_at=event.occurred_at
            )
