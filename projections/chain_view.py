"""A warning with its whole chain: every message, what it changed, and how the warning stands."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, TypeAlias

from projections.moment import Moment, iso, iso_or_none
from projections.warnings import MOVES, Said, Warned, Warnings
from projections.weather import show_warning

State: TypeAlias = Literal["coming", "in-force", "cancelled", "expired", "superseded"]

LISTED_MAX = 500
"""Warnings in one list."""
_SUPERSEDED_MAX = 100
"""Warnings of which the messages are shown with those of the one that speaks in their place."""


def list_warnings(
    moment: Moment, *, venue: str | None = None, live: bool = True
) -> tuple[list[dict[str, Any]], int]:
    """Return the newest warnings that a reader may see, and how many there are.

    `venue` leaves those that take in this venue, `live` those that are meant and not over.
    """
    found = [
        (id, row)
        for id, row in moment.picture.warnings.rows.items()
        if (venue is None or venue in row.message.venues)
        and (not live or row.is_live(moment.at))
        and row.message.sent <= moment.at
    ]
    found.sort(key=lambda one: (-one[1].message.sent.timestamp(), one[0]))
    return [_show_row(moment, *one) for one in found[:LISTED_MAX]], len(found)


def show_chain(moment: Moment, id: str, *, names_people: bool) -> dict[str, Any]:
    """Return everything that is known of a warning; it must be there.

    `names_people` tells also who was on post where it holds, at venues that are seen.
    """
    warnings = moment.picture.warnings
    row = warnings.rows[id]
    message = row.message
    absorbed = _absorbed(warnings, id)
    shown = _show_row(moment, id, row)
    if names_people:
        ids = {one.venue: list(one.ids) for one in message.affected}
        for one in shown["affected"]:
            one["ids"] = ids.get(one["venue"], [])
    return {
        **shown,
        "supersedes": sorted(absorbed),
        "scope": message.scope,
        "responses": list(message.responses),
        "document": message.document,
        "deviations": list(message.deviations),
        "references": [list(one) for one in message.references],
        "texts": [text.model_dump() for text in message.texts],
        "areas": [
            {"description": area.description, "geocodes": [list(code) for code in area.geocodes]}
            for area in message.areas
        ],
        "chain": [_show_said(warning, said) for warning, said in _chain(warnings, id, absorbed)],
    }


def state_of(row: Warned, at: datetime) -> State:
    """Return how a warning stands at a moment, by what is known."""
    if row.superseded_by is not None:
        return "superseded"
    if row.precedence == 2:
        return "cancelled"
    if row.message.expires is not None and row.message.expires <= at:
        return "expired"
    return "in-force" if row.starts_at <= at else "coming"


def _show_row(moment: Moment, id: str, row: Warned) -> dict[str, Any]:
    return {
        **show_warning(moment, id, row),
        "state": state_of(row, moment.at),
        "superseded_by": row.superseded_by,
    }


def _absorbed(warnings: Warnings, id: str) -> set[str]:
    """Return the warnings in whose place this one speaks, those of these ones too."""
    found: set[str] = set()
    waiting = [id]
    by: dict[str, list[str]] = {}
    for one, end in warnings.superseded.items():
        by.setdefault(end.by, []).append(one)
    while waiting and len(found) < _SUPERSEDED_MAX:
        for one in by.get(waiting.pop(), ()):
            if one != id and one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _chain(warnings: Warnings, id: str, absorbed: set[str]) -> Iterator[tuple[str, Said]]:
    """Yield each message once, in the order they were sent, with the warning that was told it."""
    told: dict[tuple[str, str], tuple[str, Said]] = {}
    for warning in (id, *sorted(absorbed)):
        row = warnings.rows.get(warning)
        for said in row.history if row else ():
            told.setdefault((said.sender, said.identifier), (warning, said))
    yield from sorted(told.values(), key=lambda one: one[1][:4])


def _show_said(warning: str, said: Said) -> dict[str, Any]:
    return {
        "identifier": said.identifier,
        "sender": said.sender,
        "sent": iso(said.sent),
        "move": MOVES[said.precedence],
        "changed": list(said.changed),
        "colour": said.colour,
        "severity": said.severity,
        "expires": iso_or_none(said.expires),
        "signature": said.signature,
        "document": said.document,
        "taken_at": iso(said.taken_at),
        "event": said.id,
        "warning": warning,
    }
