"""Nothing leads from a request for care to whose it is: not for who reads every event as it lies in
the log, every endpoint, every stream and every file.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from events.ids import derive
from services.gateway.rules import endpoints
from tests.integration.edge import API, Caller, Edge
from tests.integration.mornings import check_in
from tests.integration.test_http_roles import application
from tests.integration.unwell import (
    DAY,
    FEVER,
    SAID,
    WORDS,
    YANQING,
    look,
    of_lane,
    the_log,
    unwell,
)
from tests.servers import messages, until

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

MARKS = (WORDS, "XYZZY", str(FEVER), '"not-fine":["', '"why"')


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with unwell(tmp_path_factory.mktemp("care")) as running:
        yield running


def ids_in(value: Any) -> set[str]:
    """Return every string in an event that could be an id."""
    if isinstance(value, dict):
        return set().union(*map(ids_in, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(ids_in, value)) if value else set()
    return {value} if isinstance(value, str) else set()


async def wires(muster: Edge) -> list[dict[str, Any]]:
    """Return the raw events: more than any endpoint shows."""
    return [orjson.loads(message.data or b"") for message in await messages(muster.node.nc)]


def around(events: list[dict[str, Any]], of: set[str], *, but: set[str]) -> list[dict[str, Any]]:
    """Return the events that share an id with what is known, over and over, as a hunter would."""
    known, left = set(of), list(events)
    found: list[dict[str, Any]] = []
    while True:
        near = [event for event in left if ids_in(event) & known]
        if not near:
            return found
        left = [event for event in left if event not in near]
        found += near
        for event in near:
            known |= {text for text in ids_in(event) if text not in but and looks_like_an_id(text)}


def looks_like_an_id(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{32}|[0-9a-f-]{36}|[A-Za-z0-9_-]{1,64}", text))


async def test_no_id_in_the_raw_log_leads_from_a_request_to_a_check_in(muster: Edge) -> None:
    events = await wires(muster)
    everywhere = {
        text
        for text in set().union(*map(ids_in, events))
        if sum(text in ids_in(event) for event in events) > len(events) / 3
    }
    common = everywhere | {
        "1.0", "muster", "service:days", "yanqing", "beijing", "hq", "minor", "mental-health",
        "epidemic-prevention", "care", "alert", "zhang", "zhao", "doctor", "test", "application",
    }  # fmt: skip
    requests = [event for event in events if event["type"].startswith("muster.care.asked")]
    assert len(requests) >= 4
    for request in requests:
        chain = around(events, {request["subject"].partition("/")[2]}, but=common)
        subjects = {event["subject"] for event in chain}
        assert not [name for name in subjects if name.startswith(("checkin/", "volunteer/"))]
        assert all(request["actor"] == "service:days" for event in chain[:1])


async def test_the_hunter_would_find_a_link_that_is_there(muster: Edge) -> None:
    check_in = {"id": "c1", "subject": "checkin/tired", "correlationid": "k1"}
    event = {"id": "e1", "subject": "care/x1", "correlationid": "x1", "causationid": "k2"}
    between = {"id": "k2", "subject": "run/r1", "correlationid": "k1"}
    assert around([check_in, event], {"x1"}, but=set()) == [event]
    assert check_in in around([check_in, between, event], {"x1"}, but=set())


async def test_no_id_of_a_request_can_be_computed_from_a_check_in(muster: Edge) -> None:
    log = await the_log(muster)
    asked = {event.key for event in log if event.kind == "care"}
    asked |= {event.id for event in log if event.kind == "care"}
    for event in log:
        if event.kind == "checkin":
            for lane in ("mental-health", "epidemic-prevention"):
                for known in (event.id, event.key, event.correlation_id, event.causation_id):
                    guesses = {
                        derive(known, *how)
                        for how in (
                            (lane,), ("care",), ("care", lane), (lane, "care"), ("open-care",),
                        )
                    }  # fmt: skip
                    assert not guesses & asked


async def test_the_box_of_a_request_is_as_long_whoever_and_whatever_it_is_about(
    muster: Edge,
) -> None:
    rows = muster.node.picture.cares.rows.values()
    assert len({len(row.sealed.box) for row in rows if row.sealed}) == 1


async def test_alerts_about_care_say_the_lane_and_nothing_else(muster: Edge) -> None:
    alerts = [row for row in muster.node.picture.alerts.rows.values() if row.about.kind == "care"]
    assert len(alerts) == 4
    for alert in alerts:
        said = alert.title.model_dump_json() + alert.body.model_dump_json()
        assert alert.venue is None
        assert alert.severity == "minor"
        assert not any(name in said for name in (*SAID, "far", "志愿者", "talk", "fever", "发热"))
    assert {row.to[0] for row in alerts if "mental" in row.title.en} == {"zhang"}


async def stream_of(caller: Caller, after: int, seconds: float = 1.5) -> bytes:
    """Return what a live stream sends within a moment."""
    received = b""
    address = f"{caller.url}{API}/alerts/stream?after={after}&token={caller.token}"
    try:
        async with asyncio.timeout(seconds):
            async with caller.http.stream("GET", address) as answer:
                async for piece in answer.aiter_bytes():
                    received += piece
    except TimeoutError:
        pass
    return received


async def test_the_stream_tells_the_lane_of_it_and_nobody_else(muster: Edge) -> None:
    mind = await of_lane(muster, "mental-health", role="responder")
    assert "关怀请求".encode() in await stream_of(mind, 0)
    for role in ("responder", "commander", "admin"):
        assert "关怀请求".encode() not in await stream_of(await muster.caller(role), 0)


async def test_nobody_on_nats_hears_of_it(muster: Edge) -> None:
    heard: list[bytes] = []

    async def hear(message: Any) -> None:
        heard.append(message.data)

    subscription = await muster.node.nc.subscribe("alert.>", cb=hear)
    before = len(muster.node.picture.cares.rows)
    await check_in(muster.node, "calm", "talk", day=DAY)
    await look(muster)
    assert len(muster.node.picture.cares.rows) == before + 1
    await muster.admin.report({"kind": "need-help", "person": "calm"})
    await until(lambda: len(heard) > 0)
    await subscription.unsubscribe()
    assert not any("care" in orjson.loads(body)["alert"]["about"]["kind"] for body in heard)


def addresses(muster: Edge) -> list[str]:
    """Return every address that can be read, with what is there filled in."""
    node = muster.node
    cares, alerts = list(node.picture.cares.rows), list(node.picture.alerts.rows)
    people = [*SAID, "far", "zhang"]
    found = []
    for path, route in endpoints(application(muster).routes):
        if "GET" not in getattr(route, "methods", ()) or "stream" in path:
            continue
        values = {
            "{day}": [DAY],
            "{id}": [*cares[:2], *alerts[:3], *people, YANQING],
            "{path:path}": ["favicon.svg"],
            "{code}": ["nothing"],
            "{channel}": ["page"],
        }
        filled = [path]
        for name, several in values.items():
            filled = [
                one.replace(name, value) for one in filled for value in several if name in one
            ] or filled
        found += [one for one in filled if "{" not in one]
    queries = [
        f"/events?limit=1000&kind={kind}" for kind in ("checkin", "care", "day", "alert", "message")
    ]
    more = [
        "/events?limit=1000",
        *queries,
        f"/days/{DAY}/report?format=md",
        f"/days/{DAY}?site=yanqing",
        *(f"/messages?person={person}" for person in people),
        *(f"/people?query={person}" for person in people),
    ]
    return [*found, *(API + one for one in more)]


@pytest.mark.parametrize("role", ["reporter", "responder", "commander", "monitor", "admin"])
async def test_no_endpoint_shows_a_word_of_it_to_who_has_no_lane(muster: Edge, role: str) -> None:
    caller = await muster.caller(role)
    paths = addresses(muster)
    assert len(paths) > 40
    secret = set(muster.node.picture.cares.rows)
    boxes = [
        event.data.sealed.box  # type: ignore[attr-defined]  # both facts have one
        for event in await the_log(muster)
        if event.type in ("given", "asked") and event.kind in ("checkin", "care")
    ]
    opened = 0
    for path in paths:
        answer = await muster.http.get(
            muster.url + path, headers={"Authorization": f"Bearer {caller.token}"}
        )
        text = answer.text
        opened += answer.status_code == 200
        for mark in (*MARKS, *boxes):
            assert mark not in text, path
        # Whoever audits sees that a lane read a request, by its number.
        if not (role == "admin" and path.startswith(f"{API}/events")):
            assert not [id for id in secret if id in text and id not in path], path
    assert opened > 8


async def test_the_open_metrics_count_no_alert_of_a_lane(muster: Edge) -> None:
    raised = [row for row in muster.node.picture.alerts.rows.values() if row.status == "raised"]
    everyones = [row for row in raised if row.about.kind != "care"]
    assert len(everyones) < len(raised)
    said = (await muster.anonymous().get("/metrics")).text
    assert f"muster_alerts_unacknowledged {len(everyones)}.0" in said


async def test_no_snapshot_and_no_file_holds_a_word_of_it(muster: Edge) -> None:
    await (await muster.caller("commander")).get(f"/days/{DAY}")
    muster.node.save()
    for path in Path(muster.ready.data).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert WORDS.encode() not in content, path
            assert str(FEVER).encode() not in content, path
