"""Shifts over HTTP: what stands against one, boards, phases, calendars."""

from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from typing import Any

import pytest
import pytest_asyncio
from icalendar import Calendar

from services.clock import ManualClock
from tests.integration.edge import OVAL, SKI, TRACK, Edge, edge, is_refusal
from tests.integration.rota import NOON, at, own, people, plan, planned, shift

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    folder = tmp_path_factory.mktemp("shifts")
    async with edge(folder, clock=ManualClock(NOON)) as running:
        yield running


async def test_a_guard_is_told_with_its_figures_and_overridden_with_a_reason(muster: Edge) -> None:
    [person] = await people(muster, 1)
    await plan(muster.admin, person, shift("a", 0, 8))
    second = shift(f"b-{person}", 10, 13)
    answer = await muster.admin.post(f"/volunteers/{person}/shifts", second)
    assert answer.status_code == 409
    assert is_refusal(answer.json())
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("guard", "override")
    assert "11 h 00 min within 24 h, the limit is 10 h" in error["reason"]["en"]
    assert "2 小时 00 分" in error["reason"]["zh"]
    await plan(muster.admin, person, {**second, "override": "nobody else can drive"})
    [_, row] = await planned(muster.admin, person)
    assert (row["against"], row["override"]) == (["work-hours", "rest"], "nobody else can drive")
    kinds = await muster.admin.get("/events", params={"kind": "volunteer", "limit": 1000})
    assert any(
        event["type"] == "muster.volunteer.guard-overridden.v1"
        and event["data"]["shift"] == f"b-{person}"
        for event in kinds.json()["events"]
    )


async def test_an_empty_reason_is_none(muster: Edge) -> None:
    [person] = await people(muster, 1)
    answer = await muster.admin.post(
        f"/volunteers/{person}/shifts", shift("a", 0, 12, override="  ")
    )
    assert answer.status_code == 422
    assert is_refusal(answer.json())


async def test_many_people_are_planned_at_once_and_each_is_answered(muster: Edge) -> None:
    first, second = await people(muster, 2)
    plans = [
        {"person": first, **shift("today", 0, 8)},
        {"person": second, **shift("today", 0, 8)},
        {"person": "nobody", **shift("today", 0, 8)},
        {"person": second, **shift("again", 9, 12)},
    ]
    body = (await muster.admin.post("/shifts", plans)).json()
    assert (body["accepted"], body["rejected"]) == (2, 2)
    assert [(row["id"], row["status"]) for row in body["results"]] == [
        (f"{first}/today", "accepted"),
        (f"{second}/today", "accepted"),
        ("nobody/today", "rejected"),
        (f"{second}/again", "rejected"),
    ]
    assert body["results"][3]["code"] == "guard"
    for person in (first, second):
        assert [row["id"] for row in await planned(muster.admin, person)] == ["today"]


async def games(muster: Edge, **more: Any) -> None:
    phase = {
        "id": "games",
        "name": {"zh": "冬奥会", "en": "Games"},
        "starts_at": at(480),
        "ends_at": at(960),
        "gates": ["training", "leave", "two-channels"],
        "rules": [{"role": "medical", "courses": ["first-aid"], "cold_below_c": -20}],
        **more,
    }
    answer = await muster.admin.post("/phases", phase)
    assert answer.status_code == 200, answer.text


async def test_a_phase_asks_for_training_leave_and_no_more_than_four_hours_in_the_cold(
    muster: Edge,
) -> None:
    await games(muster)
    [person] = await people(muster, 1, role="medical")
    await muster.admin.report(
        {"kind": "weather", "venue": TRACK, "temperature_c": -24.5, "at": NOON.isoformat()}
    )
    await muster.settle()
    cold = shift(f"cold-{person}", 500, 505, TRACK)
    path = f"/volunteers/{person}/shifts"
    reason = (await muster.admin.post(path, cold)).json()["error"]["reason"]["en"]
    for words in ("not passed: first-aid", "no approval covers", "-24.5 C, below -20 C: 5 h"):
        assert words in reason
    for way, body in (
        ("training", {"course": "first-aid", "valid_until": at(505)}),
        ("leave", {"leave": f"l-{person}", "starts_at": at(500), "ends_at": at(504)}),
    ):
        answer = await muster.admin.post(f"/volunteers/{person}/{way}", body)
        assert answer.status_code == 200, answer.text
    await plan(muster.admin, person, {**cold, "ends_at": at(504)})
    gone = await muster.admin.delete(f"/volunteers/{person}/leave/l-{person}?reason=closed")
    assert gone.status_code == 200
    later = await muster.admin.post(path, shift(f"later-{person}", 501, 502))
    assert later.json()["error"]["code"] == "shift-overlaps"


