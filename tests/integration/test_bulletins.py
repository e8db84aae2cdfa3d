"""What the public is told, over HTTP: drafted by one, approved by another, published once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Edge, edge, enrol, is_refusal, soon
from tests.integration.published import FEED, STORM, Desk, desk_of, person, slippery, storm
from tests.unit.weather.documents import changed

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

XML = {"Content-Type": "application/cap+xml"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("bulletins")) as running:
        await enrol(running, [("c1", "hq", "team-leader", []), ("c2", "hq", "team-leader", [])])
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(muster: Edge) -> Desk:
    return await desk_of(muster)


def refused(answer: Any, status: int, code: str, field: str) -> Any:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (status, code, field)
    assert is_refusal(answer.json())
    return error


async def test_what_is_severe_goes_out_once_another_person_agreed(desk: Desk) -> None:
    said = await desk.draft(storm())
    assert (said["needs_approval"], said["published"], said["draft"]) == (True, None, 1)
    path = f"/bulletins/{said['id']}/approve"
    refused(await desk.first.post(path, {"draft": 1}), 409, "same-person", "by")
    waiting = await desk.shown(said["id"])
    assert (waiting["status"], waiting["messages"]) == ("waiting", [])
    assert "<headline>延庆赛区暴雪橙色预警</headline>" in waiting["cap"]
    approved = await desk.approve(said["id"])
    message = await desk.judged(await desk.document(approved["published"]["identifier"]))
    assert (message.status, message.msg_type, len(message.infos)) == ("Actual", "Alert", 2)
    [area] = message.infos[0].areas
    venue = desk.edge.node.picture.places.venues[SKI]
    outline = [(corner.lat, corner.lon) for corner in venue.outline]
    assert [ring[:-1] for ring in area.polygons] == [tuple(outline)] * bool(outline)
    assert len(area.circles) == (0 if outline else 1)
    assert area.geocodes == (("muster:venue", SKI), ("adcode", "110119"))
    shown = await desk.shown(said["id"])
    assert (shown["status"], shown["in_force"]) == ("published", True)
    assert shown["drafts"][0]["approved"]["by"] == "second"
    assert approved["published"]["identifier"] in (await desk.first.get(FEED)).text
    again = await desk.approve(said["id"])
    assert again["published"] == approved["published"]
    assert again["events"] == []


async def test_two_tokens_of_one_person_are_one_person(muster: Edge, desk: Desk) -> None:
    one = await person(muster, "c1", "commander", "laptop")
    other = await person(muster, "c1", "admin", "phone")
    said = await desk.draft(storm(), one)
    path = f"/bulletins/{said['id']}/approve"
    refused(await other.post(path, {"draft": 1}), 409, "same-person", "by")
    second = await person(muster, "c2", "commander", "other laptop")
    assert (await second.post(path, {"draft": 1})).json()["published"]


async def test_an_admin_is_one_person_too(muster: Edge) -> None:
    said = (await muster.admin.post("/bulletins", {"content": storm()})).json()
    path = f"/bulletins/{said['id']}/approve"
    refused(await muster.admin.post(path, {"draft": 1}), 409, "same-person", "by")


async def test_a_token_of_nobodys_is_not_another_person(muster: Edge, desk: Desk) -> None:
    said = await desk.draft(storm())
    path = f"/bulletins/{said['id']}/approve"
    nobodys = await muster.new_caller("commander", name="somebody")
    error = refused(await nobodys.post(path, {"draft": 1}), 409, "nobodys-token", "by")
    assert "person" in error["reason"]["en"]
    refused(await muster.admin.post(path, {"draft": 1}), 409, "nobodys-token", "by")
    assert (await desk.shown(said["id"]))["messages"] == []


async def test_what_nobodys_token_drafted_two_people_approve(muster: Edge, desk: Desk) -> None:
    said = (await muster.admin.post("/bulletins", {"content": storm()})).json()
    path = f"/bulletins/{said['id']}/approve"
    one = (await desk.first.post(path, {"draft": 1})).json()
    assert (one["published"], one["needs_approval"], one["draft"]) == (None, True, 1)
    again = (await desk.first.post(path, {"draft": 1})).json()
    assert (again["published"], again["events"]) == (None, [])
    waiting = await desk.shown(said["id"])
    assert (waiting["status"], waiting["lacks"], waiting["messages"]) == ("waiting", 1, [])
    other = (await desk.second.post(path, {"draft": 1})).json()
    assert other["published"]
    assert not other["needs_approval"]
    [draft] = (await desk.shown(said["id"]))["drafts"]
    assert len(draft["approvals"]) == 2
    assert draft["approved"] == draft["approvals"][1]


async def test_what_is_minor_goes_out_at_once_and_is_taken_back_at_once(desk: Desk) -> None:
    said = await desk.draft(slippery())
    assert said["published"]["identifier"]
    reason = {"zh": "道路已畅通。", "en": "The roads are clear."}
    answer = await desk.first.post(f"/bulletins/{said['id']}/cancel", {"reason": reason})
    assert answer.status_code == 200, answer.text
    message = await desk.judged(await desk.document(answer.json()["published"]["identifier"]))
    assert (message.msg_type, message.references[0].identifier) == (
        "Cancel", said["published"]["identifier"],
    )  # fmt: skip
    assert [info.description for info in message.infos] == [*reason.values()]
    assert message.infos[0].response_types == ("AllClear",)
    assert (await desk.shown(said["id"]))["status"] == "cancelled"
    refused(await desk.first.post(f"/bulletins/{said['id']}/update", {}), 409, "cancelled", "id")


async def test_an_approval_is_for_what_was_read(desk: Desk) -> None:
    said = await desk.draft(storm())
    path = f"/bulletins/{said['id']}"
    redraft = {"content": {"severity": "extreme", "headline": {"en": "Red blizzard"}}}
    assert (await desk.first.post(f"{path}/update", redraft)).json()["draft"] == 2
    error = refused(await desk.second.post(f"{path}/approve", {"draft": 1}), 409, "stale", "draft")
    assert "severity" in error["reason"]["en"]
    assert "headline" in error["reason"]["zh"]
    seen = {"draft": 1, "content": {"severity": "minor"}}
    refused(await desk.second.post(f"{path}/update", seen), 409, "stale", "draft")
    assert (await desk.approve(said["id"], 2))["published"]
    shown = await desk.shown(said["id"])
    assert shown["headline"] == {"zh": STORM["headline"]["zh"], "en": "Red blizzard"}


async def test_what_was_declined_is_written_anew(desk: Desk) -> None:
    said = await desk.draft(storm())
    path = f"/bulletins/{said['id']}"
    no = {"draft": 1, "reason": "范围有误"}
    assert (await desk.second.post(f"{path}/decline", no)).status_code == 200
    refused(await desk.second.post(f"{path}/approve", {"draft": 1}), 409, "declined", "draft")
    assert (await desk.shown(said["id"]))["status"] == "declined"
    assert (await desk.first.post(f"{path}/update", {})).json()["draft"] == 2
    assert (await desk.approve(said["id"], 2))["published"]


@pytest.mark.parametrize(
    ("update", "status", "code", "field"),
    [
        ({"expires": soon(hours=-1)}, 409, "expired", "content.expires"),
        ({"headline": {"zh": "暴雪"}}, 422, "missing", "content.headline.en"),
        ({"headline": {"zh": "暴雪", "en": ""}}, 409, "missing-language", "content.headline.en"),
        ({"venues": []}, 409, "no-area", "content.areas"),
        ({"venues": ["nowhere"]}, 422, "no-such-venue", "content.venues"),
        ({"headline": {"zh": "雪" * 161, "en": "s"}}, 409, "too-long", "content.headline.zh"),
        ({"severity": "awful"}, 422, "literal-error", "content.severity"),
        ({"heading": "x"}, 422, "extra-forbidden", "content.heading"),
        ({"description": {"zh": "\x07", "en": "x"}}, 409, "control-character",
         "content.description.zh"),
    ],
)  # fmt: skip
async def test_what_cannot_go_out_is_refused_by_its_field(
    desk: Desk, update: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = await desk.first.post("/bulletins", {"content": storm(**update)})
    refused(answer, status, code, field)


ODD = [
    b'{"content": {"headline": 5}}', b'{"content": {"headline": null}}', b'{"content": []}',
    b'{"content": {"headline": {"zh": "\\ud83d", "en": "x"}}}', b'{"content": {"expires": NaN}}',
    b'{"content": {"areas": [{"description": "x", "circles": [[NaN, 1, 1]]}]}}',
    b'{"content": {"venues": "alpine"}}', b'{"content": {"area": {"zh": {"a": 1}}}}', b"[]", b"5",
    b'{"from": 5}', b'{"from": {"kind": "person", "id": "x"}}', b'{"content": {"x": {"y": 1}}}',
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
async def test_rubbish_is_refused_with_a_reason(muster: Edge, desk: Desk, number: int) -> None:
    bodies = [ODD[number]]
    if ODD[number].startswith(b'{"content"'):
        warning = await warn(muster, "rubbish")
        source = f'{{"from": {{"kind": "warning", "id": "{warning}"}}, '.encode()
        bodies.append(source + ODD[number][1:])
    for body in bodies:
        answer = await desk.first.post(
            "/bulletins", body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, answer.text
        assert is_refusal(answer.json())


async def test_nobody_approves_in_the_past(desk: Desk) -> None:
    past = {"content": storm(expires=soon(minutes=-5)), "at": soon(hours=-2)}
    refused(await desk.first.post("/bulletins", past), 422, "not-now", "at")


async def test_the_same_request_again_is_the_same_bulletin(desk: Desk) -> None:
    body = {"content": slippery(), "command_id": "once"}
    first, again = [(await desk.first.post("/bulletins", body)).json() for _ in range(2)]
    assert (first["id"], first["published"]) == (again["id"], again["published"])
    assert len((await desk.shown(first["id"]))["messages"]) == 1


async def test_of_many_who_approve_at_once_one_message_goes_out(muster: Edge, desk: Desk) -> None:
    said = await desk.draft(storm())
    people = [f"many-{number}" for number in range(6)]
    await enrol(muster, [(id, "hq", "team-leader", []) for id in people])
    callers = [await person(muster, id) for id in people]
    path = f"/bulletins/{said['id']}/approve"
    answers = await asyncio.gather(*(caller.post(path, {"draft": 1}) for caller in callers))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len((await desk.shown(said["id"]))["messages"]) == 1


async def test_an_update_names_every_message_before_it(desk: Desk) -> None:
    id, first = await desk.out(storm())
    for number in (2, 3):
        change = {"content": {"headline": {"en": f"Orange blizzard, update {number}"}}}
        await desk.first.post(f"/bulletins/{id}/update", change)
        await desk.approve(id, number)
    shown = await desk.shown(id)
    message = await desk.judged(await desk.document(shown["messages"][2]["identifier"]))
    names = [row["identifier"] for row in shown["messages"]]
    assert (message.msg_type, names[0]) == ("Update", first)
    assert [reference.identifier for reference in message.references] == names[:2]
    sent = [row["sent"] for row in shown["messages"]]
    assert sent == sorted(set(sent)), "each is sent after the one before"


async def test_what_comes_back_is_known_as_our_own(muster: Edge, desk: Desk) -> None:
    _, identifier = await desk.out(storm())
    document = await desk.document(identifier)
    before = len((await muster.admin.picture())["warnings"])
    answer = await muster.admin.post("/cap", document, headers=XML)
    [result] = answer.json()["results"]
    assert (result["status"], result["code"]) == ("rejected", "own-message")
    assert is_refusal(result)
    forged = document.replace(identifier.encode(), b"another-one")
    [result] = (await muster.admin.post("/cap", forged, headers=XML)).json()["results"]
    assert result["code"] == "own-message"
    assert len((await muster.admin.picture())["warnings"]) == before


async def warn(muster: Edge, name: str, *changes: tuple[str, str], kind: str = "Alert") -> str:
    now = muster.node.clock.now().replace(microsecond=0)
    before = name.partition("-")[0]
    sender = f"{before}@weather.example"
    reference = f"<references>{sender},{before},{now.isoformat()}</references>"
    body = changed(
        ("A1", name),
        ("duty@weather.example", sender),
        ("2022-02-13T08:00:00+08:00", (now + timedelta(seconds=len(name))).isoformat()),
        ("2022-02-13T20:00:00+08:00", (now + timedelta(hours=9)).isoformat()),
        ("<msgType>Alert", f"<msgType>{kind}"),
        ("<scope>Public</scope>",
         f"<scope>Public</scope>{'' if kind == 'Alert' else reference}"),
        *changes,
    )  # fmt: skip
    [result] = (await muster.admin.post("/cap", body, headers=XML)).json()["results"]
    assert result["status"] == "accepted", result
    warning: str = result["warning"]
    return warning


async def test_a_warning_of_one_language_asks_for_the_other(muster: Edge, desk: Desk) -> None:
    warning = await warn(muster, "zhonly")
    source = {"from": {"kind": "warning", "id": warning}}
    answer = await desk.first.post("/bulletins", source)
    refused(answer, 422, "missing-language", f"content.{answer.json()['missing'][0]}")
    missing = answer.json()["missing"]
    assert "headline.en" in missing
    assert not any(name.endswith(".zh") for name in missing)
    prefilled = answer.json()["content"]
    stored = muster.node.picture.warnings.rows[warning].message
    assert prefilled["headline"]["zh"] == stored.texts[0].headline
    said = {name.partition(".")[0]: {"en": "blizzard"} for name in missing}
    answer = await desk.first.post("/bulletins", {**source, "content": said})
    assert answer.status_code == 200, answer.text
    shown = await desk.shown(answer.json()["id"])
    content = shown["drafts"][0]["content"]
    assert content["headline"] == {"zh": prefilled["headline"]["zh"], "en": "blizzard"}
    assert shown["source"]["state"] == "stands"
    assert shown["source"]["ask"] is None


async def test_when_the_source_ends_a_person_is_asked_and_nothing_happens(
    muster: Edge, desk: Desk
) -> None:
    warning = await warn(muster, "ends")
    english = {name: {"en": "blizzard"} for name in ("event", "headline", "description", "area")}
    content = {**english, "instruction": {"zh": "", "en": ""}}
    source = {"from": {"kind": "warning", "id": warning}, "content": content}
    answer = await desk.first.post("/bulletins", source)
    assert answer.status_code == 200, answer.text
    id = answer.json()["id"]
    if answer.json()["needs_approval"]:
        await desk.approve(id)
    assert (await desk.shown(id))["source"]["ask"] is None
    await warn(muster, "ends-over", kind="Cancel")
    await muster.settle()
    shown = await desk.shown(id)
    assert shown["source"]["state"] == "ended"
    assert shown["source"]["ask"]["en"] == "source ended: cancel?"
    assert (shown["status"], len(shown["messages"])) == ("published", 1)
    listed = (await desk.first.get("/bulletins")).json()["bulletins"]
    asked = {row["id"]: row["source"]["ask"] for row in listed if row["source"]}
    assert asked[id]["zh"] == "来源已结束：解除公告？"


async def test_nobody_is_told_of_what_is_over(muster: Edge, desk: Desk) -> None:
    warning = await warn(muster, "past")
    assert await warn(muster, "past-over", kind="Cancel") == warning
    source = {"from": {"kind": "warning", "id": warning}}
    refused(await desk.first.post("/bulletins", source), 409, "source-ended", "from")


async def test_an_alert_is_told_in_its_own_words(muster: Edge, desk: Desk) -> None:
    await enrol(muster, [("lead-oval", "beijing", "team-leader", [OVAL])])
    said = await muster.admin.report(
        {"kind": "incident", "category": "fire", "severity": "severe", "venue": OVAL,
         "text": "看台起火"}
    )  # fmt: skip
    assert said["status"] == "accepted", said
    await muster.settle()
    alerts = [row for row in (await muster.admin.picture())["alerts"] if row["venue"] == OVAL]
    assert alerts
    alert = alerts[0]
    answer = await desk.first.post("/bulletins", {"from": {"kind": "alert", "id": alert["id"]}})
    assert answer.status_code == 200, answer.text
    content = (await desk.shown(answer.json()["id"]))["drafts"][0]["content"]
    assert content["headline"] == alert["title"]
    assert content["description"] == alert["body"]
    assert (content["category"], content["venues"]) == ("Fire", [OVAL])
    assert content["area"]["zh"] == "国家速滑馆"


async def test_what_is_not_there_is_not_told(desk: Desk) -> None:
    for kind in ("alert", "warning"):
        answer = await desk.first.post("/bulletins", {"from": {"kind": kind, "id": "none"}})
        refused(answer, 404, "not-found", "id")
    for verb in ("approve", "decline", "update", "cancel"):
        body = {"draft": 1, "reason": "x"} if verb == "decline" else {"draft": 1}
        refused(await desk.first.post(f"/bulletins/none/{verb}", body), 404, "not-found", "id")


async def test_an_exercise_is_never_told_as_meant(muster: Edge, desk: Desk) -> None:
    warning = await warn(muster, "drill", ("<status>Actual", "<status>Exercise"))
    english = {name: {"en": "drill"} for name in ("event", "headline", "description", "area")}
    content = {**english, "instruction": {"zh": "", "en": ""}}
    source = {"from": {"kind": "warning", "id": warning}, "content": content}
    meant = {**source, "content": {**content, "status": "Actual"}}
    refused(await desk.first.post("/bulletins", meant), 409, "drill", "content.status")
    said = (await desk.first.post("/bulletins", source)).json()
    path = f"/bulletins/{said['id']}/update"
    change = {"content": {"status": "Actual"}}
    refused(await desk.first.post(path, change), 409, "drill", "content.status")
    if said["needs_approval"]:
        said = await desk.approve(said["id"])
    document = await desk.document(said["published"]["identifier"])
    assert b"<status>Exercise</status>" in document
    [entry] = [e for e in await desk.entries() if said["published"]["identifier"] in e.link]
    assert entry.title.startswith("[演练 Exercise]")


@pytest.mark.parametrize("venue", [SKI])
async def test_a_site_commander_tells_nobody_in_the_name_of_all(muster: Edge, venue: str) -> None:
    limited = await muster.caller("commander", "yanqing")
    answer = await limited.post("/bulletins", {"content": storm(venues=[venue])})
    refused(answer, 403, "site-not-allowed", "site")


async def test_times_are_those_of_the_phase_that_runs(muster: Edge, desk: Desk) -> None:
    id, first = await desk.out(slippery())
    assert b"+08:00</sent>" in await desk.document(first)
    now = muster.node.clock.now()
    phase = {
        "id": "altay", "name": {"zh": "阿勒泰", "en": "Altay"},
        "starts_at": now.isoformat(), "ends_at": (now + timedelta(days=2)).isoformat(),
        "timezone": "Asia/Almaty", "check_in_at": "09:00",
    }  # fmt: skip
    answer = await muster.admin.post("/phases", phase)
    assert answer.status_code == 200, answer.text
    await asyncio.sleep(1)  # CAP's times are of whole seconds
    said = (await desk.first.post(f"/bulletins/{id}/update", {})).json()
    document = await desk.document(said["published"]["identifier"])
    message = await desk.judged(document)
    there = now.astimezone(ZoneInfo("Asia/Almaty")).utcoffset()
    assert message.sent.utcoffset() == there != timedelta(hours=8)
    [reference] = message.references
    assert reference.sent is not None
    assert reference.sent.utcoffset() == timedelta(hours=8), "as it stood in that message"
