"""Journeys over HTTP: who may plan them and tell of them, and what is refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import OVAL, SKI, Caller, Edge, edge, enrol, is_refusal
from tests.moments import NOON, at

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

ABOARD = ["p1", "p2"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("journeys"), clock=ManualClock(NOON)) as running:
        await enrol(
            running,
            [
                ("lead", "yanqing", "team-leader", [SKI]),
                ("start", "beijing", "team-leader", [OVAL]),
                ("else", "zhangjiakou", "team-leader", ["zhangjiakou"]),
                *((one, "beijing", "medical", []) for one in ABOARD),
            ],
        )
        yield running


def coach(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "origin": OVAL,
        "destination": SKI,
        "departs_at": at(0).isoformat(),
        "arrives_at": at(120).isoformat(),
        "driver": "zhao",
        "people": ABOARD,
        **more,
    }


async def planned(muster: Edge, id: str, **more: Any) -> str:
    answer = await muster.admin.post("/journeys", coach(id, **more))
    assert answer.status_code == 200, answer.text
    return id


async def status_of(caller: Caller, path: str, body: Any = None) -> tuple[int, str]:
    answer = await caller.post(path, {} if body is None else body)
    said = answer.json()
    if answer.status_code != 200:
        assert is_refusal(said), said
    return answer.status_code, said.get("error", {}).get("code", "")


@pytest.mark.parametrize(
    ("role", "name", "sites", "may"),
    [
        ("responder", "lead", (), True),
        ("responder", "start", (), True),
        ("responder", "else", (), False),
        ("responder", "p1", (), False),
        ("responder", "zhao", (), False),
        ("commander", "boss", (), True),
        ("commander", "boss-b", ("beijing",), True),
        ("commander", "boss-z", ("zhangjiakou",), False),
    ],
)
async def test_leads_and_commanders_plan(
    muster: Edge, role: str, name: str, sites: tuple[str, ...], may: bool
) -> None:
    caller = await muster.caller(role, *sites, name=name)
    id = f"plan-{name}"
    expected = (200, "") if may else (403, "not-your-journey")
    assert await status_of(caller, "/journeys", coach(id)) == expected
    if not may:
        await planned(muster, id)
    body = {"reason": "封路", "vehicle": "京B"}
    assert await status_of(caller, f"/journeys/{id}/replan", body) == expected
    assert await status_of(caller, f"/journeys/{id}/cancel", {"reason": "雪"}) == expected


@pytest.mark.parametrize(
    ("role", "name", "may"),
    [
        ("reporter", "zhao", True),
        ("responder", "p2", True),
        ("reporter", "p2", False),
        ("responder", "lead", True),
        ("responder", "else", False),
        ("commander", "boss", True),
    ],
)
async def test_the_driver_or_a_responder_aboard_tells_of_it(
    muster: Edge, role: str, name: str, may: bool
) -> None:
    caller = await muster.caller(role, name=name)
    id = await planned(muster, f"tell-{role}-{name}")
    expected = (200, "") if may else (403, "not-your-journey")
    assert await status_of(caller, f"/journeys/{id}/depart") == expected
    assert await status_of(caller, f"/journeys/{id}/arrive") == expected


async def test_a_token_of_a_person_acts_as_that_person(muster: Edge) -> None:
    said = {"role": "responder", "name": "phone 7", "person": "p1"}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    phone = Caller(muster.url, answer.json()["token"], muster.http)
    id = await planned(muster, "of-a-person")
    assert await status_of(phone, f"/journeys/{id}/depart") == (200, "")
    events = (await muster.admin.get("/events?kind=journey&type=departed&limit=1000")).json()
    assert [one["actor"] for one in events["events"] if one["subject"] == f"journey/{id}"] == ["p1"]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"people": ["p1", "nobody"]}, "unknown-person", "people"),
        ({"people": []}, "too-short", "people"),
        ({"arrives_at": at(-5).isoformat()}, "arrives-before-departure", "plan.arrives_at"),
        ({"destination": "moon"}, "not-found", "id"),
        ({"departs_at": "soon"}, None, "departs_at"),
        ({"colour": "red"}, None, "colour"),
        ({"margin_s": -1}, None, "margin_s"),
    ],
)
async def test_a_plan_that_cannot_be_says_what_is_wrong(
    muster: Edge, more: dict[str, Any], code: str | None, field: str
) -> None:
    answer = await muster.admin.post("/journeys", coach("wrong", **more))
    assert answer.status_code in (404, 409, 422), answer.text
    said = answer.json()
    assert is_refusal(said)
    assert said["error"]["field"] == field
    assert code in (None, said["error"]["code"])


async def test_what_is_sent_again_is_the_same(muster: Edge) -> None:
    body = {**coach("x")}
    del body["id"]
    headers = {"Idempotency-Key": "again"}
    first = (await muster.admin.post("/journeys", body, headers=headers)).json()
    second = (await muster.admin.post("/journeys", body, headers=headers)).json()
    assert first == second
    again = await muster.admin.post("/journeys", coach(first["id"]))
    assert (again.status_code, again.json()["events"]) == (200, [])
    other = await muster.admin.post("/journeys", coach(first["id"], vehicle="京C"))
    assert (other.status_code, other.json()["error"]["code"]) == (409, "journey-exists")


async def test_a_change_keeps_what_it_does_not_name(muster: Edge) -> None:
    id = await planned(muster, "kept")
    body = {"reason": "封路", "arrives_at": at(200).isoformat(), "people": ["p1"]}
    assert await status_of(muster.admin, f"/journeys/{id}/replan", body) == (200, "")
    shown = (await muster.admin.get(f"/journeys/{id}")).json()
    assert (shown["plan"]["driver"], shown["plan"]["people"]) == ("zhao", ["p1"])
    assert shown["former"][0]["plan"]["people"] == ABOARD
    assert (shown["former_plans"], shown["former"][0]["changed_by"]) == (1, "admin")


async def test_who_arrives_is_of_the_journey_and_the_venue_is_known(muster: Edge) -> None:
    id = await planned(muster, "strangers")
    path = f"/journeys/{id}/arrive"
    assert await status_of(muster.admin, path, {"people": ["lead"]}) == (409, "not-on-journey")
    assert await status_of(muster.admin, path, {"venue": "moon"}) == (404, "not-found")
    assert await status_of(muster.admin, "/journeys/none/arrive") == (404, "not-found")


async def test_journeys_are_listed_for_those_who_see_either_end(muster: Edge) -> None:
    id = await planned(muster, "seen")
    for sites, sees in ((("yanqing",), True), (("zhangjiakou",), False), ((), True)):
        reader = await muster.caller("monitor", *sites)
        rows = (await reader.get("/journeys", params={"venue": SKI})).json()["journeys"]
        assert (id in [row["id"] for row in rows]) == sees
        status = (await reader.get(f"/journeys/{id}")).status_code
        assert status == (200 if sees else 403)
        shown = await reader.picture()
        assert (id in [row["id"] for row in shown["journeys"]]) == sees
    none = (await muster.admin.get("/journeys", params={"status": "overdue"})).json()
    assert none == {"journeys": []}


async def test_its_people_have_it_on_their_timeline_and_are_where_it_says(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    async with edge(tmp_path, clock=clock) as own:
        await enrol(own, [(one, "beijing", "medical", []) for one in ABOARD])
        id = (await own.admin.post("/journeys", coach("j1"))).json()["id"]
        await status_of(own.admin, f"/journeys/{id}/depart")
        clock.turn_by(timedelta(minutes=1))
        await status_of(own.admin, f"/journeys/{id}/arrive", {"people": ["p1"]})
        await own.settle()
        shown = await own.admin.picture()
        assert {row["id"]: row["whereabouts"] for row in shown["people"]} == {
            "p1": "present",
            "p2": "on-the-way",
        }
        entries = (await own.admin.get("/people/p2/timeline")).json()["entries"]
        assert [row["type"] for row in entries] == [
            "volunteer.registered",
            "journey.planned",
            "journey.departed",
            "presence.reported",
        ]
    async with edge(tmp_path, clock=ManualClock(at(60))) as later:
        await later.settle()
        kept = await later.admin.picture()
        assert [row["missing"] for row in kept["journeys"]] == [["p2"]]
        page = (await later.admin.get("/events?kind=presence&limit=1000")).json()
        assert len(page["events"]) == 3, "evidence is written once, over a restart too"


async def test_a_departure_that_is_told_after_an_arrival_takes_nobody_away_again(
    tmp_path: Path,
) -> None:
    clock = ManualClock(NOON)
    async with edge(tmp_path, clock=clock) as own:
        await enrol(own, [(one, "beijing", "medical", []) for one in ABOARD])
        id = (await own.admin.post("/journeys", coach("j1"))).json()["id"]
        await status_of(own.admin, f"/journeys/{id}/arrive", {"people": ["p1"]})
        clock.turn_by(timedelta(minutes=1))
        await status_of(own.admin, f"/journeys/{id}/depart")
        await own.settle()
        shown = await own.admin.picture()
        assert {row["id"]: row["whereabouts"] for row in shown["people"]} == {
            "p1": "present",
            "p2": "on-the-way",
        }
