"""Every endpoint by every role, and what a token that is limited to a site sees and changes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from services.gateway.rules import endpoints, require_rules, rule_of
from tests.integration.edge import (
    API,
    Caller,
    Edge,
    edge,
    is_refusal,
)

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

ROLES = ("reporter", "responder", "commander", "monitor", "admin")
INCLUDED = {
    "reporter": {"reporter", "responder", "commander", "admin"},
    "responder": {"responder", "commander", "admin"},
    "commander": {"commander", "admin"},
    "monitor": {"monitor", "commander", "admin"},
    "admin": {"admin"},
    "any": set(ROLES),
}
"""For each rule, the roles that satisfy it, written out a second time on purpose."""
RULES = {
    "GET /": "open", "GET /me (page)": "open",
    "GET /docs": "open", "GET /openapi.json": "open", "GET /asyncapi.json": "open",
    "GET /healthz": "open", "GET /readyz": "open", "GET /metrics": "open",
    "GET /static/{path:path}": "open", "GET /asyncapi-viewer/{path:path}": "open",
    "POST /reports": "reporter", "POST /cap": "reporter",
    "POST /incidents/{id}/triage": "responder", "POST /incidents/{id}/assign": "responder",
    "POST /incidents/{id}/accept": "responder", "POST /incidents/{id}/contain": "responder",
    "POST /incidents/{id}/resolve": "responder", "POST /incidents/{id}/close": "responder",
    "POST /incidents/{id}/reopen": "responder", "POST /incidents/{id}/merge": "responder",
    "POST /incidents/{id}/note": "responder", "POST /incidents/{id}/take": "responder",
    "POST /alerts/acknowledge": "responder",
    "POST /alerts/{id}/acknowledge": "responder", "POST /alerts/{id}/close": "responder",
    "GET /alerts/stream": "responder", "GET /incidents/{id}/timeline": "responder",
    "GET /people/{id}/timeline": "responder",
    "POST /volunteers": "commander", "POST /volunteers/{id}/shifts": "commander",
    "DELETE /volunteers/{id}/shifts/{shift}": "commander", "POST /roll-calls": "commander",
    "POST /roll-calls/{id}/close": "commander", "POST /roll-calls/{id}/remind": "commander",
    "POST /roll-calls/{id}/reopen": "commander", "POST /roll-calls/{id}/walk-ups": "responder",
    "POST /roll-calls/{id}/excuse": "responder", "POST /roll-calls/{id}/answers": "responder",
    "GET /venues/{id}/code.svg": "responder", "GET /people/{id}/code.svg": "responder",
    "POST /volunteers/{id}/training": "commander", "POST /volunteers/{id}/leave": "commander",
    "DELETE /volunteers/{id}/leave/{leave}": "commander", "GET /shifts": "any",
    "POST /shifts": "commander", "POST /swaps": "reporter", "GET /swaps": "any",
    "POST /swaps/{id}/agree": "reporter", "POST /swaps/{id}/decline": "reporter",
    "GET /board": "any", "GET /people/{id}/shifts.ics": "any",
    "POST /phases": "commander", "GET /phases": "any", "GET /phases/{id}/readiness": "responder",
    "POST /roster/import": "commander", "GET /roster/export": "responder",
    "GET /people": "responder", "GET /people/{id}": "responder",
    "POST /people/{id}/details": "any", "POST /set-aside/{id}/details": "commander",
    "POST /people/{id}/erase": "admin",
    "POST /sites": "admin", "POST /venues": "admin", "POST /tokens": "admin",
    "GET /tokens": "admin", "DELETE /tokens/{id}": "admin",
    "POST /journeys": "responder", "POST /journeys/{id}/replan": "responder",
    "POST /journeys/{id}/cancel": "responder", "POST /journeys/{id}/depart": "reporter",
    "POST /journeys/{id}/arrive": "reporter", "GET /journeys": "any", "GET /journeys/{id}": "any",
    "GET /days/{day}": "responder", "GET /days/{day}/report": "commander",
    "GET /days/{day}/people": "reporter", "GET /care": "reporter",
    "POST /care/{id}/take": "reporter", "POST /care/{id}/end": "reporter",
    "GET /events": "monitor",
    "GET /roll-calls/{id}": "any",
    "GET /messages": "reporter", "POST /people/{id}/test-message": "reporter",
    "GET /reachability": "responder", "POST /reachability/test": "commander",
    "GET /feeds": "monitor", "POST /feeds": "commander", "DELETE /feeds/{id}": "commander",
    "POST /feeds/{id}/ask": "commander",
    "GET /m/{code}/{channel}": "open", "HEAD /m/{code}/{channel}": "open",
    "POST /m/{code}/{channel}": "open",
    "GET /me": "any", "POST /me/calls/{id}/note": "reporter",
    "GET /picture": "any", "GET /warnings/{id}/geometry": "any", "GET /whoami": "any",
    "GET /warnings": "any", "GET /warnings/{id}": "any", "GET /documents/{sha256}": "responder",
    "POST /observations": "reporter", "GET /venues/{id}/observations": "any",
    "GET /weather/rules": "any", "GET /weather": "any", "GET /venues/{id}/weather": "any",
    "GET /stream": "any",
    "POST /bulletins": "commander", "GET /bulletins": "responder",
    "GET /bulletins/{id}": "responder", "POST /bulletins/{id}/approve": "commander",
    "POST /bulletins/{id}/decline": "commander", "POST /bulletins/{id}/update": "commander",
    "POST /bulletins/{id}/cancel": "commander",
    "GET /cap/feed.atom": "any", "GET /cap/{identifier}.xml": "any",
    "GET /cap/certificate.pem": "open",
}  # fmt: skip
GUARDED = sorted(name for name, rule in RULES.items() if rule != "open")
STREAMS = {"GET /stream", "GET /alerts/stream"}
FEEDS = {
    "GET /people/{id}/shifts.ics": 404, "GET /cap/feed.atom": 200, "GET /cap/{identifier}.xml": 404,
}  # fmt: skip
"""What programs fetch that send no headers either, and what they get here."""
PAGES = {"/me": " (page)"}
"""Pages that are called as an endpoint under the API's prefix is."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("roles")) as running:
        yield running


