"""Sealed details over HTTP: who reads what, what is written down first, and what erasing leaves."""

import json
from collections.abc import AsyncIterator
from typing import Any

import nats
import pytest
import pytest_asyncio

from services.log import LogUnavailable
from tests.integration.edge import Caller, Edge, edge, enrol, is_refusal

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

CONTACT: dict[str, Any] = {"phone": "13800001234", "addresses": {"sms": "sms://13800001234"}}
WHY = {"purpose": "回访"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("details")) as running:
        await enrol(running, [(f"p{n}", "yanqing", "medical", ()) for n in range(1, 9)])
        yield running


async def give_contact(muster: Edge, person: str) -> None:
    """Register a person's contact as an import of the roster does."""
    from services.ask import Ask
    from services.ids import new_id
    from services.volunteers.commands import RegisterVolunteer

    node = muster.node
    await node.keys.make(person)
    row = node.picture.people.volunteers[person]
    command = RegisterVolunteer(
        site=row.site, id=person, at=node.clock.now(), by="ana", name=row.name, latin=row.latin,
        role=row.role, contact=node.keys.seal(person, "contact", CONTACT),
    )  # fmt: skip
    await node.reader.reached((await node.bus.send(Ask(command, new_id(), new_id()))).seq)


async def lane(muster: Edge, lane: str, *sites: str, role: str = "reporter") -> Caller:
    said = {"role": role, "name": f"{lane}-{'-'.join(sites)}", "lanes": [lane], "sites": sites}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def read(caller: Caller, person: str, topic: str, **more: Any) -> Any:
    answer = await caller.post(f"/people/{person}/details", {"topic": topic, **WHY, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["details"]


async def readings(muster: Edge, id: str) -> list[dict[str, Any]]:
    await muster.node.reader.catch_up()
    found = (await muster.admin.get("/events?kind=details&limit=1000")).json()["events"]
    return [
        {**row["data"], "actor": row["actor"]} for row in found if row["subject"] == f"details/{id}"
    ]


async def test_a_responder_reads_how_to_reach_somebody_and_it_is_written_down(muster: Edge) -> None:
    await give_contact(muster, "p1")
    responder = await muster.caller("responder", "yanqing")
    assert await read(responder, "p1", "contact") == [{"details": CONTACT}]
    assert await readings(muster, "p1") == [
        {"topic": "contact", "purpose": "回访", "actor": "responder:responder-yanqing"}
    ]


async def test_each_lane_reads_of_a_check_in_what_it_needs(muster: Edge) -> None:
    for answer, temperature in (("fine", 36.5), ("talk", 38.5)):
        said = {"answer": answer, "temperature_c": temperature, "text": "睡不着"}
        await muster.admin.report({"kind": "check-in", "person": "p2", "day": today(), **said})
    mind, epidemic = await lane(muster, "mental-health"), await lane(muster, "epidemic-prevention")
    assert [row["details"] for row in await read(mind, "p2", "check-in")] == [
        {"answer": "talk", "text": "睡不着"},
        {"answer": "fine", "text": "睡不着"},
    ]
    [newest] = await read(epidemic, "p2", "check-in", limit=1)
    assert newest["details"] == {"temperature_c": 38.5}
    assert newest["day"] == today()
    assert [row["lane"] for row in await readings(muster, "p2")] == [
        "mental-health",
        "epidemic-prevention",
    ]


def today() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


async def test_epidemic_prevention_reads_who_is_sick(muster: Edge) -> None:
    note = {"kind": "presence", "person": "p3", "whereabouts": "isolated", "text": "密接"}
    await muster.admin.report(note)
    await muster.admin.report({"kind": "presence", "person": "p3", "whereabouts": "off-duty"})
    epidemic = await lane(muster, "epidemic-prevention", "yanqing")
    [row] = await read(epidemic, "p3", "presence")
    assert row["details"] == {"state": "isolated", "text": "密接"}


@pytest.mark.parametrize("topic", ["contact", "check-in", "presence"])
async def test_whoever_has_no_right_reads_nothing_and_hears_nothing(
    muster: Edge, topic: str
) -> None:
    before = await readings(muster, "p4")
    may: set[str] = {"responder", "commander", "admin"} if topic == "contact" else set()
    callers = [await muster.caller(role) for role in ("reporter", "monitor", "commander", "admin")]
    roles = ["reporter", "monitor", "commander", "admin"]
    callers += [await lane(muster, "transport"), await lane(muster, "mental-health", "beijing")]
    roles += ["transport", "elsewhere"]
    for role, caller in zip(roles, callers, strict=True):
        if role in may:
            continue
        for person in ("p4", "nobody"):
            body = {"topic": topic, **WHY}
            refused = await caller.post(f"/people/{person}/details", body)
            expected = (403, 404) if role == "elsewhere" else (403,)
            assert refused.status_code in expected, (role, refused.text)
            assert is_refusal(refused.json())
    assert await readings(muster, "p4") == before


@pytest.mark.parametrize("purpose", [None, "", "  ", 5, "x" * 301])
async def test_without_a_purpose_nothing_is_read(muster: Edge, purpose: Any) -> None:
    refused = await muster.admin.post(
        "/people/p1/details", {"topic": "contact", "purpose": purpose}
    )
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "purpose"


@pytest.mark.parametrize("topic", ["care", "set-aside", "mood", None])
async def test_a_person_has_these_topics_only(muster: Edge, topic: Any) -> None:
    refused = await muster.admin.post("/people/p1/details", {"topic": topic, **WHY})
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "topic"


async def test_what_cannot_be_written_down_is_not_handed_out(
    muster: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give_contact(muster, "p5")

    async def away(*_: Any) -> Any:
        raise LogUnavailable("append: nats is away")

    monkeypatch.setattr(muster.node.log, "append", away)
    answer = await muster.admin.post("/people/p5/details", {"topic": "contact", **WHY})
    assert answer.status_code == 503
    assert CONTACT["phone"] not in answer.text


async def test_a_commander_reads_what_was_set_aside(muster: Edge) -> None:
    nc = await nats.connect(muster.ready.nats)
    await nc.publish("report.yanqing", b'{"kind":"check-in","person":"p6","answer":"torn')
    await nc.flush()
    rows: list[dict[str, Any]] = []
    while not rows:
        rows = (await muster.admin.picture())["set_aside"]
    await nc.close()
    assert "torn" not in json.dumps(rows)
    address = f"/set-aside/{rows[0]['id']}/details"
    commander = await muster.caller("commander", "yanqing")
    shown = (await commander.post(address, WHY)).json()
    assert shown["details"][0]["details"]["body"].endswith('"answer":"torn')
    assert [row["topic"] for row in await readings(muster, rows[0]["id"])] == ["set-aside"]
    for caller in (await muster.caller("responder"), await lane(muster, "mental-health")):
        assert (await caller.post(address, WHY)).status_code == 403
    far = await muster.caller("commander", "beijing")
    assert (await far.post(address, WHY)).status_code == 403
    assert (await commander.post("/set-aside/nothing/details", WHY)).status_code == 404


async def test_erased_is_gone_everywhere_and_stays(muster: Edge) -> None:
    await give_contact(muster, "p7")
    await muster.admin.report({"kind": "check-in", "person": "p7", "answer": "fine"})
    before = muster.node.clock.now().isoformat()
    for role in ("commander", "responder"):
        refused = await (await muster.caller(role)).post("/people/p7/erase", {"reason": "x"})
        assert refused.status_code == 403
    far = await muster.caller("admin", "beijing")
    assert (await far.post("/people/p7/erase", {"reason": "x"})).status_code == 403
    for _ in range(2):
        gone = await muster.admin.post("/people/p7/erase", {"reason": "本人要求"})
        assert (gone.status_code, gone.json()["erased"]) == (200, True)
        assert await muster.node.keys.fetch("p7") is None
    for caller in (muster.admin, await lane(muster, "mental-health")):
        topic = "contact" if caller is muster.admin else "check-in"
        refused = await caller.post("/people/p7/details", {"topic": topic, **WHY})
        assert (refused.status_code, refused.json()["error"]["code"]) == (410, "erased")
    report = await muster.admin.report({"kind": "check-in", "person": "p7", "answer": "fine"})
    assert (report["code"], report["field"]) == ("erased", "person")
    known = {"id": "p7", "site": "yanqing", "name": "李娜", "latin": "Li", "role": "medical"}
    again = await muster.admin.post("/volunteers", known)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "erased")
    shown = [
        (await muster.admin.get("/picture")).text,
        (await muster.admin.get("/picture", params={"as_of": before})).text,
        (await muster.admin.get("/people/p7/timeline")).text,
        (await muster.admin.get("/events?limit=1000")).text,
    ]
    for text in shown:
        assert "志愿者p7" not in text
    assert "志愿者p1" in shown[3]
    assert (await muster.admin.post("/people/nobody/erase", {"reason": "x"})).status_code == 404


async def test_events_and_timelines_carry_no_box_and_nothing_that_leads_to_one(
    muster: Edge,
) -> None:
    await give_contact(muster, "p8")
    await muster.admin.report(
        {"kind": "check-in", "person": "p8", "answer": "talk", "id": "guess-me"},
        {"kind": "presence", "person": "p8", "whereabouts": "sick", "id": "guess-me-too"},
        {"kind": "presence", "person": "p8", "whereabouts": "off-duty"},
    )
    await muster.settle()
    monitor = await muster.caller("monitor")
    commander = await muster.caller("commander")
    texts = [
        (await monitor.get("/events?limit=1000")).text,
        (await commander.get("/people/p8/timeline")).text,
        (await commander.get("/picture")).text,
    ]
    for text in texts:
        assert "guess-me" not in text
        assert '"box":"' not in text.replace('"box":""', "")
        for kind in ("details", "care"):
            assert f'"{kind}/' not in text
    sick, off = [
        {**row, "id": "", "seq": 0, "causationid": "", "correlationid": "", "time": ""}
        for row in json.loads(texts[0])["events"]
        if row["subject"] == "presence/p8"
    ]
    assert {**sick, "recordedat": ""} == {**off, "recordedat": ""}


async def test_who_read_what_is_for_whoever_audits(muster: Edge) -> None:
    await give_contact(muster, "p6")
    await read(muster.admin, "p6", "contact")
    await muster.settle()
    for role, sees in (("admin", True), ("commander", False), ("responder", False)):
        caller = await muster.caller(role)
        timeline = (await caller.get("/people/p6/timeline")).json()["entries"]
        assert any(row["type"] == "details.read" for row in timeline) is sees
        if role != "responder":
            events = (await caller.get("/events?limit=1000")).json()["events"]
            assert any(row["subject"] == "details/p6" for row in events) is sees
