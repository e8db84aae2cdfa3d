"""Who leads whom and who is on post where: the index that alerts are addressed by."""

from datetime import datetime
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.presence import PresenceReported, SafetyReported, Whereabouts
from events.volunteer import ShiftAssigned, ShiftCancelled, VolunteerChanged, VolunteerRegistered


class _Evidence(NamedTuple):
    at: datetime
    event_id: str
    whereabouts: Whereabouts | None
    venue: str | None


class _Shift(NamedTuple):
    person: str
    venue: str
    starts_at: datetime
    ends_at: datetime


class Roster:
    """A fold. Evidence takes its place by the moment it happened, whatever order it came in."""

    kinds: ClassVar[frozenset[str]] = frozenset({"presence", "volunteer"})

    def __init__(self) -> None:
        self._leads: dict[str, frozenset[str]] = {}
        self._led: dict[str, set[str]] = {}
        self._duty: dict[str, set[str]] = {}
        self._evidence: dict[str, _Evidence] = {}
        self._at: dict[str, set[str]] = {}
        self._shifts: dict[str, _Shift] = {}
        self._shifts_at: dict[str, set[str]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case PresenceReported(whereabouts=whereabouts, venue=venue):
                self._saw(event, whereabouts, venue)
            case SafetyReported(venue=venue) if venue is not None:
                self._saw(event, None, venue)
            case VolunteerRegistered() | VolunteerChanged() as fact:
                self._said(event, fact)
            case ShiftAssigned() as fact:
                self._plan(event.key, fact)
            case ShiftCancelled(shift=shift):
                self._drop(shift)
            case _:
                pass

    def leads(self, place: str) -> tuple[str, ...]:
        """Return who leads the people of a venue or a site, sorted."""
        return tuple(sorted(self._led.get(place, ())))

    def duty_officers(self, site: str) -> tuple[str, ...]:
        """Return the duty officers at home in a site, sorted."""
        return tuple(sorted(self._duty.get(site, ())))

    def on_post(self, venue: str, at: datetime) -> tuple[str, ...]:
        """Return who is at a venue by their newest evidence, or on shift there and not known to be
        elsewhere, sorted. Whoever may be there is told, and is asked for in a roll call.
        """
        here = {person for person in self._at.get(venue, ()) if self._is_here(person)}
        due = (self._shifts[id] for id in self._shifts_at.get(venue, ()))
        for shift in due:
            if shift.starts_at <= at < shift.ends_at and not self._is_elsewhere(shift, venue):
                here.add(shift.person)
        return tuple(sorted(here))

    def _is_here(self, person: str) -> bool:
        return self._evidence[person].whereabouts in ("present", "resting", None)

    def _is_elsewhere(self, shift: _Shift, venue: str) -> bool:
        seen = self._evidence.get(shift.person)
        if seen is None or seen.at < shift.starts_at:
            return False
        return seen.whereabouts == "left" or (seen.venue is not None and seen.venue != venue)

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
        for place in self._leads.get(event.key, ()):
            self._led[place].discard(event.key)
        self._leads[event.key] = frozenset(fact.leads)
        for place in fact.leads:
            self._led.setdefault(place, set()).add(event.key)
        duty = self._duty.setdefault(event.site, set())
        duty.add(event.key) if fact.role == "duty-officer" else duty.discard(event.key)

    def _plan(self, person: str, fact: ShiftAssigned) -> None:
        self._drop(fact.shift)
        self._shifts[fact.shift] = _Shift(person, fact.venue, fact.starts_at, fact.ends_at)
        self._shifts_at.setdefault(fact.venue, set()).add(fact.shift)

    def _drop(self, shift: str) -> None:
        if known := self._shifts.pop(shift, None):
            self._shifts_at[known.venue].discard(shift)
