"""Starts Muster: everything in one process, one service alone, or the demonstration."""

import asyncio
import contextlib
import gc
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from services import logs
from services.clock import Clock, ManualClock, ScaledClock, SystemClock
from services.connection import close, connect
from services.embedded import EmbeddedServer, Endpoint
from services.first_start import admin_token, register_plan
from services.key_bucket import BUCKET_BYTES_MAX
from services.log.wire import MESSAGE_BYTES_MAX
from services.metrics import METRICS
from services.node import Node, Service
from services.provision import provision
from services.scenario.driver import OnProgress, play
from services.scenario.foreign import choose_foreign, find_corpus
from services.scenario.phones import CHANNELS, Phones
from services.scenario.plan import Plan, load_plan
from services.scenario.story import story
from services.settings import Settings
from services.starting import started
from services.weather.stations.streams import STREAMS_BYTES_MAX

_log = structlog.get_logger()

SERVICES = (
    "sites",
    "access",
    "volunteers",
    "weather",
    "incidents",
    "alerts",
    "journeys",
    "playbooks",
    "days",
    "notifier",
    "intake",
    "gateway",
)
"""In the order they are built; they are stopped the other way round."""

DEFAULT_PLAN = "winter-games"


class Ready(NamedTuple):
    """Where a process that is ready can be reached, and with what. The token is an admin's."""

    url: str
    nats: str
    token: str
    data: str
    mqtt: str = ""
    """Where the embedded nats-server takes MQTT; empty where it does not."""


OnReady = Callable[[Ready], None]


async def up(settings: Settings, *, clock: Clock | None = None, on_ready: OnReady) -> int:
    """Run everything in this process until SIGTERM or SIGINT; return the exit status.

    Raises DataFolderBusy, ServerNotFound, ServerFailed, WeakerLog, PortTaken, DataRefused.
    """
    logs.configure(settings.log_level)

    async def stay() -> int:
        async with everything(settings, clock or SystemClock()) as (_, ready):
            on_ready(ready)
            return await _for_ever()

    return await _until_told(stay())


async def run(name: str, settings: Settings, *, on_ready: OnReady) -> int:
    """Run one service against a NATS URL until SIGTERM or SIGINT; return the exit status.

    Start it again on another machine, or twice on one, to share its work. Raises ValueError for a
    name that is no service.
    """
    if name not in SERVICES:
        raise ValueError(f"run {name}: there is no such service, there are {', '.join(SERVICES)}")
    logs.configure(settings.log_level)
    url = settings.nats or ""

    async def stay() -> int:
        make = partial(_node, settings, SystemClock(), url, settings.nats_monitor, (name,))
        async with started(make, _nothing_more) as (node, _):
            on_ready(Ready(node.gateway_url or "", url, "", str(settings.data)))
            return await _for_ever()

    return await _until_told(stay())


async def demo(
    settings: Settings,
    *,
    speed: float,
    seed: int,
    until: str | None = None,
    once: bool = False,
    on_ready: OnReady,
    on_progress: OnProgress,
) -> int:
    """Run everything and play the winter-games day at `speed`; 0 is as fast as it goes.

    Stays until SIGTERM or SIGINT unless `once`; returns 1 when an answer was not as expected.
    """
    corpus = find_corpus()
    foreign = choose_foreign(corpus, load_plan(DEFAULT_PLAN), seed) if corpus else ()
    day = story(seed, foreign=foreign)
    if until is not None:
        day = day.until(time.fromisoformat(until))
    clock = ScaledClock(day.starts_at, speed) if speed else ManualClock(day.starts_at)
    logs.configure(settings.log_level)
    settings = settings.model_copy(update={"channels": CHANNELS})

    async def stay() -> int:
        async with Phones() as phones, everything(settings, clock) as (node, ready):
            on_ready(ready)
            for remark in day.remarks:
                _log.warning(remark.en, zh=remark.zh)
            settle = node.settle if isinstance(clock, ManualClock) else None
            report = await play(
                day,
                ready.url,
                ready.token,
                clock,
                on_progress=on_progress,
                settle=settle,
                phones=phones,
            )
            for surprise in report.surprises:
                _log.error("the scenario was surprised", **asdict(surprise))
            if once:
                return 1 if report.surprises else 0
            return await _for_ever()

    return await _until_told(stay())


