"""Documents over HTTP: handed out as they were sent, compressed with a bound, seen when refused."""

import gzip
import hashlib
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.weather.cap import read_cap
from tests.integration.edge import Edge, edge, is_refusal
from tests.integration.warned import XML, Sender, one, send, warning
from tests.unit.weather.documents import ALERT

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

MIB = 1 << 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("documents")) as running:
        yield running


ODD = ALERT.replace("延庆区</", "延庆\x0b区</").encode() + b"\r\n\xff\xfe trailing \xc3\x28"
BODIES: dict[str, bytes] = {
    "taken": ALERT.replace("A1", "kept-1").encode(),
    "taken, in GB18030": (
        ALERT.replace("UTF-8", "GB18030").replace("A1", "kept-2").encode("gb18030")
    ),
    "refused": ALERT.replace("duty@weather.example", "").encode(),
    "refused, invalid UTF-8": ODD,
    "refused, no document at all": b"\x00\x01\x02",
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
async def test_a_document_is_handed_out_as_it_was_sent(muster: Edge, name: str) -> None:
    body = BODIES[name]
    answer = await muster.admin.post("/cap", body, headers={"Content-Type": "text/xml"})
    digest = answer.json()["document"]
    assert digest == hashlib.sha256(body).hexdigest()
    assert (answer.status_code == 200) == name.startswith("taken")
    responder = await muster.caller("responder")
    kept = await responder.get(f"/documents/{digest}")
    assert kept.status_code == 200
    assert kept.content == body
    assert kept.headers["content-type"] == "text/xml"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert kept.headers["content-disposition"].startswith("attachment")
    reporter = await muster.caller("reporter")
    assert (await reporter.get(f"/documents/{digest}")).status_code == 403


@pytest.mark.parametrize("named", ["0" * 64, "x" * 64, "..%2f..%2fetc"])
async def test_what_is_no_document_is_not_there(muster: Edge, named: str) -> None:
    answer = await muster.admin.get(f"/documents/{named}")
    assert answer.status_code in (404, 422)
    assert is_refusal(answer.json())


async def compressed(muster: Edge, body: bytes, encoding: str = "gzip") -> httpx.Response:
    return await muster.admin.post("/cap", body, headers={**XML, "Content-Encoding": encoding})


async def test_a_body_may_be_compressed_and_is_kept_as_it_was_meant(muster: Edge) -> None:
    body = ALERT.replace("A1", "gzipped").encode()
    halves = gzip.compress(body[:500]) + gzip.compress(body[500:])
    for sent in (gzip.compress(body), halves):
        answer = await compressed(muster, sent)
        assert answer.status_code == 200, answer.text
        assert answer.json()["document"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b"<alert/>", mtime=0)[:-9], "gzip", 400),
        (b"no gzip", "gzip", 400),
        (b"", "gzip", 400),
        (gzip.compress(b"<alert/>", mtime=0) * 200, "gzip", 400),
        (zlib.compress(b"<alert/>"), "deflate", 415),
        (b"<alert/>", "br", 415),
        (gzip.compress(gzip.compress(b"<alert/>", mtime=0), mtime=0), "gzip, gzip", 415),
    ],
)
async def test_what_cannot_be_unpacked_is_refused(
    muster: Edge, body: bytes, encoding: str, status: int
) -> None:
    answer = await compressed(muster, body, encoding)
    assert answer.status_code == status
    assert is_refusal(answer.json())


async def test_a_bomb_costs_neither_memory_nor_time(muster: Edge) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    nothing = bytes(8 * MIB)
    bomb = b"".join(packer.compress(nothing) for _ in range(64)) + packer.flush()
    assert len(bomb) < MIB
    tracemalloc.start()
    began = time.monotonic()
    try:
        answers = [await compressed(muster, bomb) for _ in range(5)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [answer.status_code for answer in answers] == [413] * 5
    assert time.monotonic() - began < 5
    assert most < 40 * MIB
    assert await muster.healthy()


async def test_a_document_of_a_feed_names_it_and_what_is_refused_is_seen_once(muster: Edge) -> None:
    feed = {
        "id": "pushed", "name": {"zh": "推送", "en": "Pushed"}, "adapter": "push",
        "interval_s": 600,
    }  # fmt: skip
    answer = await muster.admin.post("/feeds", feed)
    assert answer.status_code == 200, answer.text
    sender = Sender("pushed")
    said = await send(muster, sender.says("Alert", "one", 0), params={"feed": "pushed"})
    assert (await warning(muster, said["results"][0]["warning"]))["feed"] == "pushed"
    broken = sender.says("Alert", "two", 0).replace(b"<msgType>Alert</msgType>", b"")
    for _ in range(3):
        refused = await muster.admin.post("/cap", broken, headers=XML, params={"feed": "pushed"})
        assert refused.status_code == 422
    await muster.settle()
    aside = muster.node.picture.aside.last["hq"]
    [seen] = [row for row in aside if "two" in row.body]
    assert seen.field == "alert/msgType"
    assert " / " in seen.reason
    unknown = await muster.admin.post("/cap", broken, headers=XML, params={"feed": "nobody"})
    assert unknown.status_code == 422
    assert unknown.json()["error"]["code"] == "not-a-push-feed"
    await one(muster, sender.says("Cancel", "end", 20, "one"))


async def test_what_was_read_is_what_was_kept(muster: Edge) -> None:
    """Read again, a document that was kept comes to the message that the log has of it."""
    body = Sender("again").says("Alert", "one", 0)
    said = await send(muster, body)
    kept = await muster.node.kept.read(said["document"])
    assert kept is not None
    [message] = read_cap(kept.body)
    row = muster.node.picture.warnings.rows[said["results"][0]["warning"]]
    assert (message.identifier, message.sent) == (row.message.identifier, row.message.sent)
    assert kept.source == "admin"
