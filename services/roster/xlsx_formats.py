"""What the format of a cell shows of a number: a date, its zeros, text beside it."""

import re
from typing import NamedTuple


class Format(NamedTuple):
    """What matters of a cell's format."""

    is_date: bool = False
    width: int = 0
    before: str = ""
    after: str = ""


_BUILT_IN_DATES = {
    str(id) for id in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
}
"""ECMA-376 part 1, 18.8.30, with those of Chinese workbooks."""
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')

_BESIDE = r'(?:\[[^\]]*\]|"[^"]*"|\\.|_.|\*.)*'
_DIGITS = re.compile(rf"({_BESIDE})(0+)({_BESIDE})")
"""Zeros for as many digits, and text that is shown beside them."""
_PIECE = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].')


def format_of(id: str, code: str | None) -> Format:
    """Return what a format does to a number: by its code, or by its id where that is built in."""
    if code is None:
        return Format(is_date=id in _BUILT_IN_DATES)
    if digits := _DIGITS.fullmatch(code.partition(";")[0]):
        before, zeros, after = digits.groups()
        return Format(width=min(len(zeros), 32), before=_shown(before), after=_shown(after))
    bare = _NOT_CODE.sub("", code).lower()
    return Format(is_date="general" not in bare and any(letter in bare for letter in "ymdhs"))


def _shown(beside: str) -> str:
    return _PIECE.sub(lambda piece: piece[1] or piece[2] or "", beside)[:32]
