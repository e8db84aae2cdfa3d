"""Commands over HTTP: what may be done, what may not and why, and the same command twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import (
    OVAL,
    SKI,
    Caller,
    Edge,
    edge,
    enrol,
    is_refusal,
    put_on_post,
    soon,
)

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

BODIES: dict[str, Any] = {
    "triage": {"severity": "minor", "category": "fire"},
    "assign": {"to": "team:snow"},
    "accept": None,
    "contain": {"note": "围住了"},
    "resolve": {"note": "好了"},
    "close": {"note": "复查无异常"},
    "reopen": {"reason": "又来了"},
    "note": {"text": "知道了"},
}
PERSON = {"name": "某人", "latin": "X", "role": "medical"}
PLACE = {"name": {"zh": "某地", "en": "X"}, "lat": 1, "lon": 1}
LIFE = ["triage", "assign", "accept", "contain", "resolve", "close"]
STATUS = {
    "reported": [],
    "triaged": LIFE[:1],
    "assigned": LIFE[:2],
    "accepted": LIFE[:3],
    "contained": LIFE[:4],
    "resolved": LIFE[:5],
    "closed": LIFE,
    "reopened": [*LIFE, "reopen"],
}
LEGAL = {
    "reported": {"triage", "assign", "close", "note"},
    "triaged": {"triage", "assign", "contain", "close", "note"},
    "assigned": {"triage", "assign", "accept", "contain", "note"},
    "accepted": {"triage", "assign", "contain", "resolve", "note"},
    "contained": {"triage", "assign", "resolve", "note"},
    "resolved": {"close", "reopen", "note"},
    "closed": {"reopen", "note"},
    "reopened": {"triage", "assign", "close", "note"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("commands")) as running:
        await enrol(
            running, [("y1", "yanqing", "medical", [SKI]), ("b1", "beijing", "medical", [OVAL])]
        )
        yield running


async def incident(muster: Edge, **said: Any) -> str:
    answer = await muster.admin.report({"kind": "incident", "text": "有烟", "venue": SKI, **said})
    return str(answer["incident"])


async def do(caller: Caller, id: str, *verbs: str) -> None:
    for verb in verbs:
        answer = await caller.post(f"/incidents/{id}/{verb}", BODIES[verb])
        assert answer.status_code == 200, (verb, answer.text)


async def shown(muster: Edge, part: str, id: str) -> Any:
    """Return a row of the picture as of everything that is in the log."""
    await muster.node.reader.catch_up()
    [row] = [row for row in (await muster.admin.picture())[part] if row["id"] == id]
    return row


@pytest.mark.parametrize("status", STATUS)
async def test_an_incident_moves_as_its_rules_say(muster: Edge, status: str) -> None:
    for verb, body in BODIES.items():
        id = await incident(muster)
        await do(muster.admin, id, *STATUS[status])
        assert (await shown(muster, "incidents", id))["status"] == status
        # Other words than before: the same again would be the same command, which changes nothing.
        other = {"severity": "moderate", "category": "medical"} if verb == "triage" else body
        other = {"to": "post:yanqing"} if verb == "assign" else other
        answer = await muster.admin.post(f"/incidents/{id}/{verb}", other)
        if verb in LEGAL[status]:
            assert answer.status_code == 200, (verb, answer.text)
            assert answer.json()["events"]
        elif answer.status_code == 200:
            # It still holds: to ask for it again is no error, and records nothing.
            assert verb in STATUS[status]
            assert answer.json()["events"] == []
        else:
            said = answer.json()["error"]
            assert (answer.status_code, said["code"]) == (409, "illegal-move"), verb
            assert is_refusal(answer.json())
            assert status in said["reason"]["en"]


async def test_an_incident_is_closed_early_only_with_a_reason(muster: Edge) -> None:
    id = await incident(muster)
    for body in (None, {}, {"note": "  "}):
        answer = await muster.admin.post(f"/incidents/{id}/close", body)
        assert answer.status_code == 409


async def test_an_incident_is_accepted_by_whom_it_was_given_to(muster: Edge) -> None:
    id = await incident(muster)
    await muster.admin.post(f"/incidents/{id}/assign", {"to": "王芳"})
    answer = await muster.admin.post(f"/incidents/{id}/accept")
    assert answer.status_code == 409
    assert "王芳" in answer.text
    assert (
        await (await muster.caller("responder", name="王芳")).post(f"/incidents/{id}/accept")
    ).status_code == 200


async def test_what_is_merged_goes_on_in_another(muster: Edge) -> None:
    first, second = await incident(muster), await incident(muster)
    path = f"/incidents/{first}/merge"
    assert (await muster.admin.post(path, {"into": first})).status_code == 409
    merged = await muster.admin.post(path, {"into": second}, headers={"Idempotency-Key": "m"})
    assert merged.status_code == 200
    assert (await shown(muster, "incidents", first))["merged_into"] == second
    back = await muster.admin.post(f"/incidents/{second}/merge", {"into": first})
    assert (back.status_code, back.json()["error"]["code"]) == (409, "merge-target-ended")
    assert is_refusal(back.json())
    await muster.admin.post(f"/incidents/{second}/close", {"note": "误报"})
    again = await muster.admin.post(path, {"into": second}, headers={"Idempotency-Key": "m"})
    assert again.json() == merged.json()


async def test_a_taken_call_is_not_merged_into_what_nobody_has_taken(muster: Edge) -> None:
    call = (await muster.admin.report({"kind": "need-help", "venue": SKI}))["incident"]
    other = await incident(muster)
    assert (await muster.admin.post(f"/incidents/{call}/take")).status_code == 200
    await muster.settle()
    refused = await muster.admin.post(f"/incidents/{call}/merge", {"into": other})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "merge-target-untaken")
    assert is_refusal(refused.json())
    await muster.admin.post(f"/incidents/{other}/take")
    await muster.node.reader.catch_up()
    key = {"Idempotency-Key": "into-taken"}
    for _ in range(2):
        merged = await muster.admin.post(f"/incidents/{call}/merge", {"into": other}, headers=key)
        assert merged.status_code == 200, merged.text
    [row] = [r for r in (await muster.admin.picture())["need_help"] if r["incident"] == call]
    assert row["taken_by"]


async def test_nothing_is_merged_into_nothing(muster: Edge) -> None:
    call = await muster.admin.report({"kind": "need-help", "venue": SKI})
    answer = await muster.admin.post(f"/incidents/{call['incident']}/merge", {"into": "nope"})
    assert answer.status_code == 404
    calls = (await muster.admin.picture())["need_help"]
    assert call["incident"] in {row["incident"] for row in calls}


async def alert(muster: Edge, **report: Any) -> str:
    said = await muster.admin.report({"kind": "need-help", "venue": SKI, **report})
    await muster.settle()
    rows = (await muster.admin.picture())["alerts"]
    [id] = [row["id"] for row in rows if row["about"]["id"] == said["incident"]]
    return str(id)


async def test_an_alert_is_owned_by_one_person(muster: Edge) -> None:
    id = await alert(muster)
    li, wang = (
        await muster.caller("responder", name="李"),
        await muster.caller("responder", name="王"),
    )
    first = await li.post(f"/alerts/{id}/acknowledge", {"comment": "我去"})
    assert first.status_code == 200
    assert (await li.post(f"/alerts/{id}/acknowledge", {})).json()["events"] == []
    refused = await wang.post(f"/alerts/{id}/acknowledge")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already-acknowledged")
    assert "李" in refused.text
    row = await shown(muster, "alerts", id)
    assert (row["status"], row["acknowledged_by"], row["comment"]) == ("acknowledged", "李", "我去")


async def test_a_closed_alert_is_not_acknowledged(muster: Edge) -> None:
    id = await alert(muster, kind="incident", severity="severe", text="烟")
    assert (await muster.admin.post(f"/alerts/{id}/close", {"reason": "重复"})).status_code == 200
    answer = await muster.admin.post(f"/alerts/{id}/acknowledge")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "alert-closed")


async def test_many_alerts_in_one_go_each_have_an_answer(muster: Edge) -> None:
    mine, taken, free = [await alert(muster) for _ in range(3)]
    other = await muster.caller("responder", name="赵")
    await other.post(f"/alerts/{taken}/acknowledge")
    body = {"ids": [mine, taken, "nope", free], "comment": "都去"}
    answer = await muster.admin.post("/alerts/acknowledge", body, headers={"Idempotency-Key": "k"})
    results = answer.json()["results"]
    assert [row["id"] for row in results] == body["ids"]
    assert [row["status"] for row in results] == ["accepted", "rejected", "rejected", "accepted"]
    assert [row["field"] for row in results[1:3]] == ["by", "id"]
    again = await muster.admin.post("/alerts/acknowledge", body, headers={"Idempotency-Key": "k"})
    assert again.json() == answer.json()


@pytest.mark.parametrize(
    "path",
    [
        *(f"/incidents/nope/{verb}" for verb in BODIES),
        "/alerts/nope/acknowledge",
        "/alerts/nope/close",
        "/roll-calls/nope/close",
    ],
)
async def test_what_is_not_there_is_not_found(muster: Edge, path: str) -> None:
    body = BODIES.get(path.rsplit("/", 1)[1]) if path.startswith("/incidents") else {}
    answer = await muster.admin.post(path, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")
    assert is_refusal(answer.json())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/tokens/nope", None),
        ("DELETE", "/volunteers/nope/shifts/s", None),
        ("POST", "/roll-calls", {"venue": "nowhere"}),
        ("POST", "/roll-calls", {"site": "nowhere"}),
        ("POST", "/tokens", {"role": "reporter", "name": "x", "sites": ["nowhere"]}),
        ("POST", "/volunteers", {"id": "v", "site": "nowhere", **PERSON}),
        ("POST", "/venues", {"id": "v", "site": "nowhere", **PLACE}),
    ],
)  # fmt: skip
async def test_what_is_referred_to_must_be_there(
    muster: Edge, method: str, path: str, body: Any
) -> None:
    options = {} if body is None else {"json": body}
    answer = await muster.admin.send(method, path, **options)
    assert answer.status_code == 404
    assert is_refusal(answer.json())


async def test_shifts_that_overlap_or_never_end_are_refused_one_by_one(muster: Edge) -> None:
    start = muster.node.clock.now() + timedelta(days=20)

    def shift(name: str, begin: float, end: float, venue: str = OVAL) -> dict[str, str]:
        begins, ends = start + timedelta(hours=begin), start + timedelta(hours=end)
        return {
            "shift": name,
            "venue": venue,
            "starts_at": begins.isoformat(),
            "ends_at": ends.isoformat(),
        }

    answer = await muster.admin.post(
        "/volunteers/b1/shifts",
        [shift("a", 0, 8), shift("b", 7, 9), shift("c", 9, 9), shift("d", 9, 40),
         shift("e", 9, 12, "nowhere"), shift("f", 19, 21)],
    )  # fmt: skip
    statuses = [row["status"] for row in answer.json()["results"]]
    assert statuses == ["accepted", "rejected", "rejected", "rejected", "rejected", "accepted"]
    assert all(is_refusal(row) for row in answer.json()["results"][1:5])
    gone = await muster.admin.delete("/volunteers/b1/shifts/a?reason=病假")
    assert gone.status_code == 200
    assert (await muster.admin.delete("/volunteers/b1/shifts/never")).status_code == 409


async def test_a_list_of_people_is_answered_one_by_one(muster: Edge) -> None:
    def person(id: str, site: str) -> dict[str, Any]:
        return {"id": id, "site": site, "name": "某人", "latin": "X", "role": "medical"}

    answer = await muster.admin.post(
        "/volunteers", [person("n1", "hq"), person("n2", "nowhere"), person("y1", "beijing")]
    )
    results = answer.json()["results"]
    assert [row["status"] for row in results] == ["accepted", "rejected", "rejected"]
    assert [row.get("code") for row in results] == [None, "not-found", "registered-elsewhere"]
    assert answer.json()["accepted"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/volunteers", {"id": "y1", "site": "beijing", **PERSON}),
        ("/venues", {"id": SKI, "site": "beijing", **PLACE}),
    ],
)  # fmt: skip
async def test_what_is_registered_stays_at_its_site(muster: Edge, path: str, body: Any) -> None:
    answer = await muster.admin.post(path, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "registered-elsewhere")
    assert is_refusal(answer.json())


async def test_what_was_accepted_can_be_referred_to_at_once(muster: Edge) -> None:
    """Ten times: an answer that comes before the picture has it would be caught sometimes."""
    name = {"zh": "新", "en": "New"}
    came = {"kind": "presence", "whereabouts": "present"}
    for number in range(10):
        site, venue, person = f"s{number}", f"v{number}", f"w{number}"
        home = {"site": site, "name": name}
        for path, body in (
            ("/sites", {"id": site, "name": name}),
            ("/venues", {"id": venue, **home, "lat": 40, "lon": 116}),
            ("/volunteers", {"id": person, "site": site, **PERSON}),
            ("/reports", {**came, "person": person, "venue": venue}),
        ):  # fmt: skip
            answer = await muster.admin.post(path, body)
            assert answer.status_code == 200, (path, answer.text)
        call = (await muster.admin.post("/roll-calls", {"site": site})).json()
        assert call["expected"] == 1
        id = await incident(muster, venue=venue)
        assert (await muster.admin.post(f"/incidents/{id}/triage", BODIES["triage"])).is_success
        await muster.admin.post(f"/roll-calls/{call['id']}/close")


async def test_a_roll_call_is_opened_once_and_its_list_is_frozen(muster: Edge) -> None:
    await put_on_post(muster, "b1", OVAL)
    key = {"Idempotency-Key": "call"}
    first = await muster.admin.post("/roll-calls", {"venue": OVAL}, headers=key)
    again = await muster.admin.post("/roll-calls", {"venue": OVAL}, headers=key)
    assert again.json() == first.json()
    assert first.json()["expected"] == 1
    row = await shown(muster, "roll_calls", first.json()["id"])
    assert [person["id"] for person in row["unaccounted"]] == ["b1"]
    await muster.admin.report({"kind": "safety", "person": "b1", "answer": "safe"})
    closed = await muster.admin.post(f"/roll-calls/{first.json()['id']}/close", {"note": "齐了"})
    assert closed.status_code == 200
    row = await shown(muster, "roll_calls", first.json()["id"])
    assert (row["safe"], row["unaccounted"], row["note"]) == (1, [], "齐了")
    nothing = await muster.admin.post("/roll-calls", {})
    assert (nothing.status_code, nothing.json()["error"]["field"]) == (422, "venue")


@pytest.mark.parametrize(
    ("at", "code"),
    [(soon(hours=2), "far-future"), (soon(days=-500), "too-old")],
    ids=["far-future", "too-old"],
)
async def test_a_command_is_of_about_now(muster: Edge, at: str, code: str) -> None:
    id = await incident(muster)
    answer = await muster.admin.post(f"/incidents/{id}/note", {"text": "x", "at": at})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert answer.json()["error"]["field"] == "at"


@pytest.mark.parametrize("correlation", ["é", "a\tb", "x" * 300, "中".encode().decode("latin-1")])
async def test_any_correlation_id_goes_through_every_hop(muster: Edge, correlation: str) -> None:
    id = await incident(muster)
    headers = [
        (b"authorization", f"Bearer {muster.admin.token}".encode()),
        (b"x-correlation-id", correlation.encode("latin-1")),
    ]
    answer = await muster.http.post(
        f"{muster.url}/api/v1/incidents/{id}/triage",
        json={"severity": "extreme", "category": "fire"},
        headers=headers,
    )
    assert answer.status_code == 200
    await muster.settle()
    page = await muster.admin.get(
        "/events", params={"correlation": correlation[:64], "limit": 1000}
    )
    assert {event["type"] for event in page.json()["events"]} >= {
        "muster.incident.triaged.v1",
        "muster.run.started.v1",
    }
    assert await muster.healthy()
