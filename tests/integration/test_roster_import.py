"""A roster taken in from a file: nothing or all of it, and again with changes only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.edge import Caller, Edge, edge, is_refusal

pytestmark = pytest.mark.nats

HEADER = "学号,姓名,拼音,岗位,赛区,联系电话,语种,领队,心理老师"
ROWS = (
    "v001,王子涵,Wang Zihan,领队,延庆赛区,13800000001,中文、英语,,h001",
    "v002,李雨萱,Li Yuxuan,医疗,延庆,13800000002,中文,王子涵,h001",
    "h001,陈老师,Chen Jing,保障人员,hq,13800000003,中文,,",
)


def roster(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((header, *rows)).encode(encoding)


@pytest.fixture
async def muster(tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge(tmp_path) as running:
        yield running


async def send(caller: Caller, content: bytes, **query: Any) -> tuple[int, Any]:
    headers = {"Content-Type": "text/csv", "X-Filename": "%E5%90%8D%E5%86%8C.csv"}
    answer = await caller.post("/roster/import", content, params=query, headers=headers)
    return answer.status_code, answer.json()


def volunteer_events(muster: Edge) -> int:
    return sum(seq for _, seq in muster.node.kinds["volunteer"].rows.values())


async def test_a_dry_run_says_what_would_be_done_and_writes_nothing(muster: Edge) -> None:
    before = volunteer_events(muster)
    status, said = await send(muster.admin, roster(*ROWS), dry_run=True)
    assert (status, said["status"], said["events"]) == (200, "checked", 0)
    assert said["counts"]["added"] == 3
    assert [change["id"] for change in said["changes"]] == ["v001", "v002", "h001"]
    assert volunteer_events(muster) == before
    assert len(muster.node.keys) == 0


async def test_everyone_is_taken_in_and_their_phones_are_sealed(muster: Edge) -> None:
    status, said = await send(muster.admin, roster(*ROWS, encoding="gb18030"))
    assert (status, said["status"], said["events"]) == (200, "accepted", 3), said
    row = muster.node.picture.people.volunteers["v002"]
    assert (row.name, row.site, row.role) == ("李雨萱", "yanqing", "medical")
    assert (row.languages, row.lead) == (("zh",), "v001")
    assert muster.node.roster.helpers_of("v002") == (("mental-health", "h001"),)
    assert row.contact is not None
    details = muster.node.keys.open(row.contact)
    assert details == {"phone": "13800000002", "addresses": {}}
    assert "13800000002" not in (await muster.admin.get("/events?kind=volunteer&limit=100")).text


async def test_again_only_what_changed_is_written(muster: Edge) -> None:
    await send(muster.admin, roster(*ROWS))
    status, said = await send(muster.admin, roster(*ROWS))
    assert (status, said["events"], said["counts"]["unchanged"]) == (200, 0, 3)
    changed = ROWS[1].replace("13800000002", "13900000002").replace("医疗", "媒体")
    _, said = await send(muster.admin, roster(ROWS[0], changed))
    assert said["counts"] == {
        "added": 0, "changed": 1, "unchanged": 1, "absent": 1, "errors": 0,
        "notes": said["counts"]["notes"],
    }  # fmt: skip
    assert said["changes"][0]["fields"] == ["role", "contact"]
    assert (said["events"], said["absent"]) == (1, ["h001"])
    assert "h001" in muster.node.roster.everyone()


async def test_one_error_keeps_all_of_it_out(muster: Edge) -> None:
    before = volunteer_events(muster)
    wrong = "v003,赵磊,Zhao Lei,医疗,火星,138,中文,,"
    status, said = await send(muster.admin, roster(*ROWS, wrong))
    assert (status, said["status"]) == (422, "refused")
    assert is_refusal(said)
    where = [(each["row"], each["column"], each["code"]) for each in said["errors"]]
    assert where == [(5, "E", "unknown-site"), (5, "F", "bad-phone")]
    assert said["errors"][0]["sheet"] == "名册.csv"
    assert said["errors"][1]["value"] is None
    assert volunteer_events(muster) == before
    assert said["changes"] == []


async def test_what_a_file_does_not_speak_of_stays_as_it_is(muster: Edge) -> None:
    await send(muster.admin, roster(*ROWS))
    short = roster("v002,李雨萱,医疗,yanqing", header="编号,姓名,岗位,站点")
    status, said = await send(muster.admin, short)
    assert (status, said["events"], said["counts"]["unchanged"]) == (200, 0, 1)


async def test_columns_may_be_named_and_addresses_made(muster: Edge) -> None:
    content = roster("v002,李雨萱,医疗,yanqing,13800000002", header="代码,姓名,岗位,站点,紧急呼叫")
    query = {
        "map": ["id=代码", "phone=紧急呼叫"],
        "channel": "sms=https://127.0.0.1/sms?to={phone}",
    }
    status, said = await send(muster.admin, content, **query)
    assert (status, said["events"]) == (200, 1), said
    row = muster.node.picture.people.volunteers["v002"]
    assert row.channels == ("sms",)
    assert row.contact is not None
    details = muster.node.keys.open(row.contact) or {}
    assert details["addresses"] == {"sms": "https://127.0.0.1/sms?to=13800000002"}
    for wrong in ({"map": "phone"}, {"channel": "sms="}, {"map": ["wings=姓名"]}):
        status, said = await send(muster.admin, content, **wrong)
        assert (status, is_refusal(said)) == (422, True), said


async def test_a_file_of_a_phase_adds_it_and_asks_after_those_of_it(muster: Edge) -> None:
    await send(muster.admin, roster(*ROWS), phase="games")
    rows = muster.node.picture.people.volunteers
    assert {rows[id].phases for id in ("v001", "v002", "h001")} == {("games",)}
    _, said = await send(muster.admin, roster(ROWS[1]), phase="return")
    assert rows["v002"].phases == ("games", "return")
    assert (said["counts"]["changed"], said["absent"]) == (1, [])
    _, said = await send(muster.admin, roster(ROWS[1]), phase="games")
    assert (said["events"], said["absent"]) == (0, ["h001", "v001"])


async def test_a_token_of_a_site_takes_in_its_own_people_only(muster: Edge) -> None:
    beijing = await muster.caller("commander", "beijing")
    status, said = await send(beijing, roster(*ROWS))
    assert status == 422
    assert {each["code"] for each in said["errors"]} == {"site-not-allowed"}
    yanqing = await muster.caller("commander", "yanqing")
    assert (await send(yanqing, roster(*ROWS[:2]).replace(b"h001", b"")))[0] == 200
    status, said = await send(beijing, roster(ROWS[0].replace("延庆赛区", "北京")))
    assert (status, said["errors"][0]["code"]) == (422, "registered-elsewhere")


async def test_who_was_erased_does_not_come_back(muster: Edge) -> None:
    await send(muster.admin, roster(*ROWS))
    erased = await muster.admin.post("/people/v002/erase", {"reason": "asked for it"})
    assert erased.status_code == 200, erased.text
    await muster.settle()
    status, said = await send(muster.admin, roster(*ROWS))
    assert (status, said["errors"][0]["code"], said["errors"][0]["row"]) == (422, "erased", 3)
    exported = await muster.admin.get("/roster/export?format=csv")
    assert "v002" not in exported.text


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_what_is_handed_out_reads_back_without_a_change(
    muster: Edge, format: str, lang: str
) -> None:
    await send(muster.admin, roster(*ROWS), channel="sms=https://127.0.0.1/{phone}")
    for contacts in ({}, {"contacts": True, "purpose": "phone list for the duty desk"}):
        query = {"format": format, "lang": lang, **contacts}
        answer = await muster.admin.get("/roster/export", params=query)
        assert answer.status_code == 200, answer.text
        assert (b"13800000001" in answer.content) == (bool(contacts) and format == "csv")
        status, said = await send(muster.admin, answer.content)
        assert (status, said["events"], said["counts"]["unchanged"]) == (200, 0, 3), said


async def test_phones_are_handed_out_to_a_commander_for_a_purpose_and_that_is_written_down(
    muster: Edge,
) -> None:
    await send(muster.admin, roster(*ROWS))
    responder = await muster.caller("responder")
    refused = await responder.get("/roster/export?contacts=1&purpose=x")
    assert (refused.status_code, is_refusal(refused.json())) == (403, True)
    refused = await muster.admin.get("/roster/export?contacts=1")
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "purpose")
    assert (await responder.get("/roster/export?format=csv")).status_code == 200
    reads = await muster.admin.get("/events?kind=details&limit=100")
    assert reads.json()["events"] == []
    answer = await muster.admin.get("/roster/export?format=csv&contacts=1&purpose=night+shift")
    assert "13800000002" in answer.text
    await muster.settle()
    read = (await muster.admin.get("/events?kind=details&limit=100")).json()["events"]
    assert sorted(event["subject"].rpartition("/")[2] for event in read) == ["h001", "v001", "v002"]
    assert {event["data"]["purpose"] for event in read} == {"night shift"}


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    from services.settings import Limits

    limits = Limits(roster_bytes=2048, body_bytes=1024)
    async with edge(tmp_path, limits=limits) as muster:
        status, said = await send(muster.admin, roster(*ROWS, *(["," * 8] * 120)))
        assert (status, said["counts"]["added"]) == (200, 3)
        status, said = await send(muster.admin, roster(*ROWS, *(["," * 8] * 400)))
        assert (status, said["error"]["code"]) == (413, "body-too-large")


async def test_a_file_of_a_site_or_phase_that_there_is_not_is_not_handed_out_empty(
    muster: Edge,
) -> None:
    await send(muster.admin, roster(*ROWS))
    answer = await muster.admin.get("/roster/export?site=nowhere")
    assert (answer.status_code, is_refusal(answer.json())) == (404, True)
    phase = {
        "id": "games",
        "name": {"zh": "赛时", "en": "Games"},
        "starts_at": "2026-02-01T00:00:00Z",
        "ends_at": "2026-03-01T00:00:00Z",
    }
    planned = await muster.admin.post("/phases", phase)
    assert planned.status_code == 200, planned.text
    answer = await muster.admin.get("/roster/export?phase=gmaes")
    assert (answer.status_code, is_refusal(answer.json())) == (404, True)
    assert (await muster.admin.get("/roster/export?phase=games")).status_code == 200
    status, said = await send(muster.admin, roster(*ROWS), phase="gmaes")
    assert (status, said["errors"][0]["code"]) == (422, "unknown-phase")
