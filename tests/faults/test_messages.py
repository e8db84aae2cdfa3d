"""Kill Muster at each step of a message, and count what each person got by each channel."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from events.message import MessageFact, MessageRequested
from services.log.load import load
from services.node import Node
from tests.integration.told import enrol_with, tell
from tests.receiver import Receiver, Taken, receiver
from tests.servers import Muster, node

pytestmark = [
    pytest.mark.nats,
    pytest.mark.timeout(165),
    # nats-py leaves the socket of a reconnect open that the next kill cuts off.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ENV = {"MUSTER_CHANNELS": "http=1/200,https=4/200", "MUSTER_LIMIT_SEND_TIMEOUT_S": "0.5"}
"""One send at a time to a host. What was cut off is unknown after 25 s: the time of five tries, the
pauses, and the 15 s that loading a channel's services may take."""
UNKNOWN_WITHIN_S = 55.0


class Place:
    """A Muster that is killed and started again at the same place."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.muster = Muster(data, env=ENV)
        self._same = self.muster.same_place()

    def kill(self) -> None:
        self.muster.kill()

    def start_again(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self.muster = Muster(self._data, *self._same, env=ENV)
            except AssertionError:
                # Its nats-server may still be on its way out, and hold the port.
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "data")
    yield made
    if made.muster.process.poll() is None:
        made.muster.stop()


@asynccontextmanager
async def beside(place: Place, data: Path) -> AsyncIterator[Node]:
    """Yield a node that decides nothing, to ask for messages and to read the log."""
    async with node(place.muster.nats, data) as made:
        yield made


async def ways(node: Node, id: str) -> dict[str, list[str]]:
    """Return, by channel, what the log says of a message."""
    found: dict[str, list[str]] = {}
    for event in await load(node.nc, f"ev.*.message.{id}.>"):
        fact = event.data
        assert isinstance(fact, MessageFact)
        if isinstance(fact, MessageRequested):
            found.update({channel: [] for channel in fact.channels})
        else:
            found[fact.channel].append(event.type)
    return found


async def until(node: Node, id: str, channel: str, *said: str, within_s: float = 20.0) -> None:
    """Return when the log says so of a message by a channel."""
    deadline = time.monotonic() + within_s
    while (await ways(node, id)).get(channel) != list(said):
        assert time.monotonic() < deadline, await ways(node, id)
        await asyncio.sleep(0.1)


def got(server: Receiver, key: str) -> int:
    return sum(taken.key == key for taken in server.taken)


async def test_killed_between_the_begin_and_the_send(place: Place, tmp_path: Path) -> None:
    """Nobody listens, so it is begun and tried again; the kill comes before anything is sent."""
    async with receiver() as fine, beside(place, tmp_path / "beside") as asker:
        async with receiver() as gone:
            pass
        await enrol_with(asker, "ana", {"hook": gone.at(), "other": fine.at()}, "page")
        await tell(asker, "m1", "ana")
        await until(asker, "m1", "hook", "begun")
        await until(asker, "m1", "other", "begun", "delivered")
        place.kill()
        back = Receiver()
        listening = await asyncio.start_server(back.serve, "127.0.0.1", gone.port)
        await asyncio.to_thread(place.start_again)
        await until(asker, "m1", "hook", "begun", "unknown", within_s=UNKNOWN_WITHIN_S)
        listening.close()
        assert back.taken == []
        assert got(fine, "m1/other") == 1


async def test_killed_between_the_send_and_its_outcome(place: Place, tmp_path: Path) -> None:
    """The other channel waits for its turn meanwhile, and goes out after the kill."""

    async def kill(taken: Taken) -> int | None:
        if taken.path != "/hook":
            return 200
        place.kill()
        return None

    async with receiver(kill) as server, beside(place, tmp_path / "beside") as asker:
        addresses = {"hook": server.at("hook"), "other": server.at("other")}
        await enrol_with(asker, "ana", addresses, "page")
        await tell(asker, "m1", "ana")
        await _sent(lambda: server.taken)
        await asyncio.to_thread(place.start_again)
        await until(asker, "m1", "other", "begun", "delivered")
        await until(asker, "m1", "hook", "begun", "unknown", within_s=UNKNOWN_WITHIN_S)
        assert Counter(taken.key for taken in server.taken) == {"m1/hook": 1, "m1/other": 1}


async def test_killed_before_the_begin(place: Place, tmp_path: Path) -> None:
    """Another message holds the only place in the line when the kill comes."""

    async def stuck(taken: Taken) -> int | None:
        if taken.path == "/stuck":
            place.kill()
            return None
        return 200

    async with receiver(stuck) as server, beside(place, tmp_path / "beside") as asker:
        await enrol_with(asker, "bo", {"hook": server.at("stuck")})
        await enrol_with(asker, "ana", {"hook": server.at("ana")}, "page")
        await asyncio.gather(tell(asker, "m0", "bo"), tell(asker, "m1", "ana"))
        await _sent(lambda: [taken for taken in server.taken if taken.path == "/stuck"])
        await asyncio.to_thread(place.start_again)
        await until(asker, "m1", "hook", "begun", "delivered")
        assert got(server, "m1/hook") == 1
        assert server.twice == {}


async def test_killed_again_and_again(place: Place, tmp_path: Path) -> None:
    chance = random.Random(7)

    async def slow(_: Taken) -> int | None:
        await asyncio.sleep(0.02)
        return 200

    async with (
        receiver(slow) as one,
        receiver(slow) as two,
        beside(place, tmp_path / "beside") as asker,
    ):
        people = [f"v{n}" for n in range(30)]
        for person in people:
            await enrol_with(asker, person, {"one": one.at(person), "two": two.at(person)}, "page")
        ids = [f"m{n}" for n in range(120)]
        for first in range(0, 120, 40):
            part = ids[first : first + 40]
            await asyncio.gather(*(tell(asker, id, chance.choice(people)) for id in part))
            await asyncio.sleep(chance.uniform(0.1, 0.6))
            place.kill()
            await asyncio.to_thread(place.start_again)
        said = await _all_ended(asker, ids)
        outcomes = Counter(types[-1] for by in said.values() for types in by.values() if types)
        print(f"\n{outcomes} of 240 sends, {len(one.taken) + len(two.taken)} requests came in")
        assert one.twice == {}
        assert two.twice == {}
        for id, by in said.items():
            for server, channel in ((one, "one"), (two, "two")):
                assert by[channel].count("begun") == 1
                if by[channel][-1] == "delivered":
                    assert got(server, f"{id}/{channel}") == 1
        assert outcomes["delivered"] > 200
        assert set(outcomes) <= {"delivered", "unknown"}


async def _sent(found: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not found():
        assert time.monotonic() < deadline, "nothing was sent"
        await asyncio.sleep(0.01)


async def _all_ended(asker: Node, ids: list[str]) -> dict[str, dict[str, list[str]]]:
    """Return what the log says of all messages once each has gone out, or not, by each channel."""
    deadline = time.monotonic() + UNKNOWN_WITHIN_S
    while True:
        said = {id: await ways(asker, id) for id in ids}
        if all(
            types and types[-1] != "begun"
            for by in said.values()
            for channel, types in by.items()
            if channel != "page"
        ):
            return said
        assert time.monotonic() < deadline, said
        await asyncio.sleep(1)
