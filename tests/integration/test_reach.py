"""Can people be reached? The test of every day, its judgement, and the proofs."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.envelope import Event
from events.phase import PhaseDayBegun
from services.clock import ManualClock
from services.ids import new_id
from services.node import Node
from services.settings import Limits
from tests.integration.edge import SKI, Caller, Edge, edge, enrol, is_refusal
from tests.integration.told import enrol_with, stages, tell
from tests.receiver import Receiver, receiver

pytestmark = pytest.mark.nats

MORNING = datetime(2022, 2, 4, 0, 0, tzinfo=UTC)
"""Eight in the morning in Beijing."""


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[tuple[Edge, ManualClock]]:
    clock = ManualClock(MORNING)
    limits = Limits(send_timeout_s=1.0)
    async with edge(data, clock=clock, limits=limits, channels="http") as muster:
        yield muster, clock


async def own(muster: Edge, person: str) -> Caller:
    """Return a person with their own token."""
    said = {"role": "reporter", "name": person, "sites": ["yanqing"], "person": person}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def plan(muster: Edge, person: str, in_h: float) -> None:
    starts = muster.node.clock.now() + timedelta(hours=in_h)
    shift = {
        "shift": f"s-{person}",
        "venue": SKI,
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=6)).isoformat(),
    }
    answer = await muster.admin.post(f"/volunteers/{person}/shifts", shift)
    assert answer.status_code == 200, answer.text


async def begin_day(node: Node, day: str) -> None:
    """Let a day of a phase begin."""
    now = node.clock.now()
    id = new_id()
    fact = PhaseDayBegun(day=day, due_at=now + timedelta(hours=1))
    event = Event(id, "hq", "phase", "games", fact, now, now, "service:volunteers", id, id)
    await node.log.append((event,), 0)


async def turn(muster: Edge, clock: ManualClock, minutes: float) -> None:
    clock.turn_by(timedelta(minutes=minutes))
    await muster.settle()


def links(server: Receiver, path: str) -> list[str]:
    return [taken.body["link"] for taken in server.taken if taken.path == path]


async def press(muster: Edge, link: str) -> int:
    """Open a link and confirm, as a browser does."""
    assert link.startswith(muster.url)
    assert (await muster.http.head(link)).status_code == 200
    page = await muster.http.get(link)
    assert page.status_code == 200
    assert re.search(r"Got it.*|已收到", page.text)
    return (await muster.http.post(link)).status_code


async def test_a_day_finds_out_who_cannot_be_reached_before_their_shift(tmp_path: Path) -> None:
    async with receiver() as server, running(tmp_path) as (muster, clock):
        node = muster.node
        for person in ("ana", "bo", "cai", "dan"):
            addresses = {"one": server.at(person), "two": server.at(f"{person}2")}
            await enrol_with(node, person, addresses if person != "cai" else {}, "page")
        await enrol(muster, [("lead", "yanqing", "team-leader", [SKI])])
        for hours, person in enumerate(("ana", "bo", "cai"), 3):
            await plan(muster, person, hours)
        await plan(muster, "dan", 40)
        await begin_day(node, "2022-02-04")
        await muster.settle()
        assert {taken.path for taken in server.taken} == {"/ana", "/ana2", "/bo", "/bo2"}
        assert server.twice == {}

        assert await press(muster, links(server, "/ana")[0]) == 200
        assert await press(muster, links(server, "/ana2")[0]) == 200
        assert await press(muster, links(server, "/bo")[0]) == 200
        await turn(muster, clock, 59)
        assert (await muster.admin.picture())["reach"]["sites"][0]["judged_at"] is None
        await turn(muster, clock, 2)

        shown = await muster.admin.picture()
        (row,) = shown["reach"]["sites"]
        assert (row["site"], row["day"], row["tested"]) == ("yanqing", "2022-02-04", 3)
        assert (row["unproven"], row["unreachable"], row["shifts"]) == (2, 1, 1)
        assert [person["id"] for person in shown["reach"]["people"]] == ["bo", "cai"]
        (alert,) = shown["alerts"]
        assert alert["to"] == ["lead", "post:yanqing"]
        assert alert["about"] == {"kind": "reach", "id": "2022-02-04-yanqing"}
        assert "志愿者cai" in alert["body"]["zh"]

        listed = (await muster.admin.get("/reachability?site=yanqing")).json()
        assert [person["id"] for person in listed["people"]] == ["bo", "cai", "dan"]
        assert (listed["total"], listed["unreachable"]) == (3, 2)
        bo = {one["channel"]: one for one in listed["people"][0]["channels"]}
        assert bo["one"]["proven"]
        assert bo["one"]["proof_age_s"] == pytest.approx(61 * 60, abs=5)
        assert (bo["two"]["proof_age_s"], bo["two"]["outcome"]) == (None, "delivered")

        await begin_day_again(node)
        await muster.settle()
        assert server.twice == {}
        await turn(muster, clock, 24 * 60)
        listed = (await muster.admin.get("/reachability")).json()
        assert [person["id"] for person in listed["people"]] == ["dan"]


async def begin_day_again(node: Node) -> None:
    """Let another phase begin the same day: nobody is tested twice for that."""
    now = node.clock.now()
    id = new_id()
    fact = PhaseDayBegun(day="2022-02-04", due_at=now)
    event = Event(id, "hq", "phase", "other", fact, now, now, "service:volunteers", id, id)
    await node.log.append((event,), 0)


async def test_who_reads_their_page_has_proven_it(tmp_path: Path) -> None:
    async with running(tmp_path) as (muster, _):
        node = muster.node
        await enrol_with(node, "ana", {}, "page")
        await tell(node, "m1", "ana")
        await muster.settle()
        before = (await muster.admin.get("/messages?person=ana")).json()
        assert before["messages"][0]["channels"] == [
            {"channel": "page", "stage": "delivered", "at": "2022-02-04T00:00:00Z",
             "confirmed_at": None}
        ]  # fmt: skip
        assert "code" not in str(before)
        ana = await own(muster, "ana")
        mine = (await ana.get("/messages")).json()
        assert mine["messages"][0]["text"]["zh"] == "你还好吗？"
        await muster.settle()
        after = (await muster.admin.get("/messages?person=ana")).json()
        assert after["messages"][0]["channels"][0]["confirmed_at"] == "2022-02-04T00:00:00Z"
        assert after["channels"][0]["proven"]
        last = node.reader.checkpoint
        await ana.get("/messages?person=ana")
        await muster.settle()
        assert node.reader.checkpoint == last


async def test_what_one_is_told_is_for_oneself_and_for_who_looks_after_one(tmp_path: Path) -> None:
    async with running(tmp_path) as (muster, _):
        await enrol_with(muster.node, "ana", {}, "page")
        await enrol_with(muster.node, "bo", {}, "page")
        bo = await own(muster, "bo")
        elsewhere = await muster.caller("responder", "zhangjiakou")
        for caller in (bo, elsewhere):
            for answer in (
                await caller.get("/messages?person=ana"),
                await caller.post("/people/ana/test-message", {}),
            ):
                assert answer.status_code == 403
                assert is_refusal(answer.json())
        answer = await muster.admin.get("/messages")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "person")
        assert (await muster.admin.get("/messages?person=nobody")).status_code == 404


async def test_send_me_a_test(tmp_path: Path) -> None:
    async with receiver() as server, running(tmp_path) as (muster, _):
        await enrol_with(muster.node, "ana", {"hook": server.at()}, "page")
        ana = await own(muster, "ana")
        key = {"headers": {"Idempotency-Key": "one"}}
        first = (await ana.post("/people/ana/test-message", {}, **key)).json()
        again = (await ana.post("/people/ana/test-message", {}, **key)).json()
        assert first["id"] == again["id"]
        assert first["channels"] == ["hook", "page"]
        await muster.settle()
        assert len(server.taken) == 1
        assert stages(muster.node, first["id"]) == {"hook": "delivered", "page": "delivered"}


async def test_a_test_by_hand_is_begun_once_at_a_time(tmp_path: Path) -> None:
    async with receiver() as server, running(tmp_path) as (muster, clock):
        nobody = await muster.admin.post("/reachability/test", {"site": "yanqing"})
        assert (nobody.status_code, nobody.json()["error"]["code"]) == (409, "nobody-to-test")
        await enrol_with(muster.node, "ana", {"hook": server.at()})
        await plan(muster, "ana", 2)
        first = (await muster.admin.post("/reachability/test")).json()["tests"]
        again = (await muster.admin.post("/reachability/test")).json()["tests"]
        assert [row["begun"] for row in (*first, *again)] == [True, False]
        await muster.settle()
        assert len(server.taken) == 1
        await turn(muster, clock, 61)
        third = (await muster.admin.post("/reachability/test", {"site": "yanqing"})).json()
        assert third["tests"][0]["begun"]
        await muster.settle()
        assert len(server.taken) == 2


async def test_a_link_opens_nothing_to_who_guesses(tmp_path: Path) -> None:
    async with receiver() as server, running(tmp_path) as (muster, clock):
        await enrol_with(muster.node, "ana", {"hook": server.at()}, "page")
        await tell(muster.node, "m1", "ana")
        await muster.settle()
        (link,) = links(server, "/")
        guesses: list[Any] = [
            f"{muster.url}/m/guess/hook",
            link.replace("/hook", "/other"),
            f"{muster.url}/m/%00/x",
        ]
        for guess in guesses:
            answer = await muster.http.post(guess)
            assert answer.status_code == 404
            assert "无效" in answer.text
        assert (await muster.http.post(link)).status_code == 200
        assert (await muster.http.post(link)).status_code == 200
        await muster.settle()
        known = muster.node.picture.messages.of("ana", "hook")
        assert known.proved_at == MORNING
        await turn(muster, clock, 26 * 60)
        await tell(muster.node, "m2", "ana")
        await muster.settle()
        assert (await muster.http.get(link)).status_code == 404
