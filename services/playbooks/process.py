"""What the playbooks make of an event. Pure: events in, commands out.

Every id follows from the playbook and what it runs once for, so reacting again, after a restart or
in a second process, asks for the same things under the same ids and changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from events.envelope import Event
from events.fact import Ref, Severity, Text
from events.ids import derive
from events.run import RunStep
from services.alerts.commands import RaiseAlert
from services.decider import Command
from services.playbooks.commands import NoteFailedCondition, StartRun
from services.playbooks.conditions import ConditionError
from services.playbooks.playbook import AlertStep, Playbook
from services.playbooks.subject import subjects
from services.playbooks.whom import addressed
from services.playbooks.world import Subject, World
from services.volunteers.commands import OpenRollCall

_WORDS_MAX = 4000
"""Characters in `Words`."""


def react(books: Sequence[Playbook], world: World, event: Event) -> list[Command]:
    """Return the commands that follow from an event: runs to start, and what their steps ask
    for.
    """
    trigger = f"{event.kind}.{event.type}"
    found: dict[str | None, list[Subject]] = {}
    commands: list[Command] = []
    for book in books:
        if trigger in book.on:
            if book.for_each not in found:
                found[book.for_each] = list(subjects(book.for_each, world, event))
            commands += _run(book, world, event, found[book.for_each])
    return commands


def _run(book: Playbook, world: World, event: Event, found: Sequence[Subject]) -> Iterator[Command]:
    for subject in found:
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


def _start(book: Playbook, world: World, event: Event, subject: Subject) -> Iterator[Command]:
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
    book: Playbook, step: Any, run: str, world: World, subject: Subject
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
            way_up=tuple(addressed(level, world, subject) for level in step.way_up),
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


def _by(book: Playbook) -> str:
    return f"playbook:{book.playbook}"
