"""Deadlines fire once, whoever keeps the time, and none keeps another from being fired."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client

from events.alert import Step
from events.fact import Ref, Text
from services.alerts.commands import AcknowledgeAlert, RaiseAlert
from services.ask import Ask, Outcome
from services.clock import Clock, ManualClock
from services.decider import Rejected
from services.ids import new_id
from services.node import Node
from tests.integration.conftest import MakeNode
from tests.servers import messages, until

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]

WORDS = Text(zh="烟", en="smoke")


async def raise_alert(node: Node, id: str, answer_within_s: int) -> Outcome:
    command = RaiseAlert(
        site="yanqing",
        id=id,
        at=node.clock.now(),
        by="test",
        severity="severe",
        title=WORDS,
        body=WORDS,
        about=Ref(kind="incident", id="i-1"),
        way_up=tuple(Step(to=(who,), answer_within_s=answer_within_s) for who in ("p-1", "p-2")),
    )
    return await node.bus.send(Ask(command, new_id(), new_id()))


async def acknowledge(node: Node, id: str) -> Outcome:
    command = AcknowledgeAlert(site="yanqing", id=id, at=node.clock.now(), by="p-1")
    return await node.bus.send(Ask(command, new_id(), new_id()))


async def missed(nc: Client) -> list[str]:
    """Return the alerts whose deadlines passed, one for each time, from the log itself."""
    subjects = [(message.subject or "").split(".") for message in await messages(nc)]
    return sorted(parts[3] for parts in subjects if parts[4] == "deadline-missed")


async def missed_at_least(nc: Client, count: int) -> list[str]:
    async with asyncio.timeout(8):
        while len(found := await missed(nc)) < count:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)  # what fires twice does so about now
    return await missed(nc) if len(found) == count else found


def soon() -> ManualClock:
    return ManualClock(datetime(2022, 2, 4, 4, 0, tzinfo=UTC))


async def test_with_two_wheels_each_deadline_fires_once(
    make_node: MakeNode, log_nc: Client
) -> None:
    nodes = [await make_node("alerts"), await make_node("alerts")]
    ids = [f"a-{n}" for n in range(20)]
    await asyncio.gather(*(raise_alert(nodes[n % 2], id, 1) for n, id in enumerate(ids)))
    for node in nodes:
        await node.reader.catch_up()
    for id in ids[:5]:
        await acknowledge(nodes[0], id)
    assert await missed_at_least(log_nc, 15) == sorted(ids[5:])


async def test_turned_by_hand_it_fires_at_the_moment_and_not_before(
    make_node: MakeNode, log_nc: Client
) -> None:
    clocks = [soon(), soon()]
    nodes = [await make_node("alerts", clock=clock) for clock in clocks]
    await raise_alert(nodes[0], "a-1", 300)
    for node in nodes:
        await node.reader.catch_up()
    for clock in clocks:
        clock.turn_by(timedelta(seconds=299))
    await asyncio.sleep(0.2)
    assert not await missed(log_nc)
    for clock in clocks:
        clock.turn_by(timedelta(seconds=1))
    assert await missed_at_least(log_nc, 1) == ["a-1"]


async def test_a_restart_fires_what_fell_due_meanwhile(make_node: MakeNode, log_nc: Client) -> None:
    first = await make_node("alerts", clock=soon())
    await raise_alert(first, "a-1", 60)
    await raise_alert(first, "a-2", 60)
    await acknowledge(first, "a-2")
    await first.stop()
    later = soon()
    later.turn_by(timedelta(hours=3))
    await make_node("alerts", clock=later)
    assert await missed_at_least(log_nc, 1) == ["a-1"]


async def test_an_answer_and_its_deadline_at_once_one_of_them_counts(
    make_node: MakeNode, log_nc: Client
) -> None:
    clocks: list[ManualClock] = [soon(), soon()]
    nodes = [await make_node("alerts", clock=clock) for clock in clocks]
    ids = [f"a-{n}" for n in range(30)]
    await asyncio.gather(*(raise_alert(nodes[0], id, 60) for id in ids))
    for node in nodes:
        await node.reader.catch_up()
    for clock in clocks:
        clock.turn_by(timedelta(seconds=60))
    await asyncio.gather(*(acknowledge(nodes[n % 2], id) for n, id in enumerate(ids)))
    await asyncio.sleep(0.5)
    by_alert: dict[str, list[str]] = {}
    for message in await messages(log_nc):
        parts = (message.subject or "").split(".")
        by_alert.setdefault(parts[3], []).append(parts[4])
    for id in ids:
        types = by_alert[id]
        assert types.count("acknowledged") == 1, types
        assert types.count("deadline-missed") <= 1, types
        # What was answered in time is met, and is neither missed nor escalated afterwards.
        after = types[types.index("acknowledged") :]
        assert "escalated" not in after, types
        assert "deadline-missed" not in after, types


class Failing:
    """A bus that fails for one alert and takes the others to the real one."""

    def __init__(self, node: Node, id: str, error: Exception, times: int) -> None:
        self._send = node.bus.send
        self._id, self._error, self.left = id, error, times

    async def send(self, ask: Ask) -> Outcome:
        if ask.command.id == self._id and self.left:
            self.left -= 1
            raise self._error
        return await self._send(ask)


@pytest.mark.parametrize("error", [KeyError("defect"), TimeoutError()], ids=repr)
async def test_a_deadline_that_cannot_be_fired_keeps_no_other_waiting(
    make_node: MakeNode,
    log_nc: Client,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    clock = soon()
    node = await make_node("alerts", clock=clock)
    for n in range(4):
        await raise_alert(node, f"a-{n}", 60 + n)
    await node.reader.catch_up()
    failing = Failing(node, "a-0", error, times=3)
    monkeypatch.setattr(node.bus, "send", failing.send)
    clock.turn_by(timedelta(seconds=100))
    assert await missed_at_least(log_nc, 3) == ["a-1", "a-2", "a-3"]
    assert await missed_at_least(log_nc, 4) == ["a-0", "a-1", "a-2", "a-3"]
    assert failing.left == 0


async def test_what_is_being_fired_is_kept_in_a_snapshot(
    make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = soon()
    node = await make_node("alerts", clock=clock)
    await raise_alert(node, "a-1", 60)
    await node.reader.catch_up()
    wheel = node.wheels[0]
    stuck = asyncio.Event()

    async def never(_: Ask) -> Outcome:
        stuck.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(node.bus, "send", never)
    clock.turn_by(timedelta(seconds=60))
    await asyncio.wait_for(stuck.wait(), 2)
    _, entries = wheel.keep()
    assert [key for _, _, key in entries] == [("alert", "a-1", "answer")]


async def test_a_deadline_that_is_refused_is_not_fired_again(
    make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: Clock = soon()
    assert isinstance(clock, ManualClock)
    node = await make_node("alerts", clock=clock)
    await raise_alert(node, "a-1", 60)
    await node.reader.catch_up()
    failing = Failing(node, "a-1", Rejected("no", zh="否", en="no"), times=100)
    monkeypatch.setattr(node.bus, "send", failing.send)
    clock.turn_by(timedelta(seconds=60))
    await until(lambda: failing.left < 100)
    await asyncio.sleep(0.5)
    assert failing.left == 99