@asynccontextmanager
async def everything(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Node, Ready]]:
    """Run all services, and the embedded nats-server unless another one is named."""
    plan = _plan(settings)
    async with (
        _server(settings, plan) as (url, monitor, mqtt),
        started(
            partial(_node, settings, clock, url, monitor, SERVICES),
            partial(_set_up, plan, settings.data),
        ) as (node, token),
    ):
        _spare_the_collector()
        ready = Ready(node.gateway_url or "", url, token, str(settings.data.resolve()), mqtt)
        with _announced(settings.data, ready):
            yield node, ready


async def _set_up(plan: Plan | None, data: Path, node: Node) -> str:
    """Have in the log what a new one begins with; return the admin's token."""
    if plan is not None:
        await register_plan(node, plan)
    return await admin_token(node, data)


async def _nothing_more(_: Node) -> None:
    return


def _spare_the_collector() -> None:
    """Let Python look for cycles less often: what is folded stays, and each full look at it takes
    as long as a hundred reports.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def build_service(name: str, node: Node) -> Service:
    """Add one service's folds and handlers to a node. The rest of its code is not imported."""
    service: Service = import_module(f"services.{name}.app").build(node)
    return service


@asynccontextmanager
async def _server(
    settings: Settings, plan: Plan | None
) -> AsyncIterator[tuple[str, str | None, str]]:
    """Yield where NATS is, where it can be asked how it is configured, and where it takes MQTT."""
    if settings.nats is not None:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield settings.nats, settings.nats_monitor, ""
        return
    server = EmbeddedServer(
        settings.data,
        port=settings.nats_port,
        mqtt_port=settings.mqtt_port,
        mqtt_host=settings.mqtt_host,
        sites=[site.id for site in plan.sites] if plan else [],
        max_file_bytes=settings.log_max_bytes
        + (settings.log_max_bytes >> 2)
        + settings.documents_max_bytes
        + BUCKET_BYTES_MAX
        + STREAMS_BYTES_MAX,
        on_restart=_count_restart,
    )
    endpoint = await server.start()
    try:
        yield endpoint.url, endpoint.monitor_url, endpoint.mqtt_url or ""
    finally:
        await server.stop()


@asynccontextmanager
async def _node(
    settings: Settings, clock: Clock, url: str, monitor: str | None, names: tuple[str, ...]
) -> AsyncIterator[Node]:
    """Yield a node with the named services built, its log provisioned; stop it at the end."""
    nc = await connect(url, "+".join(names) if len(names) == 1 else "all")
    try:
        await provision(
            nc,
            replicas=settings.replicas,
            max_bytes=settings.log_max_bytes,
            max_msg_bytes=MESSAGE_BYTES_MAX,
            monitor_urls=monitor.split(",") if monitor else [],
            require_sync_check=settings.nats is None,
        )
        node = Node(settings, clock, nc, url, keep_snapshots=names == SERVICES)
        for name in names:
            node.services.append(build_service(name, node))
        if "gateway" not in names:
            node.services.append(import_module("services.gateway.alone").build(node))
    except BaseException:
        await close(nc)
        raise
    try:
        yield node
    finally:
        await node.stop()


@contextlib.contextmanager
def _announced(data: Path, ready: Ready) -> Iterator[None]:
    """Leave a note in the data folder that tells the command line where this process is."""
    note = data / "running.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps({**ready._asdict(), "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _plan(settings: Settings) -> Plan | None:
    name = settings.plan or DEFAULT_PLAN
    return None if name == "none" else load_plan(name)


async def _for_ever() -> int:
    await asyncio.Event().wait()
    return 0


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """Work until it is done or SIGTERM or SIGINT comes; then let it clean up behind itself."""
    task = asyncio.create_task(work)
    told = False

    def stop() -> None:
        nonlocal told
        if not told:  # a second signal must not cut the cleaning up short
            told = True
            _log.info("stopping")
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if told:
            return 0
        raise


def _count_restart(_: Endpoint) -> None:
    METRICS.nats_restarts.inc()
