"""What may happen to a playbook's run: it starts once, and ends when all its steps have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from events.fact import Fact, Ref
from events.run import ConditionFailed, RunEnded, RunFact, RunStarted, RunStepEnded
from services.decider import Decider, Rejected
from services.playbooks.commands import EndStep, NoteFailedCondition, RunCommand, StartRun


@dataclass(frozen=True, slots=True)
class Run:
    """A run as far as a decision needs it."""

    cause: tuple[str, Ref] | None = None
    """The playbook and what the run is about; none as long as it has not started."""
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
        case EndStep():
            return _end(state, command)
        case NoteFailedCondition(playbook=playbook, trigger=trigger, reason=reason):
            failed = ConditionFailed(playbook=playbook, trigger=trigger, reason=reason)
            return [] if state.condition_failed else [failed]
        case unhandled:
            assert_never(unhandled)


def evolve(state: Run, fact: Fact) -> Run:
    """Return the run after one fact."""
    if not isinstance(fact, RunFact):
        return state
    match fact:
        case RunStarted(playbook=playbook, about=about):
            steps = frozenset(step.name for step in fact.steps)
            return replace(state, cause=(playbook, about), steps=steps, open=steps)
        case RunStepEnded(step=step):
            return replace(state, open=state.open - {step})
        case RunEnded():
            return replace(state, ended=True)
        case ConditionFailed():
            return replace(state, condition_failed=True)
        case unhandled:
            assert_never(unhandled)


def _start(state: Run, command: StartRun) -> Sequence[Fact]:
    if state.cause is not None:
        return _same(state, command)
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
    return [started] if names else [started, RunEnded()]


def _same(state: Run, command: StartRun) -> Sequence[Fact]:
    """Nothing for a repeat: its id says what it runs once for. Another event may ask again."""
    if state.cause != (command.playbook, command.about):
        raise Rejected(
            "run-exists",
            zh=f"启动预案 {command.playbook}：编号 {command.id} 已用于另一次执行",
            en=f"start playbook {command.playbook}: id {command.id} is taken by another run",
            field="id",
        )
    return []


def _end(state: Run, command: EndStep) -> Sequence[Fact]:
    if command.step not in state.steps:
        raise _no_such_step(state, command)
    if command.step not in state.open:
        return []
    ended = RunStepEnded(step=command.step, outcome=command.outcome, note=command.note)
    return [ended, RunEnded()] if state.open == {command.step} else [ended]


def _no_such_step(state: Run, command: EndStep) -> Rejected:
    if state.cause is None:
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
    """Tell whether it has ended, or did not begin because its condition could not be judged."""
    return state.ended or (state.condition_failed and state.cause is None)


RUN: Decider[Run, RunCommand] = Decider("run", Run(), decide, evolve, over)
