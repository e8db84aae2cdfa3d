"""Warnings and measurements as the picture shows them at a moment."""

from typing import Any, NamedTuple

from projections.moment import Moment, iso, iso_or_none, seconds
from projections.observations import Observation
from projections.warnings import Warned

LISTED = 50
"""Warnings that are listed though they touch no venue of ours, and exercises."""


class Weather(NamedTuple):
    """The warnings in force at a moment, newest first, as (id, warning)."""

    here: list[tuple[str, Warned]]
    elsewhere: list[tuple[str, Warned]]
    exercises: list[tuple[str, Warned]]


def in_force(moment: Moment) -> Weather:
    """Sort the warnings in force: at a venue that is seen, at none, and those that are no warning.

    Only CAP's `Actual` is meant. Whatever else is sent is an exercise here, and alerts nobody.
    """
    weather = Weather([], [], [])
    for key, row in moment.picture.warnings.rows.items():
        if not row.in_force(moment.at):
            continue
        if row.message.status != "Actual":
            weather.exercises.append((key, row))
        elif any(moment.sees_venue(venue) for venue in row.message.venues):
            weather.here.append((key, row))
        else:
            weather.elsewhere.append((key, row))
    for part in weather:
        part.sort(key=_newest_first)
    return weather


def _newest_first(warned: tuple[str, Warned]) -> tuple[float, str]:
    key, row = warned
    return -row.message.sent.timestamp(), key


def by_venue(weather: Weather) -> dict[str, list[str]]:
    """Return the ids of the warnings in force at each venue."""
    found: dict[str, list[str]] = {}
    for key, row in weather.here:
        for venue in row.message.venues:
            found.setdefault(venue, []).append(key)
    return found


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
        "colour": message.colour,
        "hazard": message.hazard,
        "headline": {text.language: text.headline for text in message.texts},
        "event": {text.language: text.event for text in message.texts},
        "sent": iso(message.sent),
        "effective": iso(row.starts_at),
        "onset": iso_or_none(message.onset),
        "expires": iso_or_none(message.expires),
        "venues": [
            venue for venue in message.venues if moment.sites is None or moment.sees_venue(venue)
        ],
        "updated": len(row.updates),
    }


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
