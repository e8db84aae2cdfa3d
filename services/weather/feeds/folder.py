"""Folders on this machine's disk as feeds. Files are left where they are, and never written."""

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from services.weather.feeds.memory import File
from services.weather.feeds.reading import Unreadable

_FILES_MAX: Final = 10_000
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".swp", "~")


class Listing(NamedTuple):
    """The files of a folder, by their names below it."""

    folder: Path
    files: dict[str, File]


def list_folder(root: Path, name: str) -> Listing:
    """Return the files below a folder of `root`. Raises Unreadable.

    Links are followed only to what lies below `root`, hidden files and names of unfinished ones are
    passed over.
    """
    top = root.resolve()
    folder = (top / name).resolve()
    if not folder.is_relative_to(top):
        raise Unreadable(
            zh=f"{name} 在数据源文件夹之外", en=f"{name} leads out of the folder of feeds"
        )
    if not folder.is_dir():
        raise Unreadable(zh=f"没有文件夹 {name}", en=f"there is no folder {name}")
    found: dict[str, File] = {}
    try:
        for path, _, names in os.walk(folder, onerror=_raise, followlinks=False):
            for each in sorted(names):
                _add(found, top, folder, Path(path) / each)
    except OSError as error:
        raise Unreadable(zh=f"无法读取：{error}", en=f"it cannot be read: {error}") from error
    return Listing(folder, found)


def _raise(error: OSError) -> None:
    raise error


def _add(found: dict[str, File], top: Path, folder: Path, path: Path) -> None:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    if hidden or path.name.endswith(_UNFINISHED):
        return
    try:
        if not path.resolve().is_relative_to(top):
            return
        about = path.stat()
    except (OSError, RuntimeError):
        return  # It went meanwhile, or is a link to itself.
    if not stat.S_ISREG(about.st_mode):
        return
    if len(found) >= _FILES_MAX:
        raise Unreadable(
            zh=f"文件超过 {_FILES_MAX} 个", en=f"it holds more than {_FILES_MAX} files"
        )
    found[str(path.relative_to(folder))] = File(about.st_size, about.st_mtime_ns)


def read_file(folder: Path, name: str, limit: int) -> bytes | None:
    """Return what is in a file, None if it is too large or gone."""
    try:
        with (folder / name).open("rb") as file:
            body = file.read(limit + 1)
    except OSError:
        return None
    return body if len(body) <= limit else None
