"""The files of `muster weather try`: one that cannot be read is refused as any other is."""

import os
import select
import stat
import sys
from pathlib import Path
from time import monotonic
from typing import Final

from services.cli import words

PIPE_WITHIN_S: Final = 10.0
"""How long a pipe may take to its end."""
_CHUNK: Final = 65_536


def files_in(folder: Path) -> list[str]:
    """Every file below `folder`, by name. Pipes, devices and links that lead nowhere are none."""
    return sorted(str(path) for path in folder.rglob("*") if _is_file(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # It cannot be looked at, and is named for that when it is read.
        return True


def read(name: str, most: int) -> bytes:
    """The first `most` bytes of a file, of a pipe, or of standard input for `-`.

    Raises:
        OSError: it cannot be read, or is a pipe that does not end in PIPE_WITHIN_S.
    """
    if name == "-":
        return sys.stdin.buffer.read(most)
    # Without waiting, for to open a pipe would wait for whoever writes to it.
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        try:
            return _of_pipe(descriptor, most)
        finally:
            os.close(descriptor)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)


def _of_pipe(descriptor: int, most: int) -> bytes:
    body, until = bytearray(), monotonic() + PIPE_WITHIN_S
    while len(body) < most:
        if not select.select([descriptor], [], [], max(0.0, until - monotonic()))[0]:
            raise TimeoutError(0, f"no end within {PIPE_WITHIN_S:g} s")
        part = os.read(descriptor, min(_CHUNK, most - len(body)))
        if not part:
            break
        body += part
    return bytes(body)


def unreadable(name: str, error: OSError) -> dict[str, str]:
    """The reason of a judgement on a file that cannot be read."""
    why = words.NO_FILE.fill(file=name, why=error.strerror or str(error))
    return {"code": "not-read", "element": "", "zh": why.zh, "en": why.en}
