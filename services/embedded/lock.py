"""Who works on a data folder: one muster (`lock`), and one nats-server of its (`nats.pid`).

Both are advisory locks of the kernel, so they end with their holder however it ends, and a stale
file is no obstacle. The nats-server inherits the lock on `nats.pid` from the muster that starts it:
as long as that lock is held, a nats-server has the event store open, and no second one may.
"""

import asyncio
import fcntl
import os
import signal
import subprocess
from pathlib import Path

import structlog

from services.embedded.config import Folder
from services.embedded.errors import DataFolderBusy
from services.embedded.files import BINARY

log = structlog.get_logger(__name__)

POLL_S = 0.02


class FileLock:
    """An exclusive lock on a file that names the holder's process id."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> "FileLock | None":
        """Take the lock, or return None at once when it is held."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def name_holder(self, pid: int) -> None:
        """Write the holder's process id into the file."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{pid}\n".encode(), 0)

    def close(self) -> None:
        """Let go of this handle; the lock ends when no process holds one."""
        os.close(self.descriptor)


def holder(path: Path) -> int | None:
    """Return the process id that a lock's file names, None when it names none."""
    text = path.read_text(errors="replace").strip() if path.exists() else ""
    return int(text) if text.isascii() and text.isdigit() else None


def lock_folder(folder: Folder) -> FileLock:
    """Take the data folder for this process; raise DataFolderBusy at once when it is taken."""
    taken = FileLock.take(folder.lock)
    if taken is None:
        raise DataFolderBusy(folder.root, holder(folder.lock))
    taken.name_holder(os.getpid())
    return taken


async def lock_store(folder: Folder, patience_s: float) -> FileLock:
    """Take the event store for a new nats-server, after ending one that outlived its muster.

    The one that is left is asked to end (SIGTERM), and killed after `patience_s` seconds. Raises
    DataFolderBusy when the lock's holder is not known to be a nats-server of this folder, or stays.
    """
    for last_resort in (signal.SIGTERM, signal.SIGKILL):
        taken = FileLock.take(folder.pid)
        if taken is not None:
            return taken
        pid = holder(folder.pid)
        if pid is not None and is_server(pid, folder):
            log.warning("nats_server_orphan_stopping", pid=pid, signal=last_resort.name)
            _signal(pid, last_resort)
        taken = await _wait_for(folder.pid, patience_s)
        if taken is not None:
            return taken
    raise DataFolderBusy(folder.root, holder(folder.pid))


def is_server(pid: int, folder: Folder) -> bool:
    """Tell whether a process is a nats-server that runs on this folder's configuration."""
    command = _command_line(pid)
    return BINARY in command and command.endswith(f" -c {folder.config}")


async def _wait_for(path: Path, patience_s: float) -> FileLock | None:
    for _ in range(max(1, round(patience_s / POLL_S))):
        taken = FileLock.take(path)
        if taken is not None:
            return taken
        await asyncio.sleep(POLL_S)
    return None


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        log.info("nats_server_orphan_gone", pid=pid)


def _command_line(pid: int) -> str:
    if Path("/proc/self").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return raw.rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", errors="replace")
    answer = subprocess.run(  # noqa: S603 - the argument is a number
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.rstrip()
