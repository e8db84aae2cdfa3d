"""HTTP as a story needs it: every request is tried until it is answered, under the same id."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx
import orjson

from services.scenario.beat import JSON, Beat

API: Final = "/api/v1"
LINKS: Final = "/m/"
"""Where the links in messages lead."""
_PAUSE_S: Final = 0.1
_PAUSE_MAX_S: Final = 3.0
_TIMEOUT_S: Final = 30.0


class GatewayGone(ConnectionError):
    """The gateway gave no answer for as long as it is waited for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is the JSON, a list of the lines for NDJSON, or None."""

    status: int
    body: Any
    text: str


class Exchange:
    """A connection to a gateway. Counts how often it had to try again.

    A request that was sent may have been taken although its answer was lost; sent again under the
    same id it is taken once, so trying again is always right.
    """

    def __init__(
        self, base_url: str, *, patience_s: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            timeout=_TIMEOUT_S,
            transport=transport,
            trust_env=False,
        )
        self._patience_s = patience_s
        self.retries = 0

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def send(self, beat: Beat, path: str, body: Any, token: str) -> Answer:
        """Return the answer to a beat whose references are resolved.

        Raises:
            GatewayGone: no connection, or 503, for longer than the patience.
        """
        headers = {} if body is None else {"Content-Type": beat.content_type}
        if beat.method != "GET" and not isinstance(body, list):
            headers["Idempotency-Key"] = beat.id  # in a list each one has an id of its own
        if beat.filename:
            headers["X-Filename"] = quote(beat.filename)
        return await self._ask(beat.method, path, token, headers, beat.content(body))

    async def post(self, path: str, body: Mapping[str, Any], token: str, id: str) -> Answer:
        """Return the answer to a JSON object that no beat holds.

        Raises:
            GatewayGone: as `send`.
        """
        headers = {"Content-Type": JSON, "Idempotency-Key": id}
        return await self._ask("POST", path, token, headers, orjson.dumps(body))

    async def get(self, path: str, token: str) -> Answer:
        """Return the answer to a question.

        Raises:
            GatewayGone: as `send`.
        """
        return await self._ask("GET", path, token, {}, None)

    async def _ask(
        self, method: str, path: str, token: str, headers: dict[str, str], content: bytes | None
    ) -> Answer:
        until, pause_s = monotonic() + self._patience_s, _PAUSE_S
        headers = {**headers, "Authorization": f"Bearer {token}"}
        address = path if path.startswith(LINKS) else API + path
        while True:
            try:
                answer = await self._client.request(
                    method, address, content=content, headers=headers
                )
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}"
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return _read(answer)
                problem = f"503: {answer.text[:200]}"
            if monotonic() >= until:
                raise GatewayGone(
                    f"{method.lower()} {path}: no answer in {self._patience_s:.0f} s ({problem})"
                )
            self.retries += 1
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _PAUSE_MAX_S)


def _read(answer: httpx.Response) -> Answer:
    body: Any = None
    try:
        if "ndjson" in answer.headers.get("content-type", ""):
            body = [orjson.loads(line) for line in answer.content.splitlines() if line.strip()]
        elif answer.content:
            body = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        body = None  # an answer that is no JSON is judged by its status, and shown as text
    return Answer(answer.status_code, body, answer.text)
