"""Whether a message says that a warning is over. Issuers say it in more ways than `Cancel`."""

import re
from typing import Final

from services.weather.cap.model import CapInfo, CapMessage

_SIGNAL_ZH: Final = "(?:预警|警报|预报信号|預警|警報|特報|警告)"
_LIFT_ZH: Final = "(?:解除|取消|撤销|撤銷)"
_LIFTED_ZH: Final = re.compile(rf"{_LIFT_ZH}.{{0,20}}{_SIGNAL_ZH}|{_SIGNAL_ZH}.{{0,10}}{_LIFT_ZH}")
_INSTEAD_ZH: Final = re.compile(
    rf"{_LIFT_ZH}.{{0,60}}(?:发布|發布|改发|改發|变更为|變更為|启动|升级|升級)"
    rf"|(?:发布|發布)[，,、；;].{{0,60}}{_LIFT_ZH}"
)
"""One signal is lifted and another takes its place, or stands beside it."""
_NOT_YET_ZH: Final = re.compile(
    rf"(?:继续|繼續)(?:发布|發布|生效)|(?:维持|維持|延长|延長)"
    rf"|(?:预计|預計|将[于在]|將[於在]|待|视情|視情|尚未)[^，。；]{{0,12}}{_LIFT_ZH}"
    rf"|{_LIFT_ZH}(?:时间|時間|前|条件|條件)"
)
"""It goes on, and is told to be lifted some other time."""
_LIFTED_EN: Final = re.compile(
    r"\A(?:cancell?ed|cancellation)\b"
    r"|\b(?:warning|watch|advisory|alert|statement|tsunami)s?"
    r" (?:(?:has|have) been |is |are |was |now |has |have )?"
    r"(?:cancell?ed|cancellation|ended|expired|lifted)\b",
    re.IGNORECASE,
)
_LIFTED_ELSEWHERE: Final = re.compile(
    r"\A(?:cancelaci[oó]n|cancelamento|annulation|aufhebung|entwarnung"
    r"|fin de (?:la )?(?:vigilance|alerte))\b"
    r"|(?:주의보|경보)\s?해제",
    re.IGNORECASE,
)
"""In Spanish, Portuguese, French, German and Korean."""
_GOES_ON_EN: Final = re.compile(
    r"\b(?:in effect|in force|remains?|continues?|extended|replaced|issued|new|until)\b"
    r"|\b(?:up|down)graded\b",
    re.IGNORECASE,
)
_CANCEL_CODE: Final = re.compile(r"cancel", re.IGNORECASE)
_CALM: Final = frozenset({"None", "Monitor", "AllClear"})
_FAINT: Final = frozenset({"Unknown", "Minor"})


def ends_warning(message: CapMessage) -> bool:
    """True for a Cancel, and for an Update or Alert whose every part is an all-clear.

    Seen in real updates: response type AllClear, an event code `Cancellation`, urgency Past without
    a severity that counts, a headline that says 解除, or in English that it is cancelled, where
    the severity does not count either. Of a first warning only the response type and 解除 prove
    it: reports of an earthquake are of the past, too. A part that still asks people to do something
    is never an all-clear.
    """
    if message.msg_type == "Cancel":
        return True
    infos = message.infos
    if not infos:
        return False
    if message.msg_type == "Alert":
        return all(map(_says_so, infos))
    return message.msg_type == "Update" and all(map(_is_all_clear, infos))


def _says_so(info: CapInfo) -> bool:
    if not _CALM.issuperset(info.response_types):
        return False
    headline = info.headline or ""
    lifted = _LIFTED_ZH.search(headline) and not (
        _INSTEAD_ZH.search(headline) or _NOT_YET_ZH.search(headline)
    )
    return "AllClear" in info.response_types or bool(lifted)


def _is_all_clear(info: CapInfo) -> bool:
    if not _CALM.issuperset(info.response_types):
        return False
    if _says_so(info) or any(_CANCEL_CODE.match(value) for _, value in info.event_codes):
        return True
    if info.urgency == "Past" and info.severity in _FAINT:
        return True
    return (info.urgency == "Past" or info.severity in _FAINT) and any(
        _LIFTED_ELSEWHERE.search(text) or (_LIFTED_EN.search(text) and not _GOES_ON_EN.search(text))
        for text in (info.headline, info.event)
        if text
    )
