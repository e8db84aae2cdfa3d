"""Why a command about a roll call is refused, in both languages."""

from datetime import datetime

from services.decider import Rejected
from services.volunteers.commands import (
    CloseRollCall,
    ExcuseFromRollCall,
    OpenRollCall,
    RollCallCommand,
)

_VERBS: dict[str, tuple[str, str]] = {
    "open-roll-call": ("发起点名", "open roll call"),
    "add-walk-up": ("点名补人", "add a walk-up to roll call"),
    "excuse-from-roll-call": ("点名免答", "excuse from roll call"),
    "remind-roll-call": ("点名催答", "remind in roll call"),
    "postpone-reminder": ("推迟催答", "remind later in roll call"),
    "close-roll-call": ("结束点名", "close roll call"),
    "reopen-roll-call": ("重新打开点名", "reopen roll call"),
}
"""What was attempted, by the command's type."""


def exists(command: OpenRollCall) -> Rejected:
    """The id was used for another roll call."""
    return _refused(
        "rollcall-exists",
        command,
        zh="该编号已用于另一次点名",
        en="the id is taken by another one",
    )


def unknown(command: RollCallCommand) -> Rejected:
    """Nobody opened it."""
    return _refused("unknown-rollcall", command, zh="没有这次点名", en="there is no such roll call")


def closed(command: RollCallCommand) -> Rejected:
    """It is over: reopen it, should it have been closed too early."""
    return _refused(
        "rollcall-closed",
        command,
        zh="点名已经结束，如有需要请先重新打开",
        en="it is closed, reopen it first if it was closed too early",
    )


def closed_otherwise(command: CloseRollCall) -> Rejected:
    """Its counts are on record already, and they were others."""
    return _refused(
        "rollcall-closed",
        command,
        zh="已经结束，且记录的结果不同",
        en="it was closed with another result",
    )


def not_open_yet(command: CloseRollCall, began: datetime) -> Rejected:
    """Nobody ends what had not begun."""
    return _refused(
        "not-open-yet",
        command,
        zh=f"点名于 {began:%F %T} 才开始，不能在 {command.at:%F %T} 结束（UTC）",
        en=f"it was opened at {began:%F %T} and cannot end at {command.at:%F %T} UTC",
        field="at",
    )


def needs_person(command: RollCallCommand) -> Rejected:
    """A machine may not stop looking for people."""
    return _refused(
        "needs-person",
        command,
        zh=f"只能由人决定，{command.by} 不是人",
        en=f"a person decides that, and {command.by} is none",
        field="by",
    )


def counts_differ(command: CloseRollCall, counted: int, expected: int) -> Rejected:
    """Somebody was left out or counted twice."""
    return _refused(
        "counts-differ",
        command,
        zh=f"合计 {counted} 人，应为 {expected} 人",
        en=f"{counted} people counted, {expected} expected",
        field="unaccounted",
    )


def not_expected(command: ExcuseFromRollCall) -> Rejected:
    """Only who is asked for can be excused."""
    return _refused(
        "not-expected",
        command,
        zh=f"{command.person} 不在应到名单中",
        en=f"{command.person} is not asked for in it",
        field="person",
    )


def calls_for_help(command: ExcuseFromRollCall) -> Rejected:
    """Somebody who needs help is looked after, not taken off the list."""
    return _refused(
        "needs-help",
        command,
        zh=f"{command.person} 正在求助，不能免答",
        en=f"{command.person} needs help and is not excused",
        field="person",
    )


def _refused(
    code: str, command: RollCallCommand, *, zh: str, en: str, field: str = "id"
) -> Rejected:
    verb_zh, verb_en = _VERBS.get(command.type, ("点名", "decide roll call"))
    return Rejected(
        code, zh=f"{verb_zh} {command.id}：{zh}", en=f"{verb_en} {command.id}: {en}", field=field
    )
