"""Why a command about a volunteer or a roll call is refused, in both languages."""

from datetime import timedelta

from events.volunteer import ShiftAssigned
from services.decider import Rejected
from services.volunteers.commands import (
    AssignShift,
    CancelShift,
    CloseRollCall,
    OpenRollCall,
    VolunteerCommand,
)


def unknown_volunteer(command: VolunteerCommand) -> Rejected:
    """Nobody registered the person."""
    return Rejected(
        "unknown-volunteer",
        zh=f"安排志愿者 {command.id}：此人尚未登记",
        en=f"plan volunteer {command.id}: nobody of this id is registered",
        field="id",
    )


def unknown_shift(command: CancelShift) -> Rejected:
    """The person never had the shift."""
    return Rejected(
        "unknown-shift",
        zh=f"取消班次 {command.shift}：{command.id} 没有这个班次",
        en=f"cancel shift {command.shift}: {command.id} has no such shift",
        field="shift",
    )


def shift_cancelled(command: AssignShift) -> Rejected:
    """A cancelled shift stays cancelled."""
    return _shift(
        "shift-cancelled",
        command,
        zh="该班次已取消，请使用新的编号",
        en="it was cancelled, plan it anew under another id",
        field="shift",
    )


def shift_exists(command: AssignShift) -> Rejected:
    """The id stands for another plan of the same person."""
    return _shift(
        "shift-exists",
        command,
        zh="该编号已用于另一个班次，请先取消",
        en="the id is taken by another plan, cancel that first",
        field="shift",
    )


def ends_before_start(command: AssignShift) -> Rejected:
    """It has no length."""
    return _shift(
        "shift-ends-before-start",
        command,
        zh=f"结束时间 {command.ends_at:%F %R} 不晚于开始时间 {command.starts_at:%F %R}（UTC）",
        en=f"its end {command.ends_at:%F %R} is not after its start {command.starts_at:%F %R} UTC",
        field="ends_at",
    )


def too_long(command: AssignShift, limit: timedelta) -> Rejected:
    """Nobody can do it."""
    hours, most = ((span / timedelta(hours=1)) for span in (_length(command), limit))
    return _shift(
        "shift-too-long",
        command,
        zh=f"时长 {hours:.1f} 小时，超过上限 {most:.0f} 小时",
        en=f"{hours:.1f} h is longer than the limit of {most:.0f} h",
        field="ends_at",
    )


def overlap(command: AssignShift, planned: ShiftAssigned) -> Rejected:
    """Nobody is at two places at once."""
    return _shift(
        "shift-overlaps",
        command,
        zh=f"与 {command.id} 的班次 {planned.shift} 时间重叠",
        en=f"{command.id} is on shift {planned.shift} at that time",
        field="starts_at",
    )


def roll_call_exists(command: OpenRollCall) -> Rejected:
    """The id was used for another roll call."""
    return Rejected(
        "rollcall-exists",
        zh=f"发起点名 {command.id}：该编号已用于另一次点名",
        en=f"open roll call {command.id}: the id is taken by another one",
        field="id",
    )


def unknown_roll_call(command: CloseRollCall) -> Rejected:
    """Nobody opened it."""
    return Rejected(
        "unknown-rollcall",
        zh=f"结束点名 {command.id}：没有这次点名",
        en=f"close roll call {command.id}: there is no such roll call",
        field="id",
    )


def roll_call_closed(command: CloseRollCall) -> Rejected:
    """Its counts are on record already, and they were others."""
    return Rejected(
        "rollcall-closed",
        zh=f"结束点名 {command.id}：已经结束，且记录的结果不同",
        en=f"close roll call {command.id}: it was closed with another result",
        field="id",
    )


def needs_person(command: CloseRollCall) -> Rejected:
    """A machine may not stop looking for people."""
    return Rejected(
        "needs-person",
        zh=f"结束点名 {command.id}：只能由人来结束，{command.by} 不是人",
        en=f"close roll call {command.id}: a person ends it, and {command.by} is none",
        field="by",
    )


def counts_differ(command: CloseRollCall, counted: int, expected: int) -> Rejected:
    """Somebody was left out or counted twice."""
    return Rejected(
        "counts-differ",
        zh=f"结束点名 {command.id}：合计 {counted} 人，应为 {expected} 人",
        en=f"close roll call {command.id}: {counted} people counted, {expected} expected",
        field="unaccounted",
    )


def _length(command: AssignShift) -> timedelta:
    return command.ends_at - command.starts_at


def _shift(code: str, command: AssignShift, *, zh: str, en: str, field: str) -> Rejected:
    return Rejected(
        code,
        zh=f"安排班次 {command.shift}：{zh}",
        en=f"assign shift {command.shift}: {en}",
        field=field,
    )
