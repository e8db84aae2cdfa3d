"""Who was last seen at a venue, present, although their work there is over.

Nobody is assumed to have left: who does not say so may lie in the snow behind the finish.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from projections.moment import Moment, iso
from projections.people import People, Shift
from projections.posts import EARLY

CHECK_OUT_AFTER = timedelta(minutes=30)
"""How long after the end of a shift somebody may still be on the way out."""
SAME_DAY = timedelta(hours=6)
"""A shift that begins so soon after another one belongs to the same day of work. Rest between two
days is 11 hours, so a night does not join them, and a day of work may pass midnight."""


class Overstay(NamedTuple):
    """Somebody who is still present after their last shift of the day at a venue."""

    person: str
    venue: str
    shift: str
    ended_at: datetime
    seen_at: datetime

    @property
    def due_at(self) -> datetime:
        """When they should have checked out."""
        return self.ended_at + CHECK_OUT_AFTER


def overstay(people: People, person: str) -> Overstay | None:
    """Return the shift after which somebody who is present at a venue must check out, be it over
    or not; None for who is not present, and for who came long after their work was over.
    """
    seen = people.evidence.get(person)
    if seen is None or seen.whereabouts != "present" or seen.venue is None:
        return None
    shifts = people.shifts.get(person, ())
    here = [
        shift
        for shift in shifts
        if shift.venue == seen.venue
        and shift.starts_at - EARLY <= seen.at < shift.ends_at + SAME_DAY
    ]
    if not here:
        return None
    last = _last_of_day(shifts, max(here, key=lambda shift: (shift.ends_at, shift.id)))
    return Overstay(person, seen.venue, last.id, last.ends_at, seen.at)


def not_checked_out(people: People, persons: Iterable[str], at: datetime) -> list[Overstay]:
    """Return who of some people has not checked out at a moment, the longest overdue first."""
    found = (overstay(people, person) for person in persons)
    late = [one for one in found if one is not None and one.due_at <= at]
    return sorted(late, key=lambda one: (one.ended_at, one.person))


def show_overstay(moment: Moment, found: Overstay) -> dict[str, Any]:
    """Return who has not checked out, JSON-ready."""
    volunteer = moment.picture.people.volunteers.get(found.person)
    return {
        "id": found.person,
        "name": volunteer.name if volunteer else found.person,
        "venue": found.venue,
        "shift": found.shift,
        "ended_at": iso(found.ended_at),
        "overdue_s": moment.age_s(found.due_at),
        "last_evidence_age_s": moment.age_s(found.seen_at),
    }


def _last_of_day(shifts: Iterable[Shift], shift: Shift) -> Shift:
    """Return the last shift there of those that follow one another on the same day of work."""
    for following in sorted(shifts, key=lambda each: (each.starts_at, each.id)):
        follows = shift.ends_at <= following.starts_at <= shift.ends_at + SAME_DAY
        if follows and following.venue == shift.venue:
            shift = following
    return shift
