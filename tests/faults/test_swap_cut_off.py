"""A process that ends in the middle of a swap: the next one completes it or takes it back."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.envelope import Event
from services.decider import Command
from services.volunteers.swapping import Swapping
from tests.integration.edge import SKI, TRACK, Edge, edge, enrol

pytestmark = [pytest.mark.nats, pytest.mark.asyncio]


async def plan(muster: Edge, person: str, id: str, venue: str, start: int, end: int) -> None:
    now = muster.node.clock.now()
    body = {
        "shift": id,
        "venue": venue,
        "starts_at": (now + timedelta(hours=start)).isoformat(),
        "ends_at": (now + timedelta(hours=end)).isoformat(),
    }
    answer = await muster.admin.post(f"/volunteers/{person}/shifts", body)
    assert answer.status_code == 200, answer.text


async def venues(muster: Edge, person: str) -> list[str]:
    answer = await muster.admin.get("/shifts", params={"person": person})
    return [row["venue"] for row in answer.json()["shifts"]]


@pytest.mark.parametrize("forbidden", [False, True])
@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_a_swap_that_was_cut_off_is_never_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, forbidden: bool
) -> None:
    send = Swapping._send
    done = 0
    cut = asyncio.Event()

    async def dies(self: Swapping, event: Event, command: Command, *marks: str) -> None:
        nonlocal done
        if event.type == "agreed":
            if done == steps:
                cut.set()
                await asyncio.Event().wait()
            done += 1
        await send(self, event, command, *marks)

    monkeypatch.setattr(Swapping, "_send", dies)
    async with edge(tmp_path) as muster:
        await enrol(muster, [(id, "yanqing", "media", []) for id in ("ana", "bo")])
        await plan(muster, "ana", "s1", SKI, 20, 24)
        await plan(muster, "bo", "s2", TRACK, 60, 64)
        if forbidden:
            await plan(muster, "bo", "s3", "national-stadium", 26, 28)
        swap: dict[str, Any] = {
            "id": "w1", "giver": "ana", "shift": "s1", "taker": "bo", "in_return": "s2",
            "proposer": "ana",
        }  # fmt: skip
        assert (await muster.admin.post("/swaps", swap)).status_code == 200
        answer = await muster.admin.post("/swaps/w1/agree", {"person": "bo"})
        assert answer.status_code == 200
        await asyncio.wait_for(cut.wait(), 20)
    monkeypatch.setattr(Swapping, "_send", send)
    async with edge(tmp_path) as muster:
        await muster.settle()
        [row] = (await muster.admin.get("/swaps", params={"ended": True})).json()["swaps"]
        assert row["status"] == ("failed" if forbidden else "done")
        theirs = [TRACK] if not forbidden else [SKI]
        others = [SKI] if not forbidden else ["national-stadium", TRACK]
        assert await venues(muster, "ana") == theirs
        assert await venues(muster, "bo") == others
        plan_more = {"shift": "s9", "venue": SKI}
        now = muster.node.clock.now()
        hours = {"starts_at": 200, "ends_at": 204}
        later = {name: (now + timedelta(hours=hour)).isoformat() for name, hour in hours.items()}
        free = await muster.admin.post("/volunteers/ana/shifts", {**plan_more, **later})
        assert free.status_code == 200, free.text
