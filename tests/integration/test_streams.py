"""Live streams: what each listener hears, and that nothing is lost or told twice on the way."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.settings import Limits
from tests.integration.edge import API, OVAL, SKI, Caller, Edge, edge, enrol, is_refusal

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

KEPT = 60
"""What the stream of this module keeps in memory, so that older ones come from the log."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    limits = Limits(sse_backlog=KEPT, sse_clients=12)
    async with edge(tmp_path_factory.mktemp("streams"), limits=limits) as running:
        await enrol(
            running, [("y1", "yanqing", "medical", [SKI]), ("b1", "beijing", "medical", [OVAL])]
        )
        yield running


class Ear:
    """Somebody who listens to a stream, and keeps what was heard."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.ids: list[int] = []
        self.events: list[str] = []
        self.ended = asyncio.Event()
        self.open = asyncio.Event()

    async def listen(self, caller: Caller, path: str, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {caller.token}", **options.pop("headers", {})}
        url = f"{caller.url}{API}{path}"
        async with caller.http.stream("GET", url, headers=headers, timeout=30, **options) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            event: dict[str, str] = {}
            with contextlib.suppress(httpx.ReadError, httpx.RemoteProtocolError):
                async for line in answer.aiter_lines():
                    self.open.set()
                    if line and not line.startswith(":"):
                        name, _, value = line.partition(": ")
                        event[name] = value
                    elif event:
                        self._take(event)
                        event = {}
        self.ended.set()

    def _take(self, event: dict[str, str]) -> None:
        if "event" not in event:
            return
        self.events.append(event["event"])
        self.heard.append(json.loads(event["data"]))
        if "id" in event:
            self.ids.append(int(event["id"]))

    async def until(self, count: int, within_s: float = 15) -> None:
        async with asyncio.timeout(within_s):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def listening(
    caller: Caller, path: str = "/alerts/stream", **options: Any
) -> AsyncIterator[Ear]:
    ear = Ear()
    task = asyncio.create_task(ear.listen(caller, path, **options))
    try:
        opened = asyncio.create_task(ear.open.wait())
        await asyncio.wait({task, opened}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        if task.done():
            task.result()
        yield ear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def call(venue: str | None, severity: str = "severe", **more: Any) -> dict[str, Any]:
    said = {"kind": "incident", "text": "有情况", "severity": severity, **more}
    return {**said, "venue": venue} if venue else said


async def raised(muster: Edge, count: int, venue: str = SKI) -> list[str]:
    """Raise so many alerts; return the incidents they are about."""
    answer = await muster.admin.report(*[call(venue)] * max(2, count))
    await muster.settle()
    return [row["incident"] for row in answer["results"]]


def about(ear: Ear) -> list[str]:
    return [told["alert"]["about"]["id"] for told in ear.heard]


async def in_the_log(muster: Edge, after: int) -> list[int]:
    """Return the sequences of every event that responders are told of."""
    found: list[int] = []
    while True:
        answer = await muster.admin.get(f"/events?kind=alert&after={after}&limit=1000")
        page = answer.json()
        wanted = ("raised", "acknowledged", "escalated", "closed")
        found += [row["seq"] for row in page["events"] if row["type"].split(".")[-2] in wanted]
        if page["next"] >= page["last"]:
            return found
        after = page["next"]


async def test_an_alert_is_told_with_all_that_is_known_of_it(muster: Edge) -> None:
    async with listening(muster.admin) as ear:
        said = await muster.admin.report(call(SKI))
        await ear.until(1)
        [told] = ear.heard
        assert ear.ids == [told["seq"]]
        assert (told["type"], told["correlation_id"]) == ("raised", said["event"])
        alert = told["alert"]
        assert alert["about"] == {"kind": "incident", "id": said["incident"]}
        assert (alert["site"], alert["venue"], alert["severity"]) == ("yanqing", SKI, "severe")
        assert alert["to"] == ["y1"]
        assert alert["title"]["zh"]
        assert alert["title"]["en"]
        await muster.admin.post(f"/alerts/{alert['id']}/acknowledge", {"comment": "我去"})
        await muster.admin.post(f"/alerts/{alert['id']}/close", {"reason": "好了"})
        await ear.until(3)
        assert [told["type"] for told in ear.heard] == ["raised", "acknowledged", "closed"]
        assert ear.heard[1]["alert"]["comment"] == "我去"


@pytest.mark.parametrize(
    ("query", "heard"),
    [
        ("", [0, 1, 2, 3]),
        ("?site=yanqing", [0, 2]),
        ("?site=beijing", [1]),
        (f"?venue={SKI}", [0, 2]),
        (f"?site=beijing&venue={SKI}", []),
        ("?severity=extreme", [2]),
        ("?severity=severe", [0, 1, 2, 3]),
        ("?severity=minor", [0, 1, 2, 3]),
        ("?site=hq", [3]),
    ],
)
async def test_a_stream_carries_what_was_asked_for(
    muster: Edge, query: str, heard: list[int]
) -> None:
    async with (
        listening(muster.admin, f"/alerts/stream{query}") as some,
        listening(muster.admin) as all_,
    ):
        answer = await muster.admin.report(
            call(SKI), call(OVAL), call(SKI, "extreme"), call(None), call(SKI, "minor")
        )
        ids = [row["incident"] for row in answer["results"]]
        await all_.until(4)
        await some.until(len(heard))
        # What nobody leads goes one level up at once, and is told twice.
        assert set(about(some)) == {ids[place] for place in heard}


async def test_a_limited_token_hears_its_own_site_only(muster: Edge) -> None:
    near = await muster.caller("responder", "yanqing")
    async with listening(near) as some, listening(muster.admin) as all_:
        await muster.admin.report(call(OVAL), call(None), call(SKI))
        await all_.until(3)
        await some.until(1)
        assert [told["alert"]["site"] for told in some.heard] == ["yanqing"]


@pytest.mark.parametrize("how", ["header", "query"])
@pytest.mark.parametrize("missed", [5, KEPT * 2])
async def test_who_comes_back_hears_what_was_missed(muster: Edge, how: str, missed: int) -> None:
    async with listening(muster.admin) as ear:
        await raised(muster, 2)
        await ear.until(2)
        last = ear.ids[-1]
    gone = await raised(muster, missed)
    options: dict[str, Any] = (
        {"headers": {"Last-Event-ID": str(last)}}
        if how == "header"
        else {"params": {"after": last}}
    )
    async with listening(muster.admin, **options) as ear:
        fresh = await raised(muster, 3)
        await ear.until(missed + 3)
        assert sorted(about(ear)) == sorted(gone + fresh)
        assert ear.ids == await in_the_log(muster, last)


async def test_from_the_beginning_is_the_whole_log(muster: Edge) -> None:
    expected = await in_the_log(muster, 0)
    async with listening(muster.admin, "/alerts/stream?after=0") as ear:
        await ear.until(len(expected))
        assert ear.ids == expected


@pytest.mark.parametrize("id", ["²".encode("latin-1"), b"9" * 5000, b"-1", b"x", b"1.5", b""])
async def test_a_last_id_that_is_none_begins_now(muster: Edge, id: bytes) -> None:
    await raised(muster, 2)
    headers = [(b"authorization", f"Bearer {muster.admin.token}".encode()), (b"last-event-id", id)]
    url = f"{muster.url}{API}/alerts/stream"
    async with muster.http.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200
        lines = answer.aiter_lines()
        await anext(lines)
        said = await muster.admin.report(call(SKI))
        async for line in lines:
            if line.startswith("data:"):
                assert said["incident"] in line
                break


async def test_under_load_with_interruptions_nothing_is_lost_or_told_twice(muster: Edge) -> None:
    """Alerts come all the while; the listener goes away and comes back from its last id."""
    start = await muster.node.reader.catch_up()
    done = asyncio.Event()

    async def load() -> None:
        for _ in range(12):
            await muster.admin.report(*[call(SKI)] * 10)
            await asyncio.sleep(0.02)
        await muster.settle()
        done.set()

    loading = asyncio.create_task(load())
    ids: list[int] = []
    last = start
    while not done.is_set() or len(ids) < 120:
        headers = {"Last-Event-ID": str(last)}
        async with listening(muster.admin, headers=headers) as ear:
            with contextlib.suppress(TimeoutError):
                await ear.until(17, within_s=0.5)
            ids += ear.ids
            last = ids[-1] if ids else last
    await loading
    assert ids == await in_the_log(muster, start)


async def test_a_slow_listener_is_let_go_and_loses_nothing(muster: Edge) -> None:
    """It reads nothing while more is told than is kept for it; then it comes back."""
    start = await muster.node.reader.catch_up()
    host, port = muster.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    head = (
        f"GET {API}/alerts/stream HTTP/1.1",
        "Host: x",
        "Connection: close",
        f"Authorization: Bearer {muster.admin.token}",
        "\r\n",
    )
    writer.write("\r\n".join(head).encode())
    await reader.readuntil(b"\r\n\r\n")
    for _ in range(10):
        # Long texts fill the socket's buffers sooner.
        await muster.admin.report(*[call(SKI, text="烟" * 3900)] * 60)
    await muster.settle()
    assert await muster.healthy()
    heard = b""
    async with asyncio.timeout(20):
        while piece := await reader.read(1 << 20):
            heard += piece
    writer.close()
    ids = [int(line[4:]) for line in heard.split(b"\n") if line.startswith(b"id: ")]
    everything = await in_the_log(muster, start)
    assert len(ids) < len(everything)
    assert ids == everything[: len(ids)]
    async with listening(muster.admin, headers={"Last-Event-ID": str(ids[-1])}) as ear:
        await ear.until(len(everything) - len(ids))
        assert ids + ear.ids == everything


async def test_a_revoked_token_hears_no_more(muster: Edge) -> None:
    made = (await muster.admin.post("/tokens", {"role": "responder", "name": "lost"})).json()
    lost = Caller(muster.url, made["token"], muster.http)
    async with listening(lost) as ear, listening(lost, "/stream") as page:
        await muster.admin.delete(f"/tokens/{made['id']}")
        await muster.admin.report(call(SKI))
        async with asyncio.timeout(5):
            await ear.ended.wait()
            await page.ended.wait()
        assert ear.heard == []


async def test_the_page_is_told_what_changed_and_not_too_often(muster: Edge) -> None:
    async with listening(muster.admin, "/stream") as page:
        await page.until(2)
        first = next(told for told in page.heard if "topics" in told)
        assert {"people", "venues"} <= set(first["topics"])
        clock = page.heard[0]
        assert clock["speed"] == 1
        assert clock["now"].endswith("Z")
        before = len(page.ids)
        began = asyncio.get_running_loop().time()
        for _ in range(40):
            await muster.admin.report({"kind": "weather", "venue": SKI, "wind_ms": 3})
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.7)
        spent = asyncio.get_running_loop().time() - began
        assert 1 <= len(page.ids) - before <= spent * 2 + 1
        assert page.ids == sorted(set(page.ids))
        assert page.heard[-1]["topics"] == ["venues"]
        assert page.ids[-1] == await muster.node.reader.catch_up()


async def test_too_many_streams_are_refused_and_room_is_made_again(muster: Edge) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(12):
            await stack.enter_async_context(listening(muster.admin))
        for path in ("/alerts/stream", "/stream"):
            answer = await muster.admin.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "too-many-streams")
            assert is_refusal(answer.json())
            assert answer.headers["retry-after"]
    await asyncio.sleep(0.3)
    async with listening(muster.admin) as ear:
        await muster.admin.report(call(SKI))
        await ear.until(1)


async def test_at_the_end_every_stream_says_goodbye_at_once(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with edge(tmp_path) as running:
            http = await stack.enter_async_context(httpx.AsyncClient())
            caller = Caller(running.url, running.admin.token, http)
            ears = [
                await stack.enter_async_context(listening(caller, path))
                for path in ["/alerts/stream"] * 5 + ["/stream"] * 5
            ]
            before = asyncio.get_running_loop().time()
            await running.node.stop()
            spent = asyncio.get_running_loop().time() - before
        assert spent < 1.5
        for ear in ears:
            async with asyncio.timeout(2):
                await ear.ended.wait()
            assert ear.events[-1] == "bye"
