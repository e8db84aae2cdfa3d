"""What is looked at before a person is put on a shift. Pure arithmetic on their plans.

Six guards, each of which a person in charge may override with a reason:

- training: every course that the role needs is passed, and holds until the shift ends;
- leave: one approval to leave campus covers the whole shift, where the phase asks for one;
- work-hours: in no 24 hours more work than the limit, 10 h by default;
- rest: between two stretches of work at least the limit, 11 h by default. Both are the defaults
  of the rules for shifts; 11 h in 24 h is what Article 3 of Directive 2003/88/EC asks for;
- cold: in no 24 hours more than the role's limit on shifts planned below its temperature;
- phase: the person is on the roster of the phase that the shift lies in.

Shifts that follow each other without a gap are one stretch: a person who changes posts at one
o'clock does not rest in between, and need not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from events.fact import Text
from events.volunteer import Guard, ShiftAssigned
from projections import terms
from projections.terms import term
from services.volunteers.shift_commands import ShiftRules
from services.volunteers.volunteer import Volunteer

WINDOW = timedelta(hours=24)
"""Hours of work, and hours in the cold, are counted in any 24 hours, not by calendar days."""

_NONE = timedelta(0)


class Breach(NamedTuple):
    """A guard that stands against a shift, and its figures in both languages."""

    guard: Guard
    zh: str
    en: str


class Stretch(NamedTuple):
    """A time of work without a gap."""

    starts_at: datetime
    ends_at: datetime


def breaches(state: Volunteer, shift: ShiftAssigned, rules: ShiftRules) -> tuple[Breach, ...]:
    """Return every guard that stands against a shift, which is not among the person's plans yet."""
    found = (
        _training(state, shift, rules),
        _leave(state, shift, rules),
        _work_hours(state.shifts, shift, rules),
        _rest(state.shifts, shift, rules),
        _cold(state.shifts, shift, rules),
        _phase(state, rules),
    )
    return tuple(breach for breach in found if breach is not None)


def say(found: Sequence[Breach]) -> Text:
    """Return all of them at once: whoever plans mends everything in one go, or says why not."""
    named = [(term(terms.GUARD, breach.guard), breach) for breach in found]
    return Text(
        zh="；".join(f"{name.zh}：{breach.zh}" for name, breach in named)[:4000],
        en="; ".join(f"{name.en}: {breach.en}" for name, breach in named)[:4000],
    )


def most_within(spans: Iterable[Stretch], new: Stretch) -> timedelta:
    """Return the most that is worked in any window that touches `new`, which counts as well.

    As a window slides, what lies in it grows until its end meets the end of a span, or shrinks
    from where its start meets the start of one: the most is at one of these, so only they are
    looked at.
    """
    worked = [*spans, new]
    starts = {span.starts_at for span in worked} | {span.ends_at - WINDOW for span in worked}
    return max(
        sum((_overlap(span, start, start + WINDOW) for span in worked), _NONE)
        for start in starts
        if start < new.ends_at and start + WINDOW > new.starts_at
    )


def stretches(spans: Iterable[Stretch]) -> list[Stretch]:
    """Return the spans in their order, those that touch or overlap as one."""
    joined: list[Stretch] = []
    for span in sorted(spans):
        if joined and span.starts_at <= joined[-1].ends_at:
            last = joined.pop()
            span = last._replace(ends_at=max(last.ends_at, span.ends_at))  # noqa: PLW2901 - joined
        joined.append(span)
    return joined


def _training(state: Volunteer, shift: ShiftAssigned, rules: ShiftRules) -> Breach | None:
    passed = dict(state.courses)
    missing = [course for course in rules.courses if course not in passed]
    ended = [
        course
        for course in rules.courses
        if (until := passed.get(course)) is not None and until < shift.ends_at
    ]
    if not missing and not ended:
        return None
    zh, en = [], []
    if missing:
        names = ", ".join(missing)
        zh.append(f"未通过 {names}")
        en.append(f"not passed: {names}")
    if ended:
        names = ", ".join(ended)
        zh.append(f"班次结束前已失效 {names}")
        en.append(f"no longer valid when it ends: {names}")
    return Breach("training", "，".join(zh), ", ".join(en))


