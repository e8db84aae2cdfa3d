"""Why a command about an incident is refused, in both languages."""

from collections.abc import Mapping

from services.decider import Rejected
from services.incidents.commands import IncidentCommand, MergeIncident
from services.incidents.status import WORDS, Status

_ATTEMPTS: Mapping[str, tuple[str, str]] = {
    "report-incident": ("上报事件", "report incident"),
    "triage-incident": ("研判事件", "triage incident"),
    "assign-incident": ("指派事件", "assign incident"),
    "accept-incident": ("接手事件", "accept incident"),
    "take-incident": ("接手事件", "take incident"),
    "contain-incident": ("控制事件", "contain incident"),
    "resolve-incident": ("处置事件", "resolve incident"),
    "close-incident": ("关闭事件", "close incident"),
    "reopen-incident": ("重新打开事件", "reopen incident"),
    "merge-incident": ("合并事件", "merge incident"),
    "note-incident": ("补充事件", "note on incident"),
}


def illegal_move(command: IncidentCommand, status: Status) -> Rejected:
    """It is not at a point of its life where this may happen."""
    hint_zh, hint_en = _hint(command, status)
    return _refusal(
        "illegal-move",
        command,
        zh=f"当前状态为“{WORDS[status].zh}”{hint_zh}",
        en=f"it is {WORDS[status].en}{hint_en}",
    )


def unknown(command: IncidentCommand) -> Rejected:
    """Nobody reported it."""
    return _refusal(
        "unknown-incident", command, zh="没有这个事件", en="there is no such incident", field="id"
    )


def exists(command: IncidentCommand) -> Rejected:
    """The id was used for something else that was reported."""
    return _refusal(
        "incident-exists",
        command,
        zh="该编号已用于另一个事件",
        en="the id is taken by another incident",
        field="id",
    )


def target_ended(command: MergeIncident) -> Rejected:
    """A call for help would go on in what nobody looks at any more."""
    return _refusal(
        "merge-target-ended",
        command,
        zh=f"{command.into} 已结束",
        en=f"{command.into} is over",
        field="into",
    )


def target_untaken(command: MergeIncident, owner: str) -> Rejected:
    """A call for help that somebody has taken would be nobody's."""
    return _refusal(
        "merge-target-untaken",
        command,
        zh=f"求助已由 {owner} 接手，而 {command.into} 无人接手，请先接手后者",
        en=f"{owner} has taken this call for help and nobody {command.into}; take that first",
        field="into",
    )


def needs_person(command: IncidentCommand) -> Rejected:
    """A machine may not take a call for help off the picture."""
    return _refusal(
        "needs-person",
        command,
        zh=f"求助事件只能由人来结束，{command.by} 不是人",
        en=f"a call for help is ended by a person, and {command.by} is none",
        field="by",
    )


def not_yours(command: IncidentCommand, assigned_to: str) -> Rejected:
    """It was given to somebody else."""
    return _refusal(
        "not-yours",
        command,
        zh=f"它已指派给 {assigned_to}，不是 {command.by}",
        en=f"it was assigned to {assigned_to}, not to {command.by}",
        field="by",
    )


def taken(command: IncidentCommand, owner: str) -> Rejected:
    """Somebody else answers for it."""
    return _refusal(
        "taken",
        command,
        zh=f"{owner} 已接手并负责",
        en=f"{owner} has taken it and answers for it",
        field="by",
    )


def owner_is_person(command: IncidentCommand) -> Rejected:
    """A machine cannot answer for anything."""
    return _refusal(
        "needs-person",
        command,
        zh=f"只有人能负责，{command.by} 不是人",
        en=f"it is owned by a person, and {command.by} is none",
        field="by",
    )


def into_itself(command: IncidentCommand) -> Rejected:
    """An incident cannot go on in itself."""
    return _refusal(
        "merge-into-itself",
        command,
        zh="不能合并到自身",
        en="it cannot be merged into itself",
        field="into",
    )


def _hint(command: IncidentCommand, status: Status) -> tuple[str, str]:
    if command.type == "close-incident" and status in ("reported", "reopened", "triaged"):
        return "，误报须写明说明才能关闭", ", and closing it as a false alarm takes a note"
    return "", ""


def _refusal(code: str, command: IncidentCommand, *, zh: str, en: str, field: str = "") -> Rejected:
    attempt_zh, attempt_en = _ATTEMPTS[command.type]
    return Rejected(
        code,
        zh=f"{attempt_zh} {command.id}：{zh}",
        en=f"{attempt_en} {command.id}: {en}",
        field=field,
    )
