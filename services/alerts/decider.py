"""What may happen to an alert: it goes up level by level until one person answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from events.alert import (
    ANSWER,
    AlertAcknowledged,
    AlertClosed,
    AlertEscalated,
    AlertFact,
    AlertRaised,
    Step,
)
from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Ref
from services.actors import is_person
from services.alerts.commands import AcknowledgeAlert, AlertCommand, CloseAlert, RaiseAlert
from services.deadlines import MissDeadline
from services.decider import Decider, Rejected


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as far as a decision needs it."""

    about: Ref | None = None
    """What it is about; none as long as it is not raised."""
    way_up: tuple[Step, ...] = ()
    level: int = 0
    """0 is the first level of `way_up`; past the top it keeps counting."""
    owner: str | None = None
    closed: bool = False
    due_at: datetime | None = None
    """When its level must have answered."""

    @property
    def is_unanswered(self) -> bool:
        """Somebody must still answer."""
        return self.about is not None and self.owner is None and not self.closed


def decide(state: Alert, command: AlertCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case RaiseAlert():
            return _raise(state, command)
        case MissDeadline(name=name, at=at):
            return _miss(state, name, at)
        case _ if state.about is None:
            raise _unknown(command)
        case AcknowledgeAlert():
            return _acknowledge(state, command)
        case CloseAlert(by=by, reason=reason):
            return [] if state.closed else [AlertClosed(by=by, reason=reason), *_release(state)]
        case unhandled:
            assert_never(unhandled)


def evolve(state: Alert, fact: Fact) -> Alert:
    """Return the alert after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, AlertFact):
        return state
    match fact:
        case AlertRaised(about=about, way_up=way_up, answer_by=answer_by):
            return replace(state, about=about, way_up=way_up, due_at=answer_by)
        case AlertEscalated(level=level):
            return replace(state, level=level)
        case AlertAcknowledged(by=by):
            return replace(state, owner=by)
        case AlertClosed():
            return replace(state, closed=True)
        case unhandled:
            assert_never(unhandled)


def step_at(way_up: Sequence[Step], level: int) -> Step:
    """Return who answers at a level: past the top it is the highest level with anybody in it.

    Where there is nobody at any level the first one stands in: the alert is missed, but not lost.
    """
    return way_up[min(level, _top(way_up))]


def _top(way_up: Sequence[Step]) -> int:
    manned = [level for level, step in enumerate(way_up) if step.to]
    return manned[-1] if manned else 0


def _manned_from(way_up: Sequence[Step], level: int) -> int:
    """Return the first level from this one on with anybody in it: an empty one is passed over."""
    while level < _top(way_up) and not way_up[level].to:
        level += 1
    return level


def _raise(state: Alert, command: RaiseAlert) -> Sequence[Fact]:
    if state.about is not None:
        return _same(state, command)
    level = _manned_from(command.way_up, 0)
    wait = _wait(command.way_up, level, command.at)
    raised = AlertRaised(
        severity=command.severity,
        title=command.title,
        body=command.body,
        venue=command.venue,
        about=command.about,
        way_up=command.way_up,
        answer_by=None if level else wait.due_at,
    )
    return [raised, _escalated(command.way_up, level), wait] if level else [raised]


def _same(state: Alert, command: RaiseAlert) -> Sequence[Fact]:
    """Nothing for a repeat. Words and people may have moved on between two tries, `about` not."""
    if state.about != command.about:
        raise Rejected(
            "alert-exists",
            zh=f"发出警报 {command.id}：该编号已用于另一个警报",
            en=f"raise alert {command.id}: the id is taken by another alert",
            field="id",
        )
    return []


def _acknowledge(state: Alert, command: AcknowledgeAlert) -> Sequence[Fact]:
    if state.owner == command.by:
        return []
    if state.owner is not None:
        raise Rejected(
            "already-acknowledged",
            zh=f"确认警报 {command.id}：{state.owner} 已确认并负责",
            en=f"acknowledge alert {command.id}: {state.owner} answers for it already",
            field="by",
        )
    if not is_person(command.by):
        raise Rejected(
            "needs-person",
            zh=f"确认警报 {command.id}：只有人能负责，{command.by} 不是人",
            en=f"acknowledge alert {command.id}: a person owns it, and {command.by} is none",
            field="by",
        )
    if state.closed:
        raise Rejected(
            "alert-closed",
            zh=f"确认警报 {command.id}：警报已关闭",
            en=f"acknowledge alert {command.id}: it is closed",
            field="id",
        )
    return [AlertAcknowledged(by=command.by, comment=command.comment), *_release(state)]


def _miss(state: Alert, name: str, at: datetime) -> Sequence[Fact]:
    due_at = state.due_at
    if name != ANSWER or due_at is None or at < due_at or not state.is_unanswered:
        return []
    level = _manned_from(state.way_up, state.level + 1)
    return [
        DeadlineMissed(name=ANSWER, due_at=due_at),
        _escalated(state.way_up, level),
        _wait(state.way_up, level, at),
    ]


def _escalated(way_up: Sequence[Step], level: int) -> AlertEscalated:
    return AlertEscalated(level=level, to=step_at(way_up, level).to)


def _wait(way_up: Sequence[Step], level: int, since: datetime) -> DeadlineSet:
    within = timedelta(seconds=step_at(way_up, level).answer_within_s)
    return DeadlineSet(name=ANSWER, due_at=since + within)


def _release(state: Alert) -> Sequence[Fact]:
    return [DeadlineMet(name=ANSWER)] if state.due_at is not None else []


def _bind(state: Alert, fact: DeadlineFact) -> Alert:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == ANSWER:
            return replace(state, due_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == ANSWER:
            return replace(state, due_at=None)
        case _:
            return state


def _unknown(command: AlertCommand) -> Rejected:
    zh, en = ("关闭", "close") if isinstance(command, CloseAlert) else ("确认", "acknowledge")
    return Rejected(
        "unknown-alert",
        zh=f"{zh}警报 {command.id}：没有这个警报",
        en=f"{en} alert {command.id}: there is no such alert",
        field="id",
    )


def over(state: Alert) -> bool:
    """Tell whether it is closed."""
    return state.closed


ALERT: Decider[Alert, AlertCommand] = Decider("alert", Alert(), decide, evolve, over)
