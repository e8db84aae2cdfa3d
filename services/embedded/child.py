"""One run of nats-server: spawned, awaited until its event store answers, ended."""

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from services.embedded import health
from services.embedded.config import Folder, Listen, reachable
from services.embedded.errors import ServerFailed, explain
from services.embedded.files import size, tail
from services.embedded.health import free_bytes
from services.embedded.lock import FileLock
from services.embedded.probe import store_answers

LAUNCHER = Path(__file__).with_name("launch.py")
POLL_S = 0.02
PROBE_TIMEOUT_S = 1.0


class Child:
    """A nats-server process, and the ports it got."""

    def __init__(
        self, process: asyncio.subprocess.Process, folder: Folder, listen: Listen, log_start: int
    ) -> None:
        self._process = process
        self._folder = folder
        self._asked = listen
        self._log_start = log_start
        self.listen = listen
        self.started_at = time.monotonic()

    @classmethod
    async def spawn(
        cls, binary: str, folder: Folder, listen: Listen, store: FileLock, memory_limit_mib: int
    ) -> "Child":
        """Start nats-server on the configuration in the folder; it inherits the store's lock.

        A session of its own keeps the terminal's Ctrl-C away from it: muster finishes its writes
        first and then ends it. It sees nothing of our environment, where secrets may lie.
        """
        log_start = size(folder.log)
        kept = ("GO", "LD_", "DYLD_")  # Go's own settings, and how Python finds its library
        environment = {name: value for name, value in os.environ.items() if name.startswith(kept)}
        environment["GOMEMLIMIT"] = f"{memory_limit_mib}MiB"
        with folder.stderr.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", str(LAUNCHER), str(os.getpid())),
                *(binary, "-c", str(folder.config)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                env=environment,
                cwd=str(folder.root),
                pass_fds=(store.descriptor,),
                start_new_session=True,
            )
        store.name_holder(process.pid)
        return cls(process, folder, listen, log_start)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def uptime_s(self) -> float:
        return time.monotonic() - self.started_at

    async def exited(self) -> int:
        """Wait for the end; return the exit code, negative for the signal that killed it."""
        return await self._process.wait()

    async def wait_ready(self, user: str, password: str, timeout_s: float) -> None:
        """Wait until JetStream answers; raise ServerFailed when it ends or takes too long.

        An open port is not enough: the event store may still be recovering.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._learn_ports()
                host, port = reachable(self.listen.host), self.listen.port
                while not await store_answers(host, port, user, password, PROBE_TIMEOUT_S):
                    await self._still_alive()
        except TimeoutError as error:
            raise self._failed(f"no answer within {timeout_s} s") from error

    async def end(self, patience_s: float) -> None:
        """Ask it to end (SIGTERM), and kill it after `patience_s` seconds."""
        if self.alive:
            # It may end between the question and the signal.
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), patience_s)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
        await self._process.wait()
        self._folder.ports(self.pid).unlink(missing_ok=True)

    def last_lines(self) -> str:
        """Return what this run said last, in its log and on its error output."""
        written = (tail(self._folder.log, self._log_start), tail(self._folder.stderr))
        return "\n".join(text for text in written if text)

    async def _learn_ports(self) -> None:
        """Read the ports from the file the server writes: no port is guessed, so none is lost.

        Known ones are not read again, for a full disk would take no such file.
        """
        asked = self._asked
        if asked.port and asked.monitor_port and asked.mqtt_port != 0:
            return
        path = self._folder.ports(self.pid)
        while True:
            try:
                ports = json.loads(path.read_text())
                port, monitor = (_port(ports[key][0]) for key in ("nats", "monitoring"))
            except (FileNotFoundError, json.JSONDecodeError, KeyError, IndexError):
                await self._still_alive()
            else:
                mqtt = asked.mqtt_port
                if mqtt == 0:  # the file does not name this one
                    mqtt = await self._mqtt_port(monitor)
                self.listen = Listen(asked.host, port, monitor, mqtt, asked.mqtt_host)
                return

    async def _mqtt_port(self, monitor_port: int) -> int:
        async with health.client() as http:
            while (port := await health.mqtt_port(http, monitor_port)) is None:
                await self._still_alive()
        return port

    async def _still_alive(self) -> None:
        if not self.alive:
            raise self._failed(f"ended with code {self._process.returncode}")
        await asyncio.sleep(POLL_S)

    def _failed(self, how: str) -> ServerFailed:
        root = self._folder.root
        said = f"{how}\n{self.last_lines()}"
        return ServerFailed(explain(self._asked.address, root, free_bytes(root), said))


def _port(url: str) -> int:
    port = urlsplit(url).port
    if port is None:
        raise KeyError(url)
    return port
