"""The embedded server's small files: passwords, configuration, binary, last lines of the log."""

import json
import os
import secrets
import shutil
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.embedded.errors import ServerFailed, ServerNotFound

BINARY = "nats-server"
TAIL_BYTES = 16 << 10
TAIL_LINES = 12


def find_binary() -> str:
    """Return the path of nats-server: the environment's own first, then the one on PATH."""
    scripts = sysconfig.get_path("scripts")
    found = shutil.which(BINARY, path=scripts) or shutil.which(BINARY)
    if found is None:
        raise ServerNotFound([scripts, "PATH"])
    return found


def ensure_passwords(path: Path, users: Iterable[str]) -> dict[str, str]:
    """Return a password for each user, making those that are missing.

    A user that is no longer named keeps its password, for the site may come back.
    """
    try:
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    except json.JSONDecodeError as error:
        raise ServerFailed(
            f"read passwords in {path}: not JSON ({error}); delete the file to have new ones made"
            f" / 密码文件 {path} 已损坏，删除后会生成新密码"
        ) from error
    missing = [user for user in users if user not in known]
    if missing:
        known |= {user: secrets.token_hex(24) for user in missing}
        write_private(path, known)
    return known


def write_private(path: Path, value: Mapping[str, object]) -> None:
    """Replace a JSON file, for its owner's eyes only; a crash leaves the old one or the new."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    # What is there already needs no room on a disk that may be full.
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def size(path: Path) -> int:
    """Return a file's size in bytes, 0 when there is none."""
    return path.stat().st_size if path.exists() else 0


def tail(path: Path, start: int = 0) -> str:
    """Return the last lines of a file that were written after byte `start`.

    A file that has become shorter than `start` was rotated, and is read from its beginning.
    """
    end = size(path)
    begin = max(start if start <= end else 0, end - TAIL_BYTES)
    try:
        with path.open("rb") as file:
            file.seek(begin)
            text = file.read(TAIL_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-TAIL_LINES:])