async def test_readiness_says_who_lacks_what(muster: Edge) -> None:
    await games(muster)
    [ready, other] = await people(muster, 2, role="medical", site="zhangjiakou")
    body = {"course": "first-aid"}
    assert (await muster.admin.post(f"/volunteers/{ready}/training", body)).status_code == 200
    lead = await muster.caller("responder", "zhangjiakou")
    shown = (await lead.get("/phases/games/readiness", params={"limit": 1})).json()
    assert shown["people"] == 2
    assert shown["fails"] == {"training": 1, "leave": 2, "two-channels": 2}
    assert [row["id"] for row in shown["unready"]] == [ready]
    page = await lead.get("/phases/games/readiness", params={"after": shown["next"]})
    [row] = page.json()["unready"]
    assert (row["id"], row["fails"], row["courses"]) == (
        other, ["training", "leave", "two-channels"], ["first-aid"],
    )  # fmt: skip
    assert (await lead.get("/phases/nowhere/readiness")).status_code == 404


async def test_a_phase_is_planned_by_headquarters_and_strictly(muster: Edge) -> None:
    there = await muster.caller("commander", "yanqing")
    phase = {
        "id": "x",
        "name": {"zh": "一", "en": "x"},
        "starts_at": at(0),
        "ends_at": at(1),
    }
    assert (await there.post("/phases", phase)).status_code == 403
    bad = {**phase, "rules": [{"role": "media", "cold_below": -3}]}
    for wrong, status in (
        (bad, 422),
        ({**phase, "timezone": "Mars/Base"}, 409),
        ({**phase, "check_in_at": "8:00"}, 422),
        ({**phase, "ends_at": at(0)}, 409),
    ):
        answer = await muster.admin.post("/phases", wrong)
        assert answer.status_code == status, answer.text
        assert is_refusal(answer.json())
    many = await muster.admin.post("/phases", [phase, {**phase, "ends_at": at(0)}])
    assert (many.json()["accepted"], many.json()["rejected"]) == (1, 1)
    shown = (await there.get("/phases")).json()["phases"]
    assert "x" in [row["id"] for row in shown]


async def test_the_board_of_a_venue(muster: Edge) -> None:
    here, late, soon = await people(muster, 3, site="beijing")
    await plan(muster.admin, here, shift(f"s-{here}", -2, 1, OVAL))
    await plan(muster.admin, late, shift(f"s-{late}", -1, 5, OVAL))
    await plan(muster.admin, soon, shift(f"s-{soon}", 1.5, 5, OVAL))
    seen = {"kind": "presence", "person": here, "venue": OVAL, "whereabouts": "present"}
    await muster.admin.report({**seen, "at": at(-1.9), "method": "badge"})
    await muster.settle()
    answer = await muster.admin.get("/board", params={"venue": OVAL})
    [board] = answer.json()["boards"]
    names = {name: [row["id"] for row in board[name]] for name in board["counts"]}
    assert names == {
        "on": [here], "leaving": [here], "arriving": [soon], "missing": [late], "gone": [],
        "overdue": [],
    }  # fmt: skip
    [row] = board["on"]
    assert (row["method"], row["evidence_age_s"]) == ("badge", pytest.approx(1.9 * 3600))
    site = (await muster.admin.get("/board", params={"site": "beijing"})).json()["boards"]
    assert OVAL in [each["venue"] for each in site]
    assert len(site) == 5


async def test_a_board_is_of_one_venue_or_site_that_one_may_see(muster: Edge) -> None:
    there = await muster.caller("responder", "yanqing")
    for query, status in (
        ({}, 422),
        ({"venue": SKI, "site": "yanqing"}, 422),
        ({"venue": "nowhere"}, 404),
        ({"site": "nowhere"}, 403),
        ({"venue": OVAL}, 403),
        ({"site": "beijing"}, 403),
        ({"venue": SKI}, 200),
        ({"site": "yanqing", "soon_s": 0}, 200),
    ):
        answer = await there.get("/board", params=query)
        assert answer.status_code == status, (query, answer.text)
        assert status == 200 or is_refusal(answer.json())


