"""Roll calls over HTTP, from the opening to the last one found."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from tests.integration.edge import OVAL, SKI, Caller, Edge, edge, enrol, is_refusal, put_on_post
from tests.moments import NOON

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

PEOPLE = [
    ("y1", "yanqing", "medical", [SKI]),
    ("y2", "yanqing", "media", []),
    ("y3", "yanqing", "medical", []),
    ("y4", "yanqing", "language", []),
    ("b1", "beijing", "medical", []),
]
LANED = {"id": "b2", "site": "beijing", "name": "周心", "latin": "Zhou Xin", "role": "support"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    path = tmp_path_factory.mktemp("rollcalls")
    async with edge(path, clock=ManualClock(NOON)) as running:
        await enrol(running, PEOPLE)
        laned = {**LANED, "lanes": ["mental-health"], "channels": ["page"]}
        assert (await running.admin.post("/volunteers", laned)).is_success
        for person in ("y1", "y2", "y3"):
            await put_on_post(running, person, SKI)
        await running.settle()
        yield running


def turn(muster: Edge, minutes: float) -> None:
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    clock.turn_by(timedelta(minutes=minutes))


async def opened(muster: Edge, **scope: Any) -> str:
    """Open one so long after the last one that no answer to that one counts for it."""
    turn(muster, 15)
    answer = await muster.admin.post("/roll-calls", {"venue": SKI, **scope})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def act(caller: Caller, id: str, verb: str, body: Any = None) -> Any:
    answer = await caller.post(f"/roll-calls/{id}/{verb}", body)
    assert answer.status_code == 200, (verb, answer.text)
    return answer.json()


async def refused(caller: Caller, id: str, verb: str, body: Any = None) -> tuple[int, str]:
    answer = await caller.post(f"/roll-calls/{id}/{verb}", body)
    assert is_refusal(answer.json()), answer.text
    return answer.status_code, answer.json()["error"]["code"]


async def seen(muster: Edge, id: str, **query: Any) -> Any:
    await muster.settle()
    answer = await muster.admin.get(f"/roll-calls/{id}", params=query)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    stands = shown["safe"] + shown["need_help"] + shown["excused"] + shown["unaccounted_count"]
    assert stands == shown["expected"] + shown["walk_ups"]
    return shown


async def standing(muster: Edge, id: str) -> dict[str, str]:
    return {each["id"]: each["standing"] for each in (await seen(muster, id))["people"]}


async def close(muster: Edge, id: str) -> None:
    await act(muster.admin, id, "close", {"note": "-"})


@pytest.mark.parametrize(
    ("scope", "people"),
    [
        ({"venue": SKI}, {"y1", "y2", "y3"}),
        ({"site": "yanqing"}, {"y1", "y2", "y3", "y4"}),
        ({"role": "medical"}, {"y1", "y3", "b1"}),
        ({"role": "medical", "site": "yanqing"}, {"y1", "y3"}),
        ({"venue": SKI, "role": "media"}, {"y2"}),
        ({"lane": "mental-health"}, {"b2"}),
        ({"everyone": True}, {"y1", "y2", "y3", "y4", "b1", "b2"}),
    ],
)
async def test_it_asks_for_those_of_its_scope(
    muster: Edge, scope: dict[str, Any], people: set[str]
) -> None:
    answer = await muster.admin.post("/roll-calls", {**scope, "remind_after_s": 0})
    assert answer.json()["expected"] == len(people)
    shown = await seen(muster, answer.json()["id"])
    assert {each["id"] for each in shown["people"]} == people
    assert shown["scope"] == {key: said for key, said in scope.items() if key != "everyone"}
    assert shown["title"]["zh"].startswith("点名：")
    await close(muster, answer.json()["id"])


async def test_a_scope_says_one_thing(muster: Edge) -> None:
    for scope in ({}, {"everyone": False}, {"everyone": True, "site": "yanqing"}, {"role": "cook"}):
        answer = await muster.admin.post("/roll-calls", scope)
        assert answer.status_code == 422
        assert is_refusal(answer.json())


async def test_what_reaches_over_all_sites_is_for_who_may_see_them(muster: Edge) -> None:
    local = await muster.caller("commander", "yanqing")
    assert (await local.post("/roll-calls", {"role": "medical"})).status_code == 403
    assert (await local.post("/roll-calls", {"site": "beijing"})).status_code == 403
    id = await opened(muster, venue=None, everyone=True)
    assert (await local.get(f"/roll-calls/{id}")).status_code == 403
    await close(muster, id)


async def test_it_goes_from_the_opening_to_the_last_one_found(muster: Edge) -> None:
    id = await opened(muster)
    assert set((await standing(muster, id)).values()) == {"unaccounted"}
    await muster.admin.report({"kind": "safety", "person": "y1", "answer": "safe"})
    await act(muster.admin, id, "excuse", {"person": "y3", "reason": "other-duty"})
    assert await standing(muster, id) == {"y1": "safe", "y2": "unaccounted", "y3": "excused"}
    await act(muster.admin, id, "close", {"note": "y2 未到"})
    shown = await seen(muster, id)
    assert shown["at_closing"] == {"safe": 1, "need_help": 0, "excused": 1, "unaccounted": 1}
    assert [one["person"] for one in shown["last_known"]] == ["y2"]
    turn(muster, 1)
    await muster.admin.report({"kind": "safety", "person": "y2", "answer": "safe"})
    shown = await seen(muster, id)
    assert [(one["id"], one["after_closing"]) for one in shown["found_since"]] == [("y2", True)]
    assert shown["unaccounted_count"] == 1
    await act(muster.admin, id, "reopen", {"reason": "找到了"})
    assert (await seen(muster, id))["safe"] == 2
    await close(muster, id)
    assert (await seen(muster, id))["at_closing"]["safe"] == 2


async def test_whoever_walks_up_is_counted(muster: Edge) -> None:
    id = await opened(muster)
    known = await act(muster.admin, id, "walk-ups", {"person": "b1"})
    assert (known["person"], known["answer"]["status"]) == ("b1", "accepted")
    key = {"Idempotency-Key": "wei"}
    body = {"name": "王伟", "answer": None}
    path = f"/roll-calls/{id}/walk-ups"
    first = await muster.admin.post(path, body, headers=key)
    assert first.json() == (await muster.admin.post(path, body, headers=key)).json()
    stranger = first.json()["person"]
    shown = await seen(muster, id)
    assert (shown["expected"], shown["walk_ups"]) == (3, 2)
    assert {each["name"] for each in shown["walk_up_people"]} == {"志愿者b1", "王伟"}
    assert (await standing(muster, id))[stranger] == "unaccounted"
    said = {"answers": [{"person": stranger, "answer": "safe"}]}
    assert (await act(muster.admin, id, "answers", said))["accepted"] == 1
    assert (await standing(muster, id))[stranger] == "safe"
    assert await refused(muster.admin, id, "walk-ups", {"person": "nobody"}) == (404, "not-found")
    assert (await refused(muster.admin, id, "walk-ups", {}))[0] == 422
    await close(muster, id)
    assert await refused(muster.admin, id, "walk-ups", body) == (409, "rollcall-closed")


async def test_whoever_answers_at_its_venue_is_counted_by_themselves(muster: Edge) -> None:
    report = {"kind": "safety", "person": "b1", "answer": "safe"}
    turn(muster, 1)
    await muster.admin.report({**report, "venue": OVAL})
    id = await opened(muster)
    await muster.admin.report({**report, "venue": OVAL}, {**report, "person": "y1", "venue": SKI})
    assert (await seen(muster, id))["walk_ups"] == 0
    await muster.admin.report({**report, "venue": SKI})
    assert (await standing(muster, id))["b1"] == "safe"
    await close(muster, id)
    await muster.admin.report({**report, "person": "b2", "venue": SKI})
    assert (await seen(muster, id))["walk_ups"] == 1


async def test_a_lead_answers_for_their_people_and_nobody_else_does(muster: Edge) -> None:
    id = await opened(muster)
    lead = await responder(muster, "y1")
    other = await responder(muster, "b1")
    safe = {"answers": [{"person": "y2", "answer": "safe"}, {"person": "y4", "answer": "safe"}]}
    theirs = await act(other, id, "answers", safe)
    assert [one["code"] for one in theirs["results"]] == ["not-their-lead", "not-expected"]
    done = await act(lead, id, "answers", safe)
    assert [one["status"] for one in done["results"]] == ["accepted", "rejected"]
    stands = {each["id"]: each for each in (await seen(muster, id))["people"]}
    assert (stands["y2"]["standing"], stands["y2"]["method"]) == ("safe", "lead")
    who = {"person": "y2", "reason": "leave"}
    assert await refused(other, id, "excuse", who) == (403, "not-their-lead")
    assert await refused(other, id, "walk-ups", {"name": "x"}) == (403, "not-their-lead")
    await close(muster, id)


async def test_need_help_opens_an_incident_whoever_says_it_and_nobody_excuses_them(
    muster: Edge,
) -> None:
    id = await opened(muster)
    other = await responder(muster, "b1")
    said = {"answers": [{"person": "y2", "answer": "need-help"}]}
    [call] = (await act(other, id, "answers", said))["results"]
    assert call["incident"]
    assert (await standing(muster, id))["y2"] == "need-help"
    turn(muster, 1)
    safe = {"answers": [{"person": "y2", "answer": "safe"}]}
    await act(muster.admin, id, "answers", safe)
    assert (await standing(muster, id))["y2"] == "need-help"
    who = {"person": "y2", "reason": "leave"}
    assert await refused(muster.admin, id, "excuse", who) == (409, "needs-help")
    ended = await muster.admin.post(f"/incidents/{call['incident']}/close", {"note": "好了"})
    assert ended.status_code == 200
    assert (await standing(muster, id))["y2"] == "safe"
    await close(muster, id)


async def test_a_call_that_a_person_closed_is_over_whatever_their_clock_showed(
    muster: Edge,
) -> None:
    id = await opened(muster)
    call = await muster.admin.report({"kind": "safety", "person": "y2", "answer": "need-help"})
    assert (await standing(muster, id))["y2"] == "need-help"
    before = (muster.node.clock.now() - timedelta(minutes=5)).isoformat()
    closing = {"note": "好了", "at": before}
    ended = await muster.admin.post(f"/incidents/{call['incident']}/close", closing)
    assert ended.status_code == 200, ended.text
    await muster.node.reader.catch_up()
    waiting = (await muster.admin.picture())["need_help"]
    assert [row for row in waiting if row["person"] == "y2"] == []
    assert (await standing(muster, id))["y2"] == "unaccounted"
    await act(muster.admin, id, "excuse", {"person": "y2", "reason": "gone-home"})
    assert (await standing(muster, id))["y2"] == "excused"
    await close(muster, id)


async def test_an_answer_sent_again_is_the_same(muster: Edge) -> None:
    id = await opened(muster)
    said = {"answers": [{"person": "y2", "answer": "safe"}]}
    path, key = f"/roll-calls/{id}/answers", {"Idempotency-Key": "twice"}
    first = (await muster.admin.post(path, said, headers=key)).json()
    turn(muster, 1)
    assert (await muster.admin.post(path, said, headers=key)).json() == first
    await close(muster, id)


async def test_its_people_are_read_page_by_page(muster: Edge) -> None:
    id = await opened(muster, venue=None, site="yanqing")
    await act(muster.admin, id, "answers", {"answers": [{"person": "y2", "answer": "safe"}]})
    first = await seen(muster, id, limit=3)
    rest = await seen(muster, id, limit=3, after=first["next"])
    assert [each["id"] for each in first["people"] + rest["people"]] == ["y1", "y2", "y3", "y4"]
    assert rest["next"] is None
    missing = await seen(muster, id, standing="unaccounted")
    assert [each["id"] for each in missing["people"]] == ["y1", "y3", "y4"]
    assert (await muster.admin.get(f"/roll-calls/{id}?standing=lost")).status_code == 422
    assert (await muster.admin.get("/roll-calls/nope")).status_code == 404
    await close(muster, id)


async def responder(muster: Edge, person: str) -> Caller:
    said = {"role": "responder", "name": f"r-{person}", "person": person}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def test_a_post_and_a_person_have_codes_of_the_page_that_was_asked(muster: Edge) -> None:
    for path, says in ((f"/venues/{SKI}", f"/#check-in={SKI}"), ("/people/y1", "/#person=y1")):
        answer = await muster.admin.get(f"{path}/code.svg")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert answer.text.startswith("<?xml")
        said = (await muster.admin.get(f"{path}/code.svg?format=json")).json()
        assert said == {"address": muster.url + says, "svg": answer.text}
    assert (await muster.admin.get("/venues/nowhere/code.svg")).status_code == 404
    assert (await muster.admin.get("/people/nobody/code.svg")).status_code == 404
    local = await muster.caller("responder", "beijing")
    assert (await local.get("/people/y1/code.svg")).status_code == 403
