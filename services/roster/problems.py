"""What is wrong with a roster, or was put right in it: where, what, and why, in both languages."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypeAlias

from services.roster.reasons import REASONS
from services.roster.sheets import Unreadable, letters

Level: TypeAlias = Literal["error", "note"]
"""An error stops all of it; a note tells what was put right, or left out."""

LISTED_MAX = 1000
"""Of each code, so many are listed; all are counted."""


class Problem(NamedTuple):
    """Something about a cell, a row, a column or the file. `row` is 0 where it is about no row.

    `column` is a letter. `value` is None where it is, or may be, a personal detail.
    """

    level: Level
    code: str
    sheet: str
    row: int
    column: str
    header: str
    field: str
    zh: str
    en: str
    value: str | None = None

    def show(self) -> dict[str, Any]:
        """Return it as an answer carries it."""
        return {
            "level": self.level,
            "code": self.code,
            "sheet": self.sheet,
            "row": self.row or None,
            "column": self.column or None,
            "header": self.header or None,
            "field": self.field or None,
            "value": self.value,
            "reason": {"zh": self.zh, "en": self.en},
        }


class Spot(NamedTuple):
    """A place in a file. Columns count from 0; -1 is none."""

    sheet: str
    row: int = 0
    column: int = -1
    header: str = ""
    field: str = ""


class Problems:
    """Collects them; of what a whole column has, the first are kept and the rest are counted."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.counted: Counter[tuple[Level, str]] = Counter()

    @property
    def errors(self) -> int:
        """How many errors there are, listed or not."""
        return sum(count for (level, _), count in self.counted.items() if level == "error")

    def error(self, code: str, spot: Spot, value: str | None = None, **told: object) -> None:
        """Add something that stops the import."""
        self._add("error", code, spot, value, told)

    def note(self, code: str, spot: Spot, value: str | None = None, **told: object) -> None:
        """Add something that does not."""
        self._add("note", code, spot, value, told)

    def unreadable(self, why: Unreadable, sheet: str) -> None:
        """Add the reason why a file cannot be read at all."""
        row = why.told.get("row", 0)
        self._add(
            "error",
            why.code,
            Spot(sheet, row if isinstance(row, int) else 0),
            None,
            why.told,
        )

    def sorted(self, level: Level) -> list[Problem]:
        """Return those of a level by sheet, row and column, sheets in the order of the file."""
        sheets = {sheet: at for at, sheet in enumerate(_unique(each.sheet for each in self.found))}
        chosen = [each for each in self.found if each.level == level]
        return sorted(
            chosen, key=lambda each: (sheets[each.sheet], each.row, len(each.column), each.column)
        )

    def _add(
        self, level: Level, code: str, spot: Spot, value: str | None, told: dict[str, object]
    ) -> None:
        self.counted[level, code] += 1
        if self.counted[level, code] > LISTED_MAX:
            return
        zh, en = REASONS[code]
        self.found.append(
            Problem(
                level,
                code,
                spot.sheet,
                spot.row,
                letters(spot.column) if spot.column >= 0 else "",
                spot.header,
                spot.field,
                zh.format(**told),
                en.format(**told),
                value,
            )
        )


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
