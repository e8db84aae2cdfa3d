"""Why a command about a volunteer is refused, in both languages."""

from datetime import timedelta

from events.volunteer import ShiftAssigned
from services.decider import Rejected
from services.volunteers.commands import (
    AssignShift,
    CancelShift,
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


def erased(command: VolunteerCommand) -> Rejected:
    """Their details are destroyed, and their id is nobody else's."""
    return Rejected(
        "erased",
        zh=f"志愿者 {command.id} 的个人信息已销毁，不能再登记或安排，请使用新的编号",
        en=f"register or plan {command.id}: they are erased for good, take another id",
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


def _length(command: AssignShift) -> timedelta:
    return command.ends_at - command.starts_at


def _shift(code: str, command: AssignShift, *, zh: str, en: str, field: str) -> Rejected:
    return Rejected(
        code,
        zh=f"安排班次 {command.shift}：{zh}",
        en=f"assign shift {command.shift}: {en}",
        field=field,
    )
