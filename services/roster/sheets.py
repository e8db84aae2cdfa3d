"""A spreadsheet as it is read: tables of rows of values, each value as the file has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

ROWS_MAX = 100_000
"""Rows with something in them, in a whole file."""
COLUMNS_MAX = 256
TEXT_MAX = 4000
"""Characters that are kept of a cell; what is longer is too long for every field."""


class Number(NamedTuple):
    """A number. `width` is how many digits its format shows at least, for 00123.

    `before` and `after` are what the format shows beside them, for V042.
    """

    value: float
    width: int = 0
    before: str = ""
    after: str = ""


class Day(NamedTuple):
    """A number that is shown as a date: `serial` counts days as the file does.

    `day` is None for a serial that is no date: before March 1900, or after the year 9999.
    """

    serial: float
    day: date | datetime | None


class Formula(NamedTuple):
    """A cell that is calculated, and what was calculated last."""

    shown: str


class Fault(NamedTuple):
    """A cell that shows an error, such as #N/A."""

    shown: str


Value: TypeAlias = str | Number | Day | Formula | Fault | bool


class Row(NamedTuple):
    """A row that has something in it. `number` counts from 1, as a spreadsheet shows it."""

    number: int
    values: dict[int, Value]
    """By column, counted from 0; empty cells are left out."""
    hidden: bool = False


class Merge(NamedTuple):
    """Cells that were made one: rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass(slots=True)
class Table:
    """A sheet. Its rows are read once; `merges` are known when the last of them has been."""

    name: str
    rows: Iterator[Row]
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    is_text: bool = False
    """Whether it is a text file, in which every value is text."""


class Unreadable(Exception):
    """The file as a whole cannot be read; `code` says why, `told` fills in its reason."""

    def __init__(self, code: str, **told: object) -> None:
        super().__init__(code)
        self.code = code
        self.told = told


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column: A, B, ... Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
