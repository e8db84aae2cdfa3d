"""Between the event that says somebody is erased and the destruction of their key anything may be
killed: the next start finishes it.
"""

import asyncio
from pathlib import Path

import pytest

from services.ask import Ask
from services.ids import new_id
from services.key_bucket import KeyBucket
from services.keyring import Erased
from services.node import Node
from services.volunteers.commands import ErasePerson, RegisterVolunteer
from tests.integration.test_keyring import holds
from tests.servers import muster, node, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]


async def register(node: Node, person: str) -> bytes:
    key = await node.keys.make(person)
    await node.keys.make(f"care-of-{person}", of=person)
    command = RegisterVolunteer(
        site="hq", id=person, at=node.clock.now(), by="ana", name="李娜", latin="Li",
        role="medical", contact=node.keys.seal(person, "contact", {"phone": "1"}),
    )  # fmt: skip
    await node.bus.send(Ask(command, new_id(), new_id()))
    return key


async def erase(node: Node, person: str) -> None:
    at = node.clock.now()
    command = ErasePerson(site="hq", id=person, at=at, by="ana", reason="asked for")
    await node.bus.send(Ask(command, new_id(), new_id()))


async def until_gone(node: Node, person: str) -> None:
    async with asyncio.timeout(10):
        while await KeyBucket(node.nc).read(person) is not None:
            await asyncio.sleep(0.02)


async def test_what_was_not_destroyed_before_a_kill_is_destroyed_after_it(tmp_path: Path) -> None:
    async with running(tmp_path / "nats") as server:
        url = server.endpoint.url
        # Nobody who destroys keys runs here: as if they had been killed at once.
        async with node(url, tmp_path / "a", ["volunteers"]) as first:
            key = await register(first, "p1")
            await erase(first, "p1")
            await first.reader.catch_up()
            assert first.keys.find("p1") is None
            assert await first.keys.fetch("care-of-p1") is None
            with pytest.raises(Erased):
                await first.keys.make("p1")
        assert holds(tmp_path, key)
        async with node(url, tmp_path / "b", ["access"]) as second:
            assert second.keys.find("p1") is None
            await until_gone(second, "p1")
            await until_gone(second, "care-of-p1")
        assert holds(tmp_path, key) == []


async def test_a_muster_that_is_killed_while_it_erases_has_erased_after_the_next_start(
    tmp_path: Path,
) -> None:
    keys: dict[str, bytes] = {}
    data = tmp_path / "data"
    with muster(data) as killed:
        async with node(killed.nats, tmp_path / "other") as other:
            for number in range(30):
                keys[f"p{number}"] = await register(other, f"p{number}")
            erasing = [asyncio.create_task(erase(other, person)) for person in keys]
            done, _ = await asyncio.wait(erasing, return_when=asyncio.FIRST_COMPLETED)
            killed.kill()
            for task in erasing:
                task.cancel()
            await asyncio.gather(*erasing, return_exceptions=True)
    assert done
    with muster(data) as running_again:
        async with node(running_again.nats, tmp_path / "again") as other:
            erased = other.keys.erased
            assert erased
            for person in erased:
                await until_gone(other, person)
            for person in keys.keys() - erased:
                assert await other.keys.fetch(person) == keys[person]
    for person in erased:
        assert holds(data, keys[person]) == []
