"""What the playbooks make of an event. Pure: events in, commands out.

Every id follows from the playbook and what it runs once for, so reacting again, after a restart or
in a second process, asks for the same things under the same ids and changes nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from events.deadline import DeadlineMissed
from events.envelope import Event
from events.fact import Ref, Severity, Text
from events.ids import derive
from events.run import RunStep
from services.alerts.commands import RaiseAlert
from services.decider import Command
from services.playbooks.commands import AwaitRun, DropRun, NoteFailedCondition, StartRun
from services.playbooks.conditions import ConditionError
from services.playbooks.playbook import AlertStep, Playbook
from services.playbooks.subject import of_warning, subjects
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
    asked = {command.id for command in commands}
    for run in _awaited(world, event):
        if run not in asked:
            commands += _judged_again(books, world, event, run)
    return commands


def unsettled(asked: Sequence[Command], again: Sequence[Command]) -> list[Command]:
    """Return what is asked for otherwise when it is looked at again: what runs wait for was moved,
    or ended, while they were being asked for.
    """
    known = {_moment_of(command) for command in asked}
    return [command for command in again if _moment_of(command) not in known]


def is_awaited(command: Command) -> bool:
    """Tell whether a command concerns a run that has not begun."""
    return isinstance(command, AwaitRun | DropRun)


def _moment_of(command: Command) -> tuple[str, str, datetime | None]:
    due_at = command.due_at if isinstance(command, AwaitRun) else None
    return type(command).__name__, command.id, due_at


def _awaited(world: World, event: Event) -> list[str]:
    """Return the runs that wait, and that an event makes to be judged again."""
    runs = world.picture.runs
    if event.kind == "run":
        is_due = isinstance(event.data, DeadlineMissed) and event.key in runs.awaited
        return [event.key] if is_due else []
    return runs.awaited_about(Ref(kind=event.kind, id=event.key)) if runs.awaited else []


def _judged_again(
    books: Sequence[Playbook], world: World, event: Event, run: str
) -> Iterator[Command]:
    """Yield what a run that waits comes to by now: its start, another moment, or nothing."""
    row = world.picture.runs.awaited[run]
    if isinstance(event.data, DeadlineMissed):
        # The clock of whoever fired it is as good as ours.
        world = world._replace(at=max(world.at, event.data.due_at))
    for book in books:
        if book.playbook == row.playbook:
            found = of_warning(book.for_each, world, event, row.about.id)
            here = [one for one in found if one.venue == row.venue]
            commands = list(_run(book, world, event, here))
            if any(command.id == run for command in commands):
                yield from commands
                return
            yield from (one for one in commands if isinstance(one, NoteFailedCondition))
    yield DropRun(site=row.site, id=run, at=world.at, by=f"playbook:{row.playbook}")


def _run(book: Playbook, world: World, event: Event, found: Sequence[Subject]) -> Iterator[Command]:
    for subject in found:
        try:
            if book.condition.holds(subject.known):
                yield from _begin(book, world, event, subject)
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


def _begin(book: Playbook, world: World, event: Event, subject: Subject) -> Iterator[Command]:
    run = derive(f"playbook/{book.playbook}", *(part.fill(subject.known) for part in book.key))
    due_at = _due_at(book, subject)
    if due_at is None or due_at <= world.at:
        yield from _start(book, run, world, event, subject)
    elif run not in world.picture.runs.rows:
        yield AwaitRun(
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
            due_at=due_at,
        )


def _due_at(book: Playbook, subject: Subject) -> datetime | None:
    if book.lead_s is None or subject.begins_at is None:
        return None
    return subject.begins_at - timedelta(seconds=book.lead_s)


def _start(
    book: Playbook, run: str, world: World, event: Event, subject: Subject
) -> Iterator[Command]:
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
