"""The connection to the log, and what is said when it goes and comes back."""

import asyncio
import contextlib

import nats
import nats.errors
import structlog
from nats.aio.client import Client

from services.metrics import METRICS

_log = structlog.get_logger()


async def connect(url: str, name: str, *, wait: float | None = None) -> Client:
    """Connect to NATS and stay connected, for ever. `url` may name several servers, with commas.

    While the connection is down nothing is buffered: a publish fails at once, so that nobody is
    told
    "accepted" for what lies in a buffer. `wait` limits how long the first connection is tried, in
    seconds. Raises TimeoutError.
    """
    nc: Client | None = None

    async def on_error(error: Exception) -> None:
        METRICS.nats_errors.inc()
        _log.warning("nats reports an error", connection=name, error=repr(error))

    async def on_disconnect() -> None:
        METRICS.nats_connected.set(0)
        if nc is not None and nc.is_closed:
            return
        _log.warning("nats is gone", connection=name)

    async def on_reconnect() -> None:
        METRICS.nats_connected.set(1)
        METRICS.nats_reconnects.inc()
        _log.info("nats is back", connection=name)

    async with asyncio.timeout(wait):
        while True:
            try:
                nc = await nats.connect(
                    url.split(","),
                    name=f"muster-{name}",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.1,
                    connect_timeout=2,
                    ping_interval=5,
                    max_outstanding_pings=2,
                    pending_size=0,
                    skip_subject_validation=True,
                    error_cb=on_error,
                    disconnected_cb=on_disconnect,
                    reconnected_cb=on_reconnect,
                    allow_reconnect=True,
                )
            except (nats.errors.Error, OSError, TimeoutError) as error:
                _log.warning("nats cannot be reached yet", connection=name, error=repr(error))
                await asyncio.sleep(0.5)
                continue
            METRICS.nats_connected.set(1)
            return nc


async def close(nc: Client) -> None:
    """Let go of a connection, also of one whose server has gone."""
    # uvloop says RuntimeError where the transport was closed by the other side.
    with contextlib.suppress(nats.errors.Error, OSError, RuntimeError):
        await nc.close()
