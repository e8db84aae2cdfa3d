"""Why a command about a journey is refused, in both languages."""

from collections.abc import Mapping, Sequence

from services.decider import Rejected
from services.journeys.commands import JourneyCommand

_ATTEMPTS: Mapping[str, tuple[str, str]] = {
    "plan-journey": ("计划行程", "plan journey"),
    "replan-journey": ("更改行程", "replan journey"),
    "depart-journey": ("报告行程出发", "depart journey"),
    "arrive-journey": ("报告行程抵达", "arrive journey"),
    "cancel-journey": ("取消行程", "cancel journey"),
}


def unknown(command: JourneyCommand) -> Rejected:
    """Nobody planned it."""
    return _refusal(
        "unknown-journey", command, zh="没有这个行程", en="there is no such journey", field="id"
    )


def exists(command: JourneyCommand) -> Rejected:
    """It was planned otherwise before."""
    return _refusal(
        "journey-exists",
        command,
        zh="该行程已有另一计划，请更改行程",
        en="it was planned otherwise before; change that plan",
        field="id",
    )


def backwards(command: JourneyCommand) -> Rejected:
    """It would arrive before it departs."""
    return _refusal(
        "arrives-before-departure",
        command,
        zh="抵达时间必须晚于出发时间",
        en="it must arrive after it departs",
        field="plan.arrives_at",
    )


def not_aboard(command: JourneyCommand, strangers: Sequence[str]) -> Rejected:
    """Somebody arrived who was not to travel."""
    names = ", ".join(strangers[:20])
    return _refusal(
        "not-on-journey",
        command,
        zh=f"{names} 不在行程名单中",
        en=f"{names} are not of its people",
        field="people",
    )


def cancelled(command: JourneyCommand) -> Rejected:
    """It does not take place."""
    return _refusal("journey-cancelled", command, zh="行程已取消", en="it is cancelled")


def over(command: JourneyCommand) -> Rejected:
    """Everyone has arrived."""
    return _refusal("journey-over", command, zh="全部人员已抵达", en="everyone has arrived")


def under_way(command: JourneyCommand, missing: int) -> Rejected:
    """Who is under way is not forgotten by cancelling."""
    return _refusal(
        "under-way",
        command,
        zh=f"行程已出发，{missing} 人未到，请更改行程或报告抵达",
        en=f"it has departed and {missing} have not arrived; change its plan, or say who arrived",
    )


def _refusal(code: str, command: JourneyCommand, *, zh: str, en: str, field: str = "") -> Rejected:
    attempt_zh, attempt_en = _ATTEMPTS[command.type]
    return Rejected(
        code,
        zh=f"{attempt_zh} {command.id}：{zh}",
        en=f"{attempt_en} {command.id}: {en}",
        field=field,
    )
