"""Whether a message says that a warning is over. Issuers say it in more ways than `Cancel`."""

import re
from typing import Final

from services.weather.cap.model import CapInfo, CapMessage

_LIFTED_ZH: Final = re.compile(r"解除.{0,20}(?:预警|警报)|(?:预警|警报).{0,10}解除")
_CANCEL_CODE: Final = re.compile(r"cancel", re.IGNORECASE)
_CALM: Final = frozenset({"None", "Monitor", "AllClear"})
_FAINT: Final = frozenset({"Unknown", "Minor"})


def ends_warning(message: CapMessage) -> bool:
    """True for a Cancel, and for an Update whose every part is an all-clear.

    Seen in real updates: response type AllClear, an event code `Cancellation`, urgency Past without
    a severity that counts, and in Chinese a headline that says 解除. A part that still asks people
    to do something is never an all-clear.
    """
    if message.msg_type == "Cancel":
        return True
    infos = message.infos
    return message.msg_type == "Update" and bool(infos) and all(map(_is_all_clear, infos))


def _is_all_clear(info: CapInfo) -> bool:
    if not _CALM.issuperset(info.response_types):
        return False
    if "AllClear" in info.response_types:
        return True
    if any(_CANCEL_CODE.match(value) for _, value in info.event_codes):
        return True
    if info.urgency == "Past" and info.severity in _FAINT:
        return True
    return bool(_LIFTED_ZH.search(info.headline or ""))
