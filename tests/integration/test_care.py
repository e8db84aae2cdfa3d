"""Who learns of what somebody said at the check-in: the lane, after it is written down, and
headquarters in numbers.
"""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio

from services.log.load import stretch
from tests.integration.edge import Caller, Edge, is_refusal
from tests.integration.unwell import DAY, FEVER, SAID, WORDS, YANQING, of_lane, the_log, unwell

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with unwell(tmp_path_factory.mktemp("care")) as running:
        yield running


async def care_of(caller: Caller) -> list[dict[str, Any]]:
    answer = await caller.get("/care")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["requests"]
    return found


async def test_each_lane_sees_its_requests_and_for_whom_they_are(muster: Edge) -> None:
    mind = await care_of(await of_lane(muster, "mental-health"))
    assert sorted((one["person"], one["why"], one["site"]) for one in mind) == [
        ("far", "talk", "beijing"),
        ("lonely", "talk", "yanqing"),
        ("tired", "not-fine", "yanqing"),
    ]
    body = await care_of(await of_lane(muster, "epidemic-prevention"))
    assert [(one["person"], one["why"]) for one in body] == [("hot", "fever")]
    assert await care_of(await of_lane(muster, "transport")) == []


async def test_a_token_of_one_site_sees_the_requests_of_that_site(muster: Edge) -> None:
    mind = await care_of(await of_lane(muster, "mental-health", "beijing"))
    assert [one["person"] for one in mind] == ["far"]


async def test_reading_a_request_is_written_down_before_and_names_nobody(muster: Edge) -> None:
    caller = await of_lane(muster, "mental-health", role="responder")
    shown = await care_of(caller)
    reads = [event for event in await the_log(muster) if event.kind == "details"]
    mine = [event for event in reads if event.actor == "responder:mental-health-responder"]
    assert {event.key for event in mine} == {one["id"] for one in shown}
    assert not {"lonely", "tired", "far"} & {event.key for event in reads}


async def test_headquarters_sees_numbers_by_lane_and_age(muster: Edge) -> None:
    commander = await muster.caller("commander")
    answer = (await commander.get("/care")).json()
    assert answer["requests"] == []
    assert answer["counts"]["mental-health"]["waiting"]["1h"] >= 2
    assert (await (await muster.caller("responder")).get("/care")).json()["counts"] is None


async def test_headquarters_counts_how_people_are(muster: Edge) -> None:
    shown = (await (await muster.caller("commander")).get(f"/days/{DAY}")).json()
    sites = {row["site"]: row for row in shown["sites"]}
    assert sites["yanqing"]["health"] == {
        "fine": 2, "not_fine": 1, "talk": 1, "fever": 1, "unreadable": 0
    }  # fmt: skip
    assert set(sites["beijing"]["health"].values()) == {"<3"}
    assert shown["total"]["health"] == {
        "fine": 2, "not_fine": 1, "talk": 1, "fever": 1, "unreadable": 0,
        "answers": 4, "withheld": 1,
    }  # fmt: skip
    assert [row["id"] for row in sites["yanqing"]["missing_people"]] == ["silent"]
    responder = (await (await muster.caller("responder")).get(f"/days/{DAY}")).json()
    assert {str(row["health"]) for row in (*responder["sites"], responder["total"])} == {"None"}


