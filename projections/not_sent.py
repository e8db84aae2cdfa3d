"""Why a message did not go out by a channel, in both languages."""

import re

from events.fact import Text

NO_LONGER_NEEDED = "no longer needed"
TOO_LATE = "too late"
DRILL = "drill"
NO_ADDRESS = "no address"
NOT_SWITCHED_ON = "channel not switched on"
NO_CONNECTION = "no connection"
NOT_FOUND = "the host is not found"
UNUSABLE = "the address cannot be used"
NOT_TAKEN = "the service did not take it"
STUCK = "too many sends are stuck"

_ZH = {
    NO_LONGER_NEEDED: "已无需通知",
    TOO_LATE: "已过时",
    DRILL: "演练",
    NO_ADDRESS: "没有地址",
    NOT_SWITCHED_ON: "该渠道未启用",
    NO_CONNECTION: "无法连接",
    NOT_FOUND: "找不到主机",
    UNUSABLE: "地址无法使用",
    NOT_TAKEN: "服务方未接收",
    STUCK: "堵塞的发送过多",
}
_HTTP = re.compile(r"answered HTTP (\d{3})")


def answered(status: int) -> str:
    """Return the reason that an answer is which is no success."""
    return f"answered HTTP {status}"


def explain(reason: str) -> Text:
    """Return a reason as it is told; one that nobody here knows stands for itself."""
    if found := _HTTP.fullmatch(reason):
        return Text(zh=f"对方回答 HTTP {found[1]}", en=reason)
    return Text(zh=_ZH.get(reason, reason), en=reason)
