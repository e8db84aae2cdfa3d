"""Why a command about a volunteer is refused, in both languages."""

from datetime import timedelta

from events.fact import Text
from events.volunteer import ShiftAssigned
from services.decider import Rejected
from services.volunteers.commands import VolunteerCommand


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


def unknown_shift(person: str, shift: str) -> Rejected:
    """The person never had the shift."""
    return Rejected(
        "unknown-shift",
        zh=f"取消班次 {shift}：{person} 没有这个班次",
        en=f"cancel shift {shift}: {person} has no such shift",
        field="shift",
    )


def not_theirs(person: str, shift: str) -> Rejected:
    """What somebody would give up is not planned, or no longer."""
    return Rejected(
        "unknown-shift",
        zh=f"换班：{person} 没有班次 {shift}，或已取消",
        en=f"swap: {person} has no shift {shift}, or no longer",
        field="shift",
    )


def shift_over(person: str, shift: ShiftAssigned) -> Rejected:
    """Nobody else can serve it any more."""
    return Rejected(
        "shift-over",
        zh=f"换班：{person} 的班次 {shift.shift} 已于 {shift.ends_at:%F %R}（UTC）结束",
        en=f"swap: shift {shift.shift} of {person} ended at {shift.ends_at:%F %R} UTC",
        field="shift",
    )


def swap_under_way(person: str, swap: str) -> Rejected:
    """Their plans change at this very moment."""
    return Rejected(
        "swap-under-way",
        zh=f"{person} 的换班 {swap} 正在进行，请稍候再试",
        en=f"swap {swap} of {person} is being carried out, try again in a moment",
        field="shift",
    )


def shift_cancelled(shift: ShiftAssigned) -> Rejected:
    """A cancelled shift stays cancelled."""
    return _shift(
        "shift-cancelled",
        shift,
        zh="该班次已取消，请使用新的编号",
        en="it was cancelled, plan it anew under another id",
        field="shift",
    )


def shift_exists(shift: ShiftAssigned) -> Rejected:
    """The id stands for another plan of the same person."""
    return _shift(
        "shift-exists",
        shift,
        zh="该编号已用于另一个班次，请先取消",
        en="the id is taken by another plan, cancel that first",
        field="shift",
    )


def ends_before_start(shift: ShiftAssigned) -> Rejected:
    """It has no length."""
    return _shift(
        "shift-ends-before-start",
        shift,
        zh=f"结束时间 {shift.ends_at:%F %R} 不晚于开始时间 {shift.starts_at:%F %R}（UTC）",
        en=f"its end {shift.ends_at:%F %R} is not after its start {shift.starts_at:%F %R} UTC",
        field="ends_at",
    )


def too_long(shift: ShiftAssigned, limit: timedelta) -> Rejected:
    """Nobody can do it."""
    length = shift.ends_at - shift.starts_at
    hours, most = ((span / timedelta(hours=1)) for span in (length, limit))
    return _shift(
        "shift-too-long",
        shift,
        zh=f"时长 {hours:.1f} 小时，超过上限 {most:.0f} 小时",
        en=f"{hours:.1f} h is longer than the limit of {most:.0f} h",
        field="ends_at",
    )


def overlap(person: str, shift: ShiftAssigned, planned: ShiftAssigned) -> Rejected:
    """Nobody is at two places at once."""
    return _shift(
        "shift-overlaps",
        shift,
        zh=f"与 {person} 的班次 {planned.shift} 时间重叠",
        en=f"{person} is on shift {planned.shift} at that time",
        field="starts_at",
    )


def guarded(person: str, shift: ShiftAssigned, found: Text) -> Rejected:
    """Guards stand against it; whoever answers for it may override them."""
    return _shift(
        "guard",
        shift,
        zh=f"{person}：{found.zh}（确需安排请注明 override 原因）"[:3900],
        en=f"{person}: {found.en} (give a reason as `override` to plan it all the same)"[:3900],
        field="override",
    )


def leave_withdrawn(leave: str) -> Rejected:
    """A withdrawn approval stays withdrawn."""
    return Rejected(
        "leave-withdrawn",
        zh=f"批准离校 {leave}：该批准已撤销，请使用新的编号",
        en=f"approve leave {leave}: it was withdrawn, approve it anew under another id",
        field="leave",
    )


def leave_exists(leave: str) -> Rejected:
    """The id stands for other days."""
    return Rejected(
        "leave-exists",
        zh=f"批准离校 {leave}：该编号已用于另一段时间",
        en=f"approve leave {leave}: the id is taken by another time",
        field="leave",
    )


def leave_ends_before_start(leave: str) -> Rejected:
    """It has no length."""
    return Rejected(
        "leave-ends-before-start",
        zh=f"批准离校 {leave}：结束时间不晚于开始时间",
        en=f"approve leave {leave}: its end is not after its start",
        field="ends_at",
    )


def unknown_leave(person: str, leave: str) -> Rejected:
    """Nobody approved it."""
    return Rejected(
        "unknown-leave",
        zh=f"撤销离校批准 {leave}：{person} 没有这个批准",
        en=f"withdraw leave {leave}: {person} has no such approval",
        field="leave",
    )


def _shift(code: str, shift: ShiftAssigned, *, zh: str, en: str, field: str) -> Rejected:
    return Rejected(
        code,
        zh=f"安排班次 {shift.shift}：{zh}",
        en=f"assign shift {shift.shift}: {en}",
        field=field,
    )
