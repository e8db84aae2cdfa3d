"""What the playbooks make of an event. Pure: events in, commands out.

Every id follows from the playbook and what it runs once for, so reacting again, after a restart or
in a second process, asks for the same things under the same ids and changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from events.alert import Step
from events.envelope import Event
from events.fact import Ref, Severity, Text
from events.ids import derive
from events.incident import IncidentReported, IncidentTriaged
from events.run import RunStep
from events.weather import WarningIssued, WarningMessage, WarningUpdated
from projections.picture import Picture
from projections.roster import Roster
from projections.terms import CATEGORY, term
from services.alerts.commands import RaiseAlert
from services.decider import Command
from services.playbooks.commands import NoteFailedCondition, StartRun
from services.playbooks.conditions import ConditionError, Known
from services.playbooks.playbook import AlertStep, Level, Playbook, Whom
from services.volunteers.commands import OpenRollCall

HEADQUARTERS = "hq"
_WORDS_MAX = 4000
"""Characters in `Words`."""


class World(NamedTuple):
    """What a playbook may look at."""

    picture: Picture
    roster: Roster
    at: datetime


class _Subject(NamedTuple):
    """What an event is about: for the conditions, and for the commands that follow."""

    about: Ref
    site: str
    venue: str | None
    known: Known


def react(books: Sequence[Playbook], world: World, event: Event) -> list[Command]:
    """Return the commands that follow from an event: runs to start, and what their steps ask
    for.
    """
    return [command for book in books for command in _run(book, world, event)]


def _run(book: Playbook, world: World, event: Event) -> Iterator[Command]:
    if f"{event.kind}.{event.type}" not in book.on:
        return
    for subject in _subjects(book, world, event):
        try:
            if book.condition.holds(subject.known):
                yield from _start(book, world, event, subject)
        except ConditionError as error:
            yield NoteFailedCondition(
                site=subject.site,
                id=derive(event.id, "condition", book.playbook),
                at=world.at,
                by=_by(book),
                playbook=book.playbook,
                trigger=event.id,
                reason=str(error),
            )


def _start(book: Playbook, world: World, event: Event, subject: _Subject) -> Iterator[Command]:
    run = derive(f"playbook/{book.playbook}", *(part.fill(subject.known) for part in book.key))
    orders = [_order(book, step, run, world, subject) for step in book.steps]
    yield StartRun(
        site=subject.site,
        id=run,
        at=world.at,
        by=_by(book),
        playbook=book.playbook,
        playbook_version=book.version,
        name=book.name,
        about=subject.about,
        trigger=event.id,
        venue=subject.venue,
        steps=tuple(
            RunStep(
                name=step.name,
                action="alert" if isinstance(step, AlertStep) else "open-roll-call",
                target=Ref(kind=order.KIND, id=order.id),
            )
            for step, order in zip(book.steps, orders, strict=True)
        ),
    )
    yield from orders


def _order(
    book: Playbook, step: Any, run: str, world: World, subject: _Subject
) -> RaiseAlert | OpenRollCall:
    def fill(text: Text) -> Text:
        return Text(
            zh=_fitting(book.templates[text.zh].fill(subject.known)),
            en=_fitting(book.templates[text.en].fill(subject.known)),
        )

    id = derive(run, step.name)
    if isinstance(step, AlertStep):
        severity: Severity = book.templates[f"${{{step.severity}}}"].fill(subject.known)  # type: ignore[assignment]  # RaiseAlert validates it
        return RaiseAlert(
            site=subject.site,
            id=id,
            at=world.at,
            by=_by(book),
            severity=severity,
            title=fill(step.title),
            body=fill(step.body),
            venue=subject.venue,
            about=subject.about,
            way_up=tuple(_level(level, world, subject) for level in step.way_up),
        )
    return OpenRollCall(
        site=subject.site,
        id=id,
        at=world.at,
        by=_by(book),
        title=fill(step.title),
        venue=subject.venue,
        expected=world.roster.on_post(subject.venue, world.at) if subject.venue else (),
        about=subject.about,
    )


def _fitting(words: str) -> str:
    """Cut what a sender made too long: better half a headline than no alert."""
    return words if len(words) <= _WORDS_MAX else f"{words[: _WORDS_MAX - 1]}…"


def _level(level: Level, world: World, subject: _Subject) -> Step:
    people: dict[str, None] = {}
    for whom in level.to:
        people.update(dict.fromkeys(_people(whom, world, subject)))
    return Step(to=tuple(people), answer_within_s=level.answer_within_s)


def _people(whom: Whom, world: World, subject: _Subject) -> tuple[str, ...]:
    roster, venue = world.roster, subject.venue
    match whom:
        case "on-post":
            return roster.on_post(venue, world.at) if venue else ()
        case "leads":
            return roster.leads(venue) if venue else ()
        case "site-leads":
            return roster.leads(subject.site)
        case "site-post":
            return (f"post:{subject.site}",)
        case "duty-officers":
            return roster.duty_officers(HEADQUARTERS)
        case "hq-post":
            return (f"post:{HEADQUARTERS}",)


def _subjects(book: Playbook, world: World, event: Event) -> Iterator[_Subject]:
    match event.data:
        case IncidentReported() | IncidentTriaged():
            yield _incident(world, event)
        case WarningIssued() | WarningUpdated():
            yield from _warning(book, world, event)
        case _:
            return


def _incident(world: World, event: Event) -> _Subject:
    row = world.picture.incidents.rows[event.key]
    category = term(CATEGORY, row.category)
    known = {
        "incident.id": event.key,
        "incident.category": row.category,
        "incident.category_zh": category.zh,
        "incident.category_en": category.en,
        "incident.severity": row.severity,
        "incident.text": row.text,
        "incident.venue": row.venue or "",
        "incident.person": row.person or "",
    }
    about = Ref(kind="incident", id=event.key)
    return _at_venue(world, event, about, row.venue, known)


def _warning(book: Playbook, world: World, event: Event) -> Iterator[_Subject]:
    """Look at the warning as it stands, not at the message that came: it may be an old one."""
    row = world.picture.warnings.rows[event.key]
    message = row.message
    known = {
        "warning.id": event.key,
        "warning.severity": message.severity,
        "warning.colour": message.colour or "",
        "warning.hazard": message.hazard,
        "warning.headline_zh": _headline(message, "zh"),
        "warning.headline_en": _headline(message, "en"),
        "warning.live": row.is_live(world.at),
        "warning.sender": message.sender,
        "warning.venues": list(message.venues),
    }
    about = Ref(kind="warning", id=event.key)
    if book.for_each == "venue":
        for venue in message.venues:
            yield _at_venue(world, event, about, venue, known)
    else:
        yield _at_venue(world, event, about, None, known)


def _at_venue(
    world: World, event: Event, about: Ref, venue: str | None, known: Mapping[str, Any]
) -> _Subject:
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
    return _Subject(about, site, venue if place else None, Known({**known, **more}))


def _headline(message: WarningMessage, language: str) -> str:
    texts = [t for t in message.texts if t.language.lower().startswith(language)] or message.texts
    return (texts[0].headline or texts[0].event) if texts else message.identifier


def _by(book: Playbook) -> str:
    return f"playbook:{book.playbook}"
