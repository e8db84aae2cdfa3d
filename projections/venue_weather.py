"""The weather at any time: what holds at a moment, past or to come, and what a venue faces."""

from datetime import datetime
from typing import Any

from projections.ahead import AHEAD, intervals, show_interval, span
from projections.feeds_view import show_feeds
from projections.geometry import warning_geometry
from projections.moment import Moment, iso
from projections.outlook import Outlook
from projections.places import Venue
from projections.warnings import Warned
from projections.weather import at_venues, show_observation, show_warning


def show_venue_weather(known: Moment, at: datetime, venue: str, outlook: Outlook) -> dict[str, Any]:
    """Return what is in force at a venue at a moment, what comes later, how the 24 hours after it
    look, and the newest measurement. The venue must be registered.

    `known` is what is known by now, or was known then, and `outlook` is up to it; `at` may be
    later.
    """
    moment = known._replace(at=at)
    here, coming = (
        [warned for warned in part if _is_at(warned, venue)] for part in at_venues(moment, outlook)
    )
    spans = [span(*warned) for warned in (*here, *coming)]
    return {
        **_header(known, at),
        "venue": venue,
        **_named(known.picture.places.venues[venue]),
        "observation": show_observation(known, known.picture.observations.newest.get(venue)),
        "in_force": [show_warning(moment, *warned) for warned in here],
        "coming": [show_warning(moment, *warned) for warned in coming],
        "ahead": [show_interval(one) for one in intervals(spans, at, at + AHEAD)],
        "feeds": show_feeds(known._replace(sites=None)),
    }


def show_weather(
    known: Moment, at: datetime, outlook: Outlook, *, areas: bool = False
) -> dict[str, Any]:
    """Return what is in force at a moment at our venues, and what comes later.

    `areas` adds where each of these warnings holds, as GeoJSON features by id.
    """
    moment = known._replace(at=at)
    here, coming = at_venues(moment, outlook)
    found = {
        **_header(known, at),
        "warnings": [show_warning(moment, *warned) for warned in here],
        "coming": [show_warning(moment, *warned) for warned in coming],
        "venues": [
            _at_venue(moment, id, row, here)
            for id, row in sorted(moment.picture.places.venues.items())
            if moment.sees(row.site)
        ],
        "feeds": show_feeds(known._replace(sites=None)),
    }
    if areas:
        found["areas"] = {
            id: warning_geometry(moment.picture, id, sites=moment.sites)
            for id, _ in (*here, *coming)
        }
    return found


def _header(known: Moment, at: datetime) -> dict[str, Any]:
    return {"at": iso(at), "known_at": iso(known.at), "future": at > known.at}


def _named(venue: Venue) -> dict[str, Any]:
    return {"site": venue.site, "name": venue.name.model_dump()}


def _is_at(warned: tuple[str, Warned], venue: str) -> bool:
    return venue in warned[1].message.venues


def _at_venue(
    moment: Moment, id: str, venue: Venue, here: list[tuple[str, Warned]]
) -> dict[str, Any]:
    spans = [span(*warned) for warned in here if _is_at(warned, id)]
    (now, *_) = intervals(spans, moment.at, moment.at + AHEAD)
    return {
        "id": id,
        **_named(venue),
        "severity": now.severity,
        "colour": now.colour,
        "warnings": list(now.warnings),
    }
