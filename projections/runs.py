"""The playbooks' runs, and the conditions that could not be evaluated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from events.envelope import Event
from events.fact import Ref, Text
from events.run import ConditionFailed, RunEnded, RunStarted, RunStep, RunStepEnded
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
    """All runs by id, and the last failures in the order of the log."""

    rows: dict[str, Run] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def folds(self) -> Iterator[Binding]:
        yield on(RunStarted, self._started)
        yield on(RunStepEnded, self._step_ended)
        yield on(RunEnded, self._ended)
        yield on(ConditionFailed, self._failed)

    def _started(self, event: Event, fact: RunStarted) -> None:
        if event.key in self.rows:
            return
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
