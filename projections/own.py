"""What is a person's own, as their phone shows it: where they should be, what is asked of them, and
what came of their call for help.

Nothing sealed is in it, not even their own; of others it has names, and no word of how they are.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from projections import terms
from projections.answers import answer_to
from projections.calls import Call, alerts_about
from projections.live import Live
from projections.messages import Channel
from projections.moment import Moment, iso, iso_or_none
from projections.own_weather import own_warnings
from projections.people import Shift, Volunteer
from projections.posts import know
from projections.roster import Roster
from projections.swaps import Swap
from projections.terms import term

CALLS_SHOWN_FOR = timedelta(hours=2)
"""How long a call for help that is over stays in view."""
SHIFTS_SHOWN = 20
TOLD_SHOWN = 50
"""People of whom it is said by name that they were told of a call."""
_ZONE = "Asia/Shanghai"


def show_own(moment: Moment, live: Live, roster: Roster, id: str) -> dict[str, Any]:
    """Return all of it. The person must be on the roster; `live` is up to the moment."""
    picture = moment.picture
    volunteer = picture.people.volunteers[id]
    return {
        "at": iso(moment.at),
        "person": _person(moment, roster, id, volunteer),
        "whereabouts": _whereabouts(moment, id),
        "shifts": [_shift(shift) for shift in _to_come(moment, id)],
        "calls": [_call(moment, call) for call in _calls(moment, live, id)],
        "roll_calls": list(_roll_calls(moment, live, id)),
        "warnings": own_warnings(moment, live.outlook, id),
        "check_in": _check_in(moment, id, volunteer),
        "swaps": list(_swaps(moment, id)),
        "journeys": list(_journeys(moment, id)),
        "messages": _messages(picture.messages.of(id, "page")),
        "venues": [
            {"id": key, "site": row.site, "name": row.name.model_dump()}
            for key, row in sorted(picture.places.venues.items())
        ],
    }


def named(moment: Moment, id: str) -> dict[str, Any]:
    """Return what somebody is called: a person, a post, or a lane; else by what they act."""
    kind, _, rest = id.partition(":")
    if rest and kind == "post" and (site := moment.picture.places.sites.get(rest)):
        return {"id": id, "kind": "post", "name": site.name.model_dump()}
    if rest and kind == "lane":
        return {"id": id, "kind": "lane", "name": term(terms.LANE, rest).model_dump()}
    known = moment.picture.people.volunteers.get(id)
    name = {"zh": known.name, "en": known.latin} if known else {"zh": id, "en": id}
    return {"id": id, "kind": "person", "name": name}


def _person(moment: Moment, roster: Roster, id: str, volunteer: Volunteer) -> dict[str, Any]:
    lead = roster.lead_of(id)
    site = moment.picture.places.sites.get(volunteer.site)
    return {
        **named(moment, id),
        "role": term(terms.ROLE, volunteer.role).model_dump(),
        "site": {
            "id": volunteer.site,
            "name": site.name.model_dump() if site else None,
        },
        "leads": list(volunteer.leads),
        "lead": named(moment, lead) if lead else None,
        "helpers": [
            {**named(moment, person), "lane": term(terms.LANE, lane).model_dump()}
            for lane, person in roster.helpers_of(id)
        ],
        "channels": list(volunteer.channels),
    }


def _whereabouts(moment: Moment, id: str) -> dict[str, Any]:
    known = know(moment, id)
    newest = known.newest
    return {
        "whereabouts": known.whereabouts,
        "venue": known.venue,
        "at": iso_or_none(newest.at if newest else None),
        "method": newest.method if newest else None,
        "missing": known.is_missing(moment),
    }


def _to_come(moment: Moment, id: str) -> list[Shift]:
    shifts = moment.picture.people.shifts.get(id, ())
    found = [shift for shift in shifts if shift.ends_at > moment.at]
    return sorted(found, key=lambda shift: (shift.starts_at, shift.id))[:SHIFTS_SHOWN]


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id,
        "venue": shift.venue,
        "starts_at": iso(shift.starts_at),
        "ends_at": iso(shift.ends_at),
        "role": term(terms.ROLE, shift.role).model_dump() if shift.role else None,
    }


def _calls(moment: Moment, live: Live, id: str) -> list[Call]:
    """Return the calls that wait, and those that ended lately, the newest first."""
    found = [
        call
        for call in live.callers.by_person.get(id, ())
        if call.until is None or moment.at - call.until <= CALLS_SHOWN_FOR
    ]
    return sorted(found, key=lambda call: (call.since, call.incident or ""), reverse=True)


def _call(moment: Moment, call: Call) -> dict[str, Any]:
    told = _told(moment, call.incident)
    return {
        "incident": call.incident,
        "venue": call.venue,
        "since": iso(call.since),
        "until": iso_or_none(call.until),
        "told": [named(moment, one) for one in told[:TOLD_SHOWN]],
        "told_count": len(told),
        "taken_by": named(moment, call.owner) if call.owner else None,
    }


def _told(moment: Moment, incident: str | None) -> tuple[str, ...]:
    if incident is None:
        return ()
    here = moment.picture.incidents.goes_on_in(incident) or incident
    alerts: Iterable[Any] = (alert for _, alert in alerts_about(moment.picture, here))
    return tuple(dict.fromkeys(one for alert in alerts for one in alert.to))


def _roll_calls(moment: Moment, live: Live, id: str) -> Iterator[dict[str, Any]]:
    """Yield the open roll calls that ask for somebody, the newest first."""
    rows = moment.picture.rollcalls.rows
    newest = sorted(rows, key=lambda key: (rows[key].opened_at, key), reverse=True)
    for key in (key for key in newest if rows[key].closed_at is None):
        standing = live.standings.of(key).stands(id)
        if standing is not None:
            row = rows[key]
            answer = answer_to(moment.picture.people, row, id)
            yield {
                "id": key,
                "title": row.title.model_dump(),
                "venue": row.venue,
                "opened_at": iso(row.opened_at),
                "reminded_at": iso_or_none(row.reminded_at),
                "standing": standing,
                "answered_at": iso_or_none(answer.at if answer else None),
            }


def _check_in(moment: Moment, id: str, volunteer: Volunteer) -> dict[str, Any]:
    """Return whether they have checked in today, where they serve, and by when they should."""
    found = moment.picture.phases.of(volunteer.phases, moment.at)
    zone = ZoneInfo(found[1].timezone if found else _ZONE)
    day: date = moment.at.astimezone(zone).date()
    days = moment.picture.days
    given = days.given.get(day.isoformat(), {}).get(id)
    asked = [
        row
        for key in days.ids.get(day.isoformat(), ())
        if (row := days.rows[key]).site == volunteer.site and id in days.expected.get(key, ())
    ]
    return {
        "day": day.isoformat(),
        "given_at": iso_or_none(given.at if given else None),
        "due_at": iso_or_none(asked[0].due_at if asked else None),
        "chased": asked[0].level if asked and given is None else 0,
        "expected_by": found[1].check_in_at if found else None,
    }


def _swaps(moment: Moment, id: str) -> Iterator[dict[str, Any]]:
    """Yield the open swaps they are part of, the oldest first."""
    swaps = moment.picture.swaps
    mine = [(key, swaps.rows[key]) for key in swaps.open if id in swaps.rows[key].people]
    for key, row in sorted(mine, key=lambda of: (of[1].proposed_at, of[0])):
        giver, taker = named(moment, row.giver), named(moment, row.taker)
        yield {
            "id": key,
            "giver": giver,
            "taker": taker,
            "shift": _planned(moment, row.giver, row.shift),
            "in_return": _planned(moment, row.taker, row.in_return) if row.in_return else None,
            "proposed_at": iso(row.proposed_at),
            "asked": _is_asked(row, id),
        }


def _is_asked(row: Swap, id: str) -> bool:
    return id not in row.agreed


def _planned(moment: Moment, person: str, shift: str) -> dict[str, Any] | None:
    shifts = moment.picture.people.shifts.get(person, ())
    return next((_shift(one) for one in shifts if one.id == shift), None)


def _journeys(moment: Moment, id: str) -> Iterator[dict[str, Any]]:
    """Yield the journeys that they are still to arrive with, the next to depart first."""
    rows = moment.picture.journeys.rows
    mine = [(key, row) for key, row in rows.items() if row.ended_at is None and id in row.missing]
    for key, row in sorted(mine, key=lambda of: (of[1].plan.departs_at, of[0])):
        yield {
            "id": key,
            "status": row.status,
            "origin": row.plan.origin,
            "destination": row.plan.destination,
            "departs_at": iso(row.plan.departs_at),
            "arrives_at": iso(row.plan.arrives_at),
            "vehicle": row.plan.vehicle,
        }


def _messages(page: Channel) -> dict[str, Any]:
    """Return when the last message came, and whether it was opened on their page since."""
    came = page.outcome_at
    unread = came is not None and (page.proved_at is None or page.proved_at < came)
    return {"last_at": iso_or_none(came), "unread": unread}
