"""The terminal that tables are drawn on."""

import os
import sys

from rich.console import Console
from rich.table import Table

from services.cli import words

_PIPE_WIDTH = 4000
"""Columns of a line that no terminal shows: grep and awk get each row as one line."""


def console() -> Console:
    """Return stdout as rich draws on it: in colour on a terminal, unless NO_COLOR is set."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, emoji=False, markup=False, width=_PIPE_WIDTH if piped else None)


def table(title: str, columns: list[str], rows: list[list[str]]) -> Table:
    """Return a table in which nothing is cut off: what is too long goes on below.

    Ids are never broken, so that they can be copied.
    """
    ids = str(words.COLUMNS["id"])
    drawn = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in columns:
        drawn.add_column(name, overflow="fold", header_style="dim", no_wrap=name == ids)
    for row in rows:
        drawn.add_row(*row)
    return drawn
