"""Who of a phase's roster is ready for it, and what those who are not still lack."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from events.phase import Gate
from projections.moment import Moment
from projections.people import Volunteer
from projections.phases import Phase
from projections.picture import Picture

CHANNELS_MIN = 2
"""Somebody with fewer cannot be reached when one of them fails."""


class Unready(NamedTuple):
    """Somebody who does not pass every gate of the phase."""

    id: str
    volunteer: Volunteer
    fails: tuple[Gate, ...]
    courses: tuple[str, ...]
    """The courses they have not passed, or have to take again."""


def unready(picture: Picture, phase: Phase, person: str, at: datetime) -> Unready | None:
    """Return what somebody lacks at a moment, or when the phase begins if that is later.

    None if it is nothing, or if they are on no roster.
    """
    volunteer = picture.people.volunteers.get(person)
    if volunteer is None or not phase.gates:
        return None
    since = max(at, phase.starts_at)
    clear = picture.clearances
    rule = phase.rule(volunteer.role)
    courses = tuple(
        course
        for course in (rule.courses if rule else ())
        if not clear.passed(person, course, since)
    )
    failed: dict[Gate, bool] = {
        "training": bool(courses),
        # Who supports from campus does not leave it.
        "leave": volunteer.role != "support" and not clear.may_leave(person, since),
        "two-channels": len(set(volunteer.channels)) < CHANNELS_MIN,
    }
    fails = tuple(gate for gate in phase.gates if failed[gate])
    shown = courses if "training" in fails else ()
    return Unready(person, volunteer, fails, shown) if fails else None


def show_readiness(
    moment: Moment, id: str, people: Iterable[str], *, after: str, limit: int
) -> dict[str, Any]:
    """Return how many of a phase's people are ready, and a page of those who are not, by id.

    `people` is the phase's roster, sorted; who may not be seen does not count. `next` is where
    the next page begins, None after the last.
    """
    picture = moment.picture
    phase = picture.phases.rows[id]
    volunteers = picture.people.volunteers
    seen = [person for person in people if _is_seen(moment, volunteers.get(person))]
    looked_at = (unready(picture, phase, person, moment.at) for person in seen)
    found = [lacking for lacking in looked_at if lacking is not None]
    failing = Counter(gate for row in found for gate in row.fails)
    page = [row for row in found if row.id > after][: limit + 1]
    return {
        "phase": id,
        "people": len(seen),
        "ready": len(seen) - len(found),
        "fails": {gate: failing[gate] for gate in phase.gates},
        "unready": [_show(row) for row in page[:limit]],
        "next": page[limit - 1].id if len(page) > limit else None,
    }


def _is_seen(moment: Moment, volunteer: Volunteer | None) -> bool:
    return volunteer is not None and moment.sees(volunteer.site)


def _show(row: Unready) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.volunteer.name,
        "latin": row.volunteer.latin,
        "site": row.volunteer.site,
        "role": row.volunteer.role,
        "fails": list(row.fails),
        "courses": list(row.courses),
    }
