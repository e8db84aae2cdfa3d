"""The outermost layer: limits every body, and takes reports without a detour.

Reports are what comes in thousands a second when it matters. They pass neither the router nor the
dependency machinery, which would cost more than everything else that is done for a report.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from services.auth import Grant
from services.gateway.errors import BROKEN, UNAVAILABLE, Refused
from services.gateway.rules import grant_of
from services.node import Node
from services.problems import Problem
from services.reporting.take import Answer, Taker, Unreadable

REPORTS = "/api/v1/reports"
ROSTER = "/api/v1/roster/import"
_JSON = b"application/json"
_NDJSON = b"application/x-ndjson"
_DRAIN_FACTOR = 8
"""A body that is too large is read on, up to so many limits, so that its sender gets the answer."""

Headers = list[tuple[bytes, bytes]]


class TooLarge(Exception):
    """A body has more bytes than the limit."""


class Door:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, node: Node) -> None:
        self._app = app
        self._node = node
        self._taker = Taker(node)
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
            await _refuse(send, 413, _too_large(limit))
            return
        if body is None:
            return
        await self._app(scope, _replay(body, receive), send)

    async def _reports(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = scope["headers"]
        try:
            body = await read_body(receive, self._limit)
            if body is None:
                return
            grant = self._grant(headers)
            if why := self._unready():
                raise Refused(503, why)
            status, answer, media_type = await self._take(body, headers, grant)
        except TooLarge:
            await _refuse(send, 413, _too_large(self._limit))
        except Refused as refused:
            await _refuse(send, refused.status, refused.problem)
        except Unreadable as unreadable:
            await _refuse(send, 422, unreadable.problem)
        else:
            await _reply(send, status, answer, media_type)

    def _grant(self, headers: Headers) -> Grant:
        authorization = _header(headers, b"authorization")
        return grant_of(
            self._node.grants,
            authorization.decode("latin-1") if authorization else None,
            None,
            "reporter",
        )

    def _unready(self) -> Problem | None:
        if self._node.reader.broken:
            return BROKEN
        return None if self._node.nc.is_connected else UNAVAILABLE

    async def _take(self, body: bytes, headers: Headers, grant: Grant) -> tuple[int, bytes, bytes]:
        reporter = grant.reporter
        if (_header(headers, b"content-type") or b"").lower().startswith(_NDJSON):
            lines = [line for line in body.splitlines() if line.strip()]
            answers = await self._taker.take_lines(lines, reporter, "http")
            shown = b"".join(orjson.dumps(one) + b"\n" for one in answers)
            return _status_of(answers), shown, _NDJSON
        if body.lstrip()[:1] == b"[":
            answers = await self._taker.take_many(body, reporter, "http")
            return _status_of(answers), orjson.dumps(_summary(answers)), _JSON
        key = _header(headers, b"idempotency-key")
        name = key.decode("latin-1") if key else None
        answer = await self._taker.take_one(body, reporter, "http", name)
        status = {"accepted": 200, "rejected": 422, "unavailable": 503}[answer["status"]]
        return status, orjson.dumps(answer), _JSON


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


def _summary(answers: list[Answer]) -> dict[str, Any]:
    accepted = sum(answer["status"] == "accepted" for answer in answers)
    rejected = sum(answer["status"] == "rejected" for answer in answers)
    return {"accepted": accepted, "rejected": rejected, "results": answers}


def _status_of(answers: list[Answer]) -> int:
    """503 as soon as one report may have been lost: send the list again, under the same ids."""
    return 503 if any(answer["status"] == "unavailable" for answer in answers) else 200


def _header(headers: Headers, name: bytes) -> bytes | None:
    for key, value in headers:
        if key == name:
            return value
    return None


def _too_large(limit: int) -> Problem:
    return Problem(
        "body-too-large",
        "body",
        f"请求体超过 {limit} 字节",
        f"the body has more than {limit} bytes",
    )


async def _refuse(send: Send, status: int, problem: Problem) -> None:
    await _reply(send, status, orjson.dumps({"error": problem.show()}), _JSON)


async def _reply(
    send: Callable[..., Awaitable[None]], status: int, body: bytes, kind: bytes
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
