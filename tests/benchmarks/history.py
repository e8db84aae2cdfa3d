"""A long log to read: days of check-ins with weather and incidents between, written by Muster's own
log, in batches.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from events.envelope import Event
from events.fact import Fact, Place, Text
from events.ids import derive
from events.incident import IncidentReported, IncidentTriaged
from events.place import SiteRegistered, VenueRegistered
from events.presence import PresenceReported, SafetyReported
from events.volunteer import VolunteerRegistered
from events.weather import WeatherObserved
from services.connection import connect
from services.log import Log
from services.provision import provision
from tests.benchmarks.subject import VENUES, roster

_BEGAN = datetime(2026, 2, 6, tzinfo=UTC)
_BATCH = 500
_AT_ONCE = 4


async def write(url: str, count: int) -> int:
    """Write a log of `count` events; return how many there are."""
    nc = await connect(url, "history")
    await provision(nc)
    log = Log(nc)
    events = _events(count)
    while batches := list(islice(iter(lambda: tuple(islice(events, _BATCH)), ()), _AT_ONCE)):
        # All but the first event of a batch are observations to the log: nobody expects a sequence.
        await asyncio.gather(*(log.append(batch) for batch in batches))
    await log.close()
    last = (await nc.jetstream().stream_info(log.stream)).state.last_seq
    await nc.close()
    return last


def _events(count: int) -> Iterator[Event]:
    for number, (site, key, fact) in enumerate(islice(_facts(), count)):
        at = _BEGAN + timedelta(milliseconds=300 * number)
        id = derive("history", str(number))
        yield Event(
            id,
            site,
            fact.NOUN,
            key,
            fact,
            occurred_at=at,
            recorded_at=at + timedelta(seconds=2),
            actor="reporter:gate",
            causation_id=f"r-{number:09}",
            correlation_id=id,
            device=f"gate-{number % 12:02}",
            digest=f"{number:016x}",
        )


def _facts() -> Iterator[tuple[str, str, Fact]]:
    """Yield site, aggregate and fact: 96 of 100 are presence, without end."""
    venues = list(VENUES.items())
    for site in dict.fromkeys(VENUES.values()):
        yield site, site, SiteRegistered(name=Text(zh="赛区", en="Zone"))
    for venue, site in venues:
        place = Place(lat=40.5, lon=115.8)
        yield (
            site,
            venue,
            VenueRegistered(name=Text(zh="场馆", en="Venue"), place=place, adcode="110119"),
        )
    people = roster()
    for number, person in enumerate(people):
        yield (
            venues[number % 3][1],
            person,
            VolunteerRegistered(name="志愿者", latin="Volunteer", role="transport"),
        )
    number = 0
    while True:
        venue, site = venues[number % 3]
        yield site, *_fact(number, venue, people[number * 7 % len(people)])
        number += 1


def _fact(number: int, venue: str, person: str) -> tuple[str, Fact]:
    incident = derive("incident", str(number // 100))
    match number % 100:
        case 0:
            reported = IncidentReported(
                category="medical", severity="minor", text="轻微擦伤，已处理", venue=venue
            )
            return incident, reported
        case 3:  # the same venue as the report: 0 and 3 leave the same rest
            return incident, IncidentTriaged(severity="minor", category="medical")
        case 50:
            return venue, WeatherObserved(temperature_c=-8.5, wind_ms=6.0)
        case 70:
            return person, SafetyReported(answer="safe", venue=venue)
        case _:
            seen = PresenceReported(whereabouts="present", venue=venue, method="badge")
            return person, seen
