"""Events for the tests: `said(fact, ...)` puts a fact into an envelope, `at(minutes)` is a moment."""

from datetime import UTC, datetime, timedelta

from events.envelope import Event
from events.fact import Fact, Place, Text
from events.place import SiteRegistered, VenueRegistered
from events.volunteer import ShiftAssigned, VolunteerRegistered

NOON = datetime(2022, 2, 13, 4, 0, tzinfo=UTC)
"""Noon in Beijing."""


def at(minutes: float) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def said(
    fact: Fact,
    key: str,
    minutes: float = 0,
    *,
    late: float = 0,
    id: str | None = None,
    kind: str | None = None,
    site: str = "yanqing",
    seq: int = 0,
    cause: str = "c",
    actor: str = "li",
) -> Event:
    """Return `fact` of aggregate `key`, that happened `minutes` after noon and was told `late` minutes later."""
    return Event(
        id=id or f"{fact.NOUN}-{key}-{fact.TYPE}-{minutes}",
        site=site,
        kind=kind or fact.NOUN,
        key=key,
        data=fact,
        occurred_at=at(minutes),
        recorded_at=at(minutes + late),
        actor=actor,
        causation_id=cause,
        correlation_id="k",
        seq=seq,
    )


def numbered(events: list[Event], first: int = 1) -> list[Event]:
    """Return the events as a log has them: with sequences, and told no earlier than the one before."""
    log: list[Event] = []
    for seq, event in enumerate(events, first):
        told = max(event.recorded_at, log[-1].recorded_at) if log else event.recorded_at
        log.append(event._replace(seq=seq, recorded_at=told))
    return log


def site(id: str = "yanqing") -> Event:
    return said(SiteRegistered(name=Text(zh="延庆", en="Yanqing")), id, -600, site=id)


def venue(id: str = "alpine", of: str = "yanqing") -> Event:
    fact = VenueRegistered(
        name=Text(zh="高山滑雪", en="Alpine"), place=Place(lat=40.55, lon=115.8), adcode="110119"
    )
    return said(fact, id, -600, site=of)


def volunteer(id: str, of: str = "yanqing", leads: tuple[str, ...] = ()) -> Event:
    fact = VolunteerRegistered(name=f"李{id}", latin=f"Li {id}", role="medical", leads=leads)
    return said(fact, id, -500, site=of)


def shift(
    person: str, starts: float, ends: float, *, id: str = "s1", venue: str = "alpine"
) -> Event:
    fact = ShiftAssigned(shift=id, venue=venue, starts_at=at(starts), ends_at=at(ends))
    return said(fact, person, -400, id=f"shift-{person}-{id}")
