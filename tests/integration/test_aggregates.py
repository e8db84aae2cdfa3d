"""Commands on one aggregate, from everywhere at once: each is decided on the state it meets."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from events.envelope import decode, encode
from events.subjects import of_aggregate
from services.ask import Ask, Outcome
from services.decider import Command, Rejected
from services.ids import new_id
from services.incidents.commands import (
    AssignIncident,
    CloseIncident,
    NoteIncident,
    ReopenIncident,
    ReportIncident,
    TriageIncident,
)
from services.log import LogUnavailable
from services.log.load import load_whole
from services.node import Node
from services.volunteers.commands import RegisterVolunteer
from tests.integration.conftest import MakeNode
from tests.integration.made import deaf
from tests.servers import messages, open_node

pytestmark = [pytest.mark.nats, pytest.mark.timeout(30)]


def ask(command: Command, id: str | None = None) -> Ask:
    id = id or new_id()
    return Ask(command, id, id)


def fields(node: Node, id: str = "i-1") -> dict[str, Any]:
    return {"site": "yanqing", "id": id, "at": node.clock.now(), "by": "p-1"}


async def report(node: Node, id: str = "i-1") -> Outcome:
    command = ReportIncident(**fields(node, id), category="fire", severity="minor", text="smoke")
    return await node.bus.send(ask(command))


async def in_log(nc: Client) -> list[Any]:
    return [decode(message.data or b"", message.seq or 0) for message in await messages(nc)]


async def sent(node: Node, order: Ask) -> Outcome:
    """Send a command until it is decided, as its sender would, under the same id."""
    for _ in range(20):
        try:
            return await node.bus.send(order)
        except LogUnavailable:
            await asyncio.sleep(0.02)
    raise AssertionError("never decided")


async def test_commands_of_two_nodes_at_once_are_each_decided_on_what_they_meet(
    make_node: MakeNode, log_nc: Client
) -> None:
    nodes = [await make_node("incidents"), await make_node("incidents")]
    await report(nodes[0])
    await nodes[1].reader.catch_up()
    orders = [ask(NoteIncident(**fields(nodes[0]), text=f"note {n}")) for n in range(8)]
    outcomes = await asyncio.gather(*(sent(nodes[n % 2], o) for n, o in enumerate(orders)))
    assert sorted(outcome.seq for outcome in outcomes) == list(range(2, 10))
    for node in nodes:
        await node.reader.catch_up()
    rows = [node.kinds["incident"].rows["i-1"] for node in nodes]
    assert rows[0] == rows[1]
    assert rows[0][1] == 9
    log = await in_log(log_nc)
    assert sorted(event.data.text for event in log[1:]) == [f"note {n}" for n in range(8)]


async def test_of_many_who_ask_for_the_same_one_event_is_made(
    make_node: MakeNode, log_nc: Client
) -> None:
    nodes = [await make_node("incidents"), await make_node("incidents")]
    await report(nodes[0])
    await nodes[1].reader.catch_up()
    orders = [
        ask(TriageIncident(**fields(nodes[0]), severity="severe", category="fire"))
        for _ in range(8)
    ]
    outcomes = await asyncio.gather(*(sent(nodes[n % 2], o) for n, o in enumerate(orders)))
    made = [outcome for outcome in outcomes if outcome.event_ids]
    assert len(made) == 1
    assert len(await messages(log_nc)) == 2


async def test_a_command_that_is_repeated_has_the_same_outcome_also_after_a_restart(
    make_node: MakeNode, log_nc: Client
) -> None:
    first = await make_node("incidents")
    await report(first)
    order = ask(TriageIncident(**fields(first), severity="severe", category="fire"))
    outcome = await first.bus.send(order)
    await first.bus.send(ask(AssignIncident(**fields(first), to="p-2")))
    assert await first.bus.send(order) == outcome
    other = await make_node("incidents")
    assert await other.bus.send(order) == outcome
    await first.stop()
    again = await make_node("incidents")
    assert await again.bus.send(order) == outcome
    assert len(await messages(log_nc)) == 3


async def test_one_command_sent_to_two_nodes_at_once_is_decided_once(
    make_node: MakeNode, log_nc: Client
) -> None:
    nodes = [await make_node("incidents"), await make_node("incidents")]
    await report(nodes[0])
    await nodes[1].reader.catch_up()
    for n in range(10):
        order = ask(NoteIncident(**fields(nodes[0]), text=f"note {n}"))
        first, second = await asyncio.gather(*(sent(node, order) for node in nodes))
        assert first == second
    assert len(await messages(log_nc)) == 11


async def test_an_answer_that_was_lost_is_found_again(
    make_node: MakeNode, log_nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_node("incidents")
    await report(node)
    monkeypatch.setattr(node.log, "nc", deaf(node.nc))
    order = ask(NoteIncident(**fields(node), text="seen"))
    assert (await node.bus.send(order)).seq == 2
    assert len(await messages(log_nc)) == 2


async def test_a_command_over_nats_is_answered_as_one_at_home(make_node: MakeNode) -> None:
    home = await make_node("incidents")
    away = await make_node()
    order = ask(ReportIncident(**fields(home), category="fire", severity="minor", text="smoke"))
    outcome = await away.bus.send(order)
    assert await home.bus.send(order) == outcome
    assert await away.bus.send(order) == outcome
    with pytest.raises(Rejected) as refused:
        await away.bus.send(ask(NoteIncident(**fields(home, "i-9"), text="nowhere")))
    assert refused.value.reason.zh
    noted = ask(NoteIncident(**fields(home), text="seen"))._replace(digest="a" * 16)
    assert (await away.bus.send(noted)).event_ids
    with pytest.raises(Rejected) as reused:
        await away.bus.send(noted._replace(digest="b" * 16))
    assert reused.value.code == "key-reused"
    await home.stop()
    with pytest.raises(LogUnavailable):
        await away.bus.send(ask(NoteIncident(**fields(away), text="nobody decides")))


async def test_what_is_too_large_for_the_log_is_rejected_and_says_so(
    make_node: MakeNode,
) -> None:
    node = await make_node("incidents")
    await report(node)
    command = NoteIncident.model_construct(**fields(node), text="x" * 2_000_000)
    with pytest.raises(Exception) as refused:  # noqa: PT011 - a longer text is refused anywhere
        await node.bus.send(ask(command))
    assert not isinstance(refused.value, LogUnavailable)


async def test_what_belongs_to_one_site_is_refused_at_another(make_node: MakeNode) -> None:
    node = await make_node("volunteers")

    async def register(site: str, name: str) -> Outcome:
        command = RegisterVolunteer(
            site=site,
            id="p-1",
            at=node.clock.now(),
            by="test",
            name=name,
            latin="Li Na",
            role="medical",
        )
        return await node.bus.send(ask(command))

    await register("yanqing", "李娜")
    for name in ("李娜", "王芳"):
        with pytest.raises(Rejected, match="it belongs to site yanqing") as refused:
            await register("beijing", name)
        assert refused.value.field == "site"
        assert "yanqing" in refused.value.reason.zh
    assert (await register("yanqing", "王芳")).event_ids


def forget_what_is_over(*nodes: Node) -> None:
    for node in nodes:
        node.kinds["incident"].kept_events = 0


async def close(node: Node, id: str = "i-1") -> None:
    await node.bus.send(ask(CloseIncident(**fields(node, id), note="no fire")))


async def test_what_left_memory_is_read_from_the_log_and_decided_on(
    make_node: MakeNode, log_nc: Client
) -> None:
    node = await make_node("incidents")
    forget_what_is_over(node)
    incidents = node.kinds["incident"]
    for number in range(20):
        await report(node, f"i-{number}")
        await close(node, f"i-{number}")
    assert not incidents.rows
    await node.bus.send(ask(ReopenIncident(**fields(node), reason="smoke again")))
    assert incidents.state("i-1").status == "reopened"
    assert await report(node, "i-2") == Outcome((), 6)
    command = ReportIncident(
        **{**fields(node, "i-3"), "site": "beijing"}, category="fire", severity="minor", text="!"
    )
    with pytest.raises(Rejected, match="it belongs to site yanqing"):
        await node.bus.send(ask(command))
    with pytest.raises(Rejected, match="i-99"):
        await node.bus.send(ask(NoteIncident(**fields(node, "i-99"), text="nowhere")))
    assert len(await messages(log_nc)) == 41


async def test_two_nodes_decide_on_what_left_the_memory_of_both(
    make_node: MakeNode, log_nc: Client
) -> None:
    nodes = [await make_node("incidents"), await make_node("incidents")]
    forget_what_is_over(*nodes)
    await report(nodes[0])
    await close(nodes[0])
    await nodes[1].reader.catch_up()
    assert not nodes[1].kinds["incident"].rows
    await nodes[1].bus.send(ask(ReopenIncident(**fields(nodes[1]), reason="smoke again")))
    orders = [ask(NoteIncident(**fields(nodes[0]), text=f"note {n}")) for n in range(8)]
    outcomes = await asyncio.gather(*(sent(nodes[n % 2], o) for n, o in enumerate(orders)))
    assert sorted(outcome.seq for outcome in outcomes) == list(range(4, 12))
    for node in nodes:
        await node.reader.catch_up()
    rows = [node.kinds["incident"].rows["i-1"] for node in nodes]
    assert rows[0] == rows[1]
    assert rows[0][0].status == "reopened"


async def test_a_long_history_is_read_whole(make_node: MakeNode, log_nc: Client) -> None:
    node = await make_node("incidents")
    await report(node)
    for number in range(6):
        notes = (NoteIncident(**fields(node), text=f"{number} {n}") for n in range(100))
        await asyncio.gather(*(node.bus.send(ask(each)) for each in notes))
    filter = of_aggregate("incident", "i-1")
    found = await load_whole(node.nc, filter)
    assert [event.seq for event in found] == list(range(1, 602))
    assert await load_whole(node.nc, of_aggregate("incident", "i-2")) == []
    await close(node)
    forget_what_is_over(node)
    await report(node, "i-2")
    assert node.kinds["incident"].rows.keys() == {"i-2"}
    assert (await node.kinds["incident"].current("i-1")).status == "closed"


async def test_what_left_memory_is_known_after_a_restart_from_a_snapshot(
    make_node: MakeNode, log_nc: Client, tmp_path: Path
) -> None:
    first = await make_node("incidents")
    forget_what_is_over(first)
    first.snapshots = tmp_path / "snapshots"
    await report(first)
    await close(first)
    await first.reader.catch_up()
    first.save()
    again = await open_node(first.settings.nats or "", tmp_path, ("incidents",))
    again.snapshots = tmp_path / "snapshots"
    try:
        await again.start()
        assert again.started_from == 2
        assert not again.kinds["incident"].rows
        reopen = ask(ReopenIncident(**fields(again), reason="smoke again"))
        assert (await again.bus.send(reopen)).seq == 3
    finally:
        await again.stop()


async def test_while_the_log_cannot_be_read_nothing_is_decided_on_what_left_memory(
    make_node: MakeNode, log_nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_node("incidents")
    forget_what_is_over(node)
    await report(node)
    await close(node)
    monkeypatch.setattr(node.log, "nc", deaf(node.nc))
    reopen = ask(ReopenIncident(**fields(node), reason="smoke again"))
    with pytest.raises(LogUnavailable):
        await node.bus.send(reopen)
    assert (await node.bus.send(reopen)).seq == 3


@pytest.mark.parametrize("begun", [True, False], ids=["of its own", "of another aggregate"])
async def test_an_event_that_lies_in_the_log_twice_stops_nobody_from_writing(
    make_node: MakeNode, log_nc: Client, begun: bool
) -> None:
    node = await make_node("incidents")
    await report(node)
    [stored] = await in_log(log_nc)
    again = stored if begun else stored._replace(key="i-2")
    # Without the header that the server knows a repeat by, as after its window of two minutes.
    await log_nc.jetstream().publish(again.subject, encode(again))
    await log_nc.jetstream().publish(again.subject, encode(again))
    await node.reader.catch_up()
    if begun:
        outcome = await node.bus.send(ask(NoteIncident(**fields(node), text="seen")))
    else:
        outcome = await report(node, "i-2")
    assert outcome.seq == 4
    restarted = await make_node("incidents")
    later = await restarted.bus.send(
        ask(NoteIncident(**fields(restarted, again.key), text="seen again"))
    )
    assert later.seq == 5
