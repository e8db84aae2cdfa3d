"""The outermost layer: limits every body, and hands reports over without a detour."""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.reports import REPORTS, Reply, Reports, refusal
from services.node import Node
from services.problems import Problem

ROSTER = "/api/v1/roster/import"
_DRAIN_FACTOR = 8
"""A body that is too large is read on, up to so many limits, so that its sender gets the answer."""


class TooLarge(Exception):
    """A body has more bytes than the limit."""


class Door:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, node: Node) -> None:
        self._app = app
        self.reports = Reports(node)
        limits = node.settings.limits
        self._limit = limits.body_bytes
        self._limits = {ROSTER: limits.roster_bytes}
        """Of the paths that take larger bodies than others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == REPORTS and scope["method"] == "POST":
            await self._reports(scope, receive, send)
        elif scope["method"] in ("POST", "PUT", "PATCH"):
            await self._limited(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limits.get(scope["path"], self._limit)
        try:
            body = await read_body(receive, limit)
        except TooLarge:
            await _send(send, refusal(413, _too_large(limit)))
            return
        if body is None:
            return
        await self._app(scope, _replay(body, receive), send)

    async def _reports(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, self._limit)
        except TooLarge:
            await _send(send, refusal(413, _too_large(self._limit)))
            return
        if body is not None:
            await _send(send, await self.reports.take(scope["headers"], body))


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """Return a request's body, None if its sender has gone. Raises TooLarge, once it was read."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        elif size > limit * _DRAIN_FACTOR:
            raise TooLarge
        if not message.get("more_body", False):
            break
    if size > limit:
        raise TooLarge
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body again, and then what else comes."""
    first: MutableMapping[str, Any] | None = {
        "type": "http.request",
        "body": body,
        "more_body": False,
    }

    async def again() -> MutableMapping[str, Any]:
        nonlocal first
        if first is not None:
            message, first = first, None
            return message
        return await receive()

    return again


def _too_large(limit: int) -> Problem:
    return Problem(
        "body-too-large",
        "body",
        f"请求体超过 {limit} 字节",
        f"the body has more than {limit} bytes",
    )


async def _send(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers()})
    await send({"type": "http.response.body", "body": reply.body})
