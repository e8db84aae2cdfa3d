"""Who answered a roll call."""

from typing import Any, Literal, NamedTuple, TypeAlias

from projections.calls import Call
from projections.moment import Moment, iso, iso_or_none
from projections.posts import Known, know
from projections.rollcalls import RollCall

Standing: TypeAlias = Literal["safe", "need-help", "unaccounted"]


class Result(NamedTuple):
    """Everyone expected, each in exactly one of these, in the order they are listed."""

    safe: tuple[str, ...]
    need_help: tuple[str, ...]
    unaccounted: tuple[str, ...]


def result(moment: Moment, row: RollCall, calls: dict[str, list[Call]]) -> Result:
    """Return how everyone expected stands at a moment, or stood when the roll call was closed."""
    found: dict[Standing, list[str]] = {"safe": [], "need-help": [], "unaccounted": []}
    for person in row.expected:
        found[_standing(moment, row, person, calls)].append(person)
    return Result(tuple(found["safe"]), tuple(found["need-help"]), tuple(found["unaccounted"]))


def _standing(moment: Moment, row: RollCall, person: str, calls: dict[str, list[Call]]) -> Standing:
    """Return how one person stands.

    The newest answer that happened while the roll call was open counts, whenever it was recorded.
    "Safe" does not take back a call for help that nobody has closed.
    """
    until = row.closed_at or moment.at
    if any(call.lasts(until) for call in calls.get(person, ())):
        return "need-help"
    for answer in moment.picture.people.answers.get(person, ()):
        if row.opened_at <= answer.at and (row.closed_at is None or answer.at <= row.closed_at):
            return answer.answer
    return "unaccounted"


def show_roll_call(moment: Moment, id: str, row: RollCall, result: Result) -> dict[str, Any]:
    """Return a roll call; of the unaccounted, those without any evidence come first."""
    missing = sorted((know(moment, person) for person in result.unaccounted), key=_least_seen)
    return {
        "id": id,
        "site": row.site,
        "venue": row.venue,
        "title": row.title.model_dump(),
        "opened_at": iso(row.opened_at),
        "expected": len(row.expected),
        "safe": len(result.safe),
        "need_help": len(result.need_help),
        "need_help_people": list(result.need_help),
        "unaccounted": [_show_missing(moment, person) for person in missing],
        "closed_at": iso_or_none(row.closed_at),
        "note": row.note,
    }


def _least_seen(person: Known) -> tuple[float, str]:
    return person.newest.at.timestamp() if person.newest else float("-inf"), person.id


def _show_missing(moment: Moment, person: Known) -> dict[str, Any]:
    volunteer = moment.picture.people.volunteers.get(person.id)
    return {
        "id": person.id,
        "name": volunteer.name if volunteer else person.id,
        "last_evidence_age_s": moment.age_s(person.newest.at) if person.newest else None,
        "last_venue": person.venue,
    }
