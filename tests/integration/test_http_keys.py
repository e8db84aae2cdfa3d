"""A command sent again under its key is decided once; another request under it is refused."""

from collections.abc import AsyncIterator
from hashlib import blake2b
from typing import Any

import pytest
import pytest_asyncio

from services.gateway.volunteers import Reached, Volunteer
from tests.integration.edge import SKI, Edge, edge, enrol, is_refusal, soon

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

PERSON: dict[str, Any] = {"name": "某人", "latin": "X", "role": "medical"}
TRIAGE = {"severity": "minor", "category": "fire"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("keys")) as running:
        await enrol(running, [("y1", "yanqing", "medical", [SKI])])
        yield running


async def incident(muster: Edge) -> str:
    answer = await muster.admin.report({"kind": "incident", "text": "有烟", "venue": SKI})
    return str(answer["incident"])


@pytest.mark.parametrize("how", ["header", "body"])
async def test_a_command_sent_again_is_decided_once(muster: Edge, how: str) -> None:
    id = await incident(muster)
    body = {"text": "两次", **({"command_id": "again"} if how == "body" else {})}
    headers = {"Idempotency-Key": "again"} if how == "header" else {}
    answers = [
        (await muster.admin.post(f"/incidents/{id}/note", body, headers=headers)).json()
        for _ in range(3)
    ]
    assert answers == [answers[0]] * 3
    entries = (await muster.admin.get(f"/incidents/{id}/timeline")).json()["entries"]
    assert sum(entry["type"].endswith("noted") for entry in entries) == 1


async def test_a_repeat_is_recognised_even_if_it_would_now_be_refused(muster: Edge) -> None:
    id = await incident(muster)
    key = {"Idempotency-Key": "triage-once"}
    first = await muster.admin.post(f"/incidents/{id}/triage", TRIAGE, headers=key)
    await muster.admin.post(f"/incidents/{id}/close", {"note": "误报"})
    again = await muster.admin.post(f"/incidents/{id}/triage", TRIAGE, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_one_key_for_a_list_of_shifts_is_many_commands(muster: Edge) -> None:
    shifts = [
        {
            "shift": f"day-{day}",
            "venue": SKI,
            "starts_at": soon(days=day),
            "ends_at": soon(days=day, hours=8),
        }
        for day in (3, 4, 5)
    ]
    key = {"Idempotency-Key": "rota"}
    answer = await muster.admin.post("/volunteers/y1/shifts", shifts, headers=key)
    assert answer.json()["accepted"] == 3
    assert len({event for row in answer.json()["results"] for event in row["events"]}) == 3
    again = await muster.admin.post("/volunteers/y1/shifts", shifts, headers=key)
    assert again.json() == answer.json()


@pytest.mark.parametrize("how", ["header", "body"])
async def test_a_key_that_was_used_is_refused_for_another_request(muster: Edge, how: str) -> None:
    id, other = await incident(muster), await incident(muster)
    headers = {"Idempotency-Key": "once"} if how == "header" else {}
    more = {"command_id": "once"} if how == "body" else {}

    async def note(of: str, text: str) -> Any:
        return await muster.admin.post(
            f"/incidents/{of}/note", {"text": text, **more}, headers=headers
        )

    first = await note(id, "一")
    reused = await note(id, "二")
    assert (reused.status_code, reused.json()["error"]["code"]) == (409, "key-reused")
    assert reused.json()["error"]["field"] == "Idempotency-Key"
    assert is_refusal(reused.json())
    assert (await note(id, "一")).json() == first.json()
    assert (await note(other, "二")).status_code == 200
    entries = (await muster.admin.get(f"/incidents/{id}/timeline")).json()["entries"]
    assert [entry["data"]["text"] for entry in entries if entry["type"].endswith("noted")] == ["一"]


async def test_a_used_key_is_refused_for_another_reason_in_the_address(muster: Edge) -> None:
    shift = {"shift": "key-1", "venue": SKI, "starts_at": soon(days=9), "ends_at": soon(days=9.2)}
    assert (await muster.admin.post("/volunteers/y1/shifts", shift)).status_code == 200
    key = {"Idempotency-Key": "cancel"}
    path = "/volunteers/y1/shifts/key-1?reason="
    first = await muster.admin.send("DELETE", f"{path}ill", headers=key)
    assert first.status_code == 200, first.text
    again = await muster.admin.send("DELETE", f"{path}ill", headers=key)
    assert again.json() == first.json()
    reused = await muster.admin.send("DELETE", f"{path}late", headers=key)
    assert (reused.status_code, reused.json()["error"]["code"]) == (409, "key-reused")


async def test_a_used_key_is_refused_for_another_telephone_and_tells_none(muster: Edge) -> None:
    person = {"id": "y9", "site": "yanqing", **PERSON}
    key = {"Idempotency-Key": "phone"}

    async def register(phone: str | None) -> Any:
        contact = {"contact": {"phone": phone}} if phone else {}
        return await muster.admin.post("/volunteers", {**person, **contact}, headers=key)

    first = await register("13800138000")
    assert first.status_code == 200, first.text
    assert (await register("13800138000")).json() == first.json()
    for phone in ("13900139000", None):
        assert (await register(phone)).json()["error"]["code"] == "key-reused"
    [stored] = await muster.node.events_at([first.json()["seq"]])
    assert stored.digest is not None
    said = Volunteer(**person, contact=Reached(phone="13800138000"))
    plain = said.model_dump_json(exclude={"command_id"})
    for context in (b"muster/command", b"muster/report", b""):
        tried = blake2b(f"{plain}?".encode(), digest_size=8, person=context).hexdigest()
        assert tried != stored.digest
