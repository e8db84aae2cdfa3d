"""Warnings and measurements as the picture shows them at a moment."""

from typing import Any, NamedTuple

from projections.ahead import AHEAD, Span, span, strips
from projections.moment import Moment, iso, iso_or_none, seconds
from projections.observations import Observation
from projections.outlook import Outlook
from projections.warnings import Warned

LISTED = 50
"""Warnings that are listed though they touch no venue of ours, and exercises."""


class Weather(NamedTuple):
    """The warnings of a moment, newest first, as (id, warning)."""

    here: list[tuple[str, Warned]]
    """In force at a venue that is seen."""
    coming: list[tuple[str, Warned]]
    """Not begun yet, at a venue that is seen; these the next to begin first."""
    elsewhere: int
    """How many are in force at no such venue."""
    elsewhere_listed: list[tuple[str, Warned]]
    exercises: list[tuple[str, Warned]]


def in_force(moment: Moment, outlook: Outlook | None = None) -> Weather:
    """Sort the warnings: in force or coming at a venue that is seen, in force at none, and those
    that are no warning. `outlook` is the picture's own, up to the moment, where one is kept.

    Only CAP's `Actual` is meant. Whatever else is sent is an exercise here, and alerts nobody.
    """
    outlook = outlook or Outlook(moment.picture).refresh(moment.at)
    here, coming = at_venues(moment, outlook)
    seen = {key for key, _ in (*here, *coming)}
    unseen = [
        (key, row)
        for key, row in outlook.near.items()
        if key not in seen and row.in_force(moment.at)
    ]
    far = [(key, moment.picture.warnings.rows[key]) for _, key in outlook.far[:LISTED]]
    return Weather(
        here,
        coming,
        len(outlook.far) + len(unseen),
        sorted((*far, *unseen), key=_newest_first)[:LISTED],
        sorted(outlook.exercises.items(), key=_newest_first)[:LISTED],
    )


def at_venues(
    moment: Moment, outlook: Outlook
) -> tuple[list[tuple[str, Warned]], list[tuple[str, Warned]]]:
    """Return the warnings in force at venues that are seen, and those coming. The outlook may be
    that of an earlier moment.
    """
    here: list[tuple[str, Warned]] = []
    coming: list[tuple[str, Warned]] = []
    for key, row in outlook.near.items():
        if any(moment.sees_venue(venue) for venue in row.message.venues):
            if row.in_force(moment.at):
                here.append((key, row))
            elif row.is_live(moment.at) and row.starts_at > moment.at:
                coming.append((key, row))
    here.sort(key=_newest_first)
    coming.sort(key=_next_first)
    return here, coming


def _newest_first(warned: tuple[str, Warned]) -> tuple[float, str]:
    key, row = warned
    return -row.message.sent.timestamp(), key


def _next_first(warned: tuple[str, Warned]) -> tuple[float, str]:
    key, row = warned
    return row.starts_at.timestamp(), key


def by_venue(here: list[tuple[str, Warned]]) -> dict[str, list[str]]:
    """Return the ids of the warnings in force at each venue."""
    found: dict[str, list[str]] = {}
    for key, row in here:
        for venue in row.message.venues:
            found.setdefault(venue, []).append(key)
    return found


def ahead(moment: Moment, weather: Weather) -> dict[str, list[dict[str, Any]]]:
    """Return what the next 24 hours bring to each venue that a warning concerns."""
    spans: dict[str, list[Span]] = {}
    for key, row in (*weather.here, *weather.coming):
        one = span(key, row)
        for venue in row.message.venues:
            spans.setdefault(venue, []).append(one)
    return strips(spans, moment.at, moment.at + AHEAD)


def show_warning(moment: Moment, id: str, row: Warned) -> dict[str, Any]:
    """Return a warning as the picture shows it, in the languages it was sent in, with those of
    its venues that are seen.
    """
    message = row.message
    return {
        "id": id,
        "identifier": message.identifier,
        "sender": message.sender,
        "status": message.status,
        "severity": message.severity,
        "urgency": message.urgency,
        "certainty": message.certainty,
        "colour": message.colour,
        "hazard": message.hazard,
        "headline": {text.language: text.headline for text in message.texts},
        "event": {text.language: text.event for text in message.texts},
        "sent": iso(message.sent),
        "effective": iso(row.starts_at),
        "onset": iso_or_none(message.onset),
        "expires": iso_or_none(message.expires),
        "coming": moment.at < row.starts_at,
        "venues": [
            venue for venue in message.venues if moment.sites is None or moment.sees_venue(venue)
        ],
        "affected": _affected(moment, row),
        "messages": len(row.history),
        "updated": len(row.updates),
        "changed": list(row.history[-1].changed) if row.history else [],
        "signature": message.signature,
        "signer": message.signer,
        "feed": message.feed,
        "rule": message.rule,
    }


def _affected(moment: Moment, row: Warned) -> list[dict[str, Any]]:
    """Return who was on post in each venue when the message came, where that was written down."""
    return [
        {
            "venue": one.venue,
            "people": one.people,
            "cause": one.cause,
            "distance_m": one.distance_m,
        }
        for one in row.message.affected
        if moment.sites is None or moment.sees_venue(one.venue)
    ]


def show_observation(moment: Moment, observation: Observation | None) -> dict[str, Any] | None:
    """Return a measurement with its age in seconds, in the units of `WeatherObserved`."""
    if observation is None:
        return None
    return {
        **observation.weather.model_dump(),
        "at": iso(observation.at),
        "age_s": moment.age_s(observation.at),
        "late_by_s": seconds(observation.recorded_at - observation.at),
    }
