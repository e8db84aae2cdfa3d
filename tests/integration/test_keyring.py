"""Keys on a real server: made once, agreed on, and destroyed so that nothing of them stays."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from events.envelope import Event
from events.volunteer import PersonErased
from services.key_bucket import KeyBucket, KeyEntry, WeakBucket, provision_bucket
from services.keyring import Erased, NoKey
from services.log import LogUnavailable
from services.node import Node
from services.provision import api
from tests.moments import NOON
from tests.servers import connect, node, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]


@asynccontextmanager
async def two_nodes(data: Path) -> AsyncIterator[tuple[Node, Node]]:
    async with running(data / "nats") as server:
        url = server.endpoint.url
        async with node(url, data / "a") as first, node(url, data / "b") as second:
            yield first, second


async def say_erased(node: Node, person: str) -> None:
    event = Event(
        f"erased-{person}", "hq", "volunteer", person, PersonErased(reason="asked for"),
        NOON, NOON, "test", "c", "c",
    )  # fmt: skip
    await node.log.append([event])


async def until_found(node: Node, owner: str) -> bytes:
    async with asyncio.timeout(5):
        while (key := node.keys.find(owner)) is None:
            await asyncio.sleep(0.01)
    return key


def holds(folder: Path, key: bytes) -> list[str]:
    """Return the files under a folder in which a key stands, in any encoding."""
    forms = (key, key.hex().encode(), key.hex().upper().encode(), b64encode(key))
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


async def test_two_processes_that_make_one_key_at_once_agree_on_it(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (first, second):
        for number in range(40):
            owner = f"p{number}"
            one, other, again = await asyncio.gather(
                first.keys.make(owner), second.keys.make(owner), first.keys.make(owner)
            )
            assert one == other == again
            assert await until_found(first, owner) == await until_found(second, owner) == one


async def test_many_at_once_collide_with_many_of_another_process_and_all_agree(
    tmp_path: Path,
) -> None:
    async with two_nodes(tmp_path) as (first, second):
        mine = [f"p{number}" for number in range(700)]
        theirs = [f"p{number}" for number in range(600, 1300)]
        made = await asyncio.gather(
            *(first.keys.make(owner) for owner in mine),
            *(second.keys.make(owner) for owner in theirs),
        )
        found = dict(zip(mine, made[:700], strict=True))
        others = dict(zip(theirs, made[700:], strict=True))
        assert all(found[owner] == others[owner] for owner in found.keys() & others.keys())
        assert len({*found.values(), *others.values()}) == 1300


async def test_a_key_of_another_process_opens_what_it_sealed(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (first, second):
        await first.keys.make("p1")
        box = first.keys.seal("p1", "contact", {"phone": "1"})
        await second.keys.fetch("p1")
        assert second.keys.open(box) == {"phone": "1"}
        with pytest.raises(NoKey):
            second.keys.seal("p2", "contact", {})
        assert await second.keys.fetch("p2") is None


async def test_erased_is_erased_in_every_process_and_on_the_disk(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (first, second):
        keys = [
            await first.keys.make("p1"),
            await second.keys.make("care-1", of="p1"),
            await first.keys.make("care-2", of="p1"),
        ]
        other = await first.keys.make("p10")
        boxes = [first.keys.seal("p1", "contact", {}), second.keys.seal("care-1", "care", {})]
        await until_found(second, "care-2")
        assert holds(tmp_path, keys[0])
        await say_erased(first, "p1")
        assert await second.keys.destroy("p1") == 3
        assert await first.keys.destroy("p1") == 0
        for each in (first, second):
            await each.reader.catch_up()
            assert [each.keys.open(box) for box in boxes] == [None, None]
            assert await each.keys.fetch("care-2") is None
            with pytest.raises(Erased):
                await each.keys.make("p1")
            with pytest.raises(Erased):
                await each.keys.make("care-3", of="p1")
            assert await each.keys.fetch("p10") == other
        assert [path for key in keys for path in holds(tmp_path, key)] == []
        assert holds(tmp_path, other)
    assert [path for key in keys for path in holds(tmp_path, key)] == []


async def test_many_that_destroy_one_key_at_once_are_not_in_each_others_way(
    tmp_path: Path,
) -> None:
    async with two_nodes(tmp_path) as (first, second):
        for number in range(20):
            person = f"p{number}"
            await asyncio.gather(*(first.keys.make(f"{person}-{n}", of=person) for n in range(5)))
            await say_erased(first, person)
            gone = await asyncio.gather(
                *(each.keys.destroy(person) for each in (first, second, first, second))
            )
            assert sum(gone) >= 5
            assert await KeyBucket(first.nc).read(f"{person}-0") is None


async def test_a_key_made_while_its_person_is_erased_elsewhere_does_not_stay(
    tmp_path: Path,
) -> None:
    """The destruction may have passed before the key is there: whoever made it sees to that."""
    async with two_nodes(tmp_path) as (first, second):
        await second.reader.stop()  # it hears nothing of the log any more
        await say_erased(first, "p1")
        await first.keys.destroy("p1")
        making = asyncio.create_task(second.keys.make("p1"))
        await asyncio.sleep(0.2)
        await second.reader.start(second.reader.checkpoint)
        with pytest.raises(Erased):
            await making
        assert await first.keys.fetch("p1") is None
        bucket = KeyBucket(first.nc)
        assert await bucket.read("p1") is None


async def test_without_the_server_no_key_is_made_and_whoever_asked_hears_of_it(
    tmp_path: Path,
) -> None:
    async with (
        running(tmp_path / "nats") as server,
        node(server.endpoint.url, tmp_path / "a") as made,
    ):
        await made.keys.make("p1")
        await server.stop()
        for attempt in (made.keys.make("p2"), made.keys.fetch("p3"), made.keys.destroy("p1")):
            with pytest.raises(LogUnavailable):
                await attempt
        assert made.keys.find("p1") is not None


async def test_who_asks_for_a_key_and_leaves_does_not_take_it_from_the_others(
    tmp_path: Path,
) -> None:
    async with two_nodes(tmp_path) as (first, _):
        leaving = asyncio.create_task(first.keys.make("p1"))
        staying = asyncio.create_task(first.keys.make("p1"))
        await asyncio.sleep(0)
        leaving.cancel()
        assert len(await staying) == 32


async def test_forty_five_thousand_keys_are_loaded_within_seconds(tmp_path: Path) -> None:
    async with running(tmp_path / "nats") as server:
        url = server.endpoint.url
        nc = await connect(url)
        await provision_bucket(nc, 1)
        bucket = KeyBucket(nc)
        entries = [
            KeyEntry(f"p{number}", f"p{number}", number.to_bytes(32)) for number in range(45_000)
        ]
        for start in range(0, len(entries), 500):
            await bucket.create(entries[start : start + 500])
        began = monotonic()
        async with node(url, tmp_path / "a") as made:
            took = monotonic() - began
            assert len(made.keys) == 45_000
            assert made.keys.find("p44999") == (44_999).to_bytes(32)
        await nc.close()
        print(f"45,000 keys were loaded in {took:.2f} s")
        assert took < 10, took


async def test_the_server_refuses_to_put_another_value_in_a_keys_place(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (first, _):
        key = await first.keys.make("p1")
        reply = await first.nc.request("$KV.KEYS.p1.p1", bytes(32), timeout=2)
        assert b"error" in reply.data
        with pytest.raises(api.Refused):
            await api.request(first.nc, "STREAM.PURGE.KV_KEYS")
        assert await KeyBucket(first.nc).read("p1") == KeyEntry("p1", "p1", key)


async def test_a_bucket_that_would_not_destroy_is_not_used(tmp_path: Path) -> None:
    async with running(tmp_path / "nats") as server:
        nc = await connect(server.endpoint.url)
        await provision_bucket(nc, 1)
        await provision_bucket(nc, 1)
        config = (await api.request(nc, "STREAM.INFO.KV_KEYS"))["config"]
        await api.request(nc, "STREAM.DELETE.KV_KEYS")
        await api.request(nc, "STREAM.CREATE.KV_KEYS", {**config, "deny_delete": True})
        with pytest.raises(WeakBucket, match="deny_delete"):
            await provision_bucket(nc, 1)
        await nc.close()
