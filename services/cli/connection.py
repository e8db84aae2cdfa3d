"""Where Muster is, and the token to ask it with."""

import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from services.cli import words
from services.cli.failure import Exit, Failure

RUNNING = "running.json"
"""What a running `muster up` writes into its data folder, for its owner alone."""

FOLDER = Path("muster-data")


class Connection(NamedTuple):
    """An address without a slash at its end, and a token where there is one."""

    url: str
    token: str | None


def find(url: str | None, token: str | None, folder: Path | None) -> Connection:
    """Return the connection by the options, else the environment, else a data folder here.

    A folder that is named is meant: the environment does not speak against it. The token in a data
    folder goes to the address in that folder and to no other.
    """
    if folder is None:
        url = url or os.environ.get("MUSTER_URL")
        token = token or os.environ.get("MUSTER_TOKEN")
    token = _sendable(token)
    if url:
        return Connection(_checked(url), token)
    folder = folder or Path(os.environ.get("MUSTER_DATA") or FOLDER)
    running = read_running(folder)
    return Connection(_checked(running["url"]), token or running["token"])


def read_running(folder: Path) -> dict[str, str]:
    """Return `url` and `token` of the Muster that runs on a data folder; raise Failure if none."""
    file = folder / RUNNING
    hint = words.NOT_FOUND_HINT.fill(folder=folder)
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        running = {"url": str(said["url"]), "token": str(said["token"])}
        pid = int(said["pid"])
    except (FileNotFoundError, NotADirectoryError):
        reason = words.NOT_FOUND.fill(folder=folder)
        raise Failure(Exit.UNREACHABLE, "not-found", reason, hint=hint) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = words.RUNNING_UNREADABLE.fill(file=file, why=f"{type(error).__name__}: {error}")
        raise Failure(Exit.UNREACHABLE, "unreadable", reason, hint=hint) from error
    if not _is_alive(pid):
        reason = words.ENDED.fill(file=file, pid=pid)
        raise Failure(Exit.UNREACHABLE, "ended", reason, hint=hint)
    return running


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is no number or too large
        known = False
    if not known or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Failure(Exit.USAGE, "bad-url", words.BAD_URL.fill(url=repr(url)))
    return url.rstrip("/")


def _sendable(token: str | None) -> str | None:
    """Return a token without the blanks around it; raise Failure if no header could carry it."""
    if token is None:
        return None
    token = token.strip()
    for letter in token:
        if not "!" <= letter <= "~":
            reason = words.BAD_TOKEN.fill(letter=repr(letter))
            raise Failure(Exit.NO_RIGHTS, "bad-token", reason)
    return token


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True
