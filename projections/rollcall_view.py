"""A roll call as it is read: JSON-ready, its lists cut, or page by page."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from projections import answers
from projections.answers import Found, Standing
from projections.moment import Moment, iso, iso_or_none
from projections.rollcalls import Closing, RollCall
from projections.standings import Roll, Standings

LISTED = 200
"""People whom each list of a roll call names; beside it stands how many there are."""


def roll_calls(moment: Moment, standings: Standings) -> dict[str, Roll]:
    """Return by id the ones that are open, then those closed lately, the newest first."""
    seen = [
        (key, row)
        for key, row in moment.picture.rollcalls.rows.items()
        if moment.recent(row.closed_at) and moment.sees_at(row.site, row.venue)
    ]
    seen.sort(key=lambda of: (of[1].closed_at is not None, -of[1].opened_at.timestamp(), of[0]))
    return {key: standings.of(key) for key, _ in seen}


def count_unaccounted(rolls: Iterable[Roll]) -> int:
    """Return how many people are unaccounted for in roll calls that are open, each once."""
    missing = [roll.result.unaccounted for roll in rolls if roll.row.closed_at is None]
    return len(missing[0]) if len(missing) == 1 else len(set().union(*missing))


def show_roll_call(moment: Moment, id: str, roll: Roll) -> dict[str, Any]:
    """Return a roll call; of the unaccounted, those without any evidence come first."""
    row, result = roll.row, roll.result
    excused = sorted(result.excused)
    found = roll.found_since()
    return {
        "id": id,
        "site": row.site,
        "venue": row.venue,
        "title": row.title.model_dump(),
        "scope": row.scope.model_dump(exclude_none=True) if row.scope else None,
        "opened_at": iso(row.opened_at),
        "expected": len(row.expected),
        "walk_ups": len(row.walk_ups),
        "walk_up_people": _named(moment, row, islice(sorted(row.walk_ups), LISTED)),
        "safe": len(result.safe),
        "need_help": len(result.need_help),
        "need_help_people": sorted(result.need_help)[:LISTED],
        "excused": len(excused),
        "excused_people": [
            {**person, "reason": row.excused.get(person["id"])}
            for person in _named(moment, row, excused[:LISTED])
        ],
        "unaccounted": [_show_missing(moment, row, person) for person in roll.least_seen(LISTED)],
        "unaccounted_count": len(result.unaccounted),
        "rounds": row.rounds,
        "reminded_at": iso_or_none(row.reminded_at),
        "reopened_at": iso_or_none(row.reopened_at),
        "closed_at": iso_or_none(row.closed_at),
        "note": row.note,
        "at_closing": _show_closing(row.closing),
        "found_since": [_show_found(moment, row, one) for one in found[:LISTED]],
        "found_since_count": len(found),
    }


def page(
    moment: Moment,
    roll: Roll,
    *,
    standing: Standing | None,
    after: str,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the people of a roll call after a person's id, by id, and whom the next page comes
    after; None on the last one. `standing` limits it to those who stand so.
    """
    found = roll.after(after, standing, limit + 1)
    shown = [
        {
            **_show_missing(moment, roll.row, person),
            "standing": standing or roll.stands(person),
            **_show_answer(moment, roll.row, person),
        }
        for person in found[:limit]
    ]
    return shown, found[limit - 1] if len(found) > limit else None


def show_last_known(row: RollCall) -> list[dict[str, Any]]:
    """Return what was last known of those missing when it was closed."""
    known = row.closing.last_known if row.closing else ()
    return [one.model_dump(mode="json") for one in known]


def _name_of(moment: Moment, row: RollCall, person: str) -> str:
    volunteer = moment.picture.people.volunteers.get(person)
    return volunteer.name if volunteer else row.walk_ups.get(person) or person


def _named(moment: Moment, row: RollCall, persons: Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": person, "name": _name_of(moment, row, person)} for person in persons]


def _show_missing(moment: Moment, row: RollCall, person: str) -> dict[str, Any]:
    people = moment.picture.people
    newest, seen = answers.newest_of(people, person), people.evidence.get(person)
    return {
        "id": person,
        "name": _name_of(moment, row, person),
        "last_evidence_age_s": moment.age_s(newest.at) if newest else None,
        "last_venue": (newest.venue if newest else None) or (seen.venue if seen else None),
        "last_whereabouts": seen.whereabouts if seen else None,
        "last_method": newest.method if newest else None,
    }


def _show_answer(moment: Moment, row: RollCall, person: str) -> dict[str, Any]:
    answer = answers.answer_to(moment.picture.people, row, person)
    return {
        "answered_at": iso_or_none(answer.at if answer else None),
        "method": answer.method if answer else None,
        "excuse": row.excused.get(person),
        "walk_up": person in row.walk_ups,
    }


def _show_closing(closing: Closing | None) -> dict[str, Any] | None:
    if closing is None:
        return None
    return {
        "safe": closing.safe,
        "need_help": closing.need_help,
        "excused": closing.excused,
        "unaccounted": len(closing.unaccounted),
    }


def _show_found(moment: Moment, row: RollCall, found: Found) -> dict[str, Any]:
    return {
        "id": found.person,
        "name": _name_of(moment, row, found.person),
        "answer": found.answer.answer,
        "at": iso(found.answer.at),
        "after_closing": found.after_closing,
    }
