"""Events for the tests: `said(fact, ...)` is an event, `at(minutes)` is a moment."""

from datetime import UTC, datetime, timedelta

from events.envelope import Event
from events.fact import Fact, Place, Text
from events.incident import Category, IncidentReported
from events.place import SiteRegistered, VenueRegistered
from events.presence import Method, PresenceReported, SafetyReported, Whereabouts
from events.rollcall import RollCallOpened
from events.volunteer import ShiftAssigned, VolunteerRegistered
from events.weather import (
    CapStatus,
    WarningArea,
    WarningCancelled,
    WarningIssued,
    WarningMessage,
    WarningText,
    WarningUpdated,
)
from projections.picture import Picture

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
    """Return a fact of aggregate `key`: it happened `minutes` after noon, was told `late` later."""
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
    """Return the events as a log has them: with sequences, recorded one after the other."""
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


def seen(
    person: str,
    minutes: float,
    whereabouts: Whereabouts = "present",
    *,
    venue: str | None = "alpine",
    late: float = 0,
    method: Method = "badge",
) -> Event:
    fact = PresenceReported(whereabouts=whereabouts, venue=venue, method=method)
    return said(fact, person, minutes, late=late)


def safe(person: str, minutes: float, *, late: float = 0, venue: str | None = None) -> Event:
    return said(SafetyReported(answer="safe", venue=venue), person, minutes, late=late)


def need_help(person: str, minutes: float, *, late: float = 0) -> Event:
    fact = SafetyReported(answer="need-help")
    return said(fact, person, minutes, late=late, id=f"plea-{person}-{minutes}")


def incident(
    id: str,
    minutes: float = 0,
    *,
    category: Category = "need-help",
    person: str | None = None,
    cause: str = "c",
    late: float = 0,
) -> Event:
    fact = IncidentReported(
        category=category, severity="severe", text="帮忙", venue="alpine", person=person
    )
    return said(fact, id, minutes, cause=cause, late=late)


def roll_call(id: str, minutes: float, *expected: str) -> Event:
    fact = RollCallOpened(title=Text(zh="点名", en="Roll call"), venue="alpine", expected=expected)
    return said(fact, id, minutes)


def message(
    identifier: str,
    sent: float,
    *,
    expires: float | None = 600,
    effective: float | None = None,
    status: CapStatus = "Actual",
    venues: tuple[str, ...] = ("alpine",),
    areas: tuple[WarningArea, ...] = (),
) -> WarningMessage:
    return WarningMessage(
        sender="cma",
        identifier=identifier,
        sent=at(sent),
        status=status,
        texts=(
            WarningText(language="zh-CN", event="暴雪", headline="暴雪橙色预警"),
            WarningText(language="en-US", event="Blizzard", headline="Orange blizzard warning"),
        ),
        severity="severe",
        colour="orange",
        hazard="snow",
        effective=None if effective is None else at(effective),
        expires=None if expires is None else at(expires),
        areas=areas,
        venues=venues,
    )


def warned(
    id: str,
    message: WarningMessage,
    kind: type[WarningIssued | WarningUpdated | WarningCancelled] = WarningIssued,
) -> Event:
    return said(kind(message=message), id, 0, id=f"{id}-{message.identifier}")


def picture(*events: Event) -> Picture:
    """Return the picture of a log of these events."""
    folded = Picture()
    for event in numbered(list(events)):
        folded.apply(event)
    return folded
