"""What a token that is limited to Beijing must neither see nor change: anything in Yanqing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Caller, Edge, edge, enrol, is_refusal, put_on_post
from tests.unit.weather.documents import changed

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

ROLES = ("reporter", "responder", "commander", "monitor", "admin")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("roles")) as running:
        await enrol(
            running,
            [
                ("y1", "yanqing", "medical", [SKI]),
                ("y2", "yanqing", "medical", []),
                ("b1", "beijing", "medical", [OVAL]),
                ("d1", "hq", "duty-officer", []),
            ],
        )
        yield running


YANQING = "石头滚落"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def happened(muster: Edge) -> dict[str, str]:
    """Things that happened in Yanqing, by what they are."""
    said = await muster.admin.report(
        {"kind": "incident", "text": YANQING, "severity": "severe", "venue": SKI, "person": "y2"}
    )
    await put_on_post(muster, "y2", SKI)
    await muster.admin.report(
        {"kind": "presence", "person": "y2", "venue": SKI, "whereabouts": "present"}
    )
    call = await muster.admin.post("/roll-calls", {"venue": SKI})
    document = changed(
        ("2022-02-13T20:00:00+08:00", "2099-02-13T20:00:00+08:00"), ("Severe", "Minor")
    )
    cap = await muster.admin.post("/cap", document, headers={"Content-Type": "text/xml"})
    await muster.settle()
    [alert] = [
        row["id"]
        for row in (await muster.admin.picture())["alerts"]
        if row["about"]["id"] == said["incident"]
    ]
    [result] = cap.json()["results"]
    assert SKI in result["venues"]
    return {
        "incident": said["incident"],
        "roll call": call.json()["id"],
        "alert": alert,
        "warning": result["warning"],
    }


async def beijing(muster: Edge, role: str) -> Caller:
    return await muster.caller(role, "beijing")


def names_yanqing(shown: Any) -> bool:
    text = json.dumps(shown, ensure_ascii=False)
    return any(word in text for word in (YANQING, SKI, '"yanqing"', "y1", "y2", "sliding-centre"))


@pytest.mark.parametrize(
    "query", ["", "?as_of=2099-01-01T00:00:00Z", "?known_by=2099-01-01T00:00:00Z"]
)
async def test_the_picture_of_a_site_shows_no_other(
    muster: Edge, happened: dict[str, str], query: str
) -> None:
    for role in ROLES:
        answer = await (await beijing(muster, role)).get(f"/picture{query}")
        assert answer.status_code == 200
        assert not names_yanqing(answer.json())
        assert OVAL in answer.text


async def test_another_site_cannot_be_asked_for(muster: Edge, happened: dict[str, str]) -> None:
    for path in ("/picture?site=yanqing", "/alerts/stream?site=yanqing", "/events?site=yanqing"):
        answer = await (await beijing(muster, "admin")).get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "site-not-allowed")


async def test_a_warning_names_the_venues_one_may_see(
    muster: Edge, happened: dict[str, str]
) -> None:
    path = f"/warnings/{happened['warning']}/geometry"
    assert SKI in (await muster.admin.get(path)).json()["properties"]["venues"]
    assert (await (await beijing(muster, "reporter")).get(path)).json()["properties"][
        "venues"
    ] == []
    near = await muster.caller("reporter", "yanqing")
    assert SKI in (await near.get(path)).json()["properties"]["venues"]


async def test_events_of_other_sites_are_not_listed(muster: Edge, happened: dict[str, str]) -> None:
    for query in ("", "&kind=incident", "&kind=alert", "&kind=volunteer", "&type=reported"):
        answer = await (await beijing(muster, "monitor")).get(f"/events?limit=1000{query}")
        assert answer.status_code == 200
        assert {event["site"] for event in answer.json()["events"]} <= {"beijing"}
        assert not names_yanqing(answer.json())


async def test_timelines_of_other_sites_are_closed(muster: Edge, happened: dict[str, str]) -> None:
    for path in (f"/incidents/{happened['incident']}/timeline", "/people/y2/timeline"):
        assert (await muster.admin.get(path)).json()["entries"]
        answer = await (await beijing(muster, "admin")).get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "site-not-allowed")


async def test_a_persons_timeline_shows_of_other_sites_their_own_evidence_only(
    muster: Edge, happened: dict[str, str]
) -> None:
    secret = "只有延庆知道"
    await muster.admin.report(
        {"kind": "presence", "person": "b1", "venue": SKI, "whereabouts": "present"},
        {"kind": "incident", "person": "b1", "venue": SKI, "text": secret},
    )
    await muster.settle()
    mine = (await (await beijing(muster, "responder")).get("/people/b1/timeline")).text
    everything = (await muster.admin.get("/people/b1/timeline")).text
    assert secret in everything
    assert secret not in mine
    assert SKI in mine


TIMES = {"starts_at": "2099-01-01T08:00:00Z", "ends_at": "2099-01-01T12:00:00Z"}
NEWCOMER = {"id": "n1", "name": "新", "latin": "X", "role": "medical"}
SOMEWHERE = {"name": {"zh": "乱", "en": "x"}, "lat": 1, "lon": 2}
COMMANDS: list[tuple[str, str, Any]] = [
    ("POST", "/incidents/{incident}/triage", {"severity": "minor", "category": "other"}),
    ("POST", "/incidents/{incident}/assign", {"to": "b1"}),
    ("POST", "/incidents/{incident}/accept", None),
    ("POST", "/incidents/{incident}/contain", {}),
    ("POST", "/incidents/{incident}/resolve", {}),
    ("POST", "/incidents/{incident}/close", {"note": "没事"}),
    ("POST", "/incidents/{incident}/reopen", {"reason": "再看"}),
    ("POST", "/incidents/{incident}/note", {"text": "路过"}),
    ("POST", "/alerts/{alert}/acknowledge", {}),
    ("POST", "/alerts/{alert}/close", {}),
    ("POST", "/roll-calls", {"venue": SKI}),
    ("POST", "/roll-calls", {"site": "yanqing"}),
    ("POST", "/roll-calls/{roll call}/close", {}),
    ("POST", "/volunteers/y2/shifts", {"shift": "s", "venue": OVAL, **TIMES}),
    ("DELETE", "/volunteers/y2/shifts/y2-alpine-ski-centre", None),
    ("POST", "/volunteers", {"site": "yanqing", **NEWCOMER}),
    ("POST", "/sites", {"id": "yanqing", "name": {"zh": "乱", "en": "x"}}),
    ("POST", "/sites", {"id": "mine", "name": {"zh": "乱", "en": "x"}}),
    ("POST", "/venues", {"id": SKI, "site": "yanqing", **SOMEWHERE}),
    ("POST", "/tokens", {"role": "admin", "name": "boss"}),
    ("POST", "/tokens", {"role": "reporter", "name": "far", "sites": ["beijing", "yanqing"]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
async def test_nothing_of_another_site_is_changed(
    muster: Edge, happened: dict[str, str], method: str, path: str, body: Any
) -> None:
    admin = await beijing(muster, "admin")
    await muster.settle()
    before = await muster.node.reader.catch_up()
    options = {} if body is None else {"json": body}
    answer = await admin.send(method, path.format(**happened), **options)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "site-not-allowed")
    assert is_refusal(answer.json())
    assert await muster.node.reader.catch_up() == before


async def test_of_many_alerts_only_ones_own_are_acknowledged(
    muster: Edge, happened: dict[str, str]
) -> None:
    own = await muster.admin.report({"kind": "need-help", "venue": OVAL})
    await muster.settle()
    rows = (await muster.admin.picture())["alerts"]
    [mine] = [row["id"] for row in rows if row["about"]["id"] == own["incident"]]
    answer = await (await beijing(muster, "responder")).post(
        "/alerts/acknowledge", {"ids": [happened["alert"], "nope", mine]}
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == ["rejected", "rejected", "accepted"]
    assert [result.get("code") for result in results] == ["site-not-allowed", "not-found", None]
    assert all(is_refusal(result) for result in results[:2])


async def test_no_incident_is_merged_into_one_of_another_site(
    muster: Edge, happened: dict[str, str]
) -> None:
    responder = await beijing(muster, "responder")
    own = await responder.report({"kind": "incident", "text": "漏水"})
    answer = await responder.post(
        f"/incidents/{own['incident']}/merge", {"into": happened["incident"]}
    )
    assert answer.json()["error"]["code"] == "site-not-allowed"


async def test_a_limited_admin_hands_out_and_sees_tokens_within_its_sites(muster: Edge) -> None:
    admin = await beijing(muster, "admin")
    made = await admin.post("/tokens", {"role": "reporter", "name": "near", "sites": ["beijing"]})
    assert made.status_code == 200
    shown = (await admin.get("/tokens")).json()["tokens"]
    assert "near" in {token["name"] for token in shown}
    assert all(token["sites"] == ["beijing"] for token in shown)
    everything = (await muster.admin.get("/tokens")).json()["tokens"]
    [root] = [token["id"] for token in everything if token["name"] == "admin"]
    assert (await admin.delete(f"/tokens/{root}")).status_code == 404
    assert (await muster.admin.get("/whoami")).status_code == 200


async def test_a_warning_for_everybody_is_not_taken_from_one_site(muster: Edge) -> None:
    headers = {"Content-Type": "text/xml"}
    answer = await (await beijing(muster, "commander")).post("/cap", changed(), headers=headers)
    assert answer.json()["error"]["code"] == "site-not-allowed"
    headquarters = await muster.caller("reporter", "hq")
    taken = await headquarters.post(
        "/cap", changed(("<identifier>A1", "<identifier>HQ")), headers=headers
    )
    assert taken.status_code == 200
