"""Fetching over HTTP what others decide the content of: every hop judged, every body bounded.

A host is resolved here, its address is judged, and the connection goes to that very address: a name
that leads elsewhere a moment later gains nothing.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Final, NamedTuple, Self

import httpx

from events.fact import Text
from events.feed import Trouble
from services.weather.feeds.address import leads_away
from services.weather.feeds.inflating import TAKEN, Inflating
from services.weather.feeds.private import may_lead_to
from services.weather.feeds.reading import Unreadable

REDIRECTS_MAX: Final = 5
_CONNECT_S: Final = 10.0
_RETRY_AFTER_MAX_S: Final = 86_400.0
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class Known(NamedTuple):
    """What an address answered last: it is asked only whether that has changed."""

    url: str = ""
    etag: str = ""
    modified: str = ""


class Answer(NamedTuple):
    """What came of a request: a body, or that nothing has changed."""

    body: bytes
    url: str
    """Where it was found in the end."""
    known: Known
    media_type: str
    changed: bool = True


class NotFetched(Exception):
    """Nothing could be had: what kind of trouble, why, and when to ask again, if it was said."""

    def __init__(self, trouble: Trouble, reason: Text, retry_after_s: float = 0.0) -> None:
        super().__init__(reason.en)
        self.trouble: Trouble = trouble
        self.reason = reason
        self.retry_after_s = retry_after_s


class Fetcher:
    """One look at a feed: its connections are kept until the look ends.

    `limit` is in bytes and for a body as it means, `within_s` for a whole request with all its
    redirects: a server that sends a byte now and then gains nothing.
    """

    def __init__(self, *, limit: int, within_s: float) -> None:
        self._limit = limit
        self._within_s = within_s
        self._ways: dict[tuple[str, str, int | None], httpx.AsyncHTTPTransport] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for way in self._ways.values():
            await way.aclose()

    async def get(self, url: str, *, private: bool, known: Known | None = None) -> Answer:
        """Return what an address answers. Raises NotFetched."""
        begun = _Begun()
        try:
            async with asyncio.timeout(self._within_s):
                return await self._follow(httpx.URL(url), known or Known(), begun, private=private)
        except TimeoutError as error:
            trouble: Trouble = "broken" if begun.answers else "silent"
            said = f"{self._within_s:g}"
            raise NotFetched(
                trouble, Text(zh=f"{said} 秒内没有答完", en=f"no whole answer within {said} s")
            ) from error
        except Unreadable as error:
            raise NotFetched("broken", error.reason) from error
        except httpx.InvalidURL as error:
            raise NotFetched(
                "broken", _both(f"地址无效：{error}", f"bad address: {error}")
            ) from error
        except httpx.HTTPError as error:
            raise _of(error, answers=begun.answers) from error

    async def _follow(
        self, url: httpx.URL, known: Known, begun: "_Begun", *, private: bool
    ) -> Answer:
        for _ in range(REDIRECTS_MAX + 1):
            begun.answers = False
            request, way = await self._prepared(url, known, private=private)
            response = await way.handle_async_request(request)
            begun.answers = True
            try:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    return await self._read(response, str(url), known)
                url = _next(url, response.headers["location"])
            finally:
                await response.aclose()
        raise _broken(
            f"重定向超过 {REDIRECTS_MAX} 次", f"it redirects more than {REDIRECTS_MAX} times"
        )

    async def _prepared(
        self, url: httpx.URL, known: Known, *, private: bool
    ) -> tuple[httpx.Request, httpx.AsyncHTTPTransport]:
        """Return the request to the address that a host has now, and the way to it."""
        if url.scheme not in ("http", "https") or not url.host:
            raise _broken(f"不是网址：{url.scheme}", f"no address of the web: {url.scheme}")
        host = url.host
        address = await _judged(
            host, url.port or (443 if url.scheme == "https" else 80), private=private
        )
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": "Muster",
            "Accept": "application/cap+xml, application/atom+xml, application/xml, */*;q=0.5",
            "Accept-Encoding": TAKEN,
            **_conditions(str(url), known),
        }
        request = httpx.Request(
            "GET",
            url.copy_with(host=address, username=None, password=None),
            headers=headers,
            extensions={
                "sni_hostname": host,
                "timeout": {
                    "connect": _CONNECT_S,
                    "read": self._within_s,
                    "write": _CONNECT_S,
                    "pool": self._within_s,
                },
            },
        )
        return request, self._way(host, address, url.port)

    def _way(self, host: str, address: str, port: int | None) -> httpx.AsyncHTTPTransport:
        """Return the connections to a host: another host at that address has its own, for its
        certificate is another.
        """
        key = host, address, port
        if key not in self._ways:
            self._ways[key] = httpx.AsyncHTTPTransport(verify=_trust(), trust_env=False)
        return self._ways[key]

    async def _read(self, response: httpx.Response, url: str, known: Known) -> Answer:
        headers, status = response.headers, response.status_code
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if status == 304 and known.url == url:
            return Answer(b"", url, known, media_type, changed=False)
        if not 200 <= status < 300:
            reason = _both(f"服务器返回 {status}", f"the server answers {status}")
            raise NotFetched("broken", reason, _retry_after_s(headers))
        inflating = Inflating(headers.get("content-encoding", ""), self._limit)
        async for piece in response.aiter_raw():
            inflating.take(piece)
        now = Known(url, headers.get("etag", ""), headers.get("last-modified", ""))
        return Answer(inflating.whole(), url, now, media_type)


class _Begun:
    """Whether a server has begun to answer, for what is said of it when it does not end."""

    answers = False


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


async def _judged(host: str, port: int, *, private: bool) -> str:
    """Return an address of a host that may be asked. Raises NotFetched."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = _both(f"找不到主机 {host}", f"host {host} is not found")
        raise NotFetched("silent", reason) from error
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    for address in addresses:
        if may_lead_to(address, private=private):
            return address
    raise NotFetched("broken", leads_away(host, addresses[0]))


def _next(url: httpx.URL, location: str) -> httpx.URL:
    return url.join(location).copy_with(fragment=None)


def _conditions(url: str, known: Known) -> Mapping[str, str]:
    if known.url != url:
        return {}
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in said.items() if value}


def _retry_after_s(headers: httpx.Headers) -> float:
    """Return when a server wants to be asked again, in seconds; 0 where it does not say."""
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said) if said.isdigit() else _until(said)
    except (ValueError, OverflowError, TypeError):
        return 0.0
    return min(max(seconds, 0.0), _RETRY_AFTER_MAX_S)


def _until(said: str) -> float:
    moment = parsedate_to_datetime(said)
    return (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()


def _of(error: httpx.HTTPError, *, answers: bool) -> NotFetched:
    problem = " ".join(str(error).split())[:200] or type(error).__name__
    if answers or isinstance(error, httpx.ProtocolError) or _is_certificate(error):
        return NotFetched("broken", _both(f"应答中断：{problem}", f"the answer breaks: {problem}"))
    return NotFetched("silent", _both(f"没有应答：{problem}", f"no answer: {problem}"))


def _is_certificate(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _both(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def _broken(zh: str, en: str) -> NotFetched:
    return NotFetched("broken", _both(zh, en))
