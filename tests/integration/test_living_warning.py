"""One living warning over the real log: whole chains, documents as they were sent, who is told."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
import pytest_asyncio

from projections.warnings import MOVES, Warned
from services.weather.cap import CapMessage
from services.weather.cap_write import write_cap
from services.weather.decider import WarningState
from services.weather.naming import rank_of
from tests.integration.edge import OVAL, SKI, TRACK, Edge, edge, enrol, put_on_post
from tests.integration.warned import Sender, one, send, warning
from tests.unit.corpus import needs_corpus
from tests.unit.weather.living import Given
from tests.unit.weather.real_chains import real_chains

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("living")) as running:
        await enrol(
            running,
            [
                ("lead-ski", "yanqing", "team-leader", [SKI]),
                ("on-ski", "yanqing", "medical", []),
                ("b1", "beijing", "medical", [OVAL]),
            ],
        )
        await put_on_post(running, "on-ski", SKI)
        await running.settle()
        yield running


async def state(muster: Edge, sender: str) -> tuple[list[str], list[str], list[str]]:
    """Return what messages of a sender are in force for the decider, the picture, and a reader."""
    await muster.settle()
    decided: dict[str, tuple[WarningState, int]] = muster.node.kinds["warning"].rows
    rows: dict[str, Warned] = muster.node.picture.warnings.rows
    of = {id: row for id, row in rows.items() if row.message.sender == sender}
    listed = (await muster.admin.get("/warnings")).json()["warnings"]
    now = muster.node.clock.now()
    states = [decided[id][0] for id in of]
    return (
        [one.latest.identifier for one in states if one.latest and one.status == "in-force"],
        [row.message.identifier for row in of.values() if row.is_live(now)],
        [row["identifier"] for row in listed if row["sender"] == sender],
    )


ORDERS = list(permutations(["issue", "two", "three", "end"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_a_chain_in_any_order_is_one_warning(muster: Edge, order: Sequence[str]) -> None:
    sender = Sender(f"order-{ORDERS.index(tuple(order))}")
    messages = {
        "issue": sender.says("Alert", "one", 0),
        "two": sender.says("Update", "two", 10, "one"),
        "three": sender.says("Update", "three", 20, "two"),
        "end": sender.says("Cancel", "four", 30, "three"),
    }
    ends = order.index("end")
    for name in order[:ends]:
        await one(muster, messages[name])
    before = [name for name in ("issue", "two", "three") if name in order[:ends]]
    decided, shown, listed = await state(muster, sender.name)
    assert sorted(decided) == sorted(shown) == sorted(listed)
    if len(before) == 3:
        assert decided == ["three"]
    for name in (*order[ends:], *order):
        await one(muster, messages[name])
    last = await one(muster, messages["end"])
    assert await state(muster, sender.name) == ([], [], [])
    whole = await warning(muster, last["warning"])
    assert whole["state"] == "cancelled"
    assert [said["identifier"] for said in whole["chain"]] == ["one", "two", "three", "four"]
    assert [said["move"] for said in whole["chain"]] == ["issue", "update", "update", "cancel"]


async def test_chains_that_come_all_at_once_are_one_warning_each(muster: Edge) -> None:
    senders = [Sender(f"at-once-{number}") for number in range(12)]
    bodies = [
        body
        for sender in senders
        for body in (
            sender.says("Alert", "one", 0),
            sender.says("Update", "two", 10, "one"),
            sender.says("Update", "three", 20, "two"),
            sender.says("Update", "four", 30, "three"),
        )
    ]
    random.Random(3).shuffle(bodies)
    await asyncio.gather(*(one(muster, body) for body in (*bodies, *bodies[::3])))
    for sender in senders:
        assert await state(muster, sender.name) == (["four"], ["four"], ["four"])
    together = b"".join(
        sender.says("Cancel", "five", 40, "one").partition(b"?>")[2] for sender in senders
    )
    said = await send(muster, b"<alerts>" + together + b"</alerts>")
    assert [result["move"] for result in said["results"]] == ["cancel"] * len(senders)
    for sender in senders:
        assert await state(muster, sender.name) == ([], [], [])


@needs_corpus
async def test_real_chains_in_any_order_are_one_warning_each(muster: Edge) -> None:
    chains = sorted((c for c in real_chains() if 3 <= len(c) <= 16), key=len)[-6:]
    chosen = random.Random(7)
    for number, chain in enumerate(chains):
        for order in range(2):
            messages = [(renamed(cap, f"r{number}{order}-"), given) for cap, given in chain]
            chosen.shuffle(messages)
            for cap, _ in (*messages, *messages[:3]):
                await one(muster, write_cap(cap))
            result = await one(muster, write_cap(messages[0][0]))
            await is_one_warning(muster, result["warning"], messages)


def renamed(cap: CapMessage, prefix: str) -> CapMessage:
    """The same message of a sender that nobody else has."""
    references = tuple(replace(ref, sender=prefix + ref.sender) for ref in cap.references)
    return replace(cap, sender=prefix + cap.sender, references=references, deviations=())


async def is_one_warning(
    muster: Edge, id: str, messages: Sequence[tuple[CapMessage, Given]]
) -> None:
    await muster.settle()
    last = max(
        (given for _, given in messages), key=lambda g: rank_of(g.message, MOVES.index(g.move))
    )
    rows = muster.node.picture.warnings.rows
    own = {cap.sender for cap, _ in messages}
    speaking = [
        key
        for key, row in rows.items()
        if row.message.sender in own and row.superseded_by is None
        and row.message.status == last.message.status
    ]  # fmt: skip
    assert speaking == [id]
    assert rows[id].message.identifier == last.message.identifier
    assert MOVES[rows[id].precedence] == last.move
    decided = muster.node.kinds["warning"].rows[id][0]
    assert decided.latest is not None
    assert decided.latest.identifier == last.message.identifier
    shown = await warning(muster, id)
    assert len(shown["chain"]) == len(messages)


async def test_each_message_says_what_it_changed(muster: Edge) -> None:
    sender = Sender("changes")
    await one(muster, sender.says("Alert", "one", 0))
    red = {"Severe": "Extreme", "橙色预警[Ⅱ级/严重]": "红色预警[Ⅰ级/特别严重]"}
    result = await one(muster, sender.says("Update", "two", 10, "one", **red))
    assert (result["colour"], result["severity"]) == ("red", "extreme")
    whole = await warning(muster, result["warning"])
    assert [said["changed"] for said in whole["chain"]] == [[], ["level", "words"]]
    assert [said["colour"] for said in whole["chain"]] == ["orange", "red"]
    assert (whole["state"], whole["superseded_by"], whole["supersedes"]) == ("in-force", None, [])
    await one(muster, sender.says("Cancel", "three", 20, "one"))


async def test_who_and_what_is_affected_is_told_and_kept(muster: Edge) -> None:
    sender = Sender("affected")
    body = sender.says("Alert", "one", 0)
    said = await send(muster, body)
    [result] = said["results"]
    assert said["document"] == hashlib.sha256(body).hexdigest()
    assert (result["signature"], result["signer"]) == ("none", "")
    by_venue = {row["venue"]: row for row in result["affected"]}
    assert set(by_venue) == set(result["venues"]) == {SKI, TRACK}
    assert by_venue[SKI] == {"venue": SKI, "cause": "polygon", "distance_m": 0.0, "people": 1}
    whole = await warning(muster, result["warning"])
    assert {row["venue"]: row["ids"] for row in whole["affected"]} == {SKI: ["on-ski"], TRACK: []}
    assert whole["document"] == said["document"]

    reporter = await muster.caller("reporter")
    shown = (await reporter.get(f"/warnings/{result['warning']}")).json()
    assert [row["people"] for row in shown["affected"]] == [1, 0]
    assert all("ids" not in row for row in shown["affected"])
    beijing = await muster.caller("responder", "beijing")
    elsewhere = (await beijing.get(f"/warnings/{result['warning']}")).json()
    assert elsewhere["affected"] == elsewhere["venues"] == []
    await one(muster, sender.says("Cancel", "two", 20, "one"))


async def test_the_list_is_of_a_venue_a_moment_and_of_what_lives(muster: Edge) -> None:
    sender = Sender("listed")
    result = await one(muster, sender.says("Alert", "one", 0))

    async def listed(caller: Any = muster.admin, **query: Any) -> set[str]:
        answer = await caller.get("/warnings", params=query)
        assert answer.status_code == 200, answer.text
        return {row["id"] for row in answer.json()["warnings"]}

    later = (datetime.now(UTC) + timedelta(hours=20)).isoformat()
    earlier = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    assert result["warning"] in await listed()
    assert result["warning"] in await listed(venue=SKI)
    assert result["warning"] not in await listed(venue=OVAL)
    assert result["warning"] not in await listed(at=later)
    assert result["warning"] in await listed(at=later, live=False)
    assert result["warning"] not in await listed(at=earlier, live=False)
    await one(muster, sender.says("Cancel", "two", 20, "one"))
    assert result["warning"] not in await listed(venue=SKI)
    assert result["warning"] in await listed(venue=SKI, live=False)
    assert (await muster.admin.get("/warnings", params={"venue": "nowhere"})).status_code == 404
    beijing = await muster.caller("responder", "beijing")
    assert (await beijing.get("/warnings", params={"venue": SKI})).status_code == 403
    assert (await muster.admin.get("/warnings/nobody")).status_code == 404


async def test_what_is_said_anew_supersedes_and_its_alerts_go_with_it(muster: Edge) -> None:
    sender = Sender("anew")
    first = await one(muster, sender.says("Alert", "one", 0))
    await muster.settle()
    second = await one(muster, sender.says("Alert", "two", 10))
    assert second["superseded"] == [first["warning"]]
    assert (await warning(muster, first["warning"]))["superseded_by"] == second["warning"]
    whole = await warning(muster, second["warning"])
    assert whole["supersedes"] == [first["warning"]]
    assert [said["identifier"] for said in whole["chain"]] == ["one", "two"]
    await muster.settle()
    alerts = (await muster.admin.picture())["alerts"]
    about = {row["about"]["id"] for row in alerts}
    assert second["warning"] in about
    assert first["warning"] not in about
    await one(muster, sender.says("Cancel", "three", 20, "two"))
    await muster.settle()
    assert (await muster.admin.picture())["alerts"] == []


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
async def test_an_exercise_ends_nothing_that_is_meant(muster: Edge, status: str) -> None:
    sender = Sender(f"drill-{status}")
    await one(muster, sender.says("Alert", "one", 0))
    for kind, name in (("Update", "two"), ("Cancel", "three"), ("Alert", "four")):
        refers = () if kind == "Alert" else ("one",)
        await one(muster, sender.says(kind, name, 20, *refers, Actual=status))
    _, shown, listed = await state(muster, sender.name)
    assert shown == listed == ["one"]
    await one(muster, sender.says("Cancel", "end", 30, "one"))