async def test_a_lane_reads_what_it_needs_of_everyone_and_that_is_written_down(
    muster: Edge,
) -> None:
    mind = await of_lane(muster, "mental-health", role="commander")
    body = await of_lane(muster, "epidemic-prevention", role="commander")
    path = f"/days/{DAY}/people"
    said = (await mind.get(path, params={"lane": "mental-health"})).json()
    assert {row["id"]: row["details"] for row in said["people"]}["tired"] == {
        "answer": "not-fine",
        "text": WORDS,
    }
    assert said["groups"] == {
        "fine": ["calm", "hot"], "talk": ["far", "lonely"], "not-fine": ["tired"]
    }  # fmt: skip
    warm = (await body.get(path, params={"lane": "epidemic-prevention"})).json()
    assert {row["id"]: row["details"] for row in warm["people"]}["hot"] == {"temperature_c": FEVER}
    assert warm["groups"] == {"fever": ["hot"]}
    read = {
        event.key
        for event in await the_log(muster)
        if event.kind == "details" and event.actor == "commander:epidemic-prevention-commander"
    }
    assert read == {*SAID, "far"}
    page = (await mind.get(path, params={"lane": "mental-health", "limit": 2})).json()
    assert [row["id"] for row in page["people"]] == ["calm", "far"]
    rest = (await mind.get(path, params={"lane": "mental-health", "after": page["next"]})).json()
    assert [row["id"] for row in rest["people"]] == ["hot", "lonely", "tired"]


@pytest.mark.parametrize("role", ["reporter", "responder", "commander", "admin"])
async def test_without_the_lane_nobody_reads_and_nothing_is_there(muster: Edge, role: str) -> None:
    caller = await muster.caller(role)
    answer = await caller.get(f"/days/{DAY}/people", params={"lane": "mental-health"})
    assert answer.status_code == 403
    assert is_refusal(answer.json())
    for id in muster.node.picture.cares.rows:
        for verb in ("take", "end"):
            said = await caller.post(f"/care/{id}/{verb}")
            assert (said.status_code, said.json()["error"]["code"]) == (404, "not-found")
    for id, alert in muster.node.picture.alerts.rows.items():
        if alert.about.kind == "care":
            assert (await caller.post(f"/alerts/{id}/close")).status_code in (403, 404)


async def test_taking_a_request_answers_its_alert_and_ending_it_closes_that(
    muster: Edge,
) -> None:
    mind = await of_lane(muster, "mental-health", "beijing", role="responder")
    [request] = [one for one in await care_of(mind) if one["person"] == "far"]
    taken = await mind.post(f"/care/{request['id']}/take")
    assert taken.status_code == 200, taken.text
    await muster.settle()
    [alert] = [
        row for row in muster.node.picture.alerts.rows.values() if row.about.id == request["id"]
    ]
    assert (alert.status, alert.acknowledged_by) == ("acknowledged", "mental-health-responder")
    other = await of_lane(muster, "mental-health")
    again = await other.post(f"/care/{request['id']}/take")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "care-taken")
    assert (await mind.post(f"/care/{request['id']}/end")).status_code == 200
    await muster.settle()
    assert (
        muster.node.picture.alerts.rows[
            next(
                id
                for id, row in muster.node.picture.alerts.rows.items()
                if row.about.id == request["id"]
            )
        ].status
        == "closed"
    )
    assert not [one for one in await care_of(mind) if one["person"] == "far"]


async def test_reports_are_the_same_bytes_and_in_both_languages(muster: Edge) -> None:
    commander = await muster.caller("commander")
    path = f"/days/{DAY}/report"
    first, again = [(await commander.get(path)).content for _ in range(2)]
    assert first == again
    said = orjson.loads(first)
    assert said["total"]["expected"] == 6
    assert [row["id"] for row in said["missing"]] == ["silent"]
    [site] = [row for row in said["sites"] if row["site"] == "yanqing"]
    opened = [
        event async for event in stretch(muster.node.nc, f"ev.*.day.{YANQING}.opened", after=0)
    ]
    assert site["events"] == [opened[0].id]
    page = (await commander.get(path, params={"format": "md"})).text
    assert "日报 / report of the day" in page
    assert "silent" in page
    assert opened[0].id in page
    assert (await (await muster.caller("responder")).get(path)).status_code == 403
    only = orjson.loads((await commander.get(path, params={"site": "beijing"})).content)
    assert [row["site"] for row in only["sites"]] == ["beijing"]
    assert (await commander.get("/days/2001-01-01/report")).status_code == 404
