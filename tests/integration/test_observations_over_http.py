"""Observations over HTTP: METAR, JSON with units, GeoJSON, each answered, each stored once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, TRACK, Edge, edge, is_refusal
from tests.unit.corpus import needs_corpus, read

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

NDJSON = {"Content-Type": "application/x-ndjson"}
TEXT = {"Content-Type": "text/plain"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    folder = tmp_path_factory.mktemp("observations")
    listed = folder / "stations.yaml"
    listed.write_text(f"stations:\n  ZBAA: {OVAL}\n  A1489: {SKI}\n  ESSA: {TRACK}\n  GONE: x\n")
    async with edge(folder / "data", stations=listed) as running:
        yield running


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def group(minutes: float) -> str:
    """Return the time group of a METAR."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%d%H%MZ")


async def send(muster: Edge, body: Any, **options: Any) -> httpx.Response:
    return await muster.admin.post("/observations", body, **options)


async def known(muster: Edge, venue: str, **query: Any) -> Any:
    answer = await muster.admin.get(f"/venues/{venue}/observations", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_observation_with_units_is_in_the_picture_in_ours(muster: Edge) -> None:
    said = {"venue": SKI, "temperature": {"value": 14, "unit": "degF"}, "gust_kmh": 72, "id": "u-1"}
    answer = await send(muster, said)
    assert answer.status_code == 200
    assert answer.json()["status"] == "accepted"
    assert answer.json()["id"] == "u-1"
    newest = (await known(muster, SKI))["newest"]
    assert (newest["temperature_c"], newest["gust_ms"], newest["source"]) == (-10, 20, "person")
    assert json.loads(newest["original"]) == said
    (venue,) = [v for v in (await muster.admin.picture())["venues"] if v["id"] == SKI]
    assert venue["observation"]["temperature_c"] == -10


async def test_sent_again_an_observation_is_the_same(muster: Edge) -> None:
    named = {"venue": SKI, "wind_ms": 3, "id": "again-1"}
    timed = {"station": "A1489", "wind_ms": 4, "at": ago(50)}
    metar = f"METAR ZBAA {group(40)} 15002MPS CAVOK 02/M08 Q1026"
    for body, headers in ((named, {}), (timed, {}), (metar.encode(), TEXT)):
        answers = await asyncio.gather(*(send(muster, body, headers=headers) for _ in range(5)))
        told = [each.json() for each in answers]
        assert all(each == told[0] for each in told)
        assert (await send(muster, body, headers=headers)).json() == told[0]
    reused = await send(muster, {**named, "wind_ms": 5})
    assert reused.status_code == 422
    assert reused.json()["code"] == "id-reused"


async def test_the_same_time_with_other_values_says_more(muster: Edge) -> None:
    at = ago(55)
    first = (await send(muster, {"station": "A1489", "at": at, "wind_ms": 3})).json()
    other = (await send(muster, {"station": "A1489", "at": at, "temperature_c": -3})).json()
    assert first["seq"] != other["seq"]


async def test_a_body_without_id_and_time_is_recognised_by_its_key(muster: Edge) -> None:
    key = {"Idempotency-Key": "sensor-42"}
    body = [{"venue": SKI, "wind_ms": 3}, {"venue": SKI, "wind_ms": 4}]
    first, again = [(await send(muster, body, headers=key)).json() for _ in range(2)]
    assert first == again
    assert first["results"][0]["seq"] != first["results"][1]["seq"]
    assert (await send(muster, body)).json()["results"][0]["seq"] > first["results"][1]["seq"]


async def test_a_list_and_one_a_line_are_answered_one_by_one(muster: Edge) -> None:
    bodies = [
        {"venue": SKI, "temperature_c": -8},
        {"venue": SKI, "temperature_c": 999},
        {"venue": "nowhere", "temperature_c": -8},
        {"station": "XXXX", "temperature_c": -8},
        {"station": "GONE", "temperature_c": -8},
        {"temperature_c": -8},
        {"venue": SKI, "temperature": -8},
    ]
    wanted = [
        None,
        "impossible-value",
        "unknown-venue",
        "unknown-station",
        "unknown-venue",
        "venue-missing",
        "unit-missing",
    ]
    listed = (await send(muster, bodies)).json()
    assert [each.get("code") for each in listed["results"]] == wanted
    assert (listed["accepted"], listed["rejected"]) == (1, 6)
    assert all(is_refusal(each) for each in listed["results"][1:])
    lines = b"\n".join(json.dumps(each).encode() for each in bodies) + b"\n{torn\n"
    answer = await send(muster, lines, headers=NDJSON)
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [each.get("code") for each in told] == [*wanted, "json-invalid"]


async def test_metar_lines_are_taken_and_what_is_wrong_in_them_is_noted(muster: Edge) -> None:
    text = "\n".join(
        (
            f"METAR ZBAA {group(30)} 15012G19MPS 110V190 0800 +SN VV004 M12/M14 Q1026 NOSIG=",
            f"METAR ZBAA {group(20)} 15012 9999 99/M14 Q1026=",
            f"METAR ZBAA {group(10)} NIL=",
            f"METAR ZSPD {group(10)} 15002MPS CAVOK 02/M08 Q1026=",
            "no weather here=",
        )
    )
    told = (await send(muster, text.encode(), headers=TEXT)).json()
    codes = [each.get("code") for each in told["results"]]
    assert codes == [None, None, "nil-report", "unknown-station", "not-a-metar"]
    notes = told["results"][1]["notes"]
    assert {note["code"] for note in notes} == {"unit-missing", "impossible-value"}
    points = (await known(muster, OVAL, since=ago(31)))["observations"]
    snow = next(point for point in points if point.get("precipitation") == "snow")
    assert (snow["gust_ms"], snow["visibility_m"], snow["temperature_c"]) == (19, 800, -12)
    assert (snow["station"], snow["source"]) == ("ZBAA", "metar")


async def test_a_venue_may_be_named_for_all_that_name_none(muster: Edge) -> None:
    text = f"METAR ZSPD {group(12)} 15002MPS CAVOK 02/M08 Q1026="
    answer = await send(muster, text.encode(), headers=TEXT, params={"venue": TRACK})
    assert answer.json()["results"][0]["venue"] == TRACK


async def test_a_late_one_takes_its_place_and_replaces_nothing_newer(muster: Edge) -> None:
    await send(muster, {"venue": TRACK, "temperature_c": -5, "at": ago(5), "id": "new-1"})
    await send(muster, {"venue": TRACK, "temperature_c": -2, "at": ago(300), "id": "late-1"})
    told = await known(muster, TRACK, since=ago(310))
    assert told["newest"]["temperature_c"] == -5
    assert [point["temperature_c"] for point in told["observations"]][:1] == [-2]
    assert [point["at"] for point in told["observations"]] == sorted(
        point["at"] for point in told["observations"]
    )
    only = await known(muster, TRACK, since=ago(310), until=ago(290))
    assert [point["temperature_c"] for point in only["observations"]] == [-2]


@pytest.mark.parametrize(("minutes", "code"), [(-60, "far-future"), (60 * 24 * 400, "too-old")])
async def test_a_time_that_cannot_be_is_refused(muster: Edge, minutes: float, code: str) -> None:
    answer = await send(muster, {"venue": SKI, "wind_ms": 3, "at": ago(minutes)})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_token_of_a_site_speaks_for_its_venues_alone(muster: Edge) -> None:
    caller = await muster.caller("reporter", "yanqing")
    told = (
        await caller.post(
            "/observations", [{"venue": SKI, "wind_ms": 1}, {"venue": OVAL, "wind_ms": 1}]
        )
    ).json()
    assert [each.get("code") for each in told["results"]] == [None, "site-not-allowed"]
    assert (await caller.get(f"/venues/{SKI}/observations")).status_code == 200
    assert (await caller.get(f"/venues/{OVAL}/observations")).status_code == 403
    assert (await caller.get("/venues/nowhere/observations")).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[1", b"   ", b"\xff\xfe", b"{", b"null", b"[" * 5000])
async def test_rubbish_is_answered(muster: Edge, body: bytes) -> None:
    answer = await send(muster, body)
    assert answer.status_code in (200, 422)
    assert "reason" in answer.text or answer.json()["results"] == []


async def test_more_than_the_limit_is_refused_whole(muster: Edge) -> None:
    before = muster.node.reader.checkpoint
    answer = await send(muster, [{"venue": SKI, "wind_ms": 1}] * 1001)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "too-many-reports"
    assert muster.node.reader.checkpoint == before


async def test_what_a_person_reports_may_name_all_that_is_measured(muster: Edge) -> None:
    report = {
        "kind": "weather",
        "venue": SKI,
        "snowfall_mm": 4.5,
        "snowfall_h": 6,
        "road_c": -4,
        "precipitation": "snow",
        "dew_point_c": -12,
        "humidity_pct": 84,
        "pressure_hpa": 812.5,
    }
    assert (await muster.admin.report(report))["status"] == "accepted"
    assert is_refusal(await muster.admin.report({**report, "snowfall_h": None}))
    await muster.settle()
    newest = (await known(muster, SKI))["newest"]
    assert {name: newest[name] for name in report if name not in ("kind", "venue")} == {
        name: value for name, value in report.items() if name not in ("kind", "venue")
    }


@needs_corpus
async def test_every_line_of_the_collection_is_stored_once(muster: Edge) -> None:
    """Real reports of three days, without a month: they are of the last days with these numbers."""
    body = read("metar/AndreasHogstrom/data/metars.txt")
    told = [
        (await send(muster, body, headers=TEXT, params={"venue": TRACK})).json() for _ in range(2)
    ]
    assert told[0] == told[1]
    accepted = {each["seq"] for each in told[0]["results"]}
    assert told[0]["accepted"] == 402
    assert len(accepted) == len({line for line in body.decode().splitlines() if line.strip()})
