"""A volunteer's own token opens what is theirs: where others are and how they are it does not
show. One that leads people, or serves a lane, looks over as it did.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import SKI, Caller, Edge, edge, enrol, is_refusal, put_on_post, soon

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

PEOPLE = [
    ("me", "yanqing", "medical", []),
    ("other", "yanqing", "medical", []),
    ("third", "yanqing", "medical", []),
    ("lead", "yanqing", "medical", [SKI]),
]
OTHERS_ONLY = ["/picture", f"/board?venue={SKI}", "/board?site=yanqing"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("own")) as running:
        await enrol(running, PEOPLE)
        for person in ("me", "other", "third"):
            await put_on_post(running, person, SKI)
        yield running


async def own(muster: Edge, person: str, **more: Any) -> Caller:
    said = {"role": "reporter", "name": f"{person}'s phone", "person": person, **more}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def journey(muster: Edge, *people: str, driver: str = "-") -> str:
    starts = soon(hours=2)
    body = {
        "origin": "hotel", "destination": SKI, "people": people, "vehicle": "bus 7",
        "driver": driver, "departs_at": starts, "arrives_at": soon(hours=3),
    }  # fmt: skip
    answer = await muster.admin.post("/journeys", body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_where_others_are_is_not_shown_to_a_volunteers_own_token(muster: Edge) -> None:
    me = await own(muster, "me")
    id = (await muster.admin.post("/roll-calls", {"venue": SKI})).json()["id"]
    for path in (*OTHERS_ONLY, f"/roll-calls/{id}"):
        refused = await me.get(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "own-token"), path
        assert is_refusal(refused.json())
    mine = await me.get("/me")
    assert mine.status_code == 200
    assert [roll["id"] for roll in mine.json()["roll_calls"]] == [id]
    assert (await me.get(f"/shifts?venue={SKI}")).json()["shifts"], "the rota is everybody's"
    for path in ("/weather", "/warnings", "/phases", "/whoami"):
        assert (await me.get(path)).status_code == 200, path


async def test_who_leads_serves_a_lane_or_is_no_person_looks_over(muster: Edge) -> None:
    several = [
        await own(muster, "lead"),
        await own(muster, "me", lanes=["mental-health"]),
        await own(muster, "me", role="responder"),
        await muster.caller("reporter"),
        await muster.caller("monitor"),
    ]
    for caller in several:
        for path in OTHERS_ONLY:
            assert (await caller.get(path)).status_code == 200, path


async def test_of_journeys_and_swaps_one_sees_ones_own(muster: Edge) -> None:
    mine, driven = await journey(muster, "me", "other"), await journey(muster, "third", driver="me")
    others = await journey(muster, "other")
    me = await own(muster, "me")
    shown = {row["id"] for row in (await me.get("/journeys")).json()["journeys"]}
    assert shown == {mine, driven}
    assert (await me.get(f"/journeys/{mine}")).status_code == 200
    assert (await me.get(f"/journeys/{others}")).status_code == 403
    for giver, taker in (("me", "other"), ("other", "third")):
        start = muster.node.clock.now() + timedelta(days=3)
        shift = {"shift": f"swap-{giver}", "venue": SKI, "starts_at": start.isoformat(),
                 "ends_at": (start + timedelta(hours=2)).isoformat()}  # fmt: skip
        assert (await muster.admin.post(f"/volunteers/{giver}/shifts", shift)).is_success
        swap = {"giver": giver, "shift": shift["shift"], "taker": taker}
        assert (await muster.admin.post("/swaps", swap)).status_code == 200
    await muster.node.reader.catch_up()
    assert [row["giver"] for row in (await me.get("/swaps")).json()["swaps"]] == ["me"]
    assert (await me.get("/swaps?person=third")).json()["swaps"] == []
    assert len((await muster.admin.get("/swaps")).json()["swaps"]) == 2
