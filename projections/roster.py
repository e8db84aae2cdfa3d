"""Who is on the roster, whom they help and lead, and who is on post where: the index that alerts
and messages are addressed by, and that roll calls are drawn up from.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.lane import Lane
from events.presence import PresenceReported, SafetyReported, Whereabouts
from events.volunteer import (
    PersonErased,
    Role,
    ShiftAssigned,
    ShiftCancelled,
    VolunteerChanged,
    VolunteerRegistered,
)
from projections.finder import Finder

SHIFT_MAX = timedelta(hours=16)
"""The longest shift: more is a slip of the pen, or nobody should stand it in winter."""

_ANY_PHASE = "*"
"""The group of those who name no phase: they serve in all of them."""

_GONE: frozenset[Whereabouts] = frozenset({"left", "off-duty"})


class _Evidence(NamedTuple):
    at: datetime
    event_id: str
    whereabouts: Whereabouts | None
    venue: str | None


class Turn(NamedTuple):
    """A shift, and whose it is; `ends_at` is not included. By their start, as a board has them."""

    starts_at: datetime
    ends_at: datetime
    id: str
    person: str
    venue: str
    role: Role | None = None
    """What they do on it, where that is not their own role."""
    instead_of: str | None = None


class _Said(NamedTuple):
    """What the lists need of what was said of a person last."""

    site: str
    role: Role
    leads: tuple[str, ...]
    lead: str | None
    helpers: tuple[tuple[Lane, str], ...]
    lanes: tuple[Lane, ...]
    phases: tuple[str, ...]


_Key = tuple[str, str]
"""A person and one of their shifts: two people may both have one called `today`."""
_Group = tuple[str, str]
"""A list that people are on: what it is of, and which one."""


class Roster:
    """A fold. Evidence takes its place by the moment it happened, whatever order it came in.

    Somebody erased is on no list any more and helps and leads nobody; evidence that puts them at a
    venue still counts there. Lists are sorted when they are read.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"presence", "volunteer"})

    def __init__(self) -> None:
        self._people: dict[str, _Said] = {}
        self._erased: set[str] = set()
        self._finder = Finder()
        self._members: dict[_Group, set[str]] = {}
        self._helpers: dict[tuple[tuple[Lane, str], ...], tuple[tuple[Lane, str], ...]] = {}
        """Each line-up of helpers once: whole teams share theirs."""
        self._evidence: dict[str, _Evidence] = {}
        self._at: dict[str, set[str]] = {}
        self._shifts: dict[_Key, Turn] = {}
        self._shifts_on: dict[tuple[str, date], set[_Key]] = {}
        """By venue and day (in UTC) on which they begin: whoever asks of an hour looks at two."""

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case PresenceReported(whereabouts=whereabouts, venue=venue):
                self._saw(event, whereabouts, venue)
            case SafetyReported(venue=venue) if venue is not None:
                self._saw(event, None, venue)
            case VolunteerRegistered() | VolunteerChanged() as fact:
                self._said(event, fact)
            case PersonErased():
                self._leave(event.key)
                self._finder.drop(event.key)
                self._erased.add(event.key)
            case ShiftAssigned() as fact:
                self._plan(event.key, fact)
            case ShiftCancelled(shift=shift):
                self._drop((event.key, shift))
            case _:
                pass

    def leads(self, place: str) -> tuple[str, ...]:
        """Return who leads the people of a venue or a site, sorted."""
        return self._of("leads", place)

    def duty_officers(self, site: str) -> tuple[str, ...]:
        """Return the duty officers at home in a site, sorted."""
        return self._of("duty", site)

    def helpers_of(self, person: str) -> tuple[tuple[Lane, str], ...]:
        """Return who stands behind a person, as (lane, person) in the order they were named."""
        said = self._people.get(person)
        return tuple(pair for pair in (said.helpers if said else ()) if pair[1] not in self._erased)

    def lead_of(self, person: str) -> str | None:
        """Return a person's team lead, if they have one."""
        said = self._people.get(person)
        return said.lead if said and said.lead not in self._erased else None

    def of_lane(self, lane: str) -> tuple[str, ...]:
        """Return the people who serve a lane, sorted."""
        return self._of("lane", lane)

    def people_of_role(self, role: str) -> tuple[str, ...]:
        """Return the people of a role, sorted."""
        return self._of("role", role)

    def home(self, site: str) -> tuple[str, ...]:
        """Return the people at home in a site, sorted."""
        return self._of("site", site)

    def everyone(self) -> tuple[str, ...]:
        """Return everyone on the roster, sorted."""
        return tuple(sorted(self._people))

    def in_phase(self, phase: str) -> tuple[str, ...]:
        """Return the people who serve in a phase, sorted: who names it, or names none."""
        named = self._members.get(("phase", phase), set())
        return tuple(sorted(named | self._members.get(("phase", _ANY_PHASE), set())))

    def find(self, query: str, after: str = "") -> Iterator[str]:
        """Yield who a part of a name or the beginning of an id may mean, sorted, after `after`."""
        return self._finder.find(query, after)

    def means(self, query: str, person: str) -> bool:
        """Tell whether that may mean a person."""
        return self._finder.means(query, person)

    def on_post(self, venue: str, at: datetime) -> tuple[str, ...]:
        """Return who is at a venue by their newest evidence, or on shift there and not known to be
        elsewhere, sorted. Whoever may be there is told, and is asked for in a roll call.
        """
        here = {person for person in self._at.get(venue, ()) if self._is_here(person)}
        for shift in self.turns(venue, at, at):
            if not self._is_elsewhere(shift, venue):
                here.add(shift.person)
        return tuple(sorted(here))

    def near(self, venue: str) -> tuple[str, ...]:
        """Return whose newest evidence names a venue, whatever it says of them, sorted."""
        return tuple(sorted(self._at.get(venue, ())))

    def turns(self, venue: str, since: datetime, until: datetime) -> list[Turn]:
        """Return the shifts at a venue that go on at `since`, or begin up to `until`, in order."""
        day = (since - SHIFT_MAX).astimezone(UTC).date()
        last = until.astimezone(UTC).date()
        found = []
        while day <= last:
            for key in self._shifts_on.get((venue, day), ()):
                turn = self._shifts[key]
                if turn.starts_at <= until and since < turn.ends_at:
                    found.append(turn)
            day += timedelta(days=1)
        return sorted(found, key=_order)

    def _of(self, what: str, which: str) -> tuple[str, ...]:
        return tuple(sorted(self._members.get((what, which), ())))

    def _is_here(self, person: str) -> bool:
        return self._evidence[person].whereabouts in ("present", "resting", None)

    def _is_elsewhere(self, shift: Turn, venue: str) -> bool:
        seen = self._evidence.get(shift.person)
        if seen is None or seen.at < shift.starts_at:
            return False
        return seen.whereabouts in _GONE or (seen.venue is not None and seen.venue != venue)

    def _saw(self, event: Event, whereabouts: Whereabouts | None, venue: str | None) -> None:
        known = self._evidence.get(event.key)
        if known is not None and (known.at, known.event_id) >= (event.occurred_at, event.id):
            return
        if known is not None and known.venue is not None:
            self._at[known.venue].discard(event.key)
        if venue is not None:
            self._at.setdefault(venue, set()).add(event.key)
        self._evidence[event.key] = _Evidence(event.occurred_at, event.id, whereabouts, venue)

    def _said(self, event: Event, fact: VolunteerRegistered | VolunteerChanged) -> None:
        person = event.key
        if person in self._erased:
            return
        self._leave(person)
        helpers = tuple((helper.lane, helper.person) for helper in fact.helpers)
        said = self._people[person] = _Said(
            event.site,
            fact.role,
            fact.leads,
            fact.lead,
            self._helpers.setdefault(helpers, helpers),
            fact.lanes,
            fact.phases,
        )
        self._finder.put(person, fact.name, fact.latin)
        for group in _groups(said):
            self._members.setdefault(group, set()).add(person)

    def _leave(self, person: str) -> None:
        said = self._people.pop(person, None)
        for group in _groups(said) if said else ():
            self._members[group].discard(person)

    def _plan(self, person: str, fact: ShiftAssigned) -> None:
        key = person, fact.shift
        self._drop(key)
        turn = self._shifts[key] = Turn(
            fact.starts_at,
            fact.ends_at,
            fact.shift,
            person,
            fact.venue,
            fact.role,
            fact.instead_of,
        )
        self._shifts_on.setdefault(_day(turn), set()).add(key)

    def _drop(self, key: _Key) -> None:
        if known := self._shifts.pop(key, None):
            self._shifts_on[_day(known)].discard(key)


def _order(turn: Turn) -> tuple[datetime, datetime, str, str]:
    return turn.starts_at, turn.ends_at, turn.id, turn.person


def _day(turn: Turn) -> tuple[str, date]:
    return turn.venue, turn.starts_at.date()


def _groups(said: _Said) -> Iterator[_Group]:
    yield "site", said.site
    yield "role", said.role
    if said.role == "duty-officer":
        yield "duty", said.site
    for place in said.leads:
        yield "leads", place
    for lane in said.lanes:
        yield "lane", lane
    for phase in said.phases or (_ANY_PHASE,):
        yield "phase", phase
