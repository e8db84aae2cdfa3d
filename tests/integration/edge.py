"""A whole Muster in the test's own process, and people with tokens who knock at its doors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from services.clock import Clock, SystemClock
from services.node import Node
from services.runner import Ready, everything
from services.settings import Limits, Settings

API = "/api/v1"
SKI = "alpine-ski-centre"
TRACK = "sliding-centre"
OVAL = "speed-skating-oval"


@dataclass
class Caller:
    """Somebody with a token, or without one."""

    url: str
    token: str | None
    http: httpx.AsyncClient

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Send JSON, or bytes as they are."""
        if isinstance(body, bytes):
            options["content"] = body
        elif body is not None:
            options["json"] = body
        return await self.send("POST", path, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.send("GET", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.send("DELETE", path, **options)

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        address = path if path.startswith("/api") or path[1:] in OUTSIDE else API + path
        return await self.http.request(method, self.url + address, headers=headers, **options)

    async def report(self, *reports: Mapping[str, Any], **options: Any) -> Any:
        """Send one report, or a list of them; return the answer's body."""
        body = dict(reports[0]) if len(reports) == 1 else [dict(one) for one in reports]
        return (await self.post("/reports", body, **options)).json()

    async def picture(self, **query: Any) -> Any:
        answer = await self.get("/picture", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


OUTSIDE = frozenset({"healthz", "readyz", "metrics", "docs", "openapi.json", "asyncapi.json", ""})
"""Paths that do not lie under the API's prefix."""


@dataclass
class Edge:
    """One Muster that runs, with a caller for everyone who was asked for."""

    node: Node
    ready: Ready
    http: httpx.AsyncClient
    admin: Caller
    _callers: dict[tuple[str, tuple[str, ...]], Caller] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.ready.url

    def anonymous(self) -> Caller:
        return Caller(self.url, None, self.http)

    async def caller(self, role: str, *sites: str, name: str = "") -> Caller:
        """Return somebody of a role, limited to sites if any are named."""
        key = (f"{role}/{name}", sites)
        if key not in self._callers:
            self._callers[key] = await self.new_caller(role, *sites, name=name)
        return self._callers[key]

    async def new_caller(self, role: str, *sites: str, name: str = "") -> Caller:
        """Return somebody with a token of their own."""
        said = {"role": role, "name": name or f"{role}-{'-'.join(sites) or 'all'}", "sites": sites}
        answer = await self.admin.post("/tokens", said)
        assert answer.status_code == 200, answer.text
        return Caller(self.url, answer.json()["token"], self.http)

    async def settle(self) -> None:
        """Return when everything that follows from what was sent has happened."""
        await self.node.settle()

    async def healthy(self) -> bool:
        """Tell whether the process lives, takes work, and writes what it is told."""
        alive = (await self.anonymous().get("/healthz")).status_code == 200
        ready = (await self.anonymous().get("/readyz")).status_code == 200
        answer = await self.admin.report({"kind": "incident", "text": "still here?"})
        return alive and ready and answer["status"] == "accepted"


@asynccontextmanager
async def edge(
    data: Path, *, clock: Clock | None = None, limits: Limits | None = None, **settings: Any
) -> AsyncIterator[Edge]:
    """Run a Muster with the sites and venues of the built-in plan."""
    chosen = Settings(data=data, log_level="error", limits=limits or Limits(), **settings)
    async with (
        everything(chosen, clock or SystemClock()) as (node, ready),
        httpx.AsyncClient(timeout=30.0, limits=httpx.Limits(max_connections=None)) as http,
    ):
        yield Edge(node, ready, http, Caller(ready.url, ready.token, http))


async def enrol(edge: Edge, people: Sequence[tuple[str, str, str, Sequence[str]]]) -> None:
    """Register people as (id, site, role, what they lead)."""
    said = [
        {"id": id, "site": site, "name": f"志愿者{id}", "latin": id, "role": role, "leads": leads}
        for id, site, role, leads in people
    ]
    answer = await edge.admin.post("/volunteers", said)
    assert answer.json()["accepted"] == len(said), answer.text
    await edge.settle()


async def put_on_post(edge: Edge, person: str, venue: str, now: datetime | None = None) -> None:
    """Plan a person at a venue from two hours ago until in six hours."""
    now = now or edge.node.clock.now()
    answer = await edge.admin.post(
        f"/volunteers/{person}/shifts",
        {
            "shift": f"{person}-{venue}",
            "venue": venue,
            "starts_at": (now - timedelta(hours=2)).isoformat(),
            "ends_at": (now + timedelta(hours=6)).isoformat(),
        },
    )
    assert answer.status_code == 200, answer.text


def is_refusal(body: Any) -> bool:
    """Tell whether an answer says no with a code, a field and a reason in both languages."""
    said = body.get("error", body)
    reason = said.get("reason", {})
    return (
        bool(said.get("code"))
        and isinstance(said.get("field"), str)
        and any("\u4e00" <= character <= "\u9fff" for character in reason.get("zh", ""))
        and bool(reason.get("en"))
    )


def soon(**span: float) -> str:
    """Return a moment that lies `span` from now."""
    return (datetime.now(UTC) + timedelta(**span)).isoformat()
