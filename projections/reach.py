"""Who can be reached: the daily test of people's channels, and what it came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from events.envelope import Event
from events.ids import derive
from events.reach import ReachJudged, ReachTested
from projections.fold import Binding, on
from projections.messages import CHANNELS_WANTED, Messages
from projections.people import People, Shift

AHEAD = timedelta(hours=24)
"""Who is on shift, or has one that starts within this time, is tested."""
_PROVE_WITHIN = timedelta(hours=1)
_BEFORE_A_SHIFT = timedelta(minutes=15)
_PROVE_AT_LEAST = timedelta(minutes=10)
_ID_MAX = 64
LISTED = 50
"""People of a test that are kept by name: those whose shifts start first."""


class SiteTest(NamedTuple):
    """The newest test of a site. The first two fields are its rank."""

    at: datetime
    event: str
    id: str
    day: str
    prove_by: datetime
    tested: int
    judged_at: datetime | None = None
    unproven: int = 0
    unreachable: int = 0
    shifts: int = 0
    people: tuple[str, ...] = ()
    """The first of those with fewer than two channels, in the order of their shifts."""


@dataclass(slots=True)
class Reach:
    """The newest test of each site."""

    sites: dict[str, SiteTest] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(ReachTested, self._tested)
        yield on(ReachJudged, self._judged)

    def _tested(self, event: Event, fact: ReachTested) -> None:
        known = self.sites.get(event.site)
        if known is None or (event.occurred_at, event.id) > known[:2]:
            self.sites[event.site] = SiteTest(
                event.occurred_at,
                event.id,
                event.key,
                fact.day,
                fact.prove_by,
                len(fact.people),
            )

    def _judged(self, event: Event, fact: ReachJudged) -> None:
        row = self.sites.get(event.site)
        if row is not None and row.id == event.key:
            self.sites[event.site] = row._replace(
                judged_at=event.occurred_at,
                unproven=len(fact.unproven),
                unreachable=len(fact.unreachable),
                shifts=len(fact.shifts),
                people=fact.unproven[:LISTED],
            )


def id_of_test(day: str, site: str) -> str:
    """Return the id of a site's test of a day."""
    id = f"{day}-{site}"
    return id if len(id) <= _ID_MAX else derive("reach", day, site)


def prove_by(at: datetime, first: datetime | None) -> datetime:
    """Return by when people must have answered: within the hour, a quarter of an hour before the
    first shift starts where that is earlier, and never in less than ten minutes.
    """
    latest = at + _PROVE_WITHIN
    before = latest if first is None else min(latest, first - _BEFORE_A_SHIFT)
    return max(before, at + _PROVE_AT_LEAST)


class Judgement(NamedTuple):
    """What a test came to; people in the order of their next shifts."""

    unproven: tuple[str, ...]
    unreachable: tuple[str, ...]
    shifts: tuple[str, ...]


def due(people: People, at: datetime) -> dict[str, tuple[str, ...]]:
    """Return, by home site, who is on shift or has one that starts within 24 h, the first to start
    first.
    """
    found: dict[str, list[tuple[datetime, str]]] = {}
    for person, shifts in people.shifts.items():
        volunteer = people.volunteers.get(person)
        starts = [shift.starts_at for shift in shifts if _is_due(shift, at)]
        if volunteer is not None and starts:
            found.setdefault(volunteer.site, []).append((min(starts), person))
    return {site: tuple(person for _, person in sorted(rows)) for site, rows in found.items()}


def first_start(people: People, persons: Iterable[str], at: datetime) -> datetime | None:
    """Return when the first shift of some people starts, of those to come within 24 h."""
    due = (shift for person in persons for shift in _due(people, person, at))
    starts = (shift.starts_at for shift in due if shift.starts_at >= at)
    return min(starts, default=None)


def judge(
    people: People, messages: Messages, persons: Iterable[str], tested_at: datetime, at: datetime
) -> Judgement:
    """Return who of the people tested has too few proven channels at a moment, and which of the
    shifts of the 24 h after the test that puts at risk.
    """
    unproven: list[str] = []
    unreachable: list[str] = []
    shifts: list[Shift] = []
    for person in persons:
        volunteer = people.volunteers.get(person)
        channels = volunteer.channels if volunteer else ()
        proven = len(messages.proven(person, channels, at))
        if proven < CHANNELS_WANTED:
            unproven.append(person)
        if not proven:
            unreachable.append(person)
            shifts += _due(people, person, tested_at)
    shifts.sort(key=lambda shift: (shift.starts_at, shift.id))
    return Judgement(tuple(unproven), tuple(unreachable), tuple(shift.id for shift in shifts))


class Unproven(NamedTuple):
    """Somebody with a shift to come and fewer than two proven channels."""

    starts_at: datetime
    person: str
    shift: Shift
    proven: tuple[str, ...]


def unproven(
    people: People, messages: Messages, at: datetime, sites: frozenset[str] | None
) -> list[Unproven]:
    """Return everyone at home in these sites (None: in all) who is on shift or will be and has too
    few proven channels, in the order of their shifts.
    """
    found = []
    for person, shifts in people.shifts.items():
        volunteer = people.volunteers.get(person)
        if volunteer is None or (sites is not None and volunteer.site not in sites):
            continue
        shift = next_shift(shifts, at)
        proven = messages.proven(person, volunteer.channels, at)
        if shift is not None and len(proven) < CHANNELS_WANTED:
            found.append(Unproven(shift.starts_at, person, shift, proven))
    return sorted(found, key=lambda row: row[:2])


def next_shift(shifts: Iterable[Shift], at: datetime) -> Shift | None:
    """Return the shift that goes on or starts next, None without one."""
    to_come = (shift for shift in shifts if shift.ends_at > at)
    return min(to_come, key=lambda shift: (shift.starts_at, shift.id), default=None)


def _due(people: People, person: str, at: datetime) -> list[Shift]:
    return [shift for shift in people.shifts.get(person, ()) if _is_due(shift, at)]


def _is_due(shift: Shift, at: datetime) -> bool:
    return shift.ends_at > at and shift.starts_at < at + AHEAD
