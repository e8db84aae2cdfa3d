"""Reports over HTTP: every kind, one and many, once however often they are sent, each answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Edge, edge, enrol, is_refusal, soon

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

NDJSON = {"Content-Type": "application/x-ndjson"}
KINDS: dict[str, dict[str, Any]] = {
    "presence": {"kind": "presence", "person": "p1", "whereabouts": "present", "venue": SKI},
    "safety": {"kind": "safety", "person": "p1", "answer": "safe"},
    "a call": {"kind": "safety", "person": "p2", "answer": "need-help", "text": "腿伤"},
    "need-help": {"kind": "need-help", "person": "p1", "venue": SKI, "text": "救命"},
    "a bare call": {"kind": "need-help"},
    "incident": {"kind": "incident", "text": "B2 有烟", "category": "fire", "severity": "minor"},
    "weather": {"kind": "weather", "venue": SKI, "temperature_c": -18.5, "gust_ms": 22},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("reports")) as running:
        await enrol(running, [("p1", "yanqing", "medical", []), ("p2", "yanqing", "medical", [])])
        yield running


async def stored(muster: Edge, event: str) -> list[dict[str, Any]]:
    """Return every event of the log with this id, with its sequence."""
    await muster.node.reader.catch_up()
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        answer = await muster.admin.get(f"/events?after={after}&limit=1000")
        page = answer.json()
        found += [row for row in page["events"] if row["id"] == event]
        if page["next"] >= page["last"]:
            return found
        after = page["next"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_taken_and_lies_where_its_answer_says(muster: Edge, kind: str) -> None:
    answer = await muster.admin.post("/reports", KINDS[kind])
    said = answer.json()
    assert answer.status_code == 200
    assert said["status"] == "accepted"
    [event] = await stored(muster, said["event"])
    assert event["seq"] == said["seq"]


@pytest.mark.parametrize("kind", ["a call", "need-help", "a bare call", "incident"])
async def test_what_opens_an_incident_says_which(muster: Edge, kind: str) -> None:
    said = await muster.admin.report(KINDS[kind])
    # At once: who is told of an incident may act on it without waiting for anything.
    timeline = await muster.admin.post(f"/incidents/{said['incident']}/note", {"text": "看到了"})
    assert timeline.status_code == 200


async def test_a_list_is_answered_one_by_one_in_its_order(muster: Edge) -> None:
    sent = [{**report, "id": f"list-{number}"} for number, report in enumerate(KINDS.values())]
    answer = await muster.admin.report(*sent)
    assert (answer["accepted"], answer["rejected"]) == (len(sent), 0)
    assert [result["id"] for result in answer["results"]] == [report["id"] for report in sent]
    for result in answer["results"]:
        [event] = await stored(muster, result["event"])
        assert event["seq"] == result["seq"]


async def test_ndjson_comes_back_as_ndjson(muster: Edge) -> None:
    lines = [json.dumps({**KINDS["incident"], "id": f"nd-{number}"}) for number in range(3)]
    body = "\n".join([lines[0], "{torn", "", lines[1], lines[2]]).encode()
    answer = await muster.admin.post("/reports", body, headers=NDJSON)
    said = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [one["status"] for one in said] == ["accepted", "rejected", "accepted", "accepted"]
    assert is_refusal(said[1])


async def test_the_media_type_of_ndjson_may_be_in_capitals(muster: Edge) -> None:
    body = b'{"kind":"need-help"}\n{"kind":"need-help"}'
    answer = await muster.admin.post(
        "/reports", body, headers={"Content-Type": "Application/X-NDJSON; charset=utf-8"}
    )
    assert [json.loads(line)["status"] for line in answer.text.splitlines()] == ["accepted"] * 2


async def test_an_empty_list_is_no_fault(muster: Edge) -> None:
    answer = await muster.admin.post("/reports", b" [ ] ")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize("times", [2, 10])
async def test_a_report_sent_again_is_one_event_with_one_answer(muster: Edge, times: int) -> None:
    report = {**KINDS["need-help"], "id": f"again-{times}"}
    answers = [await muster.admin.report(report) for _ in range(times)]
    assert answers == [answers[0]] * times
    assert len(await stored(muster, answers[0]["event"])) == 1


async def test_the_same_report_at_the_same_moment_is_one_event(muster: Edge) -> None:
    report = {**KINDS["need-help"], "id": "at-once"}
    answers = await asyncio.gather(*(muster.admin.report(report) for _ in range(20)))
    assert answers == [answers[0]] * 20
    assert len(await stored(muster, answers[0]["event"])) == 1


async def test_the_same_report_twice_in_one_list_is_one_event(muster: Edge) -> None:
    report = {**KINDS["need-help"], "id": "twice-in-a-list"}
    answer = await muster.admin.report(report, KINDS["incident"], report)
    first, _, again = answer["results"]
    assert first == again
    assert len(await stored(muster, first["event"])) == 1


async def test_the_header_is_the_id_of_a_report_without_one(muster: Edge) -> None:
    key = {"Idempotency-Key": "by-header"}
    first = await muster.admin.report(KINDS["incident"], headers=key)
    assert await muster.admin.report(KINDS["incident"], headers=key) == first
    named = await muster.admin.report({**KINDS["incident"], "id": "by-header"})
    assert named == first


async def test_a_header_that_can_be_no_id_is_refused(muster: Edge) -> None:
    answer = await muster.admin.post(
        "/reports", KINDS["incident"], headers={"Idempotency-Key": "not an id"}
    )
    assert answer.status_code == 422
    assert is_refusal(answer.json())
    assert answer.json()["field"] == "id"


async def test_a_used_id_with_another_content_is_refused(muster: Edge) -> None:
    await muster.admin.report({**KINDS["incident"], "id": "used"})
    answer = await muster.admin.post(
        "/reports", {**KINDS["incident"], "id": "used", "text": "别的事"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "id-reused")
    assert is_refusal(answer.json())


async def test_the_clock_of_the_second_sending_makes_no_other_report(muster: Edge) -> None:
    report = {**KINDS["incident"], "id": "clock", "at": soon(minutes=-3)}
    first = await muster.admin.report({**report, "sent_at": soon()})
    assert await muster.admin.report({**report, "sent_at": soon(minutes=2)}) == first


async def test_two_senders_may_use_the_same_id(muster: Edge) -> None:
    one = await muster.caller("reporter", name="phone-1")
    two = await muster.caller("reporter", name="phone-2")
    report = {**KINDS["incident"], "id": "mine"}
    first, second = await one.report(report), await two.report({**report, "text": "我的"})
    assert first["status"] == second["status"] == "accepted"
    assert first["event"] != second["event"]


async def test_a_mixed_list_keeps_what_is_right_in_it(muster: Edge) -> None:
    sent = [KINDS["incident"], {"kind": "incident"}, KINDS["need-help"], 5, {"kind": "snow"}]
    answer = await muster.admin.post("/reports", sent)
    said = answer.json()
    assert answer.status_code == 200
    assert (said["accepted"], said["rejected"]) == (2, 3)
    statuses = [result["status"] for result in said["results"]]
    assert statuses == ["accepted", "rejected", "accepted", "rejected", "rejected"]
    assert all(is_refusal(one) for one in said["results"] if one["status"] == "rejected")


async def test_a_report_from_a_little_ahead_is_of_now(muster: Edge) -> None:
    answer = await muster.admin.report({**KINDS["incident"], "at": soon(minutes=4)})
    [event] = await stored(muster, answer["event"])
    assert event["time"] <= event["recordedat"]


async def test_a_late_report_keeps_its_time(muster: Edge) -> None:
    at = soon(days=-2)
    answer = await muster.admin.report({**KINDS["incident"], "at": at})
    [event] = await stored(muster, answer["event"])
    assert event["time"][:19] == at[:19]


CALLS = {
    "an hour ahead": {"at": soon(hours=1)},
    "a century ahead": {"at": "2126-01-01T00:00:00Z"},
    "older than anything": {"at": "1970-01-01T00:00:00Z"},
    "a clock never set": {"at": "0001-01-01T00:00:00+08:00"},
    "the last clock": {"at": "9999-12-31T23:59:59-08:00"},
    "sent by a clock never set": {"sent_at": "0001-01-01T00:00:00+08:00"},
    "an unknown venue": {"venue": "nowhere"},
    "an unknown person": {"person": "nobody"},
    "all of it": {"at": "1970-01-01T00:00:00Z", "venue": "nowhere", "person": "nobody"},
}


@pytest.mark.parametrize("doubt", CALLS)
@pytest.mark.parametrize("kind", ["need-help", "a call"])
async def test_a_call_for_help_is_never_refused(muster: Edge, kind: str, doubt: str) -> None:
    said = await muster.admin.report({**KINDS[kind], **CALLS[doubt]})
    assert said["status"] == "accepted"
    for note in said.get("notes", []):
        assert is_refusal(note)
    expected = set() if "sent_at" in CALLS[doubt] else set(CALLS[doubt])
    assert {note["field"] for note in said.get("notes", [])} == expected
    await muster.settle()
    open_calls = (await muster.admin.picture())["need_help"]
    [call] = [call for call in open_calls if call["incident"] == said["incident"]]
    # A clock that cannot be believed is not: the call is of now.
    assert call["age_s"] < 60
    assert said["incident"] in {row["about"]["id"] for row in await alerts(muster)}


async def alerts(muster: Edge) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await muster.admin.picture())["alerts"]
    return shown


async def test_a_call_from_another_site_is_taken_and_both_sites_see_it(muster: Edge) -> None:
    far = await muster.caller("responder", "beijing")
    near = await muster.caller("responder", "yanqing")
    said = await far.report({"kind": "need-help", "venue": SKI, "person": "p1"})
    assert said["status"] == "accepted"
    assert [note["code"] for note in said["notes"]] == ["site-not-allowed"]
    await muster.settle()
    for responder in (far, near):
        shown = await responder.picture()
        assert said["incident"] in {row["id"] for row in shown["incidents"]}
        note = await responder.post(f"/incidents/{said['incident']}/note", {"text": "来了"})
        assert note.status_code == 200
    told = [row for row in (await near.picture())["alerts"] if row["venue"] == SKI]
    assert said["incident"] in {row["about"]["id"] for row in told}


async def test_other_reports_stay_within_the_senders_sites(muster: Edge) -> None:
    phone = await muster.caller("reporter", "beijing")
    for report, field in (
        ({**KINDS["presence"]}, "venue"),
        ({**KINDS["weather"]}, "venue"),
        ({**KINDS["incident"], "venue": SKI}, "venue"),
        ({"kind": "presence", "person": "p1", "whereabouts": "left"}, "person"),
        ({"kind": "safety", "person": "p1", "answer": "safe"}, "person"),
    ):
        answer = await phone.report(report)
        assert (answer["code"], answer["field"]) == ("site-not-allowed", field)
    visitor = await phone.report({**KINDS["presence"], "venue": OVAL})
    assert visitor["status"] == "accepted"


async def test_ids_hold_across_a_restart(tmp_path: Path) -> None:
    reports = [{**report, "id": f"r-{n}"} for n, report in enumerate(KINDS.values())]
    async with edge(tmp_path) as before:
        await enrol(before, [("p1", "yanqing", "medical", []), ("p2", "yanqing", "medical", [])])
        first = await before.admin.report(*reports)
    async with edge(tmp_path) as after:
        assert await after.admin.report(*reports) == first
        other = await after.admin.report({**reports[0], "whereabouts": "left"})
        assert other["code"] == "id-reused"


@pytest.mark.parametrize("form", ["one", "list", "lines"])
async def test_a_call_with_something_wrong_in_it_is_taken_and_told_what(
    muster: Edge, form: str
) -> None:
    call = {"kind": "need-help", "venue": "2 号门", "place": {"lat": None}, "text": f"冷 {form}"}
    body = orjson.dumps(call)
    if form == "one":
        answer = (await muster.admin.post("/reports", body)).json()
    elif form == "list":
        bad = b'{"kind":"presence"}'
        several = await muster.admin.post("/reports", b"[" + body + b"," + bad + b"]")
        answer, other = several.json()["results"]
        assert other["status"] == "rejected"
    else:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = (await muster.admin.post("/reports", body, headers=headers)).json()
    assert answer["status"] == "accepted", answer
    assert {note["field"].partition(".")[0] for note in answer["notes"]} == {"venue", "place"}
    await muster.settle()
    rows = (await muster.admin.picture())["incidents"]
    [text] = [row["text"] for row in rows if row["id"] == answer["incident"]]
    assert "2 号门" in text
