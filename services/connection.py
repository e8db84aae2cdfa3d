"""The connection to the log, and what is said when it goes and comes back."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from urllib.parse import urlsplit

import nats
import nats.errors
import structlog
from nats.aio.client import Client

from services.metrics import METRICS

_log = structlog.get_logger()

_SAID_AGAIN_S = 30.0
"""An error that goes on is said again after so long: ten tries a second are one piece of news."""


class LoginRefused(ConnectionError):
    """The server is there and does not know this user and password: waiting would not help."""


class Repeats:
    """Which errors are news, and how many others were left unsaid meanwhile."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[float, int]] = {}

    def unsaid(self, error: str, at_s: float) -> int | None:
        """Return None for an error that was said just now, else how often it came since then."""
        said_at_s, unsaid = self._said.get(error, (None, 0))
        if said_at_s is not None and at_s - said_at_s < _SAID_AGAIN_S:
            self._said[error] = (said_at_s, unsaid + 1)
            return None
        self._said[error] = (at_s, 0)
        return unsaid


async def connect(url: str, name: str, *, wait: float | None = None) -> Client:
    """Connect to NATS and stay connected, for ever. `url` may name several servers, with commas.

    While the connection is down nothing is buffered: a publish fails at once, so that nobody is
    told "accepted" for what lies in a buffer. `wait` limits how long the first connection is tried,
    in seconds. Raises TimeoutError, and LoginRefused if the server does not know the password.
    """
    nc: Client | None = None
    refused = asyncio.Event()
    repeats = Repeats()

    async def on_error(error: Exception) -> None:
        METRICS.nats_errors.inc()
        if nc is None and "authorization violation" in str(error).lower():
            refused.set()
        unsaid = repeats.unsaid(repr(error), time.monotonic())
        if unsaid is not None:
            more = {"times_more": unsaid} if unsaid else {}
            _log.warning("nats reports an error", connection=name, error=repr(error), **more)

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
                connecting = nats.connect(
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
                nc = await _unless(refused, connecting, url)
            except LoginRefused:
                raise
            except (nats.errors.Error, OSError, TimeoutError) as error:
                _log.warning("nats cannot be reached yet", connection=name, error=repr(error))
                await asyncio.sleep(0.5)
                continue
            METRICS.nats_connected.set(1)
            return nc


async def _unless(refused: asyncio.Event, connecting: Awaitable[Client], url: str) -> Client:
    """Return the connection; raise LoginRefused if the server refuses the login before that."""
    attempt = asyncio.ensure_future(connecting)
    refusal = asyncio.ensure_future(refused.wait())
    try:
        await asyncio.wait({attempt, refusal}, return_when=asyncio.FIRST_COMPLETED)
        if attempt.done():
            return attempt.result()
    finally:
        attempt.cancel()
        refusal.cancel()
    hosts = ", ".join(urlsplit(each).netloc.rpartition("@")[2] for each in url.split(","))
    raise LoginRefused(f"connect to nats at {hosts}: it refuses the user name or the password")


async def close(nc: Client) -> None:
    """Let go of a connection, also of one whose server has gone."""
    # uvloop says RuntimeError where the transport was closed by the other side.
    with contextlib.suppress(nats.errors.Error, OSError, RuntimeError):
        await nc.close()
