"""The playbooks' runs, and the conditions that could not be evaluated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from events.deadline import DeadlineMet
from events.envelope import Event
from events.fact import Ref, Text
from events.run import (
    BEGIN,
    ConditionFailed,
    RunAwaited,
    RunEnded,
    RunStarted,
    RunStep,
    RunStepEnded,
)
from projections.fold import Binding, on

FAILURES_KEPT = 20


class Step(NamedTuple):
    """A step of a run, and how it ended, if it has."""

    begun: RunStep
    outcome: Literal["done", "refused"] | None = None
    note: str = ""


class Run(NamedTuple):
    """A playbook's run."""

    site: str
    playbook: str
    name: Text
    venue: str | None
    about: Ref
    started_at: datetime
    steps: tuple[Step, ...]
    ended_at: datetime | None = None


class Awaited(NamedTuple):
    """A run that waits for what it is about to begin."""

    site: str
    playbook: str
    name: Text
    venue: str | None
    about: Ref
    due_at: datetime


class Failure(NamedTuple):
    """A condition that could not be evaluated on the event `trigger`."""

    id: str
    site: str
    playbook: str
    trigger: str
    reason: str
    at: datetime


@dataclass(slots=True)
class Runs:
    """All runs by id, those still to begin, and the last failures in the order of the log."""

    rows: dict[str, Run] = field(default_factory=dict)
    awaited: dict[str, Awaited] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def folds(self) -> Iterator[Binding]:
        yield on(RunAwaited, self._awaited)
        yield on(DeadlineMet, self._met)
        yield on(RunStarted, self._started)
        yield on(RunStepEnded, self._step_ended)
        yield on(RunEnded, self._ended)
        yield on(ConditionFailed, self._failed)

    def awaited_about(self, about: Ref) -> list[str]:
        """Return the runs that wait for something to begin, in order."""
        rows = self.awaited.items()
        return sorted(k for k, row in rows if row.about.id == about.id and row.about == about)

    def _awaited(self, event: Event, fact: RunAwaited) -> None:
        if event.key not in self.rows:
            self.awaited[event.key] = Awaited(
                event.site, fact.playbook, fact.name, fact.venue, fact.about, fact.due_at
            )

    def _met(self, event: Event, fact: DeadlineMet) -> None:
        if event.kind == "run" and fact.name == BEGIN:
            self.awaited.pop(event.key, None)

    def _started(self, event: Event, fact: RunStarted) -> None:
        if event.key in self.rows:
            return
        self.awaited.pop(event.key, None)
        self.rows[event.key] = Run(
            event.site,
            fact.playbook,
            fact.name,
            fact.venue,
            fact.about,
            event.occurred_at,
            tuple(Step(step) for step in fact.steps),
        )

    def _step_ended(self, event: Event, fact: RunStepEnded) -> None:
        if row := self.rows.get(event.key):
            ended = tuple(
                Step(step.begun, fact.outcome, fact.note) if step.begun.name == fact.step else step
                for step in row.steps
            )
            self.rows[event.key] = row._replace(steps=ended)

    def _ended(self, event: Event, _: RunEnded) -> None:
        if row := self.rows.get(event.key):
            self.rows[event.key] = row._replace(ended_at=event.occurred_at)

    def _failed(self, event: Event, fact: ConditionFailed) -> None:
        self.failures.append(
            Failure(
                event.key, event.site, fact.playbook, fact.trigger, fact.reason, event.occurred_at
            )
        )
        del self.failures[:-FAILURES_KEPT]
