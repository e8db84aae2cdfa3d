"""Swaps and stand-ins over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import SKI, TRACK, Caller, Edge, edge, enrol, is_refusal
from tests.integration.rota import NOON, at, own, people, plan, planned, shift

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    folder = tmp_path_factory.mktemp("swaps")
    async with edge(folder, clock=ManualClock(NOON)) as running:
        yield running


async def two_on_shift(muster: Edge, *, in_return: bool = True) -> tuple[str, str]:
    giver, taker = await people(muster, 2)
    await plan(muster.admin, giver, shift(f"s-{giver}", 30, 34))
    if in_return:
        await plan(muster.admin, taker, shift(f"s-{taker}", 54, 58, TRACK))
    return giver, taker


async def propose(caller: Caller, giver: str, taker: str, **more: Any) -> str:
    body = {"giver": giver, "shift": f"s-{giver}", "taker": taker, **more}
    answer = await caller.post("/swaps", body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_two_people_swap_their_shifts(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    ana, bo = await own(muster, giver), await own(muster, taker)
    swap = await propose(ana, giver, taker, in_return=f"s-{taker}")
    [open_one] = (await bo.get("/swaps", params={"person": taker})).json()["swaps"]
    assert (open_one["id"], open_one["agreed"]) == (swap, [giver])
    refused = await ana.post(f"/swaps/{swap}/agree", {"person": taker})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not-yours")
    assert (await bo.post(f"/swaps/{swap}/agree")).status_code == 200
    await muster.settle()
    [given], [taken] = await planned(ana, giver), await planned(ana, taker)
    assert (given["venue"], given["instead_of"]) == (TRACK, taker)
    assert (taken["venue"], taken["instead_of"]) == (SKI, giver)
    assert (await ana.get("/swaps", params={"person": giver})).json()["swaps"] == []
    [ended] = (await ana.get("/swaps", params={"person": giver, "ended": True})).json()["swaps"]
    assert ended["status"] == "done"
    messages = (await muster.admin.get("/messages", params={"person": taker})).json()
    assert "swap" in str(messages)


async def test_a_stand_in_takes_the_place_of_another(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster, in_return=False)
    swap = await propose(await own(muster, giver), giver, taker)
    commander = await muster.caller("commander", "yanqing")
    assert (await commander.post(f"/swaps/{swap}/agree", {"person": taker})).status_code == 200
    await muster.settle()
    assert await planned(muster.admin, giver) == []
    [row] = await planned(muster.admin, taker)
    assert row["instead_of"] == giver


async def test_what_a_guard_forbids_is_not_swapped_and_both_hear_why(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    await plan(muster.admin, taker, shift(f"near-{taker}", 22, 28))
    swap = await propose(await own(muster, giver), giver, taker, in_return=f"s-{taker}")
    await (await own(muster, taker)).post(f"/swaps/{swap}/agree")
    await muster.settle()
    query = {"person": giver, "ended": True}
    [row] = (await muster.admin.get("/swaps", params=query)).json()["swaps"]
    assert row["status"] == "failed"
    assert "rest: 2 h 00 min" in row["reason"]["en"]
    [back] = await planned(muster.admin, giver)
    assert (back["venue"], back["starts_at"][:13]) == (SKI, at(30)[:13])
    assert len(await planned(muster.admin, taker)) == 2


async def test_a_swap_is_declined_and_then_over(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    swap = await propose(await own(muster, giver), giver, taker)
    bo = await own(muster, taker)
    answer = await bo.post(f"/swaps/{swap}/decline", {"reason": "exam"})
    assert answer.json()["swap"]["status"] == "declined"
    late = await bo.post(f"/swaps/{swap}/agree")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "swap-ended")


async def test_who_leads_both_venues_may_agree_for_others(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    await enrol(muster, [("boss", "yanqing", "team-leader", ["yanqing"])])
    await enrol(muster, [("chief", "yanqing", "team-leader", [SKI])])
    boss, chief = await own(muster, "boss"), await own(muster, "chief")
    body = {
        "giver": giver, "shift": f"s-{giver}", "taker": taker,
        "in_return": f"s-{taker}", "proposer": giver,
    }  # fmt: skip
    assert (await chief.post("/swaps", body)).status_code == 403
    answer = await boss.post("/swaps", body)
    assert (answer.status_code, answer.json()["agreed"]) == (200, [giver])
    id = answer.json()["id"]
    assert (await boss.post(f"/swaps/{id}/agree", {"person": taker})).status_code == 200
    assert (await boss.post(f"/swaps/{id}/agree")).status_code in (403, 409)


async def test_a_swap_of_what_is_not_there_is_not_proposed(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    for body, status in (
        ({"giver": giver, "shift": "none", "taker": taker}, 404),
        ({"giver": giver, "shift": f"s-{giver}", "taker": "nobody"}, 404),
        ({"giver": giver, "shift": f"s-{giver}", "taker": taker, "in_return": "none"}, 404),
        ({"giver": giver, "shift": f"s-{giver}", "taker": giver}, 409),
    ):
        answer = await muster.admin.post("/swaps", body)
        assert answer.status_code == status, answer.text
        assert is_refusal(answer.json())


async def test_one_key_is_one_swap(muster: Edge) -> None:
    giver, taker = await two_on_shift(muster)
    body = {"giver": giver, "shift": f"s-{giver}", "taker": taker}
    answers = [
        await muster.admin.post("/swaps", body, headers={"Idempotency-Key": f"k-{giver}"})
        for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[0].json()["events"] == answers[1].json()["events"]
