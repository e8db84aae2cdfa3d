"""What a person's own token reads of what is theirs, and what it does not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Caller, Edge, edge, enrol, is_refusal, put_on_post

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("me")) as running:
        people = [("m1", "yanqing", "competition", ()), ("m2", "yanqing", "support", (SKI,))]
        await enrol(running, [*people, ("m3", "beijing", "media", ())])
        for person in ("m1", "m2"):
            await put_on_post(running, person, SKI)
        yield running


async def own(muster: Edge, person: str, role: str = "reporter", *sites: str) -> Caller:
    said = {"role": role, "name": f"phone of {person}", "person": person, "sites": list(sites)}
    answer = await muster.admin.post("/tokens", said)
    return Caller(muster.url, answer.json()["token"], muster.http)


async def mine(caller: Caller, **query: Any) -> Any:
    answer = await caller.get("/me", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_person_reads_who_they_are_and_where_they_should_be(muster: Edge) -> None:
    phone = await own(muster, "m1", "reporter", "yanqing")
    shown = await mine(phone)
    assert shown["person"]["name"] == {"zh": "志愿者m1", "en": "m1"}
    assert (shown["role"], shown["person"]["site"]["id"]) == ("reporter", "yanqing")
    assert [(shift["id"], shift["venue"]) for shift in shown["shifts"]] == [(f"m1-{SKI}", SKI)]
    assert shown["whereabouts"]["missing"] is True
    await phone.report({"kind": "presence", "person": "m1", "whereabouts": "present", "venue": SKI})
    await muster.settle()
    now = (await mine(phone))["whereabouts"]
    assert (now["whereabouts"], now["venue"], now["missing"]) == ("present", SKI, False)
    assert {SKI, OVAL} <= {venue["id"] for venue in shown["venues"]}


async def test_a_call_shows_who_was_told_and_who_has_it_until_it_is_closed(muster: Edge) -> None:
    phone = await own(muster, "m1")
    sent = await phone.report({"id": "call-1", "kind": "need-help", "person": "m1", "venue": SKI})
    await muster.settle()
    (call,) = (await mine(phone))["calls"]
    assert (call["incident"], call["taken_by"], call["until"]) == (sent["incident"], None, None)
    assert {"id": "m2", "kind": "person", "name": {"zh": "志愿者m2", "en": "m2"}} in call["told"]
    assert call["told_count"] == len(call["told"])

    lead = await own(muster, "m2", "responder")
    assert (await lead.post(f"/incidents/{sent['incident']}/take")).status_code == 200
    await muster.settle()
    (call,) = (await mine(phone))["calls"]
    assert call["taken_by"]["name"]["zh"] == "志愿者m2"
    assert (await mine(lead))["calls"] == []

    await lead.post(f"/incidents/{sent['incident']}/resolve")
    await lead.post(f"/incidents/{sent['incident']}/close")
    await muster.settle()
    (call,) = (await mine(phone))["calls"]
    assert call["until"] is not None


async def test_words_are_added_to_ones_own_call_and_to_nobody_elses(muster: Edge) -> None:
    phone = await own(muster, "m1")
    other = await own(muster, "m2")
    sent = await phone.report({"id": "call-2", "kind": "need-help", "person": "m1"})
    path = f"/me/calls/{sent['incident']}/note"
    key = {"Idempotency-Key": "words-1"}
    for _ in range(2):
        answer = await phone.post(path, {"text": "左脚扭伤"}, headers=key)
        assert answer.status_code == 200, answer.text
    for wrong in (
        await other.post(path, {"text": "x"}),
        await phone.post("/me/calls/x/note", {"text": "x"}),
    ):
        assert wrong.status_code == 404
        assert is_refusal(wrong.json())
    assert (await phone.post(path, {"text": " "})).status_code == 422
    assert (await muster.admin.post(path, {"text": "x"})).status_code == 422
    timeline = (await muster.admin.get(f"/incidents/{sent['incident']}/timeline")).json()
    notes = [one for one in timeline["entries"] if one["type"] == "incident.noted"]
    assert [one["actor"] for one in notes] == ["m1"]
    assert "左脚扭伤" in str(notes[0])


async def test_only_the_roll_calls_that_ask_for_them_are_shown(muster: Edge) -> None:
    phone, elsewhere = await own(muster, "m1"), await own(muster, "m3")
    opened = (await muster.admin.post("/roll-calls", {"venue": SKI})).json()["id"]
    await muster.settle()
    asked = [roll for roll in (await mine(phone))["roll_calls"] if roll["id"] == opened]
    assert asked[0]["title"]["zh"]
    assert opened not in [roll["id"] for roll in (await mine(elsewhere))["roll_calls"]]
    lead = await own(muster, "m2")
    before = {roll["id"]: roll["standing"] for roll in (await mine(lead))["roll_calls"]}
    assert before[opened] == "unaccounted"
    await lead.report({"kind": "safety", "person": "m2", "answer": "safe"})
    await muster.settle()
    after = {roll["id"]: roll["standing"] for roll in (await mine(lead))["roll_calls"]}
    assert after[opened] == "safe"
    await muster.admin.post(f"/roll-calls/{opened}/close")
    await muster.settle()
    assert opened not in [roll["id"] for roll in (await mine(phone))["roll_calls"]]


async def test_todays_check_in_is_a_time_and_never_what_was_said(muster: Edge) -> None:
    phone = await own(muster, "m3")
    assert (await mine(phone))["check_in"]["given_at"] is None
    said = {"kind": "check-in", "person": "m3", "answer": "talk", "text": "睡不着"}
    assert (await phone.report(said))["status"] == "accepted"
    await muster.settle()
    shown = await mine(phone)
    assert shown["check_in"]["given_at"] is not None
    assert "睡不着" not in str(shown)
    assert "talk" not in str(shown["check_in"])


async def test_a_swap_names_both_shifts_and_whether_they_are_asked(muster: Edge) -> None:
    giver, taker = await own(muster, "m1"), await own(muster, "m3")
    said = {"giver": "m1", "shift": f"m1-{SKI}", "taker": "m3"}
    swap = (await giver.post("/swaps", said)).json()["id"]
    await muster.settle()
    (asked,) = (await mine(taker))["swaps"]
    assert (asked["id"], asked["asked"], asked["shift"]["venue"]) == (swap, True, SKI)
    assert asked["giver"]["name"]["zh"] == "志愿者m1"
    (waiting,) = (await mine(giver))["swaps"]
    assert waiting["asked"] is False
    await taker.post(f"/swaps/{swap}/decline")
    await muster.settle()
    assert (await mine(taker))["swaps"] == []


async def test_a_message_is_unread_until_their_page_has_fetched_it(muster: Edge) -> None:
    body = {"id": "m4", "site": "yanqing", "name": "m4", "latin": "m4", "role": "support"}
    await muster.admin.post("/volunteers", {**body, "channels": ["page"]})
    await muster.settle()
    phone = await own(muster, "m4")
    assert (await mine(phone))["messages"]["unread"] is False
    await phone.post("/people/m4/test-message")
    await muster.settle()
    assert (await mine(phone))["messages"]["unread"] is True
    assert (await mine(phone))["messages"]["unread"] is True
    await phone.get("/messages")
    await muster.settle()
    assert (await mine(phone))["messages"]["unread"] is False


async def test_whose_code_a_lead_has_scanned_is_named_to_leads_only(muster: Edge) -> None:
    lead, other = await own(muster, "m2"), await own(muster, "m1")
    assert (await mine(lead, scanned="m1"))["scanned"]["name"]["zh"] == "志愿者m1"
    assert (await mine(lead, scanned="nobody"))["scanned"] is None
    assert (await mine(other, scanned="m2"))["scanned"] is None


async def test_a_token_that_is_nobodys_own_is_told_so(muster: Edge) -> None:
    answer = await muster.admin.get("/me")
    assert answer.status_code == 422
    assert is_refusal(answer.json())
    assert answer.json()["error"]["code"] == "no-person"
