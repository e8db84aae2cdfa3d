"""Reports on the short way through the HTTP protocol: answered byte for byte as by the application,
whatever else goes on on the connection.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import NamedTuple

import orjson
import pytest
import pytest_asyncio

from services.gateway.reports import Reports
from services.gateway.turns import Request, Turns
from tests.integration.edge import API, SKI, Edge, edge, enrol

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

ADDRESS = f"{API}/reports"
LONG = f"{ADDRESS}?"
"""The same address, spelt so that only the application takes it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("short")) as running:
        await enrol(running, [("p1", "yanqing", "medical", []), ("p2", "yanqing", "medical", [])])
        yield running


@pytest.fixture
def shortly(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bodies that took the short way."""
    seen: list[bytes] = []
    put = Turns.put

    def look(self: Turns, request: Request) -> None:
        seen.append(request.body)
        put(self, request)

    monkeypatch.setattr(Turns, "put", look)
    return seen


class Case(NamedTuple):
    body: bytes
    headers: str = ""
    short: bool = True
    status: int = 200
    version: str = "1.1"
    token: str | None = ""
    """The admin's, if it is empty; none at all, if it is None."""


def report(**said: object) -> bytes:
    return orjson.dumps({"id": "one", "kind": "safety", "person": "p1", "answer": "safe", **said})


FIRE = b'{"id":"fire","kind":"incident","text":"\xe7\x83\x9f","category":"fire"}'
CASES: dict[str, Case] = {
    "a report": Case(report()),
    "an incident": Case(FIRE),
    "an unknown venue in a call": Case(b'{"id":"c","kind":"need-help","venue":"nowhere"}'),
    "a broken call": Case(b'{"id":"b","kind":"need-help","venue":7}'),
    "health, which needs a key": Case(
        b'{"id":"h","kind":"check-in","person":"p1","answer":"fine","day":"2026-01-01"}', status=422
    ),
    "a rejected one": Case(report(answer="maybe"), status=422),
    "no JSON": Case(b"{torn", status=422),
    "nothing": Case(b"", status=422),
    "a list": Case(b"[" + report(id="l1") + b"," + report(id="l2", person="p2") + b"]"),
    "a list with faults": Case(b"[" + report(id="f1") + b",{},7]"),
    "an empty list": Case(b"[]"),
    "a list that does not end": Case(b"[" + report(), status=422),
    "a long list": Case(b"[" + b",".join(report(id=f"n{number}") for number in range(200)) + b"]"),
    "too many": Case(b"[" + b",".join([b"1"] * 1001) + b"]", status=422),
    "lines": Case(report(id="x1") + b"\n\n{torn\n" + FIRE, "Content-Type: application/x-ndjson"),
    "a key": Case(
        b'{"kind":"safety","person":"p2","answer":"safe"}', "Idempotency-Key: a-key-of-mine"
    ),
    "a bad key": Case(report(id=None), "Idempotency-Key: not/an id", status=422),
    "two keys": Case(report(id=None), "Idempotency-Key: first\r\nIdempotency-Key: second"),
    "no token": Case(report(), status=401, token=None),
    "a wrong token": Case(report(), status=401, token="mst_wrong"),
    "the last request": Case(report(), "Connection: close"),
    "capitals": Case(report(), "CONTENT-TYPE: APPLICATION/JSON"),
    "many headers": Case(report(), "\r\n".join(f"X-Header-{n}: {n}" for n in range(60))),
    "HTTP/1.0": Case(report(), short=False, version="1.0"),
    "with a 100-continue": Case(report(), "Expect: 100-continue", short=False),
    "an upgrade, whose body the parser does not read": Case(
        report(), "Connection: Upgrade\r\nUpgrade: h2c", short=False, status=422
    ),
    "too large": Case(b"x" * (4 * 1024 * 1024 + 1), short=False, status=413),
}


def request(muster: Edge, address: str, case: Case) -> bytes:
    token = muster.admin.token if case.token == "" else case.token
    lines = [f"POST {address} HTTP/{case.version}", "Host: x"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [case.headers] if case.headers else []
    lines += [f"Content-Length: {len(case.body)}", "", ""]
    return "\r\n".join(lines).encode() + case.body


async def read(reader: asyncio.StreamReader) -> bytes:
    """Return one answer, as it came."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        return head + await read(reader)
    length = re.search(rb"content-length: (\d+)", head)
    assert length is not None, head
    return head + await reader.readexactly(int(length[1]))


async def connect(muster: Edge) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = muster.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def asked(muster: Edge, *requests: bytes) -> list[bytes]:
    """Send all of it at once on one connection; return the answers, in the order they came."""
    reader, writer = await connect(muster)
    try:
        writer.write(b"".join(requests))
        return [await asyncio.wait_for(read(reader), 20) for _ in requests]
    finally:
        await close(writer)


@pytest.mark.parametrize("name", CASES)
async def test_both_ways_answer_the_same(muster: Edge, shortly: list[bytes], name: str) -> None:
    case = CASES[name]
    # Sent again it gets the same answer, so the two of them may be compared to the last byte.
    [first] = await asked(muster, request(muster, ADDRESS, case))
    assert (case.body in shortly) == case.short
    shortly.clear()
    [second] = await asked(muster, request(muster, LONG, case))
    assert shortly == []
    assert first == second
    assert int(first.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")[9:12]) == case.status


async def test_what_closes_a_connection_closes_it_on_both_ways(muster: Edge) -> None:
    for address in (ADDRESS, LONG):
        reader, writer = await connect(muster)
        writer.write(request(muster, address, CASES["the last request"]))
        answer = await asyncio.wait_for(reader.read(), 10)  # to its end
        assert b"\r\nconnection: close\r\n" in answer
        await close(writer)


async def test_pipelined_requests_are_answered_in_their_order(
    muster: Edge, shortly: list[bytes]
) -> None:
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = [
        request(muster, ADDRESS, Case(report(id="pipe-1"))),
        health,
        request(muster, ADDRESS, Case(report(id="pipe-2"))),
        request(muster, ADDRESS, Case(report(id="pipe-3", answer="maybe"))),
        health,
        request(muster, ADDRESS, Case(report(id="pipe-4"))),
    ]
    answers = await asked(muster, *sent)
    assert [int(answer[9:12]) for answer in answers] == [200, 200, 200, 422, 200, 200]
    told = [orjson.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answers]
    assert [told[place]["id"] for place in (0, 2, 3, 5)] == [f"pipe-{n}" for n in range(1, 5)]
    assert len(shortly) == 1  # nothing overtakes what was sent before it


@pytest.mark.parametrize("step", [1, 7, 150])
async def test_requests_in_any_pieces_are_taken_one_after_another(
    muster: Edge, shortly: list[bytes], step: int
) -> None:
    reader, writer = await connect(muster)
    bodies = [report(id=f"piece-{step}-{number}") for number in range(3)]
    for body in bodies:
        whole = request(muster, ADDRESS, Case(body))
        for start in range(0, len(whole), step):
            writer.write(whole[start : start + step])
            await asyncio.sleep(0)
        assert (await asyncio.wait_for(read(reader), 10))[9:12] == b"200"
    assert shortly == bodies
    await close(writer)


async def test_who_leaves_before_the_end_has_sent_nothing_and_who_leaves_after_it_a_report(
    muster: Edge,
) -> None:
    whole = request(muster, ADDRESS, Case(report(id="left", venue=SKI)))
    for part in (whole[:-1], whole):
        before = muster.node.reader.checkpoint
        _, writer = await connect(muster)
        writer.write(part)
        await writer.drain()
        await close(writer)
        await asyncio.sleep(0.1)
        await muster.node.settle()
        assert muster.node.reader.checkpoint == before + (part is whole)


async def test_a_chunked_body_is_taken(muster: Edge, shortly: list[bytes]) -> None:
    body = report(id="chunked")
    head = request(muster, ADDRESS, Case(b"")).replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    [answer] = await asked(muster, head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert answer[9:12] == b"200"
    assert shortly == []


async def test_what_fails_unforeseen_is_a_500_and_the_others_go_on(
    muster: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Reports, "ask", fail)
        [short] = await asked(muster, request(muster, ADDRESS, Case(report())))
        [long] = await asked(muster, request(muster, LONG, Case(report())))
    assert short == long
    assert short[9:12] == b"500"
    [answer] = await asked(muster, request(muster, ADDRESS, Case(report())))
    assert answer[9:12] == b"200"
