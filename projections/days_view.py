"""The daily check-in as it is read: JSON-ready, without a word of what anybody said."""

from collections.abc import Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any

from projections.days import Chase
from projections.moment import Moment, iso, iso_or_none
from projections.posts import know

MISSING_LISTED = 50
"""Missing people that the picture lists of each site."""
_RANKED_MAX = 100
"""Of more missing people than this the picture lists the first by id: with so many the list is of
no use anyway, and every look at the picture would rank them all."""


def days(moment: Moment) -> list[dict[str, Any]]:
    """Return the newest day of each phase and site, in their order, until a day after its end."""
    found = moment.picture.days
    ids = [found.newest[group] for group in sorted(found.newest)]
    return [
        show_day(moment, id, MISSING_LISTED)
        for id in ids
        if moment.sees(found.rows[id].site) and moment.recent(found.rows[id].closed_at)
    ]


def show_day(moment: Moment, id: str, most: int) -> dict[str, Any]:
    """Return a site's day with at most so many of its missing, the longest silent first."""
    found = moment.picture.days
    row = found.rows[id]
    missing = found.missing[id]
    return {
        "id": id,
        "phase": row.phase,
        "day": row.day,
        "site": row.site,
        "due_at": iso(row.due_at),
        "opened_at": iso(row.opened_at),
        "closed_at": iso_or_none(row.closed_at),
        "expected": row.expected,
        "reported": row.expected - len(missing),
        "late": len(found.late[id]),
        "missing": len(missing),
        "level": row.level,
        "chases": [_show_chase(chase) for chase in row.chases],
        "missing_people": missing_people(moment, missing, most),
    }


def missing_people(moment: Moment, missing: Mapping[str, bool], most: int) -> list[dict[str, Any]]:
    """Return at most so many of the missing, those of whom was heard the longest ago first."""
    ids = islice(missing, _RANKED_MAX) if most < _RANKED_MAX else missing
    ranked = nsmallest(most, ((_silent_since(moment, person), person) for person in ids))
    return [_show_missing(moment, person) for _, person in ranked]


def _silent_since(moment: Moment, person: str) -> float:
    """Return when somebody was heard of last, as a rank: by a check-in, evidence or an answer."""
    checked_in = moment.picture.days.last.get(person)
    newest = know(moment, person).newest
    heard = [at for at in (checked_in, newest.at if newest else None) if at is not None]
    return max(heard).timestamp() if heard else float("-inf")


def _show_missing(moment: Moment, person: str) -> dict[str, Any]:
    known = know(moment, person)
    volunteer = moment.picture.people.volunteers.get(person)
    return {
        "id": person,
        "name": volunteer.name if volunteer else person,
        "lead": volunteer.lead if volunteer else None,
        "last_check_in_at": iso_or_none(moment.picture.days.last.get(person)),
        "last_evidence_at": iso_or_none(known.newest.at if known.newest else None),
        "last_venue": known.venue,
    }


def _show_chase(chase: Chase) -> dict[str, Any]:
    return {"level": chase.level, "at": iso(chase.at), "missing": chase.missing}
