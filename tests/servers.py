"""Real servers for the tests: a log, nodes on it, a cluster of three, and Muster as a process.

Everything listens on loopback, on ports the system chooses, and is ended by whoever started it.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx
from nats.aio.client import Client
from nats.js.api import RawStreamMsg

from services.clock import Clock, SystemClock
from services.connection import connect as connect_for_ever
from services.embedded.files import find_binary
from services.log.wire import MESSAGE_BYTES_MAX
from services.node import Node
from services.provision import EVENTS, provision
from services.settings import Settings
from tests.integration.servers import connect, running, settle, until

__all__ = [
    "Cluster",
    "Muster",
    "cluster",
    "connect",
    "messages",
    "muster",
    "node",
    "open_node",
    "provisioned",
    "run_service",
    "running",
    "settle",
    "until",
]

MUSTER = "import sys; from services.cli.main import run; sys.exit(run(sys.argv[1:]))"
READY_WITHIN_S = 30.0
SIZES: dict[str, Any] = {"max_bytes": 1 << 30, "max_msg_bytes": MESSAGE_BYTES_MAX}
"""Of the log's stream in tests: a little room, and messages as large as Muster's own."""


@asynccontextmanager
async def provisioned(url: str, *, replicas: int = 1, **options: Any) -> AsyncIterator[Client]:
    """Yield a connection as Muster's own are, to a server that has the log's stream."""
    nc = await connect_for_ever(url, "test", wait=10)
    try:
        await provision(nc, replicas=replicas, **{**SIZES, **options})
        yield nc
    finally:
        await nc.close()


async def open_node(
    url: str,
    data: Path,
    services: Sequence[str] = (),
    *,
    clock: Clock | None = None,
    replicas: int = 1,
    **settings: Any,
) -> Node:
    """Return a node with these services built, not yet started: folds may still be added."""
    nc = await connect_for_ever(url, "test-node", wait=10)
    await provision(nc, replicas=replicas, **SIZES)
    made = Node(Settings(data=data, nats=url, **settings), clock or SystemClock(), nc, url)
    for name in services:
        made.services.append(import_module(f"services.{name}.app").build(made))
    return made


@asynccontextmanager
async def node(
    url: str, data: Path, services: Sequence[str] = (), **options: Any
) -> AsyncIterator[Node]:
    """Run a node with these services, as `muster run` would, but in this process.

    `options` are those of `open_node`. Without the gateway it serves no HTTP.
    """
    made = await open_node(url, data, services, **options)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def messages(nc: Client, stream: str = EVENTS) -> list[RawStreamMsg]:
    """Return all there is in a stream, read one by one with plain nats-py, not with our reader."""
    js = nc.jetstream()
    state = (await js.stream_info(stream)).state
    every = range(max(1, state.first_seq), state.last_seq + 1)
    return [
        message
        for first in range(0, len(every), 200)
        for message in await asyncio.gather(
            *(js.get_msg(stream, seq) for seq in every[first : first + 200])
        )
    ]


class Process:
    """A child process that says on stdout, in one line of JSON, when it is ready."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self._said: list[str] = []
        self._drains = threading.Thread(target=self._drain, args=(self._stderr,), daemon=True)
        self._drains.start()
        self.ready = self._await_ready()

    @property
    def _stderr(self) -> IO[str]:
        assert self.process.stderr is not None
        return self.process.stderr

    @property
    def said(self) -> str:
        """What it has written to stderr."""
        return "".join(self._said)

    @property
    def pid(self) -> int:
        return self.process.pid

    def _drain(self, stream: IO[str]) -> None:
        for line in stream:
            self._said.append(line)

    def _await_ready(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        timer = threading.Timer(READY_WITHIN_S, self.process.kill)
        timer.start()
        try:
            line = self.process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            self.kill()
            raise AssertionError(f"not ready within {READY_WITHIN_S} s:\n{self.said[-4000:]}")
        found: dict[str, Any] = json.loads(line)
        return found

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._wait(10)

    def stop(self, within_s: float = 15.0) -> float:
        """End it with SIGTERM; return after how many seconds it was gone."""
        began = time.monotonic()
        self.process.terminate()
        self._wait(within_s)
        return time.monotonic() - began

    def _wait(self, within_s: float) -> None:
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise
        finally:
            if self.process.poll() is not None:
                self._drains.join(5)
                for stream in (self.process.stdout, self.process.stderr):
                    if stream is not None:
                        stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.said[-6000:], file=sys.stderr)
        if self.process.poll() is None:
            self.process.kill()
        self._wait(10)


