"""What may happen to a playbook's run: it may wait for its beginning, starts once, and ends when
all its steps have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from events.deadline import DeadlineMet, DeadlineMissed
from events.fact import Fact, Ref
from events.run import (
    BEGIN,
    ConditionFailed,
    RunAwaited,
    RunEnded,
    RunFact,
    RunStarted,
    RunStepEnded,
)
from services.deadlines import MissDeadline
from services.decider import Decider, Rejected
from services.playbooks.commands import (
    AwaitRun,
    DropRun,
    EndStep,
    NoteFailedCondition,
    RunCommand,
    StartRun,
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as far as a decision needs it."""

    cause: tuple[str, Ref] | None = None
    """The playbook and what the run is about; none before it is awaited or started."""
    started: bool = False
    awaited: bool = False
    """It waits for its beginning, or that has come and it is being judged again."""
    due_at: datetime | None = None
    """The beginning that it waits for."""
    steps: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    """The steps that have not ended."""
    ended: bool = False
    condition_failed: bool = False


def decide(state: Run, command: RunCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case StartRun():
            return _start(state, command)
        case AwaitRun():
            return _await(state, command)
        case DropRun():
            return [DeadlineMet(name=BEGIN)] if state.awaited else []
        case MissDeadline(name=name, at=at):
            return _begin(state, name, at)
        case EndStep():
            return _end(state, command)
        case NoteFailedCondition(playbook=playbook, trigger=trigger, reason=reason):
            failed = ConditionFailed(playbook=playbook, trigger=trigger, reason=reason)
            return [] if state.condition_failed else [failed]
        case unhandled:
            assert_never(unhandled)


def evolve(state: Run, fact: Fact) -> Run:
    """Return the run after one fact."""
    match fact:
        case DeadlineMet(name=name) if name == BEGIN:
            return replace(state, awaited=False, due_at=None)
        case DeadlineMissed(name=name) if name == BEGIN:
            return replace(state, due_at=None)
    return _lived(state, fact) if isinstance(fact, RunFact) else state


def _lived(state: Run, fact: RunFact) -> Run:
    match fact:
        case RunAwaited(playbook=playbook, about=about, due_at=due_at):
            if state.started:
                return state
            return replace(state, cause=(playbook, about), awaited=True, due_at=due_at)
        case RunStarted(playbook=playbook, about=about):
            steps = frozenset(step.name for step in fact.steps)
            return replace(
                state, cause=(playbook, about), started=True, awaited=False, steps=steps, open=steps
            )
        case RunStepEnded(step=step):
            return replace(state, open=state.open - {step})
        case RunEnded():
            return replace(state, ended=True)
        case ConditionFailed():
            return replace(state, condition_failed=True)
        case unhandled:
            assert_never(unhandled)


def _start(state: Run, command: StartRun) -> Sequence[Fact]:
    _must_be_same(state, command)
    if state.started:
        return []
    names = [step.name for step in command.steps]
    if len(set(names)) < len(names):
        raise Rejected(
            "duplicate-step",
            zh=f"启动预案 {command.playbook}：步骤名称重复（{'、'.join(names)}）",
            en=f"start playbook {command.playbook}: step names repeat ({', '.join(names)})",
            field="steps",
        )
    started = RunStarted(
        playbook=command.playbook,
        playbook_version=command.playbook_version,
        name=command.name,
        about=command.about,
        trigger=command.trigger,
        venue=command.venue,
        steps=command.steps,
    )
    met = [DeadlineMet(name=BEGIN)] if state.due_at is not None else []
    return [*met, started] if names else [*met, started, RunEnded()]


def _await(state: Run, command: AwaitRun) -> Sequence[Fact]:
    _must_be_same(state, command)
    if state.started or state.due_at == command.due_at:
        return []
    awaited = RunAwaited(
        playbook=command.playbook,
        playbook_version=command.playbook_version,
        name=command.name,
        about=command.about,
        trigger=command.trigger,
        venue=command.venue,
        due_at=command.due_at,
    )
    return [awaited]


def _begin(state: Run, name: str, at: datetime) -> Sequence[Fact]:
    if name != BEGIN or state.due_at is None or at < state.due_at:
        return []
    return [DeadlineMissed(name=BEGIN, due_at=state.due_at)]


def _must_be_same(state: Run, command: StartRun | AwaitRun) -> None:
    """Its id says what it runs once for: another event may ask again, another playbook may not."""
    if state.cause not in {None, (command.playbook, command.about)}:
        raise Rejected(
            "run-exists",
            zh=f"启动预案 {command.playbook}：编号 {command.id} 已用于另一次执行",
            en=f"start playbook {command.playbook}: id {command.id} is taken by another run",
            field="id",
        )


def _end(state: Run, command: EndStep) -> Sequence[Fact]:
    if command.step not in state.steps:
        raise _no_such_step(state, command)
    if command.step not in state.open:
        return []
    ended = RunStepEnded(step=command.step, outcome=command.outcome, note=command.note)
    return [ended, RunEnded()] if state.open == {command.step} else [ended]


def _no_such_step(state: Run, command: EndStep) -> Rejected:
    if not state.started:
        return Rejected(
            "unknown-run",
            zh=f"结束步骤 {command.step}：没有预案执行 {command.id}",
            en=f"end step {command.step}: there is no run {command.id}",
            field="id",
        )
    return Rejected(
        "unknown-step",
        zh=f"结束步骤 {command.step}：预案执行 {command.id} 没有这一步",
        en=f"end step {command.step}: run {command.id} has no such step",
        field="step",
    )


def over(state: Run) -> bool:
    """Tell whether it has ended, or did not begin because it was dropped, or because its condition
    could not be judged.
    """
    never_began = not state.started and not state.awaited
    return state.ended or (never_began and (state.condition_failed or state.cause is not None))


RUN: Decider[Run, RunCommand] = Decider("run", Run(), decide, evolve, over)
