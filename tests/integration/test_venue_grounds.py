"""Venues with a ground and a margin over HTTP, and places that a user's own table knows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.settings import Settings
from services.weather.match import TableRefused
from tests.integration.edge import SKI, Edge, edge, is_refusal
from tests.unit.weather.documents import changed

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

XML = {"Content-Type": "application/cap+xml"}
POLYGON = "<polygon>40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6</polygon>"
CORNERS = [(40.30, 117.01), (40.30, 117.03), (40.32, 117.03), (40.32, 117.01)]
TABLE = f"name,value,venue\nEMMA_ID,CN007,{SKI}\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    folder = tmp_path_factory.mktemp("grounds")
    table = folder / "places.csv"
    table.write_text(TABLE, encoding="utf-8")
    async with edge(folder / "data", geocodes=table) as running:
        yield running


def venue(id: str, **more: Any) -> dict[str, Any]:
    name = {"zh": "越野滑雪场", "en": "Cross-country stadium"}
    return {"id": id, "site": "yanqing", "name": name, "lat": 40.31, "lon": 117.02} | more


def outline(*corners: tuple[float, float]) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon} for lat, lon in corners]


def alert(identifier: str, area: str) -> bytes:
    now = datetime.now(UTC).replace(microsecond=0)
    return changed(
        (POLYGON, area),
        ("A1", identifier),
        ("2022-02-13T08:00:00+08:00", now.isoformat()),
        ("2022-02-13T20:00:00+08:00", (now + timedelta(hours=5)).isoformat()),
    )


async def affected(muster: Edge, identifier: str, area: str) -> dict[str, tuple[str, float]]:
    answer = await muster.admin.post("/cap", alert(identifier, area), headers=XML)
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    found = {row["venue"]: (row["cause"], row["distance_m"]) for row in result["affected"]}
    assert sorted(found) == result["venues"]
    return found


async def test_a_ground_and_a_margin_are_shown_and_concerned_by_what_comes_near(
    muster: Edge,
) -> None:
    # Before the venue is there nothing is concerned: the venues are looked at as they are now.
    east = "<polygon>40.29,117.04 40.33,117.04 40.33,117.2 40.29,117.2 40.29,117.04</polygon>"
    assert await affected(muster, "before", east) == {}
    body = venue("track", outline=outline(*CORNERS, CORNERS[0]), margin_m=1_000)
    answer = await muster.admin.post("/venues", body)
    assert answer.status_code == 200, answer.text
    await muster.settle()
    picture = (await muster.admin.get("/picture")).json()
    shown = {row["id"]: row for row in picture["venues"]}
    assert shown["track"]["outline"] == [list(corner) for corner in CORNERS]
    assert shown["track"]["margin_m"] == 1_000
    assert "outline" not in shown["wukesong"]
    assert "margin_m" not in shown["wukesong"]

    [(cause, distance_m)] = (await affected(muster, "near", east)).values()
    assert cause == "polygon"
    assert distance_m == pytest.approx(848, rel=0.01)
    over = "<circle>40.32,117.035 0.5</circle>"
    assert await affected(muster, "meets", over) == {"track": ("circle", 0.0)}
    far = "<polygon>40.29,117.05 40.33,117.05 40.33,117.2 40.29,117.2 40.29,117.05</polygon>"
    assert await affected(muster, "far", far) == {}

    answer = await muster.admin.post("/venues", venue("track"))
    assert answer.status_code == 200, answer.text
    await muster.settle()
    assert await affected(muster, "moved-away", east) == {}


async def test_a_place_of_the_users_own_table_is_known(muster: Edge) -> None:
    code = "<geocode><valueName>emma_id</valueName><value>CN007</value></geocode>"
    assert await affected(muster, "coded", code) == {SKI: ("geocode", 0.0)}
    assert await affected(muster, "other-code", code.replace("CN007", "CN008")) == {}


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"outline": outline(*CORNERS[:2])}, 409, "outline"),
        ({"outline": outline(CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3])}, 409, "outline"),
        ({"outline": outline(*CORNERS[:3], (-40.0, 117.0))}, 409, "outline.3"),
        ({"outline": outline(*CORNERS[:3], (91.0, 117.0))}, 422, "outline.3.lat"),
        ({"outline": [[40.3, 117.0]] * 3}, 422, "outline.0"),
        ({"margin_m": -1}, 422, "margin_m"),
        ({"margin_m": "1 km"}, 422, "margin_m"),
        ({"margin_m": 100_001}, 422, "margin_m"),
    ],
)
async def test_what_is_no_ground_is_refused_with_its_field(
    muster: Edge, more: dict[str, Any], status: int, field: str
) -> None:
    answer = await muster.admin.post("/venues", venue("bad", **more))
    assert answer.status_code == status
    assert is_refusal(answer.json())
    assert answer.json()["error"]["field"] == field
    await muster.settle()
    assert "bad" not in muster.node.picture.places.venues


async def test_a_table_that_is_none_keeps_muster_from_starting(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text("name,value,venue\nEMMA_ID,,x\n", encoding="utf-8")
    assert Settings(geocodes=table).geocodes == table
    with pytest.raises(TableRefused, match=r"row 2, value: it is empty"):
        async with edge(tmp_path / "data", geocodes=table):
            pass
