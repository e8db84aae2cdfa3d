"""Playbooks in a running Muster, and what a first start leaves behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.clock import ManualClock
from services.first_start import admin_token, register_plan
from services.runner import DEFAULT_PLAN
from services.scenario.plan import load_plan
from tests.integration.edge import API, SKI, Caller, Edge, edge, enrol
from tests.integration.warned import XML
from tests.unit.weather.documents import changed

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

BROKEN = """
playbook: broken
version: 1
name: {zh: 有错的预案, en: A playbook that fails}
on: [incident.reported]
when: warning.venues[0] == incident.venue
once: [incident.id]
steps:
  - {name: count, roll_call: true, title: {zh: 点名, en: Roll call}}
"""
FIRE = """
playbook: fire
version: 2
name: {zh: 火情, en: Fire}
on: [incident.reported]
when: incident.category == "fire"
once: [incident.venue]
steps:
  - {name: count, roll_call: true, title: {zh: "${venue.name_zh}", en: "${venue.name_en}"}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    books = tmp_path_factory.mktemp("books")
    for name, text in (("broken", BROKEN), ("fire", FIRE)):
        (books / f"{name}.yaml").write_text(text, encoding="utf-8")
    async with edge(tmp_path_factory.mktemp("playbooks"), playbooks=books) as running:
        await enrol(running, [("y1", "yanqing", "medical", [SKI])])
        yield running


def fire(**more: Any) -> dict[str, Any]:
    return {"kind": "incident", "category": "fire", "text": "烟", "venue": SKI, **more}


async def test_own_playbooks_run_once_for_what_they_say(muster: Edge) -> None:
    await muster.admin.report(*[fire()] * 5)
    await muster.settle()
    shown = await muster.admin.picture()
    [run] = [row for row in shown["runs"] if row["playbook"] == "fire"]
    [call] = shown["roll_calls"]
    assert run["steps"][0]["target"] == {"kind": "rollcall", "id": call["id"]}
    await muster.admin.post(f"/roll-calls/{call['id']}/close", {"note": "齐"})
    await muster.settle()
    assert (await muster.admin.picture())["runs"] == []


async def test_a_condition_that_fails_is_written_down_and_stops_nothing_else(muster: Edge) -> None:
    before = len((await muster.admin.picture())["condition_failures"])
    said = await muster.admin.report(fire(text="又有烟"))
    await muster.settle()
    failures = (await muster.admin.picture())["condition_failures"]
    assert len(failures) == before + 1
    assert {row["playbook"] for row in failures} == {"broken"}
    assert said["event"] in str(failures)


async def test_an_incident_closed_while_it_is_acted_on_leaves_no_alert(tmp_path: Path) -> None:
    async with edge(tmp_path) as running:

        async def call_and_close() -> None:
            said = await running.admin.report({"kind": "need-help", "venue": SKI})
            path = f"/incidents/{said['incident']}/close"
            assert (await running.admin.post(path, {"note": "误按"})).status_code == 200

        await asyncio.gather(*(call_and_close() for _ in range(40)))
        await running.settle()
        shown = await running.admin.picture()
        assert shown["alerts"] == shown["need_help"] == []


async def test_a_first_start_registers_the_plan_once_and_finishes_one_that_was_cut_off(
    tmp_path: Path,
) -> None:
    plan = load_plan(DEFAULT_PLAN)
    async with edge(tmp_path, plan="none") as empty:
        assert (await empty.admin.picture())["venues"] == []
        half = plan.model_copy(update={"venues": plan.venues[:3]})
        await register_plan(empty.node, half)
    async with edge(tmp_path) as whole:
        assert len((await whole.admin.picture())["venues"]) == len(plan.venues)
        last = await whole.node.reader.catch_up()
    async with edge(tmp_path) as again:
        assert await again.node.reader.catch_up() == last


async def test_a_plan_is_not_mixed_into_what_somebody_registered_themselves(tmp_path: Path) -> None:
    async with edge(tmp_path, plan="none") as own:
        await own.admin.post("/sites", {"id": "mine", "name": {"zh": "我的", "en": "Mine"}})
    async with edge(tmp_path) as again:
        shown = await again.admin.picture()
        assert [site["id"] for site in shown["sites"]] == ["mine"]


async def test_a_revoked_admin_stays_revoked_after_a_restart(tmp_path: Path) -> None:
    async with edge(tmp_path) as first:
        old = first.admin.token
        rows = (await first.admin.get("/tokens")).json()["tokens"]
        [id] = [row["id"] for row in rows if row["name"] == "admin"]
        assert (await first.admin.delete(f"/tokens/{id}")).status_code == 200
    async with edge(tmp_path) as second:
        assert second.admin.token != old
        lost = Caller(second.url, old, second.http)
        assert (await lost.get(f"{API}/whoami")).status_code == 401
        assert (await second.admin.get("/whoami")).json()["role"] == "admin"
        assert (tmp_path / "admin-token").stat().st_mode & 0o077 == 0


async def test_an_empty_token_file_is_no_token(tmp_path: Path) -> None:
    """As a crash between making the file and writing it leaves it."""
    (tmp_path / "admin-token").touch(mode=0o600)
    async with edge(tmp_path) as running:
        assert running.admin.token
        assert (await running.admin.get("/whoami")).status_code == 200
        assert await admin_token(running.node, tmp_path) == running.admin.token


async def test_a_warning_of_what_begins_later_is_told_now_and_called_in_time(
    tmp_path: Path,
) -> None:
    """Also after Muster was stopped while it waited."""
    start = datetime(2022, 2, 13, 1, 0, tzinfo=UTC)
    later = changed(("<expires>", "<onset>2022-02-13T14:00:00+08:00</onset><expires>"))
    clock = ManualClock(start)
    async with edge(tmp_path, clock=clock) as running:
        answer = await running.admin.post("/cap", later, headers=XML)
        assert answer.json()["results"][0]["status"] == "accepted"
        await running.settle()
        shown = await running.admin.picture()
        assert {run["playbook"] for run in shown["runs"]} == {"severe-weather-ahead"}
        assert shown["roll_calls"] == []
        waiting = set(running.node.picture.runs.awaited)
        assert len(waiting) == len(shown["alerts"]) > 0
    again = ManualClock(start + timedelta(hours=2))
    async with edge(tmp_path, clock=again) as running:
        await running.settle()
        assert set(running.node.picture.runs.awaited) == waiting
        assert (await running.admin.picture())["roll_calls"] == []
        again.turn_to(datetime(2022, 2, 13, 5, 30, tzinfo=UTC))
        await running.settle()
        shown = await running.admin.picture()
        called = {call["venue"] for call in shown["roll_calls"]}
        assert len(called) == len(shown["roll_calls"]) == len(waiting)
        assert running.node.picture.runs.awaited == {}
