"""Who can be reached, as it is shown. No address is in here, only the names of channels."""

from collections.abc import Sequence
from typing import Any

from projections.moment import Moment, iso, iso_or_none
from projections.people import Shift
from projections.reach import LISTED, SiteTest, Unproven, next_shift


def show_reach(moment: Moment) -> dict[str, Any]:
    """Return the newest test of each site that is seen, and of those with too few proven channels
    the first to start, as they are now.
    """
    tests = [
        (site, row) for site, row in sorted(moment.picture.reach.sites.items()) if moment.sees(site)
    ]
    people = moment.picture.people
    listed = [
        (shift.starts_at, person, shift)
        for _, row in tests
        for person in row.people
        if (shift := next_shift(people.shifts.get(person, ()), moment.at)) is not None
    ]
    listed.sort(key=lambda row: row[:2])
    return {
        "sites": [_show_test(site, row) for site, row in tests],
        "people": [_show_person(moment, id, shift) for _, id, shift in listed[:LISTED]],
    }


def show_unproven(moment: Moment, rows: Sequence[Unproven]) -> list[dict[str, Any]]:
    """Return people with too few proven channels."""
    return [_show_person(moment, row.person, row.shift) for row in rows]


def show_channels(moment: Moment, person: str) -> list[dict[str, Any]]:
    """Return a person's channels, best first, with the age of the last proof of each."""
    volunteer = moment.picture.people.volunteers.get(person)
    messages = moment.picture.messages
    names = volunteer.channels if volunteer else ()
    proven = messages.proven(person, names, moment.at)
    return [
        {
            "channel": name,
            "proven": name in proven,
            "proof_at": iso_or_none(row.proved_at),
            "proof_age_s": moment.age_s(row.proved_at) if row.proved_at else None,
            "outcome": row.outcome,
            "outcome_at": iso_or_none(row.outcome_at),
        }
        for name in names
        for row in (messages.of(person, name),)
    ]


def _show_test(site: str, row: SiteTest) -> dict[str, Any]:
    return {
        "id": row.id,
        "site": site,
        "day": row.day,
        "tested_at": iso(row.at),
        "prove_by": iso(row.prove_by),
        "tested": row.tested,
        "judged_at": iso_or_none(row.judged_at),
        "unproven": row.unproven,
        "unreachable": row.unreachable,
        "shifts": row.shifts,
    }


def _show_person(moment: Moment, person: str, shift: Shift) -> dict[str, Any]:
    volunteer = moment.picture.people.volunteers.get(person)
    channels = show_channels(moment, person)
    return {
        "id": person,
        "name": volunteer.name if volunteer else person,
        "site": volunteer.site if volunteer else None,
        "lead": volunteer.lead if volunteer else None,
        "shift": {
            "id": shift.id,
            "venue": shift.venue,
            "starts_at": iso(shift.starts_at),
            "ends_at": iso(shift.ends_at),
        },
        "proven": sum(channel["proven"] for channel in channels),
        "channels": channels,
    }
