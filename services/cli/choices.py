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
JourneyStatus: TypeAlias = Literal["planned", "under-way", "arrived", "overdue", "cancelled"]
Role: TypeAlias = Literal["reporter", "responder", "commander", "monitor", "admin"]
Standing: TypeAlias = Literal["safe", "need-help", "excused", "unaccounted"]
Excuse: TypeAlias = Literal["leave", "off-shift", "other-duty", "gone-home", "other"]
Precipitation: TypeAlias = Literal["none", "rain", "snow", "mixed"]
CheckIn: TypeAlias = Literal["fine", "not-fine", "talk"]
Lane: TypeAlias = Literal[
    "training",
    "publicity",
    "teaching",
    "graduate",
    "funding",
    "epidemic-prevention",
    "catering-lodging",
    "transport",
    "fitness",
    "mental-health",
]
