"""Documents on a real nats-server: the same bytes back, once, and a clear answer when full."""

import asyncio
import contextlib
import hashlib
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from services.embedded import EmbeddedServer
from services.kept import DOCUMENT_BYTES_MAX, Damaged, Kept
from services.log import LogFull, LogUnavailable, Unstorable
from services.provision import WeakerLog
from services.provision.documents import DOCUMENTS, provision_documents
from services.provision.rules import Needs, new_config
from tests.integration.servers import connect, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]

MIB = 1 << 20
ROOM = 64 * MIB
BODIES = {
    "text": "延庆区气象台发布暴雪橙色预警\r\n".encode(),
    "no UTF-8": b"\xff\xfe\x00\x80broken \xc3\x28\r\n\x1a",
    "GBK": "暴雪".encode("gbk"),
    "nothing": b"",
    "every byte": bytes(range(256)),
    "4 MB": random.Random(4).randbytes(4 * MIB),
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    async with running(tmp_path / "data", max_file_bytes=512 * MIB) as server:
        yield server


@pytest.fixture
async def nc(server: EmbeddedServer) -> AsyncIterator[Client]:
    client = await connect(server.endpoint.url)
    yield client
    with contextlib.suppress(OSError):  # a test may have ended the server
        await client.close()


@pytest.fixture
async def kept(nc: Client) -> Kept:
    made = Kept(nc, max_bytes=ROOM)
    await made.start()
    return made


async def count(nc: Client) -> int:
    return int((await nc.jetstream().stream_info(DOCUMENTS)).state.messages)


@pytest.mark.parametrize("name", BODIES)
async def test_the_bytes_come_back_as_they_were_sent(kept: Kept, name: str) -> None:
    body = BODIES[name]
    before = datetime.now(UTC) - timedelta(seconds=2)
    digest = await kept.keep(body, media_type="application/xml; charset=gbk", source="源 1\r\nX: y")
    assert digest == hashlib.sha256(body).hexdigest()
    found = await kept.read(digest)
    assert found is not None
    assert found.body == body
    assert (found.media_type, found.source) == ("application/xml; charset=gbk", "源 1\r\nX: y")
    assert before <= found.kept_at <= datetime.now(UTC) + timedelta(seconds=2)


async def test_kept_twice_and_at_once_it_is_one_message(kept: Kept, nc: Client) -> None:
    first = await kept.keep(b"<alert/>", media_type="text/xml", source="a")
    again = await kept.keep(b"<alert/>", media_type="application/xml", source="b")
    both = await asyncio.gather(
        *(kept.keep(b"<other/>", media_type="", source=str(number)) for number in range(20))
    )
    assert first == again
    assert len(set(both)) == 1
    assert await count(nc) == 2
    found = await kept.read(first)
    assert found is not None
    assert found.source == "a"


async def test_what_was_never_kept_is_not_there(kept: Kept) -> None:
    assert await kept.read("0" * 64) is None


async def test_a_full_stream_says_so_and_keeps_what_it_has(nc: Client) -> None:
    await provision_documents(nc, max_bytes=3 * MIB)
    kept = Kept(nc, max_bytes=3 * MIB)
    first = await kept.keep(bytes(2 * MIB), media_type="", source="")
    with pytest.raises(LogFull, match="maximum bytes"):
        await kept.keep(b"x" * 2 * MIB, media_type="", source="")
    assert await kept.keep(bytes(2 * MIB), media_type="", source="") == first
    assert await kept.keep(b"small", media_type="", source="")


async def test_a_document_that_can_never_be_stored_is_refused_at_once(kept: Kept) -> None:
    with pytest.raises(Unstorable):
        await kept.keep(bytes(DOCUMENT_BYTES_MAX + 1), media_type="", source="")
    largest = bytes(DOCUMENT_BYTES_MAX)
    assert await kept.keep(largest, media_type="x" * 5000, source="雪" * 1000)


async def test_without_a_server_nobody_is_told_that_it_is_kept(
    kept: Kept, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kept._TIMEOUT_S", 0.2)
    await server.stop()
    with pytest.raises(LogUnavailable):
        await kept.keep(b"x", media_type="", source="")
    with pytest.raises(LogUnavailable):
        await kept.read("0" * 64)


async def test_other_bytes_under_a_digest_are_not_handed_out(kept: Kept, nc: Client) -> None:
    digest = hashlib.sha256(b"sent").hexdigest()
    await nc.jetstream().publish(f"doc.{digest}", b"something else")
    with pytest.raises(Damaged):
        await kept.read(digest)


async def test_provisioning_twice_changes_nothing_and_room_grows(nc: Client) -> None:
    assert await provision_documents(nc, max_bytes=ROOM)
    assert not await provision_documents(nc, max_bytes=ROOM)
    assert not await provision_documents(nc, max_bytes=2 * ROOM)
    assert not await provision_documents(nc, max_bytes=ROOM)
    config = (await nc.jetstream().stream_info(DOCUMENTS)).config
    assert config.max_bytes == 2 * ROOM
    assert config.max_msgs_per_subject == 1


@pytest.mark.parametrize(
    "weaker",
    [
        {"storage": "memory"},
        {"discard": "old", "discard_new_per_subject": False},
        {"deny_delete": False},
        {"deny_purge": False},
        {"max_msgs_per_subject": 5},
        {"discard_new_per_subject": False},
        {"allow_direct": False},
        {"max_age": 3600 * 10**9},
        {"max_msgs": 10},
        {"subjects": ["doc.*", "more.*"]},
    ],
    ids=lambda weaker: next(iter(weaker)),
)
async def test_a_stream_that_may_lose_documents_is_refused(
    nc: Client, weaker: dict[str, Any]
) -> None:
    needs = Needs(ROOM, 8 * MIB, 1, ("doc.*",))
    good = {"max_msgs_per_subject": 1, "discard_new_per_subject": True}
    config = {**new_config(DOCUMENTS, needs), **good, **weaker}
    reply = await nc.request(f"$JS.API.STREAM.CREATE.{DOCUMENTS}", json.dumps(config).encode())
    assert "error" not in json.loads(reply.data), reply.data
    with pytest.raises(WeakerLog) as refused:
        await Kept(nc, max_bytes=ROOM).start()
    assert {weakness.field for weakness in refused.value.weaknesses} >= {next(iter(weaker))}
