"""The names of those whom a picture mentions and does not list among its people."""

from collections.abc import Iterable, Iterator
from typing import Any

from projections.moment import Moment

NAMED = 200
"""People of each list whose names are told; whoever wants the others asks for the list."""
_TOLD = 5
"""People told of an alert whose names are told: it may be thousands."""


def names(moment: Moment, shown: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return by id the names of the people in `shown`, a picture as it is read, who are on the
    roster and not in its list of people.
    """
    listed = {row["id"] for row in shown["people"]}
    volunteers = moment.picture.people.volunteers
    return {
        id: {"name": row.name, "latin": row.latin}
        for id in sorted(set(_mentioned(shown)) - listed)
        if (row := volunteers.get(id)) is not None
    }


def _mentioned(shown: dict[str, Any]) -> Iterator[str]:
    for call in shown["need_help"]:
        yield from _ids((call["person"], call["taken_by"], *call["told"]))
    for row in shown["incidents"]:
        yield from _ids(row[of] for of in ("person", "reported_by", "assigned_to", "accepted_by"))
    for row in shown["alerts"]:
        yield from _ids((row["acknowledged_by"], *row["to"][:_TOLD]))
    for row in shown["journeys"]:
        yield from _ids((row["plan"]["driver"], *row["plan"]["people"][:NAMED]))
        yield from _ids(row["missing"][:NAMED])
    for row in shown["swaps"]:
        yield from _ids((row["giver"], row["taker"]))
    for row in shown["roll_calls"]:
        for of in ("unaccounted", "excused_people", "walk_up_people", "found_since"):
            yield from (person["id"] for person in row[of])
        yield from row["need_help_people"]
    for row in (*shown["days"], {"missing_people": shown["reach"]["people"]}):
        for person in row["missing_people"]:
            yield from _ids((person["id"], person["lead"]))


def _ids(actors: Iterable[str | None]) -> Iterator[str]:
    """Yield the ids of people, also where an actor says first of what kind they are."""
    return (actor.rpartition(":")[2] for actor in actors if actor)
