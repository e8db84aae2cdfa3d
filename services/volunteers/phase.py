"""What may happen to a phase: it is planned, and its days begin one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, assert_never
from zoneinfo import ZoneInfo

from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact
from events.phase import DAY, PhaseDayBegun, PhaseFact, PhasePlanned
from services.deadlines import MissDeadline
from services.decider import Decider, Rejected
from services.volunteers.phase_commands import PhaseCommand, PlanPhase

_ONE_DAY = timedelta(days=1)

LENGTH_MAX = timedelta(days=1000)
"""Longer is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase as far as a decision needs it."""

    plan: PhasePlanned | None = None
    due_at: datetime | None = None
    """When its next day begins, None if there is none to come."""
    last: PhaseDayBegun | None = None
    """The last day that began: planned anew, no day begins twice."""


def decide(state: Phase, command: PhaseCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case PlanPhase():
            return _plan(state, command)
        case MissDeadline(name=name, at=at):
            return _begin(state, name, at)
        case unhandled:
            assert_never(unhandled)


def evolve(state: Phase, fact: Fact) -> Phase:
    """Return the phase after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, PhaseFact):
        return state
    match fact:
        case PhasePlanned():
            return replace(state, plan=fact, due_at=fact.first_day_at)
        case PhaseDayBegun():
            return replace(state, last=fact)
        case unhandled:
            assert_never(unhandled)


class Due(NamedTuple):
    """When the check-in of a calendar day, in the phase's time zone, is due."""

    at: datetime
    day: date


def days(plan: PhasePlanned, after: datetime) -> Iterator[Due]:
    """Yield the days of a phase whose check-in is due at `after` or later, in order.

    Each local day has one, also those on which the clocks change: an hour that there is twice
    counts the first time, one that there is not counts as the hour after it (PEP 495, fold 0). A
    day that a zone left out altogether has none.
    """
    zone = ZoneInfo(plan.timezone)
    hour = time.fromisoformat(plan.check_in_at)

    def due(day: date) -> Due:
        return Due(datetime.combine(day, hour, zone).astimezone(UTC), day)

    first = max(after, plan.starts_at)
    # A day earlier than the zone says it is: the day before may still have its hour to come.
    this = due(first.astimezone(zone).date() - _ONE_DAY)
    while this.at < plan.ends_at:
        following = due(this.day + _ONE_DAY)
        if first <= this.at < following.at:
            yield this
        this = following


def _plan(state: Phase, command: PlanPhase) -> Sequence[Fact]:
    _check(command)
    said = {name: getattr(command, name) for name in _SAID}
    plan = PhasePlanned(**said)
    if state.plan is not None and state.plan.model_copy(update={"first_day_at": None}) == plan:
        return []
    after = command.at
    if state.last is not None:
        after = max(after, state.last.due_at + timedelta(microseconds=1))
    plan = plan.model_copy(update={"first_day_at": _first(plan, after)})
    if plan.first_day_at is None and state.due_at is not None:
        return [plan, DeadlineMet(name=DAY)]
    return [plan]


def _begin(state: Phase, name: str, at: datetime) -> Sequence[Fact]:
    plan, due_at = state.plan, state.due_at
    if name != DAY or plan is None or due_at is None or at < due_at:
        return []
    if at >= plan.ends_at:
        return [DeadlineMissed(name=DAY, due_at=due_at)]
    past: list[Due] = []
    ahead: datetime | None = None
    for each in days(plan, due_at):
        if each.at > at:
            ahead = each.at
            break
        past.append(each)
    next_day = DeadlineMet(name=DAY) if ahead is None else DeadlineSet(name=DAY, due_at=ahead)
    return [_begun(past), next_day] if past else [next_day]


def _begun(past: Sequence[Due]) -> PhaseDayBegun:
    """Begin the newest day: nobody checks in for a day that is over."""
    *missed, newest = past
    return PhaseDayBegun(
        day=newest.day.isoformat(),
        due_at=newest.at,
        passed_over=tuple(each.day.isoformat() for each in missed),
    )


def _first(plan: PhasePlanned, after: datetime) -> datetime | None:
    return next((each.at for each in days(plan, after)), None)


_SAID = tuple(name for name in PhasePlanned.model_fields if name != "first_day_at")


def _check(command: PlanPhase) -> None:
    length = command.ends_at - command.starts_at
    if length <= timedelta(0):
        raise _refused(
            "phase-ends-before-start",
            command,
            "结束时间不晚于开始时间",
            "its end is not after its start",
            "ends_at",
        )
    if length > LENGTH_MAX:
        most = LENGTH_MAX.days
        raise _refused(
            "phase-too-long",
            command,
            f"时长 {length.days} 天，超过上限 {most} 天",
            f"{length.days} days are longer than the limit of {most} days",
            "ends_at",
        )
    if not _is_zone(command.timezone):
        raise _refused(
            "unknown-timezone",
            command,
            f"没有时区 {command.timezone}（例如 Asia/Shanghai）",
            f"there is no time zone {command.timezone!a} (an example is Asia/Shanghai)",
            "timezone",
        )
    roles = [rule.role for rule in command.rules]
    if twice := sorted({role for role in roles if roles.count(role) > 1}):
        raise _refused(
            "role-twice",
            command,
            f"角色 {twice[0]} 有不止一条规定",
            f"there is more than one rule for the role {twice[0]}",
            "rules",
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False  # of no zone, outside of the tree of zones, a folder of it
    return True


def _refused(code: str, command: PlanPhase, zh: str, en: str, field: str) -> Rejected:
    return Rejected(
        code,
        zh=f"计划阶段 {command.id}：{zh}",
        en=f"plan phase {command.id}: {en}",
        field=field,
    )


def _bind(state: Phase, fact: DeadlineFact) -> Phase:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == DAY:
            return replace(state, due_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == DAY:
            return replace(state, due_at=None)
        case _:
            return state


PHASE: Decider[Phase, PhaseCommand] = Decider("phase", Phase(), decide, evolve)
