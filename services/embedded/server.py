"""Muster's own nats-server: started on a data folder, watched, restarted when it dies, stopped."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog

from services.embedded import health
from services.embedded.child import Child
from services.embedded.config import ADMIN, Folder, Listen, join, reachable, server_config, users
from services.embedded.errors import preparing
from services.embedded.files import ensure_passwords, find_binary, write_private
from services.embedded.lock import FileLock, lock_folder, lock_store

log = structlog.get_logger(__name__)

MAX_FILE_BYTES = 16 << 30
MEMORY_LIMIT_MIB = 300
STOP_TIMEOUT_S = 10.0
READY_TIMEOUT_S = 60.0
BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 5.0
STEADY_AFTER_S = 10.0
HEALTH_INTERVAL_S = 2.0
HEALING_PAUSE_S = 30.0


@dataclass(frozen=True)
class Endpoint:
    """Where a running server is. `url` holds the password of full rights: `repr` leaves it out."""

    url: str = field(repr=False)
    monitor_url: str
    pid: int
    mqtt_url: str | None = None
    """Where MQTT is taken, without a password; None where it is not."""


class EmbeddedServer:
    """A nats-server on a data folder, as long as this process lives.

    A port of 0 is chosen at the first start and kept from then on, so that clients find the server
    again after a restart; `mqtt_port` the same, and none without MQTT. `sites` get a user each,
    `field-<site>`, for reports, observations and alerts only.
    `max_file_bytes` bounds all streams together; `memory_limit_mib` is the server's GOMEMLIMIT: it
    collects more eagerly above it. `on_restart` hears of every restart.

    On Linux the server ends with the thread that runs the event loop, however that ends.
    """

    def __init__(  # noqa: PLR0913 - all but the folder have defaults, and are given by name
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mqtt_port: int | None = None,
        mqtt_host: str = "127.0.0.1",
        sites: Sequence[str] = (),
        max_file_bytes: int = MAX_FILE_BYTES,
        memory_limit_mib: int = MEMORY_LIMIT_MIB,
        ready_timeout_s: float = READY_TIMEOUT_S,
        stop_timeout_s: float = STOP_TIMEOUT_S,
        health_interval_s: float = HEALTH_INTERVAL_S,
        on_restart: Callable[[Endpoint], None] | None = None,
    ) -> None:
        self._folder = Folder(data.resolve())
        self._listen = Listen(host, port, 0, mqtt_port, mqtt_host)
        self._sites = tuple(sites)
        self._max_file_bytes = max_file_bytes
        self._memory_limit_mib = memory_limit_mib
        self._ready_timeout_s = ready_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._health_interval_s = health_interval_s
        self._on_restart = on_restart
        self._passwords: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._ready = asyncio.Event()
        self._lock: FileLock | None = None
        self._child: Child | None = None
        self._endpoint: Endpoint | None = None
        self._watchers: tuple[asyncio.Task[None], ...] = ()
        self.restarts = 0
        self.write_error: str | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where the server is, or was until it died; raises RuntimeError when it is not started."""
        if self._endpoint is None:
            raise RuntimeError("read the endpoint: the embedded nats-server is not started")
        return self._endpoint

    @property
    def ready(self) -> bool:
        """Whether the server answers and writes, as far as is known; False while it restarts.

        `write_error` has the server's words when it does not write.
        """
        return self._ready.is_set() and self.write_error is None

    async def wait_ready(self) -> None:
        """Wait until the server answers; return at once when it does."""
        await self._ready.wait()

    def credentials(self) -> Mapping[str, str]:
        """Return the password of each user: `muster`, `sys` and a `field-<site>` per site."""
        return MappingProxyType(self._passwords)

    def url_for(self, user: str) -> str:
        """Return the URL with which a user connects; raises KeyError for one that is unknown."""
        address = join(reachable(self._listen.host), self._listen.port)
        return f"nats://{user}:{self._passwords[user]}@{address}"

    async def start(self) -> Endpoint:
        """Start the server and return when its event store answers.

        Raises DataFolderBusy when another process holds the folder, ServerNotFound without a
        binary, ServerFailed with the server's own words when it does not come up.
        """
        async with self._turn:
            if self._watchers:
                return self.endpoint
            with preparing(self._folder.root):
                self._folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lock = lock_folder(self._folder)
            try:
                with preparing(self._folder.root):
                    names = users(self._sites)
                    self._passwords = ensure_passwords(self._folder.passwords, names)
                endpoint = await self._launch()
            except BaseException:
                await self._clear()
                raise
            self._watchers = (
                asyncio.create_task(self._watch(), name="watch the nats-server"),
                asyncio.create_task(self._tend(), name="tend the event store"),
            )
            return endpoint

    async def stop(self) -> None:
        """End the server and free the folder. May be called twice, and while it restarts."""
        async with self._turn:
            watchers, self._watchers = self._watchers, ()
            for watcher in watchers:
                await _end(watcher)
            await self._clear()

    async def _launch(self) -> Endpoint:
        binary = find_binary()
        store = await lock_store(self._folder, self._stop_timeout_s)
        try:
            with preparing(self._folder.root):
                self._forget_ports()
                write_private(self._folder.config, self._config())
                self._child = await Child.spawn(
                    binary, self._folder, self._listen, store, self._memory_limit_mib
                )
        finally:
            # The server holds it from here; ours would outlive it and keep the next one out.
            store.close()
        await self._child.wait_ready(ADMIN, self._passwords[ADMIN], self._ready_timeout_s)
        self._listen = self._child.listen
        self._endpoint = Endpoint(
            url=self.url_for(ADMIN),
            monitor_url=f"http://{join('127.0.0.1', self._listen.monitor_port)}",
            pid=self._child.pid,
            mqtt_url=_mqtt_url(self._listen),
        )
        self._ready.set()
        log.info("nats_server_ready", pid=self._child.pid, address=self._listen.address)
        return self._endpoint

    async def _watch(self) -> None:
        backoff_s = BACKOFF_FIRST_S
        while self._child is not None:
            code = await self._child.exited()
            self._ready.clear()
            log.error(
                "nats_server_died",
                pid=self._child.pid,
                exit_code=code,
                uptime_s=round(self._child.uptime_s, 1),
                last_lines=self._child.last_lines(),
            )
            if self._child.uptime_s > STEADY_AFTER_S:
                backoff_s = BACKOFF_FIRST_S
            await asyncio.sleep(backoff_s)
            while not await self._relaunched():
                backoff_s = min(backoff_s * 2, BACKOFF_MAX_S)
                await asyncio.sleep(backoff_s)
            backoff_s = min(backoff_s * 2, BACKOFF_MAX_S)

    async def _tend(self) -> None:
        """Notice a store that does not write, and restart it once there is room to write."""
        heal_from = time.monotonic()
        async with health.client() as http:
            while True:
                await asyncio.sleep(self._health_interval_s)
                if not self._ready.is_set():
                    continue
                before = self.write_error
                self.write_error = await health.write_error(http, self.endpoint.monitor_url)
                room = health.free_bytes(self._folder.root)
                if self.write_error is not None and before is None:
                    log.error("nats_store_broken", reason=self.write_error, free_bytes=room)
                has_room = room >= health.ROOM_BYTES
                if self.write_error is not None and has_room and time.monotonic() >= heal_from:
                    log.warning("nats_store_healing", free_bytes=room)
                    await self._end_child()
                    heal_from = time.monotonic() + HEALING_PAUSE_S

    async def _relaunched(self) -> bool:
        try:
            endpoint = await self._launch()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next try may succeed
            log.warning("nats_server_restart_failed", reason=str(error))
            await self._end_child()
            return False
        self.restarts += 1
        log.warning("nats_server_restarted", restarts=self.restarts, pid=endpoint.pid)
        if self._on_restart is not None:
            try:
                self._on_restart(endpoint)
            except Exception:
                log.exception("nats_server_restart_callback_failed")
        return True

    async def _end_child(self) -> None:
        self._ready.clear()
        if self._child is not None:
            await self._child.end(self._stop_timeout_s)

    def _config(self) -> dict[str, Any]:
        return server_config(
            self._folder, self._listen, self._sites, self._passwords, self._max_file_bytes
        )

    def _forget_ports(self) -> None:
        for stale in self._folder.root.glob("nats-server_*.ports"):
            stale.unlink(missing_ok=True)

    async def _clear(self) -> None:
        await self._end_child()
        self._child = self._endpoint = self.write_error = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _mqtt_url(listen: Listen) -> str | None:
    if listen.mqtt_port is None:
        return None
    return f"mqtt://{join(reachable(listen.mqtt_host), listen.mqtt_port)}"


async def _end(task: asyncio.Task[None]) -> None:
    # Once may not be enough: asyncio.wait_for of Python 3.11 can lose a cancellation.
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
