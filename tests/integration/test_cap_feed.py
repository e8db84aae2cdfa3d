"""The feed of what is published: who may read it, when it changes, and what it lists."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.weather.cap import CapMessage
from tests.integration.edge import Edge, edge
from tests.integration.published import FEED, Desk, desk_of, slippery

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("feed"), public_url="https://muster.example") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(muster: Edge) -> Desk:
    return await desk_of(muster)


async def test_its_addresses_begin_where_people_reach_it(desk: Desk) -> None:
    empty = await desk.first.get(FEED)
    assert (empty.status_code, await desk.entries()) == (200, [])
    assert "last-modified" not in empty.headers
    _, identifier = await desk.out(slippery())
    [entry] = await desk.entries()
    assert entry.link == f"https://muster.example/api/v1/cap/{identifier}.xml"


async def second_over(desk: Desk) -> None:
    """Return when the second is over in which something was published last."""
    node = desk.edge.node
    newest = max(message.recorded_at for message in node.bulletins.feed(node.clock.now()))
    async with asyncio.timeout(5):
        while node.clock.now().replace(microsecond=0) <= newest:
            await asyncio.sleep(0.05)


async def test_whoever_follows_the_feed_is_told_only_when_it_changes(desk: Desk) -> None:
    await desk.out(slippery())
    await second_over(desk)
    first = await desk.first.get(FEED)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'},
                    {"If-Modified-Since": since}):  # fmt: skip
        answer = await desk.first.get(FEED, headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    _, identifier = await desk.out(slippery())
    answer = await desk.first.get(FEED, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    entries = await desk.entries()
    assert identifier in entries[0].link
    updated = [entry.updated for entry in entries]
    assert updated == sorted(updated, reverse=True)


async def test_the_feed_is_for_tokens_in_the_address_too(muster: Edge, desk: Desk) -> None:
    _, identifier = await desk.out(slippery())
    anonymous = muster.anonymous()
    assert (await anonymous.get(FEED)).status_code == 401
    assert (await anonymous.get(f"/cap/{identifier}.xml")).status_code == 401
    answer = await anonymous.get(FEED, params={"token": desk.first.token})
    assert answer.status_code == 200
    assert f"{identifier}.xml?token={desk.first.token}" in answer.text
    assert f"{identifier}.xml?" not in (await desk.first.get(FEED)).text


async def test_many_messages_leave_the_last_fifty_and_what_is_in_force(desk: Desk) -> None:
    id, first = await desk.out(slippery())
    before = {entry.link.rpartition("/")[2] for entry in await desk.entries()}
    assert f"{first}.xml" in before
    other, _ = await desk.out(slippery())
    for _number in range(52):
        await desk.first.post(f"/bulletins/{other}/update", {})
    links = [entry.link for entry in await desk.entries()]
    assert any(first in link for link in links), "it is in force, however old"
    assert len(links) >= 50
    await desk.first.post(f"/bulletins/{id}/cancel", {})
    links = [entry.link for entry in await desk.entries()]
    assert not any(first in link for link in links), "its cancellation speaks now"
    document = await desk.document(first)
    assert isinstance(await desk.judged(document), CapMessage)
