"""Embedded servers for the tests: started, used, and found to be gone."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

from services.embedded import EmbeddedServer
from services.embedded.config import Folder
from services.embedded.lock import FileLock

PARENT = """
import asyncio, sys
from pathlib import Path
import structlog
from services.embedded import EmbeddedServer

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

async def main():
    endpoint = await EmbeddedServer(Path(sys.argv[1])).start()
    print(endpoint.pid, endpoint.url, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@asynccontextmanager
async def running(data: Path, **options: Any) -> AsyncIterator[EmbeddedServer]:
    """Run a server on a folder."""
    server = EmbeddedServer(data, **options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Parent:
    """A muster in a process of its own, with its server's process id and URL."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(data)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        pid, self.url = self.process.stdout.readline().split()
        self.server_pid = int(pid)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def parent(data: Path) -> Iterator[Parent]:
    """Run a muster in a process of its own, and kill it at the end."""
    muster = Parent(data)
    try:
        yield muster
    finally:
        muster.kill()


async def connect(url: str, **options: Any) -> Client:
    async def quiet(_: Exception) -> None:
        """Servers are killed on purpose here."""

    return await nats.connect(url, **{"error_cb": quiet, "reconnect_time_wait": 0.05, **options})


async def settle(nc: Client) -> None:
    """Return when the server has taken all that was asked of it.

    One flush is not enough: nats-py writes its PING at once, ahead of what its buffer still holds.
    """
    await nc.flush()
    await nc.flush()


async def publish_five(url: str) -> None:
    nc = await connect(url)
    js = nc.jetstream()
    await js.add_stream(name="T", subjects=["t.>"])
    for number in range(5):
        await js.publish("t.x", str(number).encode())
    await nc.close()


async def count(url: str) -> int:
    """Return how many messages the stream of publish_five holds."""
    nc = await connect(url)
    info = await nc.jetstream().stream_info("T")
    await nc.close()
    return info.state.messages


async def until(condition: Callable[[], bool], within_s: float = 8.0) -> None:
    """Wait for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not true within {within_s} s"
        await asyncio.sleep(0.01)


def exists(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_free(data: Path) -> bool:
    """Tell whether neither a muster nor a nats-server works on a folder."""
    for path in (Folder(data).lock, Folder(data).pid):
        taken = FileLock.take(path)
        if taken is None:
            return False
        taken.close()
    return True