async def test_shifts_are_listed_by_person_or_venue(muster: Edge) -> None:
    [person] = await people(muster, 1, site="zhangjiakou")
    await plan(muster.admin, person, shift(f"s-{person}", 2, 6, "biathlon-centre"))
    by_venue = await muster.admin.get("/shifts", params={"venue": "biathlon-centre"})
    assert [row["person"] for row in by_venue.json()["shifts"]] == [person]
    assert by_venue.json()["shifts"] == await planned(muster.admin, person)
    for query in ({}, {"person": person, "venue": SKI}, {"person": person, "until": at(-9)}):
        answer = await muster.admin.get("/shifts", params=query)
        assert answer.status_code == 422
        assert is_refusal(answer.json())
    there = await muster.caller("responder", "yanqing")
    for query in ({"venue": "biathlon-centre"}, {"person": person}):
        assert (await there.get("/shifts", params=query)).status_code == 403


async def test_a_calendar_program_follows_a_persons_shifts(muster: Edge) -> None:
    person, other = await people(muster, 2)
    await plan(
        muster.admin, person, shift(f"keep-{person}", 30, 34), shift(f"drop-{person}", 60, 64)
    )
    dropped = await muster.admin.delete(f"/volunteers/{person}/shifts/drop-{person}?reason=storm")
    assert dropped.status_code == 200
    token = (await own(muster, person)).token
    answer = await muster.anonymous().get(f"/people/{person}/shifts.ics", params={"token": token})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.text)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    kept, gone = (events[f"{name}-{person}@{person}"] for name in ("keep", "drop"))
    assert kept.decoded("dtstart") == NOON + timedelta(hours=30)
    assert b"DTSTART:20220205T100000Z" in answer.content
    assert str(kept["summary"]) == "国家高山滑雪中心 / National Alpine Skiing Centre"
    assert (str(kept["status"]), kept["sequence"]) == ("CONFIRMED", 0)
    assert (str(gone["status"]), gone["sequence"]) == ("CANCELLED", 1)
    assert kept["geo"].to_ical() == "40.5418;115.8026"
    strange = await (await own(muster, other)).get(f"/people/{person}/shifts.ics")
    assert (strange.status_code, strange.json()["error"]["code"]) == (403, "not-yours")
    commander = await muster.caller("commander", "yanqing")
    assert (await commander.get(f"/people/{person}/shifts.ics")).status_code == 200
    elsewhere = await muster.caller("commander", "beijing")
    assert (await elsewhere.get(f"/people/{person}/shifts.ics")).status_code == 403


async def test_the_board_of_the_past_is_as_it_was(muster: Edge) -> None:
    [person] = await people(muster, 1, site="zhangjiakou")
    jump, venue = "ski-jumping-centre", {"venue": "ski-jumping-centre"}
    await plan(muster.admin, person, shift(f"s-{person}", -1, 5, jump))
    seen = {"kind": "presence", "person": person, **venue}
    await muster.admin.report({**seen, "whereabouts": "present", "at": at(-0.5)})
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    clock.turn_by(timedelta(hours=2))
    await muster.admin.report({**seen, "whereabouts": "left", "at": at(1)})
    await muster.settle()
    for hours, name in ((0.5, "on"), (1.5, "gone"), (2, "gone")):
        answer = await muster.admin.get("/board", params={**venue, "at": at(hours)})
        [board] = answer.json()["boards"]
        assert [row["id"] for row in board[name]] == [person], hours
    before = await muster.admin.get("/board", params={**venue, "at": at(-20)})
    assert before.json()["boards"] == []


async def test_a_phase_begins_its_days_by_the_clock_and_says_which_it_passed_over(
    muster: Edge,
) -> None:
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    today = clock.now().astimezone(timezone(timedelta(hours=8)))
    hour = (today + timedelta(minutes=30)).strftime("%H:%M")
    phase = {
        "id": "days",
        "name": {"zh": "天", "en": "Days"},
        "starts_at": today.isoformat(),
        "ends_at": (today + timedelta(days=10)).isoformat(),
        "check_in_at": hour,
    }
    assert (await muster.admin.post("/phases", phase)).status_code == 200

    async def day() -> Any:
        await muster.settle()
        rows = (await muster.admin.get("/phases")).json()["phases"]
        return next(row["day"] for row in rows if row["id"] == "days")

    assert await day() is None
    clock.turn_by(timedelta(minutes=31))
    assert await day() == f"{today:%Y-%m-%d}"
    clock.turn_by(timedelta(days=3))
    assert await day() == f"{today + timedelta(days=3):%Y-%m-%d}"
    query = {"kind": "phase", "type": "day-begun", "limit": 1000}
    events = (await muster.admin.get("/events", params=query)).json()["events"]
    begun = [event["data"] for event in events if event["subject"] == "phase/days"]
    assert [data["passed_over"] for data in begun] == [
        [],
        [f"{today + timedelta(days=days):%Y-%m-%d}" for days in (1, 2)],
    ]
