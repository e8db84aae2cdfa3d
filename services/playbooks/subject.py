"""What an event is about, as conditions, texts and addresses need it. Pure.

An event is looked at with everything that is known when it is reacted to, not with itself alone: a
late message says nothing new, and reacting again after a restart asks for what is true then.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from events.envelope import Event
from events.fact import Ref
from events.feed import FeedFailed
from events.incident import (
    IncidentAssigned,
    IncidentReopened,
    IncidentReported,
    IncidentTriaged,
)
from events.journey import JourneyOverdue
from events.weather import WarningIssued, WarningMessage, WarningText, WarningUpdated
from projections.evidence import last_known, last_known_of
from projections.feeds import Feed
from projections.incidents import Incident
from projections.moment import Moment, iso
from projections.terms import CATEGORY, TROUBLE, term
from services.playbooks.beginning import of_beginning
from services.playbooks.conditions import Known
from services.playbooks.world import Subject, World


def subjects(for_each: str | None, world: World, event: Event) -> Iterator[Subject]:
    """Yield what an event is about: one thing, or one for each venue that it concerns.

    A drill's event about something real is about nothing, and the other way round.
    """
    match event.data:
        case IncidentReported() | IncidentTriaged() | IncidentReopened() | IncidentAssigned():
            if world.picture.incidents.rows[event.key].drill == event.drill:
                yield _incident(world, event)
        case WarningIssued() | WarningUpdated():
            yield from of_warning(for_each, world, event, event.key)
        case JourneyOverdue() if world.picture.journeys.rows[event.key].drill == event.drill:
            yield _journey(world, event)
        case FeedFailed() if (row := world.picture.feeds.rows.get(event.key)) is not None:
            yield _feed(world, event, row)
        case _:
            return


def _incident(world: World, event: Event) -> Subject:
    incidents = world.picture.incidents
    row = incidents.rows[event.key]
    calls = incidents.calls_within(event.key)
    if isinstance(event.data, IncidentTriaged) and not row.opening:
        # What was merged into it has called already.
        calls = [event.key] * row.needs_help
    waiting = [incidents.rows[one].person for one in calls]
    people = tuple(dict.fromkeys(one for one in (*waiting, row.person) if one is not None))
    known = {**_said_of(row), **_of_people(world, people)}
    known |= {"incident.id": event.key, "incident.needs_help": bool(calls)}
    found = _at_venue(world, event, Ref(kind="incident", id=event.key), row.venue, known)
    return found._replace(people=people, assigned_to=row.assigned_to, waits=bool(calls))


def _said_of(row: Incident) -> dict[str, Any]:
    category = term(CATEGORY, row.category)
    return {
        "incident.category": row.category,
        "incident.category_zh": category.zh,
        "incident.category_en": category.en,
        "incident.severity": row.severity,
        "incident.text": row.text,
        "incident.venue": row.venue or "",
        "incident.person": row.person or "",
        "incident.place": f"{row.place.lat:.5f},{row.place.lon:.5f}" if row.place else "",
        "incident.opening": row.opening,
        "incident.handing": row.handing,
        "incident.assigned_to": row.assigned_to or "",
    }


def _of_people(world: World, people: tuple[str, ...]) -> dict[str, Any]:
    if not people:
        return {}
    moment = Moment(world.picture, world.at)
    last = [last_known(moment, person) for person in people[:5]]
    return {
        "person.last_zh": "；".join(text.zh for text in last),
        "person.last_en": "; ".join(text.en for text in last),
    }


def _journey(world: World, event: Event) -> Subject:
    row = world.picture.journeys.rows[event.key]
    last = last_known_of(Moment(world.picture, world.at), row.missing)
    known = {
        "journey.id": event.key,
        "journey.origin": row.plan.origin,
        "journey.destination": row.plan.destination,
        "journey.vehicle": row.plan.vehicle,
        "journey.driver": row.plan.driver,
        "journey.missing": str(len(row.missing)),
        "journey.is_overdue": row.is_overdue,
        "journey.alarm": row.alarm,
        "journey.last_known_zh": row.last_known.zh if row.last_known else last.zh,
        "journey.last_known_en": row.last_known.en if row.last_known else last.en,
    }
    about = Ref(kind="journey", id=event.key)
    found = _at_venue(world, event, about, row.plan.destination, known)
    return found._replace(people=row.missing)


def _feed(world: World, event: Event, row: Feed) -> Subject:
    """Look at the feed as it stands: one that was removed meanwhile is about nothing."""
    others = (one for id, one in world.picture.feeds.rows.items() if id != event.key)
    trouble = term(TROUBLE, row.trouble or "silent")
    known = {
        "feed.id": event.key,
        "feed.name_zh": row.name.zh,
        "feed.name_en": row.name.en,
        "feed.down": row.failed_at is not None,
        "feed.alarm": iso(row.failed_at) if row.failed_at else "",
        "feed.alone": all(one.failed_at is not None for one in others),
        "feed.trouble": row.trouble or "",
        "feed.trouble_zh": trouble.zh,
        "feed.trouble_en": trouble.en,
        "feed.reason_zh": row.reason.zh if row.reason else "",
        "feed.reason_en": row.reason.en if row.reason else "",
        "feed.since": iso(row.since) if row.since else "",
    }
    return _at_venue(world, event, Ref(kind="feed", id=event.key), None, known)


def of_warning(for_each: str | None, world: World, event: Event, id: str) -> Iterator[Subject]:
    """Look at the warning as it stands, not at the message that came: it may be an old one.

    `event` is what makes it be looked at.
    """
    row = world.picture.warnings.rows[id]
    message = row.message
    known = {
        "warning.id": id,
        "warning.severity": message.severity,
        "warning.colour": message.colour or "",
        "warning.hazard": message.hazard,
        "warning.headline_zh": _headline(message, "zh"),
        "warning.headline_en": _headline(message, "en"),
        "warning.live": row.is_live(world.at),
        "warning.rises": str(row.rises),
        "warning.sender": message.sender,
        "warning.venues": list(message.venues),
        **_of_message(message),
        **of_beginning(world.picture, row.begins_at, world.at),
    }
    about = Ref(kind="warning", id=id)
    for venue in message.venues if for_each == "venue" else (None,):
        found = _at_venue(world, event, about, venue, known)
        yield found._replace(begins_at=row.begins_at)


def _of_message(message: WarningMessage) -> dict[str, Any]:
    since = message.onset or message.effective or message.sent
    said = {language: _text(message, language) for language in ("zh", "en")}
    return {
        "warning.rule": message.rule,
        "warning.own": bool(message.rule),
        # A rule's message says when its level was first met, and when it became this one.
        "warning.lowered": bool(message.rule) and since < (message.effective or since),
        "warning.since": iso(since),
        **{f"warning.text_{language}": text.description for language, text in said.items() if text},
        **{
            f"warning.advice_{language}": text.instruction
            for language, text in said.items()
            if text
        },
        "warning.certainty": message.certainty,
        "warning.urgency": message.urgency,
        "warning.signature": message.signature,
        "warning.signer": message.signer,
        "warning.feed": message.feed or "",
    }


def _at_venue(
    world: World, event: Event, about: Ref, venue: str | None, known: Mapping[str, Any]
) -> Subject:
    place = world.picture.places.venues.get(venue or "")
    site = place.site if place else event.site
    more = {"event.type": f"{event.kind}.{event.type}", "event.site": event.site}
    if place:
        more |= {
            "venue.id": venue or "",
            "venue.site": place.site,
            "venue.name_zh": place.name.zh,
            "venue.name_en": place.name.en,
        }
    return Subject(about, site, venue if place else None, Known({**known, **more}))


def _headline(message: WarningMessage, language: str) -> str:
    text = _text(message, language)
    return (text.headline or text.event) if text else message.identifier


def _text(message: WarningMessage, language: str) -> WarningText | None:
    """Return what it says in a language, or else in the first that it has."""
    texts = [t for t in message.texts if t.language.lower().startswith(language)] or message.texts
    return texts[0] if texts else None
