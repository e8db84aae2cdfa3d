"""People found by name, and one person's card."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Edge, edge, put_on_post

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

PEOPLE: list[dict[str, Any]] = [
    {"id": "v001", "site": "yanqing", "name": "王子涵", "latin": "Wáng Zǐhán",
     "role": "team-leader", "leads": [SKI], "channels": ["sms"],
     "contact": {"phone": "13800000001", "addresses": {"sms": "https://127.0.0.1/1"}}},
    {"id": "v002", "site": "yanqing", "name": "李雨萱", "latin": "Li Yuxuan", "role": "medical",
     "lead": "v001", "languages": ["zh"], "phases": ["games"],
     "helpers": [{"lane": "mental-health", "person": "h001"},
                 {"lane": "transport", "person": "ghost"}]},
    {"id": "v003", "site": "beijing", "name": "王磊", "latin": "Wang Lei", "role": "medical"},
    {"id": "h001", "site": "hq", "name": "陈静", "latin": "Chen Jing", "role": "support",
     "lanes": ["mental-health"]},
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("people")) as running:
        answer = await running.admin.post("/volunteers", PEOPLE)
        assert answer.json()["accepted"] == len(PEOPLE), answer.text
        await put_on_post(running, "v001", SKI)
        await put_on_post(running, "v003", OVAL)
        await running.admin.report(
            {"kind": "presence", "person": "v002", "whereabouts": "present", "venue": SKI}
        )
        await running.settle()
        yield running


async def found(muster: Edge, **query: Any) -> list[str]:
    answer = await muster.admin.get("/people", params=query)
    assert answer.status_code == 200, answer.text
    return [person["id"] for person in answer.json()["people"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["h001", "v001", "v002", "v003"]),
        ({"query": "王"}, ["v001", "v003"]),
        ({"query": "wang"}, ["v001", "v003"]),
        ({"query": "wangzihan"}, ["v001"]),
        ({"query": "yuxuan li"}, ["v002"]),
        ({"query": "V00"}, ["v001", "v002", "v003"]),
        ({"query": "nobody"}, []),
        ({"site": "yanqing"}, ["v001", "v002"]),
        ({"site": "yanqing", "query": "王"}, ["v001"]),
        ({"role": "medical"}, ["v002", "v003"]),
        ({"role": "medical", "site": "beijing"}, ["v003"]),
        ({"venue": SKI}, ["v001", "v002"]),
        ({"venue": SKI, "role": "medical"}, ["v002"]),
        ({"lane": "mental-health"}, ["h001"]),
        ({"phase": "games"}, ["h001", "v001", "v002", "v003"]),
        ({"phase": "games", "after": "v001"}, ["v002", "v003"]),
        ({"query": "v", "after": "v001"}, ["v002", "v003"]),
    ],
)
async def test_people_are_found(muster: Edge, query: dict[str, Any], ids: list[str]) -> None:
    assert await found(muster, **query) == ids


async def test_they_come_a_page_at_a_time(muster: Edge) -> None:
    read: list[str] = []
    after = ""
    while True:
        answer = await muster.admin.get("/people", params={"limit": 1, "after": after})
        read += [person["id"] for person in answer.json()["people"]]
        after = answer.json()["next"]
        if after is None:
            break
    assert read == ["h001", "v001", "v002", "v003"]
    for wrong in ({"limit": 0}, {"limit": 501}, {"query": "x" * 101}, {"role": "king"}):
        assert (await muster.admin.get("/people", params=wrong)).status_code == 422


async def test_a_token_of_a_site_finds_its_own_people(muster: Edge) -> None:
    beijing = await muster.caller("responder", "beijing")
    answer = await beijing.get("/people")
    assert [person["id"] for person in answer.json()["people"]] == ["v003"]
    assert (await beijing.get("/people?site=yanqing")).status_code == 403
    assert (await beijing.get("/people/v003")).status_code == 200
    assert (await beijing.get("/people/v002")).status_code == 403


async def test_a_card_says_who_somebody_is_and_where_and_who_stands_behind_them(
    muster: Edge,
) -> None:
    card = (await muster.admin.get("/people/v002")).json()
    assert (card["name"], card["site"], card["role"]) == ("李雨萱", "yanqing", "medical")
    assert card["role_name"] == {"zh": "医疗", "en": "medical"}
    assert card["lead"] == {"id": "v001", "name": "王子涵", "latin": "Wáng Zǐhán"}
    assert [(each["lane"], each["name"]) for each in card["helpers"]] == [
        ("mental-health", "陈静"),
        ("transport", "ghost"),
    ]
    assert (card["whereabouts"], card["evidence"]["venue"]) == ("present", SKI)
    assert 0 <= card["evidence"]["age_s"] < 60
    assert (card["languages"], card["phases"]) == (["zh"], ["games"])
    assert card["calls"] == []


async def test_a_card_has_channels_by_name_and_shifts_that_are_not_over(muster: Edge) -> None:
    answer = await muster.admin.get("/people/v001")
    card = answer.json()
    assert card["channels"] == ["sms"]
    assert "13800000001" not in answer.text
    assert "127.0.0.1" not in answer.text
    assert [(each["venue"], each["now"]) for each in card["shifts"]] == [(SKI, True)]
    assert card["leads"] == [SKI]


async def test_a_call_for_help_stands_on_the_card_until_it_is_closed(muster: Edge) -> None:
    said = await muster.admin.report({"kind": "need-help", "person": "v003", "text": "摔了"})
    await muster.settle()
    card = (await muster.admin.get("/people/v003")).json()
    assert [each["incident"] for each in card["calls"]] == [said["incident"]]
    await muster.admin.post(f"/incidents/{said['incident']}/close", {"note": "没事了"})
    await muster.settle()
    assert (await muster.admin.get("/people/v003")).json()["calls"] == []


async def test_nobody_has_a_card_who_is_not_registered(muster: Edge) -> None:
    answer = await muster.admin.get("/people/nobody")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")
