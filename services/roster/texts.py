"""From a cell to the text that was meant, with a note of what had to be put right."""

import re

from services.roster.headers import Field, is_personal, words_of
from services.roster.problems import Problems, Spot
from services.roster.sheets import Day, Fault, Formula, Number, Value
from services.roster.tidy import tidy, tidy_name, unescaped

_NOTHING = frozenset(
    {"-", "--", "—", "——", "/", "\\", "无", "暂无", "n/a", "na", "none", "nil", "null"}
)
_FAULT = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
"""How a spreadsheet writes an error into a text file."""
_LINES = re.compile(r"[\r\n\v\f\u2028\u2029]+")
_LISTS = frozenset({"leads", "languages", "lanes", "phases", "channels"})
_EXACT_MAX = 10**15
"""A spreadsheet keeps 15 digits of a number."""
_SHOWN_MAX = 60


def text_of(value: Value, spot: Spot, problems: Problems, *, is_text: bool) -> str | None:
    """Return the text of a cell, empty where nothing is meant, None where it cannot be had.

    Why it cannot is added to the problems; `is_text` says that the file is a text file.
    """
    match value:
        case Formula() | Fault():
            _not_a_value(value, spot, problems)
            return None
        case Number():
            return _digits(value, spot, problems)
        case Day():
            problems.error("became-date", spot)
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case str(text):
            if is_text:
                written, text = text, unescaped(text)
                if written.startswith("=") and text == written and len(text) > 1:
                    problems.error("formula", spot)
                    return None
                if _FAULT.fullmatch(text):
                    problems.error("fault", spot, shown=text)
                    return None
            return _meant(text, spot, problems)


def _not_a_value(value: Formula | Fault, spot: Spot, problems: Problems) -> None:
    if isinstance(value, Formula):
        problems.error("formula", spot)
    else:
        problems.error("fault", spot, shown=value.shown)


def _digits(number: Number, spot: Spot, problems: Problems) -> str | None:
    value = number.value
    if abs(value) >= _EXACT_MAX:
        problems.error("number-rounded", spot)
        return None
    if value.is_integer():
        written = f"{int(value):0{number.width}d}" if value >= 0 else str(int(value))
        return f"{number.before}{written}{number.after}"
    return repr(value)


def _meant(text: str, spot: Spot, problems: Problems) -> str:
    if spot.field in _LISTS or spot.field.startswith("helper:"):
        text = _LINES.sub("、", text.strip())  # one a line is a list as well
    put_right = tidy_name if spot.field in ("name", "lead") else tidy
    tidied, changed = put_right(text)
    if tidied.casefold() in _NOTHING:
        return ""
    for code in changed:
        if tidied or code != "spaces":
            problems.note(code, spot, shown_value(spot.field, tidied))
    return tidied


def shown_value(field: Field, text: str) -> str | None:
    """Return what is repeated of a value in an answer: nothing that is, or looks, personal."""
    return None if is_personal(field) or _looks_personal(text) else text[:_SHOWN_MAX]


def shown(text: str) -> str:
    """Return how a value stands inside a reason."""
    return "…" if _looks_personal(text) else text[:_SHOWN_MAX]


def _looks_personal(text: str) -> bool:
    return "@" in text or sum(character.isdigit() for character in text) >= 7


def named(field: Field) -> dict[str, str]:
    """Return what fills in a reason that says which field it is about."""
    zh, en = words_of(field)
    return {"zh": zh, "en": en}
