"""The values an option may have: those of the events, said again because reading these is quick.

A test holds them to the events'.
"""

from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["extreme", "severe", "moderate", "minor", "unknown"]
Category: TypeAlias = Literal[
    "need-help",
    "medical",
    "fire",
    "security",
    "transport",
    "weather",
    "crowd",
    "equipment",
    "accommodation",
    "catering",
    "missing-person",
    "other",
]
Whereabouts: TypeAlias = Literal[
    "on-the-way", "present", "resting", "left", "off-duty", "sick", "isolated"
]
Method: TypeAlias = Literal["self", "lead", "badge", "device", "post-code", "person-code", "trip"]
Role: TypeAlias = Literal["reporter", "responder", "commander", "monitor", "admin"]
