"""Numbers that stand for something to be written down, not counted: ids and phones."""

import re

from services.roster.problems import Problems, Spot
from services.roster.texts import shown_value

_POINTED = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"(\d(?:\.\d+)?)[eE]\+?(\d{1,2})")
_SHORT = 7
"""1.38013E+10 has six digits: the spreadsheet showed, and so saved, no more of them."""


def as_written(text: str, spot: Spot, problems: Problems) -> str | None:
    """Return digits that a spreadsheet wrote as 138.0 or 1.3801380138E10, others as they are.

    Returns None, with a problem, where it has rounded them.
    """
    if pointed := _POINTED.fullmatch(text):
        problems.note("number-as-text", spot, shown_value(spot.field, pointed[1]))
        return pointed[1]
    spread = _EXPONENT.fullmatch(text)
    if spread is None:
        return text
    digits, places = spread[1].replace(".", ""), int(spread[2])
    if places + 1 < len(digits) or places >= 15:
        return text
    if len(digits) < _SHORT < places:
        problems.error("number-rounded", spot)
        return None
    problems.note("number-as-text", spot, shown_value(spot.field, digits))
    return digits.ljust(places + 1, "0")
