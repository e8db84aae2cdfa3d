"""How far a long piece of work is, for a person who waits. A script and a log file see nothing."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TypeAlias

from services.cli.language import Said

Advance: TypeAlias = Callable[[], None]


@contextmanager
def progress(title: Said, stream: IO[bytes]) -> Iterator[Advance]:
    """Show on stderr, if that is a terminal, how much of a stream has been read."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        seekable = stream.seekable()
        total = os.fstat(stream.fileno()).st_size if seekable else None
        task = shown.add_task(str(title), total=total)

        def advance() -> None:
            if seekable:
                shown.update(task, completed=stream.tell())

        yield advance


def _nothing() -> None:
    pass
