"""Why a command about a day or a request for care is refused, in both languages."""

from services.days.commands import EndCare, OpenDay, TakeCare
from services.decider import Rejected


def day_exists(command: OpenDay) -> Rejected:
    """The id stands for another day or phase."""
    return Rejected(
        "day-exists",
        zh=f"开始打卡 {command.id}：该编号已用于另一天或另一阶段",
        en=f"open day {command.id}: the id is taken by another day or phase",
        field="id",
    )


def unknown_care(command: TakeCare | EndCare) -> Rejected:
    """Nobody asked."""
    return _care(command, "unknown-care", "没有这个请求", "there is no such request", "id")


def care_taken(command: TakeCare, owner: str) -> Rejected:
    """One person looks after them, so that they need not tell it twice."""
    zh, en = f"{owner} 已接手", f"{owner} looks after them already"
    return _care(command, "care-taken", zh, en, "by")


def care_ended(command: TakeCare | EndCare) -> Rejected:
    """It is done."""
    return _care(command, "care-ended", "请求已办结", "it was ended", "id")


def needs_person(command: TakeCare | EndCare) -> Rejected:
    """A machine looks after nobody."""
    zh, en = f"只能由人处理，{command.by} 不是人", f"a person does it, and {command.by} is none"
    return _care(command, "needs-person", zh, en, "by")


def _care(command: TakeCare | EndCare, code: str, zh: str, en: str, field: str) -> Rejected:
    verb_zh, verb_en = ("接手", "take") if isinstance(command, TakeCare) else ("办结", "end")
    return Rejected(
        code,
        zh=f"{verb_zh}关怀请求 {command.id}：{zh}",
        en=f"{verb_en} care {command.id}: {en}",
        field=field,
    )
