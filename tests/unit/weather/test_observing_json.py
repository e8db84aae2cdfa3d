"""JSON with explicit units, and what api.weather.gov says of a station."""

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.problems import Problem
from services.weather.observing.measured import FIELDS, Measured, fact_of
from services.weather.observing.read import NDJSON, Door, Refusal, read_body
from services.weather.observing.refusal import Unreadable
from services.weather.observing.units import UNITS
from tests.unit.corpus import folder, needs_corpus

CAME = datetime(2022, 2, 18, 8, 0, tzinfo=UTC)


def read_one(said: Any, door: Door = "http") -> Measured | Refusal:
    (found,) = read_body(json.dumps(said).encode(), CAME, door).found
    return found


def values(said: Any, door: Door = "http") -> dict[str, float]:
    found = read_one(said, door)
    assert isinstance(found, Measured), found.problem.en
    fact_of(found)
    return found.values


def why(said: Any, door: Door = "http") -> Problem:
    found = read_one(said, door)
    assert isinstance(found, Refusal)
    return found.problem


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"temperature": {"value": 14, "unit": "degF"}}, {"temperature_c": -10}),
        ({"temperature": {"value": 263.15, "unit": "K"}}, {"temperature_c": -10}),
        ({"temperature": "14 °F"}, {"temperature_c": -10}),
        ({"temperature_f": 14}, {"temperature_c": -10}),
        ({"airTemperature": "-10 °C"}, {"temperature_c": -10}),
        ({"wind_kt": 36, "gust_kmh": 90}, {"wind_ms": 18.52, "gust_ms": 25}),
        ({"windSpeed": {"value": 36, "unitCode": "wmoUnit:km_h-1"}}, {"wind_ms": 10}),
        ({"wind_mph": 10}, {"wind_ms": 4.47}),
        ({"visibility_km": 0.4}, {"visibility_m": 400}),
        ({"visibility_mi": 0.25}, {"visibility_m": 402.336}),
        ({"snow_depth_in": 10}, {"snow_depth_cm": 25.4}),
        ({"snow_depth_m": 0.25}, {"snow_depth_cm": 25}),
        ({"pressure": {"value": 81250, "unit": "Pa"}}, {"pressure_hpa": 812.5}),
        ({"relativeHumidity": {"value": 84, "unit": "%"}}, {"humidity_pct": 84}),
        ({"road_c": -4, "dew_point_c": -9}, {"road_c": -4, "dew_point_c": -9}),
        ({"snowfall_mm": 4, "snowfall_h": 6}, {"snowfall_mm": 4, "snowfall_h": 6}),
        (
            {"snowfall": {"value": 4, "unit": "mm", "hours": 6}},
            {"snowfall_mm": 4, "snowfall_h": 6},
        ),
        ({"temperature_c": -0.0}, {"temperature_c": 0}),
    ],
)
def test_units_are_said_and_become_ours(said: Any, wanted: dict[str, float]) -> None:
    assert values(said) == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"temperature": 14}, "unit-missing", "temperature"),
        ({"temperature": {"value": 14}}, "unit-missing", "temperature"),
        ({"temperature": {"value": 14, "unit": "  "}}, "unit-missing", "temperature"),
        ({"temperature": {"value": 14, "unit": "furlong"}}, "unit-unknown", "temperature"),
        ({"wind": {"value": 14, "unit": "degC"}}, "unit-unknown", "wind"),
        ({"snowfall": {"value": 4, "unit": "cm", "hours": 6}}, "unit-unknown", "snowfall"),
        ({"snowfall_mm": 4}, "hours-missing", "snowfall_h"),
        ({"snowfall_h": 4, "wind_ms": 1}, "amount-missing", "snowfall_mm"),
        ({"temperature_c": 999}, "impossible-value", "temperature_c"),
        ({"gust_ms": 9, "wind_ms": 10}, "impossible-value", "gust_ms"),
        ({"gust_ms": 99, "gust_kmh": 72}, "said-twice", "gust_kmh"),
        ({"temperature_c": True}, "float-type", "temperature_c"),
        ({"temperature_c": "cold"}, "float-type", "temperature_c"),
        ({"visibility": "1/4"}, "unit-unknown", "visibility"),
        ({"temprature_c": -3}, "extra-forbidden", "temprature_c"),
        ({"wind_furlongs": 3}, "extra-forbidden", "wind_furlongs"),
        ({"precipitation": "frogs"}, "literal-error", "precipitation"),
        ({"at": 1644000000, "wind_ms": 1}, "not-a-time", "at"),
        ({"at": "2022-02-18T08:00:00", "wind_ms": 1}, "not-a-time", "at"),
        ({"id": "a.b", "wind_ms": 1}, "string-pattern-mismatch", "id"),
        ({"venue": 3, "wind_ms": 1}, "string-type", "venue"),
        ({"station": "a b", "wind_ms": 1}, "not-a-station", "station"),
        ({"text": 3}, "string-type", "text"),
        ({"temperature": {"value": None, "unit": "C"}}, "nothing-measured", ""),
        ({"temperature": {"value": 1, "unit": "C", "qualityControl": "X"}}, "bad-quality", None),
        ([1], "dict-type", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(said: Any, code: str, field: str | None) -> None:
    problem = why(said)
    assert (problem.code, problem.field if field is not None else None) == (code, field)
    assert problem.zh
    assert problem.en


def test_an_impossible_value_is_told_as_it_was_sent() -> None:
    assert "temperature 999 °C" in why({"temperature_c": 999}).en
    assert "气温 999 °C" in why({"temperature_c": 999}).zh
    assert "temperature 999 degF" in why({"temperature": "999 degF"}).en


def test_of_what_a_station_sends_by_mqtt_the_right_part_is_taken() -> None:
    said = {"temperature_c": -3, "gust_ms": 999, "battery": 3.7}
    found = read_one(said, "mqtt")
    assert isinstance(found, Measured)
    assert found.values == {"temperature_c": -3}
    assert [problem.field for problem in found.problems] == ["gust_ms", "battery"]
    assert why({"gust_ms": 999}, "mqtt").code == "impossible-value"
    assert why({"at": "noon", "wind_ms": 1}, "mqtt").code == "not-a-time"


def test_what_is_given_in_two_units_counts_if_it_is_the_same() -> None:
    both = read_one({"gust_kmh": 72, "gust_ms": 20.1, "temperature_c": -3})
    assert isinstance(both, Measured)
    assert both.values == {"gust_ms": pytest.approx(20.1), "temperature_c": -3}
    torn = read_one({"gust_kmh": 72, "gust_ms": 99, "temperature_c": -3}, "mqtt")
    assert isinstance(torn, Measured)
    assert torn.values == {"temperature_c": -3}
    assert [problem.code for problem in torn.problems] == ["said-twice"]


def test_the_original_is_kept_beside_what_was_made_of_it() -> None:
    found = read_one({"temperature": {"value": 14, "unit": "degF"}, "station": "A1", "id": "x"})
    assert isinstance(found, Measured)
    assert (
        fact_of(found).original
        == '{"temperature":{"value":14,"unit":"degF"},"station":"A1","id":"x"}'
    )
    assert (found.source, found.station, found.id) == ("station", "A1", "x")
    assert isinstance(person := read_one({"wind_ms": 3}), Measured)
    assert person.source == "person"


def test_one_a_line_a_list_and_one() -> None:
    one, other = b'{"wind_ms": 3}', b'{"metar": "ZBAA 180730Z 15002MPS CAVOK", "venue": "v"}'
    lines = read_body(one + b"\n\n" + other + b"\n{torn", CAME, "http", media_type=NDJSON)
    assert [isinstance(each, Measured) for each in lines.found] == [True, True, False]
    listed = read_body(b"[" + one + b"," + other + b", 7]", CAME, "http")
    assert [isinstance(each, Measured) for each in listed.found] == [True, True, False]
    assert not listed.is_one
    assert not lines.is_one
    assert read_body(one, CAME, "http").is_one
    metar = listed.found[1]
    assert isinstance(metar, Measured)
    assert (metar.venue, metar.station, metar.source) == ("v", "ZBAA", "metar")


@pytest.mark.parametrize("body", [b"", b"  \n", b"[1, 2"])
def test_a_body_that_is_none_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_body(body, CAME, "http")


@given(st.binary(max_size=60), st.sampled_from(("http", "mqtt")))
def test_no_body_is_too_odd_to_be_answered(body: bytes, door: Door) -> None:
    for each in (body, b"{" + body, b'{"wind_ms":' + body + b"}", b'[{"at":"' + body + b'"}]'):
        with contextlib.suppress(Unreadable):
            for found in read_body(each, CAME, door).found:
                assert isinstance(found, Measured) or found.problem.zh


numbers = st.floats(-1000, 1000, allow_nan=False)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), numbers, min_size=1), st.data())
def test_what_is_taken_fits_the_fact_whatever_the_unit(
    said: dict[str, float], data: st.DataObject
) -> None:
    """Every value taken is one the fact allows: nothing impossible gets through a conversion."""
    body = {
        {"snowfall_h": "snowfall_h"}.get(name, name.rpartition("_")[0]): (
            value
            if name == "snowfall_h"
            else {
                "value": value,
                "unit": data.draw(st.sampled_from(sorted(UNITS[FIELDS[name].quantity]))),
            }
        )
        for name, value in said.items()
    }
    found = read_one(body, "mqtt")
    if isinstance(found, Measured):
        assert fact_of(found).model_dump(include=set(found.values)) == found.values


@needs_corpus
def test_every_station_of_the_collection_is_taken_but_those_that_answered_nothing() -> None:
    place = folder()
    assert place is not None
    taken: list[Measured] = []
    refused: list[Refusal] = []
    for file in sorted((place / "nws").rglob("observations*.json")):
        body = re.sub(rb"date:now (-?\d+) seconds", _moment, file.read_bytes())
        for found in read_body(body, CAME, "http").found:
            (taken if isinstance(found, Measured) else refused).append(found)  # type: ignore[arg-type]  # each to its own
    assert len(taken) >= 50
    assert {each.problem.code for each in refused} == {"missing"}
    assert len(refused) <= 3  # a server's 503, recorded with them
    assert all(fact_of(each).source == "nws" and each.station for each in taken)
    told = {problem.en for each in taken for problem in each.problems}
    assert any(text.startswith("temperature 148.89 ") for text in told)
    assert any(text.startswith("wind 804.67 km_h-1 ") for text in told)


def _moment(token: re.Match[bytes]) -> bytes:
    return (CAME + timedelta(seconds=int(token[1]))).isoformat().encode()