class Muster(Process):
    """A `muster up` in a process of its own, with its nats-server."""

    def __init__(self, data: Path, *options: str, env: Mapping[str, str] | None = None) -> None:
        arguments = ["up", "--data", str(data), "--json", *_ports(options), *options]
        super().__init__([sys.executable, "-c", MUSTER, *arguments], env)
        self.data = data
        self.url: str = self.ready["url"]
        self.nats: str = self.ready["nats"]
        self.token: str = self.ready["token"]

    @property
    def headers(self) -> dict[str, str]:
        """What makes a request the administrator's."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def nats_pid(self) -> int:
        """The process id of its nats-server as it is now."""
        return int((self.data / "nats.pid").read_text())

    def http(self, **options: Any) -> httpx.AsyncClient:
        """Return a client that speaks as the administrator."""
        options = {"timeout": 30.0, "headers": self.headers, **options}
        return httpx.AsyncClient(base_url=self.url, **options)

    def same_place(self) -> tuple[str, ...]:
        """Return the options with which another one takes this one's ports."""
        nats_port = self.nats.rsplit(":", 1)[1]
        return ("--port", str(self.port), "--nats-port", nats_port)


def _ports(options: Sequence[str]) -> list[str]:
    return [
        part for name in ("--port", "--nats-port") if name not in options for part in (name, "0")
    ]


@contextmanager
def muster(data: Path, *options: str, env: Mapping[str, str] | None = None) -> Iterator[Muster]:
    """Run `muster up` on a folder; options go to it. At the end it is killed if it still runs."""
    with Muster(data, *options, env=env) as process:
        yield process


@contextmanager
def run_service(
    name: str, nats_url: str, data: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run `muster run NAME` against a NATS URL."""
    arguments = ["run", name, "--nats", nats_url, "--data", str(data), "--port", "0", "--json"]
    env = {"MUSTER_LOG_MAX_BYTES": str(1 << 30), **(env or {})}
    with Process([sys.executable, "-c", MUSTER, *arguments, *options], env) as process:
        yield process


class Cluster:
    """Three nats-servers that fsync every write and hold the log three times."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ports = _free_ports(9)
        self._clients, self._routes, self._monitors = ports[:3], ports[3:6], ports[6:]
        self._processes: list[subprocess.Popen[bytes] | None] = [None, None, None]

    @property
    def url(self) -> str:
        """The first one, which tells its clients of the others."""
        return self.urls[0]

    @property
    def urls(self) -> list[str]:
        return [f"nats://127.0.0.1:{port}" for port in self._clients]

    @property
    def monitor_urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self._monitors]

    def start(self, number: int) -> None:
        name = f"n{number + 1}"
        store = self._folder / name
        routes = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in self._routes)
        config = self._folder / f"{name}.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self._clients[number]}"\n'
            f'http: "127.0.0.1:{self._monitors[number]}"\n'
            f"server_name: {name}\n"
            f'log_file: "{self._folder / name}.log"\n'
            f'jetstream {{ store_dir: "{store}", sync_interval: always }}\n'
            f'cluster {{ name: muster, listen: "127.0.0.1:{self._routes[number]}", '
            f"routes: [{routes}] }}\n"
        )
        self._processes[number] = subprocess.Popen(
            [find_binary(), "-c", str(config)], stderr=subprocess.DEVNULL
        )

    def kill(self, number: int) -> None:
        """End one as a power cut would."""
        self._end(number, signal.SIGKILL)

    def send(self, number: int, what: signal.Signals) -> None:
        process = self._processes[number]
        assert process is not None
        process.send_signal(what)

    def stop(self) -> None:
        for number in range(3):
            self._end(number, signal.SIGKILL)

    def _end(self, number: int, what: signal.Signals) -> None:
        process, self._processes[number] = self._processes[number], None
        if process is not None:
            process.send_signal(what)
            process.wait(10)

    async def leader(self, nc: Client, stream: str = EVENTS) -> int:
        """Return the number of the server that leads a stream."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                info = await nc.jetstream().stream_info(stream)
            except Exception:  # noqa: BLE001 - there is none while one is being chosen
                await asyncio.sleep(0.1)
                continue
            if info.cluster is not None and info.cluster.leader:
                return int(info.cluster.leader[1:]) - 1
            await asyncio.sleep(0.05)
        raise AssertionError(f"stream {stream} has no leader")


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """Run three servers as one, and return when they take streams."""
    made = Cluster(folder)
    try:
        for number in range(3):
            made.start(number)
        await _until_it_takes_streams(made.urls[0])
        yield made
    finally:
        made.stop()


async def _until_it_takes_streams(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            nc = await connect(url, connect_timeout=1)
            try:
                js = nc.jetstream(timeout=1)
                await js.add_stream(name="probe", subjects=["probe"], num_replicas=3)
                await js.delete_stream("probe")
            finally:
                await nc.close()
        except Exception:  # noqa: BLE001 - whatever it is, it is not ready yet
            assert time.monotonic() < deadline, "the cluster does not come up"
            await asyncio.sleep(0.1)
        else:
            return


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now. All are held at once, so that none comes twice."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()
