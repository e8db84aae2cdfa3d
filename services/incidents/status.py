"""Where an incident stands in its life, and how that is said."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from events.fact import Text

Status: TypeAlias = Literal[
    "unknown",
    "reported",
    "triaged",
    "assigned",
    "accepted",
    "contained",
    "resolved",
    "closed",
    "reopened",
    "merged",
]

WORDS: Mapping[Status, Text] = {
    "unknown": Text(zh="未知", en="unknown"),
    "reported": Text(zh="已上报", en="reported"),
    "triaged": Text(zh="已研判", en="triaged"),
    "assigned": Text(zh="已指派", en="assigned"),
    "accepted": Text(zh="已接手", en="accepted"),
    "contained": Text(zh="已控制", en="contained"),
    "resolved": Text(zh="已处置", en="resolved"),
    "closed": Text(zh="已关闭", en="closed"),
    "reopened": Text(zh="已重新打开", en="reopened"),
    "merged": Text(zh="已合并", en="merged"),
}
