"""One person as they are shown: who they are, who stands behind them, where and how they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from events.lane import Lane
from projections import terms
from projections.calls import Call
from projections.moment import Moment, iso, seconds
from projections.people import Shift, Volunteer
from projections.posts import Known, know
from projections.terms import term

SHIFTS_SHOWN = 10


def person_row(moment: Moment, id: str, volunteer: Volunteer) -> dict[str, Any]:
    """Return a person as a list of people has them."""
    known = know(moment, id)
    newest = known.newest
    return {
        "id": id,
        "name": volunteer.name,
        "latin": volunteer.latin,
        "role": volunteer.role,
        "site": volunteer.site,
        "leads": list(volunteer.leads),
        "whereabouts": known.whereabouts,
        "venue": known.venue,
        "evidence_age_s": moment.age_s(newest.at) if newest else None,
        "evidence_at": iso(newest.at) if newest else None,
        "method": newest.method if newest else None,
        "missing": known.is_missing(moment),
    }


def person_card(
    moment: Moment,
    id: str,
    volunteer: Volunteer,
    calls: Iterable[Call],
    helpers: Sequence[tuple[Lane, str]],
    lead: str | None,
) -> dict[str, Any]:
    """Return all that is known of a person in the open: channels by name, and no address."""
    known = know(moment, id)
    return {
        **person_row(moment, id, volunteer),
        "role_name": term(terms.ROLE, volunteer.role).model_dump(),
        "erased": volunteer.erased,
        "languages": list(volunteer.languages),
        "lanes": list(volunteer.lanes),
        "phases": list(volunteer.phases),
        "channels": list(volunteer.channels),
        "lead": _named(moment, lead) if lead else None,
        "helpers": [
            {
                "lane": lane,
                "lane_name": term(terms.LANE, lane).model_dump(),
                **_named(moment, person),
            }
            for lane, person in helpers
        ],
        "evidence": _evidence(moment, known),
        "safety": _safety(moment, known),
        "shifts": _shifts(moment, moment.picture.people.shifts.get(id, ())),
        "calls": [_call(moment, call) for call in calls],
    }


def _named(moment: Moment, person: str) -> dict[str, Any]:
    volunteer = moment.picture.people.volunteers.get(person)
    return {
        "id": person,
        "name": volunteer.name if volunteer else person,
        "latin": volunteer.latin if volunteer else person,
    }


def _evidence(moment: Moment, known: Known) -> dict[str, Any] | None:
    newest = known.newest
    if newest is None:
        return None
    return {
        "at": iso(newest.at),
        "age_s": moment.age_s(newest.at),
        "late_by_s": seconds(newest.recorded_at - newest.at),
        "method": newest.method,
        "venue": newest.venue,
        "place": newest.place.model_dump() if newest.place else None,
    }


def _safety(moment: Moment, known: Known) -> dict[str, Any] | None:
    answer = known.answer
    if answer is None:
        return None
    return {"answer": answer.answer, "at": iso(answer.at), "age_s": moment.age_s(answer.at)}


def _shifts(moment: Moment, shifts: Sequence[Shift]) -> list[dict[str, Any]]:
    to_come = sorted(
        (shift for shift in shifts if shift.ends_at > moment.at),
        key=lambda shift: (shift.starts_at, shift.id),
    )
    return [
        {
            "id": shift.id,
            "venue": shift.venue,
            "starts_at": iso(shift.starts_at),
            "ends_at": iso(shift.ends_at),
            "now": shift.starts_at <= moment.at,
        }
        for shift in to_come[:SHIFTS_SHOWN]
    ]


def _call(moment: Moment, call: Call) -> dict[str, Any]:
    return {
        "incident": call.incident,
        "venue": call.venue,
        "since": iso(call.since),
        "age_s": moment.age_s(call.since),
    }
