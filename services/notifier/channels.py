"""The ways a message leaves Muster. An address, and what a server says of one, is never repeated:
not in a reason, not in a log line.
"""

import asyncio
import logging
import socket
import ssl
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx

from events.fact import Text
from projections.not_sent import (
    NO_CONNECTION,
    NOT_FOUND,
    NOT_TAKEN,
    STUCK,
    UNUSABLE,
    answered,
)

T = TypeVar("T")

Resolve = Callable[[str, int], object]
"""Looks a host up; raises OSError for one that is not found. It may block."""

_LOADING = threading.Lock()
LOADING_S = 15.0
"""How long loading all of apprise's services may take: half a second on a machine at rest."""
_CLIP = 700
"""Characters of each language that a chat message has: the least of the services takes 2,048."""


class Letter(NamedTuple):
    """What a person is told. `key` is the same for the same message by the same channel."""

    title: Text
    body: Text
    link: str | None
    key: str


class SendFailed(Exception):
    """It was not taken. `surely_not_sent` when not a byte of it left, so that it may be tried
    again.
    """

    def __init__(self, reason: str, *, surely_not_sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.surely_not_sent = surely_not_sent


class MaybeSent(Exception):
    """It was handed over and no answer came: nobody knows."""


class Channel(Protocol):
    """One way to send."""

    async def send(self, address: str, letter: Letter) -> None:
        """Return when it was taken. Raises SendFailed, MaybeSent."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...


class HttpChannel:
    """POST of JSON to an `http(s)://` address, past any proxy.

    Names are looked up in threads of its own first: the event loop has four for all lookups, and a
    name server that does not answer would take them from every other channel.
    """

    def __init__(self, width: int, timeout_s: float, resolve: Resolve | None = None) -> None:
        self._timeout_s = timeout_s
        self._resolve = resolve or socket.getaddrinfo
        self._threads = ThreadPoolExecutor(width, "muster-lookup")
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_s, connect=timeout_s / 2),
            # A connection that is kept may be closed at the other end as the next message leaves,
            # and then nobody knows whether it came.
            limits=httpx.Limits(max_connections=width, max_keepalive_connections=0),
            verify=_certificates(),
            trust_env=False,
        )

    async def send(self, address: str, letter: Letter) -> None:
        """Return when it answered 2xx. Raises SendFailed, MaybeSent."""
        body = {
            "title": letter.title.model_dump(),
            "body": letter.body.model_dump(),
            "link": letter.link,
        }
        await self._look_up(address)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._http.post(
                    address, json=body, headers={"Idempotency-Key": letter.key}
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendFailed(NO_CONNECTION, surely_not_sent=True) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise SendFailed(UNUSABLE, surely_not_sent=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise MaybeSent from error
        if not answer.is_success:
            raise SendFailed(answered(answer.status_code), surely_not_sent=False)

    async def close(self) -> None:
        """Let go of the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._http.aclose()

    async def _look_up(self, address: str) -> None:
        host, port = urlsplit(address).hostname or "", _port(address)
        try:
            found = self._threads.submit(self._resolve, host, port)
            await _within(found, self._timeout_s)
        except (OSError, UnicodeError, TimeoutError, SendFailed) as error:
            raise SendFailed(NOT_FOUND, surely_not_sent=True) from error


class AppriseChannel:
    """Any service that apprise knows. It blocks, so it has threads of its own.

    Addresses say how often to try and how long to pause between sends (`retry`, 5.5 s by default
    for most services); neither is followed: an object is made for each send and sends once, and the
    pace is kept by the lane.
    """

    def __init__(self, width: int, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(width, "muster-send")
        self._loaded = False

    async def send(self, address: str, letter: Letter) -> None:
        """Return when the service took it. Raises SendFailed, MaybeSent."""
        await self._load()
        sending = self._threads.submit(self._send, address, letter)
        try:
            taken = await _within(sending, self._timeout_s)
        except TimeoutError as error:
            raise MaybeSent from error
        if not taken:
            raise SendFailed(NOT_TAKEN, surely_not_sent=False)

    async def _load(self) -> None:
        """Load every service before the first send: on a busy machine that takes longer than a
        send may, and while it lasts nothing can have been sent.
        """
        if self._loaded:
            return
        try:
            await _within(self._threads.submit(_apprise), LOADING_S)
        except TimeoutError as error:
            # Nothing was sent, but a send is to end in a time that others can count on.
            raise SendFailed(STUCK, surely_not_sent=False) from error
        self._loaded = True

    async def close(self) -> None:
        """Take up nothing more; what is under way ends by its own timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, address: str, letter: Letter) -> bool:
        apprise = _apprise()
        asset = apprise.AppriseAsset(app_id="Muster", secure_logging=True, storage_mode="memory")
        service: Any = apprise.Apprise.instantiate(address, asset=asset)
        if service is None:
            raise SendFailed(UNUSABLE, surely_not_sent=False)
        service.request_rate_per_sec = 0
        service.socket_connect_timeout = service.socket_read_timeout = self._timeout_s / 2
        service.overflow_mode = apprise.OverflowMode.TRUNCATE
        return bool(service.notify(body=_plain(letter), title=_title(letter)))


def _apprise() -> Any:
    """Return apprise with all its services loaded, which takes half a second the first time."""
    with _LOADING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import apprise

        apprise.Apprise.instantiate("json://127.0.0.1")
    for name in ("apprise", "urllib3", "requests"):
        # They name the host, and some the whole address, in their warnings.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return apprise


async def _within(work: Future[T], timeout_s: float) -> T:
    """Return what a thread comes to.

    Raises SendFailed when no thread was free in time, TimeoutError when one is still at it.
    """
    waiting = asyncio.wrap_future(work)
    # What goes wrong after nobody waits any more would be logged with all it says.
    waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait({waiting}, timeout=timeout_s)
    if waiting.done():
        return waiting.result()
    if work.cancel():
        raise SendFailed(STUCK, surely_not_sent=True)
    raise TimeoutError


def _port(address: str) -> int:
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


@cache
def _certificates() -> ssl.SSLContext:
    """Return the machine's certificates: they take 50 ms to read, so they are read once."""
    return ssl.create_default_context()


def _title(letter: Letter) -> str:
    return f"{letter.title.zh} / {letter.title.en}"


def _plain(letter: Letter) -> str:
    lines = [letter.body.zh[:_CLIP], letter.body.en[:_CLIP], letter.link or ""]
    return "\n".join(line for line in lines if line)
