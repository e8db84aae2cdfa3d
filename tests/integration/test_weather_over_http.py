"""The weather at any time over HTTP: now, as it was, and as it will be by what is known."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.acceptance.desk import cap
from tests.integration.edge import OVAL, SKI, Edge, edge, is_refusal

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

XML = {"Content-Type": "application/cap+xml"}
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("weather")) as running:
        blue = cap("w-blue", colour="blue", sent=NOW - 2 * HOUR, lasts=8 * HOUR)
        gale = cap("w-gale", begins=3 * HOUR, sent=NOW, hazard=("大风", "Gale"))
        for document in (blue, gale):
            answer = await running.admin.post("/cap", document.encode(), headers=XML)
            assert answer.status_code == 200, answer.text
        await running.settle()
        yield running


async def weather(muster: Edge, **query: Any) -> Any:
    answer = await muster.admin.get("/weather", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["identifier"] for row in rows]


async def test_now_and_to_come(muster: Edge) -> None:
    seen = await weather(muster)
    assert (names(seen["warnings"]), names(seen["coming"])) == (["w-blue"], ["w-gale"])
    assert seen["future"] is False
    ski = next(row for row in seen["venues"] if row["id"] == SKI)
    assert (ski["colour"], ski["severity"]) == ("blue", "minor")
    assert "areas" not in seen

    later = await weather(muster, at=(NOW + 4 * HOUR).isoformat(), areas=True)
    assert (set(names(later["warnings"])), later["coming"]) == ({"w-blue", "w-gale"}, [])
    assert later["future"] is True
    ski = next(row for row in later["venues"] if row["id"] == SKI)
    assert (ski["colour"], ski["severity"], len(ski["warnings"])) == ("orange", "severe", 2)
    assert {area["geometry"]["type"] for area in later["areas"].values()} == {"MultiPolygon"}


async def test_as_it_was_before_anybody_warned(muster: Edge) -> None:
    seen = await weather(muster, at=(NOW - 3 * HOUR).isoformat())
    assert (seen["warnings"], seen["coming"], seen["future"]) == ([], [], False)


async def test_what_a_venue_faces(muster: Edge) -> None:
    answer = await muster.admin.get(f"/venues/{SKI}/weather")
    seen = answer.json()
    assert (names(seen["in_force"]), names(seen["coming"])) == (["w-blue"], ["w-gale"])
    assert [(one["colour"], len(one["warnings"])) for one in seen["ahead"]] == [
        ("blue", 1),
        ("orange", 2),
        ("orange", 1),
        (None, 0),
    ]
    assert seen["observation"] is None
    far = await muster.admin.get(f"/venues/{OVAL}/weather")
    assert [one["warnings"] for one in far.json()["ahead"]] == [[]]


async def test_the_picture_has_the_same_hours_in_short(muster: Edge) -> None:
    seen = await muster.admin.picture()
    ski = next(row for row in seen["venues"] if row["id"] == SKI)
    assert [one["colour"] for one in ski["ahead"]] == ["blue", "orange", None]
    assert seen["counts"]["warnings_coming"] == 1
    assert names(seen["coming"]) == ["w-gale"]


async def test_a_venue_that_is_not_there_and_one_of_another_site(muster: Edge) -> None:
    answer = await muster.admin.get("/venues/nowhere/weather")
    assert (answer.status_code, is_refusal(answer.json())) == (404, True)
    beijing = await muster.caller("monitor", "beijing")
    assert (await beijing.get(f"/venues/{SKI}/weather")).status_code == 403
    seen = (await beijing.get("/weather")).json()
    assert (seen["warnings"], SKI in {row["id"] for row in seen["venues"]}) == ([], False)


async def test_a_moment_no_calendar_has_is_refused(muster: Edge) -> None:
    answer = await muster.admin.get("/weather", params={"at": "9999-12-31T23:59:59Z"})
    assert (answer.status_code, is_refusal(answer.json())) == (422, True)