def _leave(state: Volunteer, shift: ShiftAssigned, rules: ShiftRules) -> Breach | None:
    if not rules.leave or any(
        leave.starts_at <= shift.starts_at and shift.ends_at <= leave.ends_at
        for leave in state.leaves
    ):
        return None
    starts, ends = f"{shift.starts_at:%F %R}", f"{shift.ends_at:%F %R}"
    return Breach(
        "leave",
        f"没有覆盖 {starts} 至 {ends}（UTC）的批准",
        f"no approval covers {starts} to {ends} UTC",
    )


def _work_hours(
    shifts: Sequence[ShiftAssigned], shift: ShiftAssigned, rules: ShiftRules
) -> Breach | None:
    worked = most_within(map(_span, shifts), _span(shift))
    if worked <= timedelta(hours=rules.work_hours_max):
        return None
    return Breach("work-hours", *_too_much(worked, rules.work_hours_max))


def _rest(
    shifts: Sequence[ShiftAssigned], shift: ShiftAssigned, rules: ShiftRules
) -> Breach | None:
    new = _span(shift)
    joined = stretches([*map(_span, shifts), new])
    rests = [
        later.starts_at - earlier.ends_at
        for earlier, later in pairwise(joined)
        if _within(new, earlier) or _within(new, later)
    ]
    if not rests or min(rests) >= timedelta(hours=rules.rest_hours_min):
        return None
    minutes = floor(min(rests) / timedelta(minutes=1))
    zh, en = _clock(minutes)
    least = f"{rules.rest_hours_min:g}"
    return Breach(
        "rest",
        f"与相邻班次仅间隔 {zh}，至少 {least} 小时",
        f"{en} to the next or the last shift, at least {least} h",
    )


def _cold(
    shifts: Sequence[ShiftAssigned], shift: ShiftAssigned, rules: ShiftRules
) -> Breach | None:
    if not _is_cold(shift, rules):
        return None
    spans = (_span(planned) for planned in shifts if _is_cold(planned, rules))
    frozen = most_within(spans, _span(shift))
    if frozen <= timedelta(hours=rules.cold_hours_max):
        return None
    zh, en = _too_much(frozen, rules.cold_hours_max)
    air, limit = f"{shift.air_c:g}", f"{rules.cold_below_c:g}"
    return Breach(
        "cold", f"气温 {air} °C，低于 {limit} °C：{zh}", f"{air} C, below {limit} C: {en}"
    )


def _phase(state: Volunteer, rules: ShiftRules) -> Breach | None:
    serves = state.profile.phases if state.profile is not None else ()
    if rules.phase is None or not serves or rules.phase in serves:
        return None
    return Breach("phase", f"不在 {rules.phase} 的名单中", f"not on the roster of {rules.phase}")


def _is_cold(shift: ShiftAssigned, rules: ShiftRules) -> bool:
    limit = rules.cold_below_c
    return limit is not None and shift.air_c is not None and shift.air_c < limit


def _too_much(worked: timedelta, limit: float) -> tuple[str, str]:
    zh, en = _clock(ceil(worked / timedelta(minutes=1)))
    return (
        f"24 小时内共 {zh}，上限 {limit:g} 小时",
        f"{en} within 24 h, the limit is {limit:g} h",
    )


def _clock(minutes: int) -> tuple[str, str]:
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest:02} 分", f"{hours} h {rest:02} min"


def _span(shift: ShiftAssigned) -> Stretch:
    return Stretch(shift.starts_at, shift.ends_at)


def _within(inner: Stretch, outer: Stretch) -> bool:
    return outer.starts_at <= inner.starts_at and inner.ends_at <= outer.ends_at


def _overlap(span: Stretch, start: datetime, end: datetime) -> timedelta:
    return max(_NONE, min(span.ends_at, end) - max(span.starts_at, start))
