"""The warnings that concern somebody: where they are, and where they are on shift next."""

from typing import Any

from projections.ahead import AHEAD, span
from projections.moment import Moment, iso, iso_or_none
from projections.outlook import Outlook
from projections.posts import know
from projections.warnings import Warned
from projections.weather import at_venues

SHOWN = 10
"""The worst of them: on a phone, what is further down is not read."""
WORDS_SHOWN = 300
"""Letters of what the sender says to do."""


def own_warnings(moment: Moment, outlook: Outlook, person: str) -> list[dict[str, Any]]:
    """Return the warnings in force or coming at somebody's venues, those in force and the worst
    first. The outlook is up to the moment.
    """
    venues = _venues(moment, person)
    here, coming = at_venues(moment._replace(sites=None), outlook)
    return [
        _show(moment, id, row, venues)
        for part in (here, coming)
        for id, row in sorted(part, key=_worst, reverse=True)
        if not venues.isdisjoint(row.message.venues)
    ][:SHOWN]


def _venues(moment: Moment, person: str) -> set[str]:
    """Return where somebody is, and where their shifts of the next 24 hours are."""
    until = moment.at + AHEAD
    shifts = moment.picture.people.shifts.get(person, ())
    venues = {
        shift.venue for shift in shifts if shift.starts_at < until and moment.at < shift.ends_at
    }
    there = know(moment, person).venue
    return venues | ({there} if there else set())


def _worst(warned: tuple[str, Warned]) -> tuple[int, int, str]:
    return span(*warned)[:3]


def _show(moment: Moment, id: str, row: Warned, venues: set[str]) -> dict[str, Any]:
    message = row.message
    return {
        "id": id,
        "severity": message.severity,
        "colour": message.colour,
        "headline": {text.language: text.headline for text in message.texts},
        "event": {text.language: text.event for text in message.texts},
        "instruction": {text.language: text.instruction[:WORDS_SHOWN] for text in message.texts},
        "effective": iso(row.starts_at),
        "onset": iso_or_none(message.onset),
        "expires": iso_or_none(message.expires),
        "coming": moment.at < row.starts_at,
        "venues": [venue for venue in message.venues if venue in venues],
        "rule": message.rule,
    }
