"""The HTTP protocol, with a short way for reports: from the parser to the log and back without a
task, an ASGI scope and messages for each of thousands a second.

Only what is plain takes it: `POST` to the one address, HTTP/1.1, a length that is known and within
the limit, nothing under way on the connection. Everything else goes to the application as ever,
which answers reports byte for byte the same.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from services.gateway.reports import REPORTS, Headers, Reply
from services.gateway.turns import Request, Turns

_ADDRESS = REPORTS.encode()
_NOT_PLAIN = frozenset({b"transfer-encoding", b"upgrade"})
_FAILED = Reply(500, b"Internal Server Error", b"text/plain; charset=utf-8")


class _Cycle:
    """What the protocol knows of a request on the short way, by the names it knows of others."""

    __slots__ = (
        "body",
        "disconnected",
        "headers",
        "keep_alive",
        "message_event",
        "response_complete",
    )

    def __init__(self, headers: Headers, *, keep_alive: bool, nobody: asyncio.Event) -> None:
        self.headers = headers
        self.keep_alive = keep_alive
        self.body: list[bytes] = []
        self.disconnected = False
        self.response_complete = False
        self.message_event = nobody


class QuickProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        turns: Turns,
        body_bytes: int,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._turns = turns
        self._body_bytes = body_bytes
        self._nobody = asyncio.Event()
        """Set for whoever waits for a body, which on the short way is nobody."""
        self._quick: _Cycle | None = None
        """The request whose body is being read, where it takes the short way."""

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        if self.url == _ADDRESS and self._is_plain():
            self._quick = _Cycle(
                self.headers, keep_alive=self.parser.should_keep_alive(), nobody=self._nobody
            )
            self.cycle = cast("RequestResponseCycle", self._quick)
            return
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()  # makes what only the long way needs
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._quick is None:
            super().on_body(body)
        else:
            self._quick.body.append(body)

    def on_message_complete(self) -> None:
        cycle, self._quick = self._quick, None
        if cycle is None:
            super().on_message_complete()
            return
        body = cycle.body[0] if len(cycle.body) == 1 else b"".join(cycle.body)
        self._turns.put(Request(cycle.headers, body, partial(self._answer, cycle)))

    def _is_plain(self) -> bool:
        """Tell whether a request for the address may take the short way."""
        before: RequestResponseCycle | None = self.cycle
        if (
            (before is not None and not before.response_complete)
            or self.expect_100_continue
            or self.flow.write_paused
            or self.parser.get_method() != b"POST"
            or self.parser.get_http_version() != "1.1"
            or self._is_full()
        ):
            return False
        length = None
        for name, value in self.headers:
            if name == b"content-length":
                length = value
            elif name in _NOT_PLAIN:
                return False
        return length is not None and length.isdigit() and int(length) <= self._body_bytes

    def _is_full(self) -> bool:
        most = self.limit_concurrency
        now = max(len(self.connections), len(self.tasks), self._turns.under_way)
        return most is not None and now >= most

    def _answer(self, cycle: _Cycle, reply: Reply | None) -> None:
        if cycle.disconnected:
            return
        if reply is None:
            reply, cycle.keep_alive = _FAILED, False
        content = [STATUS_LINE[reply.status]]
        for name, value in (*self.server_state.default_headers, *reply.headers()):
            content += (name, b": ", value, b"\r\n")
        if not cycle.keep_alive:
            content.append(b"connection: close\r\n")
        content += (b"\r\n", reply.body)
        self.transport.write(b"".join(content))
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()


def protocol(turns: Turns, body_bytes: int) -> type[asyncio.Protocol]:
    """Return what makes a connection's protocol, as uvicorn takes it."""
    made: Callable[..., asyncio.Protocol] = partial(QuickProtocol, turns, body_bytes)
    return cast("type[asyncio.Protocol]", made)