def served(muster: Edge) -> dict[str, APIRoute]:
    found = application(muster)
    routes: dict[str, APIRoute] = {}
    for path, route in endpoints(found.routes):
        assert isinstance(route, APIRoute), path
        for method in route.methods or ():
            routes[f"{method} {path.removeprefix(API)}{PAGES.get(path, '')}"] = route
    return routes


def application(muster: Edge) -> Any:
    from services.gateway.app import application as build
    from services.gateway.streams import Streams

    # Folds may not be added to a reader that runs, so it is looked at with a reader of its own.
    class Quiet:
        def add(self, *_: Any) -> None:
            """Nothing is read."""

    class Still:
        def __getattr__(self, name: str) -> Any:
            return Quiet() if name == "reader" else getattr(muster.node, name)

    still: Any = Still()
    return build(still, Streams(still))


async def test_every_endpoint_has_the_rule_that_is_written_here(muster: Edge) -> None:
    said = {name: rule_of(route) for name, route in served(muster).items()}
    assert {**said, "POST /reports": "reporter"} == RULES


async def test_an_endpoint_without_a_rule_does_not_start(muster: Edge) -> None:
    app = application(muster)

    async def careless() -> None:
        """Nobody said who may."""

    app.add_api_route("/careless", careless)
    with pytest.raises(RuntimeError, match="careless"):
        require_rules(app)


def address(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return method, API + path.replace("{id}", "nobody").replace("{shift}", "none").replace(
        "{leave}", "none"
    )


async def ask(caller: Caller, name: str, **options: Any) -> tuple[int, Any]:
    """Return the status and what was said; of a stream and of a file only its status."""
    method, path = address(name)
    options.setdefault("content", b"{}" if method == "POST" else None)
    headers = {"Content-Type": "application/json", **options.pop("headers", {})}
    if caller.token:
        headers.setdefault("Authorization", f"Bearer {caller.token}")
    async with caller.http.stream(method, caller.url + path, headers=headers, **options) as answer:
        if name in STREAMS and answer.status_code == 200:
            return 200, None
        await answer.aread()
        is_json = answer.headers["content-type"].startswith("application/json")
        return answer.status_code, answer.json() if is_json else None


@pytest.mark.parametrize("name", GUARDED)
async def test_without_a_token_nothing_opens(muster: Edge, name: str) -> None:
    for authorization in (None, "", "Bearer", "Bearer nonsense", "Basic YTpi"):
        headers = {} if authorization is None else {"Authorization": authorization}
        status, said = await ask(muster.anonymous(), name, headers=headers)
        assert status == 401
        assert is_refusal(said)


@pytest.mark.parametrize("name", GUARDED)
async def test_each_role_opens_what_its_rule_says_and_nothing_else(muster: Edge, name: str) -> None:
    for role in ROLES:
        status, said = await ask(await muster.caller(role), name)
        if role in INCLUDED[RULES[name]]:
            assert status not in (401, 403), (role, said)
            assert status < 500
        else:
            assert (status, said["error"]["code"]) == (403, "role-not-allowed"), role
            assert is_refusal(said)


@pytest.mark.parametrize("name", sorted(RULES.keys() - set(GUARDED)))
async def test_what_is_open_is_open(muster: Edge, name: str) -> None:
    path = name.partition(" ")[2].replace("{path:path}", "favicon.svg").removesuffix(" (page)")
    prefix = API if path.startswith("/cap/") else ""
    answer = await muster.http.get(muster.url + prefix + path)
    nothing_there = path.startswith(("/asyncapi-viewer", "/m/"))
    assert answer.status_code == (404 if nothing_there else 200)


async def test_a_revoked_token_opens_nothing_from_that_moment(muster: Edge) -> None:
    created = await muster.admin.post("/tokens", {"role": "admin", "name": "lost"})
    lost = Caller(muster.url, created.json()["token"], muster.http)
    assert (await lost.get("/whoami")).json()["name"] == "lost"
    assert (await muster.admin.delete(f"/tokens/{created.json()['id']}")).status_code == 200
    for name in GUARDED:
        status, said = await ask(lost, name)
        assert (status, said["error"]["code"]) == (401, "bad-token"), name


@pytest.mark.parametrize("name", GUARDED)
async def test_a_token_in_the_address_opens_live_streams_and_feeds_only(
    muster: Edge, name: str
) -> None:
    token = {"token": muster.admin.token}
    status, _ = await ask(muster.anonymous(), name, params=token)
    assert status == (200 if name in STREAMS else FEEDS.get(name, 401))


async def test_a_token_is_shown_once_and_its_secret_never_again(muster: Edge) -> None:
    answer = await muster.admin.post("/tokens", {"role": "reporter", "name": "phone"})
    secret = answer.json()["token"]
    assert secret not in (await muster.admin.get("/tokens")).text
    assert secret not in (await muster.admin.get("/events?kind=token&limit=1000")).text
    assert secret.encode() not in b"".join(
        path.read_bytes() for path in Path(muster.ready.data).rglob("*.blk")
    )
