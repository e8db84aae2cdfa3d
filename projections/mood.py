"""What counts of one check-in, once its box was opened."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

FEVER_C = 37.3
"""From this body temperature on a person has a fever, in degrees Celsius: the threshold at entrance
checks and in daily reports of universities in China since 2020."""

Details: TypeAlias = Mapping[str, Any]


class Mood(NamedTuple):
    """What counts of one check-in."""

    answer: str
    """`unreadable` where the box does not open."""
    fever: bool


def has_fever(details: Details) -> bool:
    """Tell whether the temperature that a check-in says is a fever."""
    temperature = details.get("temperature_c")
    return isinstance(temperature, int | float) and temperature >= FEVER_C


def mood_of(details: Details | None) -> Mood:
    """Return what counts of what a box holds, None where it does not open."""
    if details is None:
        return _UNREADABLE
    found = Mood(str(details.get("answer")), has_fever(details))
    return _MOODS.get(found, _UNREADABLE)


_UNREADABLE = Mood("unreadable", fever=False)
_MOODS = {
    mood: mood
    for answer in ("fine", "not-fine", "talk")
    for mood in (Mood(answer, fever=False), Mood(answer, fever=True))
}
