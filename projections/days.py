"""The daily check-in, per day and site: who is expected, who has checked in, who is missing.

That somebody checked in is everyone's to see. What they said is not in here, not even sealed.

A check-in is an observation: it may come before its day opens, and long after it closed. A day
therefore keeps who is missing and who was late, and nothing of the others: that is exact whatever
comes later, and 60 days of 45,000 people stay small. Who checked in when is kept of the last days
only, because a day may open after its first check-ins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from sys import intern
from typing import NamedTuple

from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed, DayOpened
from events.envelope import Event
from projections.fold import Binding, on

DAYS_KEPT = 3
"""Days of which it is kept who checked in when: the newest that anybody checked in for, and those
before it. A day that opens later than that counts only the check-ins that come after it opened.
"""
_AHEAD = timedelta(days=1)
"""A day begins this much earlier in the first time zone than in UTC, at most. A check-in for a day
that has begun nowhere is a slip, and counts for nothing."""


class Given(NamedTuple):
    """When a person checked in for a day, for the first and for the last time."""

    first_at: datetime
    at: datetime


class Chase(NamedTuple):
    """A level of chasing: how many were missing, and the event that says who."""

    level: int
    at: datetime
    missing: int
    event: str


class Day(NamedTuple):
    """A site's day. How many checked in is what is left of those expected."""

    site: str
    phase: str
    day: str
    due_at: datetime
    late_from: datetime
    """When they are chased for the first time: up to then nobody is late."""
    opened_at: datetime
    expected: int
    event: str
    """The one that opened it."""
    chases: tuple[Chase, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    """The event that closed it."""

    @property
    def level(self) -> int:
        """The last level that was chased, 0 for none."""
        return max((chase.level for chase in self.chases), default=0)


@dataclass(slots=True)
class Days:
    """All days by id, and the check-ins of the last ones."""

    rows: dict[str, Day] = field(default_factory=dict)
    missing: dict[str, dict[str, bool]] = field(default_factory=dict)
    """By the day's id, who has not checked in. A dict for its order and for the snapshot."""
    late: dict[str, dict[str, bool]] = field(default_factory=dict)
    """By the day's id, who checked in after the first chase was due."""
    expected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By the day's id, for the last days only."""
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By day, the ids of all sites' days, sorted."""
    newest: dict[str, str] = field(default_factory=dict)
    """By `phase/site`, the id of the newest day."""
    given: dict[str, dict[str, Given]] = field(default_factory=dict)
    """By day and person, for the last days only."""
    last: dict[str, datetime] = field(default_factory=dict)
    """When each person checked in last."""

    def folds(self) -> Iterator[Binding]:
        yield on(CheckInGiven, self._given)
        yield on(DayOpened, self._opened)
        yield on(DayChased, self._chased)
        yield on(DayClosed, self._closed)

    def reported(self, id: str) -> int:
        """Return how many of a day's expected people have checked in."""
        return self.rows[id].expected - len(self.missing[id])

    def _given(self, event: Event, fact: CheckInGiven) -> None:
        person, day, at = intern(event.key), fact.day, event.occurred_at
        if not has_begun(day, at):
            return
        self.last[person] = max(at, self.last.get(person, at))
        if day not in self.given and self._keeps(day):
            self.given[day] = {}
            self._forget()
        if (of_day := self.given.get(day)) is not None:
            known = of_day.get(person)
            of_day[person] = _both(known, at) if known else Given(at, at)
        for id in self.ids.get(day, ()):
            self._count(id, person, at)

    def _count(self, id: str, person: str, at: datetime) -> None:
        missing, late = self.missing[id], self.late[id]
        if person in missing:
            del missing[person]
            if at > self.rows[id].late_from:
                late[person] = True
        elif person in late and at <= self.rows[id].late_from:
            del late[person]

    def _opened(self, event: Event, fact: DayOpened) -> None:
        id, day = event.key, fact.day
        if id in self.rows:
            return
        people = tuple(intern(person) for person in dict.fromkeys(fact.expected))
        row = Day(
            event.site,
            fact.phase,
            day,
            fact.due_at,
            fact.chase_at,
            event.occurred_at,
            len(people),
            event.id,
        )
        given = self.given.get(day, {})
        self.rows[id] = row
        self.missing[id] = {person: True for person in people if person not in given}
        self.late[id] = {
            person: True
            for person in people
            if (seen := given.get(person)) and seen.first_at > row.late_from
        }
        self.ids[day] = tuple(sorted((*self.ids.get(day, ()), id)))
        if self._keeps(day):
            self.expected[id] = people
        self._succeed(f"{row.phase}/{row.site}", id)
        if day not in self.given and self._keeps(day):
            self.given[day] = {}
            self._forget()

    def _succeed(self, group: str, id: str) -> None:
        known = self.newest.get(group)
        if known is None or (self.rows[known].due_at, known) < (self.rows[id].due_at, id):
            self.newest[group] = id

    def _keeps(self, day: str) -> bool:
        newer = sum(other > day for other in self.given)
        return newer < DAYS_KEPT

    def _forget(self) -> None:
        """Drop what is known of single people on days that are no longer among the last."""
        for day in sorted(self.given, reverse=True)[DAYS_KEPT:]:
            del self.given[day]
            for id in self.ids.get(day, ()):
                self.expected.pop(id, None)

    def _chased(self, event: Event, fact: DayChased) -> None:
        if row := self.rows.get(event.key):
            chase = Chase(fact.level, event.occurred_at, len(fact.missing), event.id)
            self.rows[event.key] = row._replace(chases=(*row.chases, chase))

    def _closed(self, event: Event, _: DayClosed) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(closed_at=event.occurred_at, closed_by=event.id)


def _both(known: Given, at: datetime) -> Given:
    return Given(min(known.first_at, at), max(known.at, at))


def has_begun(day: str, at: datetime) -> bool:
    """Tell whether a calendar day had begun anywhere on earth at a moment."""
    try:
        return date.fromisoformat(day) <= (at + _AHEAD).date()
    except (ValueError, OverflowError):
        return False  # the 31st of February
