"""From what was measured to the event of a venue, or the reason why not. Pure.

Which venue a station measures for: the one it names, else the one the operator's list has for it,
else the one that is called as it is.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from events.envelope import Event
from events.ids import derive
from events.weather import WeatherObserved
from projections.places import Places
from services.problems import Problem
from services.reporting.doubts import Bounds, too_early, too_late
from services.weather.observing.measured import Measured, fact_of
from services.weather.observing.metar import AHEAD

_KNOWN_MAX = 30


class Sender(NamedTuple):
    """Who sends observations, as the log names them, and the sites they may speak for."""

    actor: str
    sites: frozenset[str] | None = None


class Default(NamedTuple):
    """What is so of an observation that does not say otherwise itself."""

    venue: str | None = None
    station: str = ""
    """By whose list it is placed where its own station is on none, as for what a gateway sends."""
    arrived: datetime | None = None
    """When it was measured."""


class Came(NamedTuple):
    """How an observation came: at `now`, which its time may lie so far from."""

    now: datetime
    bounds: Bounds
    fallback_id: str
    """Names it where neither its sender nor its station and time do."""
    measured_at: datetime | None = None
    """When it was measured, where it does not say itself; now, where nobody knows."""


class Drafted(NamedTuple):
    """An observation's event, not yet stored, and by what it is recognised when it comes again."""

    event: Event
    report_id: str

    @property
    def venue(self) -> str:
        return self.event.key


def venue_of(
    measured: Measured, stations: Mapping[str, str], places: Places, default: Default
) -> str | Problem:
    """Return the venue an observation is of."""
    named = measured.venue or default.venue
    if named is not None:
        return named if named in places.venues else _unknown_venue("venue", named, places)
    known = [name for name in (measured.station, default.station) if name]
    for station in known:
        listed = stations.get(station, station)
        if listed in places.venues:
            return listed
        if station in stations:
            return _unknown_venue("station", listed, places)
    return _unmapped(known[0]) if known else _NO_VENUE


def draft(
    measured: Measured,
    venue: str,
    sender: Sender,
    places: Places,
    came: Came,
) -> Drafted | Problem:
    """Return the event of an observation."""
    site = places.venues[venue].site
    if sender.sites is not None and site not in sender.sites:
        return _other_site(site, sender.sites)
    if why := _doubt(measured, came.now, came.bounds):
        return why
    fact = fact_of(measured)
    digest = _digest(fact, venue, measured.at)
    report_id, event_id = _names(measured, venue, sender, digest, came.fallback_id)
    event = Event(
        id=event_id,
        site=site,
        kind=fact.NOUN,
        key=venue,
        data=fact,
        occurred_at=min(measured.at or came.measured_at or came.now, came.now),
        recorded_at=came.now,
        actor=sender.actor,
        causation_id=report_id,
        correlation_id=event_id,
        device=measured.device,
        digest=digest,
    )
    return Drafted(event, report_id)


def _names(
    measured: Measured, venue: str, sender: Sender, digest: str, fallback_id: str
) -> tuple[str, str]:
    """Return the report's id and its event's.

    A station that says another thing for the same moment says something more (the wind after the
    temperature), and is not refused; saying the same again changes nothing.
    """
    if measured.id is not None:
        return measured.id, derive("observation", sender.actor, measured.id)
    if measured.at is None:
        return fallback_id, derive("observation", sender.actor, fallback_id)
    who = measured.station or sender.actor
    found = derive("observed", venue, who, measured.at.isoformat(), digest)
    return found, found


def _digest(fact: WeatherObserved, venue: str, at: datetime | None) -> str:
    """Return a hash of what is said, whatever the words and units it was said in."""
    said = fact.model_dump_json(exclude={"original", "source"}, exclude_none=True)
    moment = at.isoformat() if at else ""
    return blake2b(f"{venue}\n{moment}\n{said}".encode(), digest_size=8).hexdigest()


def _doubt(measured: Measured, now: datetime, bounds: Bounds) -> Problem | None:
    at = measured.at
    ahead = max(bounds.future, AHEAD) if measured.source == "metar" else bounds.future
    if at is not None and at > now + ahead:
        return too_early(at, now)
    if at is not None and at < now - bounds.past:
        return too_late(at, bounds)
    return None


def _unknown_venue(field: str, venue: str, places: Places) -> Problem:
    known = ", ".join(sorted(places.venues)[:_KNOWN_MAX])
    return Problem(
        "unknown-venue",
        field,
        f"没有场馆 {venue}，已登记的有：{known or '无'}",
        f"no venue {venue} is registered, these are: {known or 'none'}",
    )


def _unmapped(station: str) -> Problem:
    return Problem(
        "unknown-station",
        "station",
        f"不知道站点 {station} 属于哪个场馆：请在 MUSTER_STATIONS 的文件中列出，或写明 venue",
        f"whose venue station {station} is for is not known: list it in the file of"
        " MUSTER_STATIONS, or name the venue",
    )


def _other_site(site: str, sites: frozenset[str]) -> Problem:
    own = ", ".join(sorted(sites))
    return Problem(
        "site-not-allowed",
        "venue",
        f"只能上报 {own}，该场馆属于 {site}",
        f"only {own} may be reported for, the venue belongs to {site}",
    )


_NO_VENUE = Problem(
    "venue-missing",
    "venue",
    "没有写明场馆，也没有站号",
    "neither the venue nor a station is named",
)
