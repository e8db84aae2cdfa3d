"""The lanes of support that stand behind every volunteer: "N helps 1"."""

from typing import Literal, TypeAlias

from events.fact import Id, Value

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


class Helper(Value):
    """The person of a lane who helps one volunteer, by name."""

    lane: Lane
    person: Id
