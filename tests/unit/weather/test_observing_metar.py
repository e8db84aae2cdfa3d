"""METAR is read as it is meant: units, what is missing, the month it is of, and what falls."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.weather.observing.bulletin import reports
from services.weather.observing.measured import Measured, fact_of, settle
from services.weather.observing.metar import moment_of, read_metar
from services.weather.observing.refusal import Unreadable
from tests.unit.corpus import folder, needs_corpus, read

CAME = datetime(2022, 2, 18, 8, 0, tzinfo=UTC)


def read_one(text: str) -> Measured:
    measured = read_metar(text, CAME)
    assert settle(measured) is None
    fact_of(measured)
    return measured


@pytest.mark.parametrize(
    ("text", "values", "falls"),
    [
        (
            "ZBAA 180730Z 15002MPS 110V190 6000 NSC 02/M08 Q1026 NOSIG",
            {"wind_ms": 2, "visibility_m": 6000, "temperature_c": 2, "dew_point_c": -8},
            "none",
        ),
        (
            "METAR ZBAA 180730Z 35008G14MPS CAVOK M05/M20 Q1031=",
            {"wind_ms": 8, "gust_ms": 14, "visibility_m": 10_000, "temperature_c": -5},
            "none",
        ),
        (
            "METAR UUEE 180730Z 27010MPS 0400 R15/1400D +SN BLSN VV004 M00/M00 Q0990",
            {"visibility_m": 400, "temperature_c": 0, "dew_point_c": 0, "pressure_hpa": 990},
            "snow",
        ),
        (
            "EFHK 180720Z 15023KT 0800 R04L/1900N +SN DRSN VV004 M01/M01 Q0982 TEMPO 0200 RA",
            {"wind_ms": 11.832, "visibility_m": 800},
            "snow",
        ),
        ("KJFK 180751Z 27010KT P6SM 01/M01 A3000", {"visibility_m": 9656.064}, "none"),
        ("KJFK 180751Z 27010KT M1/4SM 01/M01 A3000", {"visibility_m": 402.336}, "none"),
        ("ZMUB 180730Z 27050KMH 9999 M35/M40 Q1040", {"wind_ms": 13.889}, "none"),
        ("ESSA 180720Z /////KT //// -RASN 02/01 Q1000", {"temperature_c": 2}, "mixed"),
        ("LFPG 180730Z 26010KT 7000 VCSH DRSN 01/M01 Q1001", {"visibility_m": 7000}, "none"),
        ("LFPG 180730Z AUTO 26010KT 7000 // 01/M01 Q1001", {"visibility_m": 7000}, None),
        ("LFPG 180730Z AUTO 26010KT 7000 01/M01 Q1001", {"wind_ms": 5.144}, None),
        (
            "KBOS 180654Z AUTO 35021G37KT 1/4SM +SN M08/M10 A2942 RMK AO2 60010 4/012 T10831100 $",
            {"snowfall_mm": 2.54, "snowfall_h": 6, "snow_depth_cm": 30.48, "temperature_c": -8.3},
            "snow",
        ),
    ],
)
def test_a_report_becomes_our_units(text: str, values: dict[str, float], falls: str | None) -> None:
    measured = read_one(text)
    assert {name: measured.values[name] for name in values} == pytest.approx(values)
    assert measured.precipitation == falls
    assert measured.problems == []
    assert (measured.source, measured.original) == ("metar", text)


@pytest.mark.parametrize("wind", ["/////KT", "/////MPS", "//////"])
def test_what_a_station_could_not_measure_is_left_out(wind: str) -> None:
    values = read_one(f"ZBAA 180730Z {wind} //// ///// M02/// Q////").values
    assert values == {"temperature_c": -2.0}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("METAR ZBAA 180730Z NIL=", "nil-report"),
        ("METAR ZBAA 180730Z TEST 15002MPS CAVOK 02/M08 Q1026", "test-report"),
        ("wind is strong", "not-a-metar"),
        ("ZBAA 320730Z 15002MPS", "not-a-time"),
        ("ZBAA 182561Z 15002MPS", "not-a-time"),
        (f"ZBAA 180730Z 15002MPS {'R01/1000 ' * 300}", "not-a-metar"),
    ],
)
def test_what_holds_no_observation_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_metar(text, CAME)
    assert refused.value.problem.code == code


def test_of_a_report_that_is_wrong_in_part_the_rest_is_taken() -> None:
    measured = read_one("ZBAA 180730Z 27010 9999 99/02 Q1026 G~RB")
    assert set(measured.values) == {"visibility_m", "dew_point_c", "pressure_hpa"}
    told = {problem.code: problem for problem in measured.problems}
    assert set(told) == {"unit-missing", "impossible-value", "unread-group"}
    assert "99 °C" in told["impossible-value"].en
    assert "99 °C" in told["impossible-value"].zh


def test_a_correction_comes_a_second_later_so_that_it_counts() -> None:
    first = read_one("METAR ZBAA 180730Z 15002MPS CAVOK 02/M08 Q1026")
    for text in ("METAR COR ZBAA 180730Z 15004MPS CAVOK", "METAR ZBAA 180730Z COR 15004MPS CAVOK"):
        corrected = read_one(text)
        assert corrected.corrects
        assert corrected.at is not None
        assert first.at is not None
        assert 0 < (corrected.at - first.at).total_seconds() <= 1


@pytest.mark.parametrize(
    ("day", "hour", "minute", "came", "month"),
    [
        (18, 7, 30, datetime(2022, 2, 18, 8, tzinfo=UTC), "2022-02"),
        (18, 9, 0, datetime(2022, 2, 18, 8, 10, tzinfo=UTC), "2022-02"),
        (28, 23, 30, datetime(2022, 3, 1, 0, 10, tzinfo=UTC), "2022-02"),
        (31, 23, 50, datetime(2022, 1, 1, 0, 10, tzinfo=UTC), "2021-12"),
        (1, 0, 0, datetime(2022, 1, 31, 23, 20, tzinfo=UTC), "2022-02"),
        (31, 12, 0, datetime(2022, 3, 5, 0, 0, tzinfo=UTC), "2022-01"),
        (19, 12, 0, datetime(2022, 2, 18, 8, tzinfo=UTC), "2022-01"),
    ],
)
def test_the_month_is_told_by_when_the_report_came(
    day: int, hour: int, minute: int, came: datetime, month: str
) -> None:
    found = moment_of(day, hour, minute, came)
    assert found.isoformat().startswith(f"{month}-{day:02}T{hour:02}:{minute:02}")


@given(st.text(alphabet="ABKMRSZ 0123456789/+-= \n", max_size=80))
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    for each in (text, f"ZBAA 180730Z {text}"):
        with contextlib.suppress(Unreadable):
            measured = read_metar(each, CAME)
            assert settle(measured) is not None or fact_of(measured).station


@needs_corpus
def test_every_report_of_the_collection_is_taken_whole() -> None:
    lines = read("metar/AndreasHogstrom/data/metars.txt").decode()
    found = [read_metar(each, CAME) for each in reports(lines)]
    assert len(found) == 402
    assert [each for each in found if settle(each) is not None or each.problems] == []
    assert all({"temperature_c", "wind_ms", "visibility_m"} <= set(each.values) for each in found)
    assert sum(each.precipitation == "snow" for each in found) > 40


@needs_corpus
@pytest.mark.parametrize("station", ["EGLL", "KJFK", "KMCO", "PHNL"])
def test_what_another_reader_found_is_found(station: str) -> None:
    wanted: dict[str, Any] = json.loads(read(f"metar/avwx/current/data/metar/{station}.json"))[
        "data"
    ]
    came = datetime.fromisoformat(wanted["time"]["dt"])
    measured = read_metar(reports(wanted["raw"])[0], came)
    values = measured.values
    assert measured.at == came
    assert measured.station == wanted["station"]
    assert values["temperature_c"] == pytest.approx(wanted["temperature"]["value"], abs=0.51)
    assert values["dew_point_c"] == pytest.approx(wanted["dewpoint"]["value"], abs=0.51)
    assert values["wind_ms"] == pytest.approx(wanted["wind_speed"]["value"] * 0.514444, abs=0.01)
    metric = wanted["altimeter"]["value"] > 400
    pressure = wanted["altimeter"]["value"] * (1 if metric else 33.8639)
    assert values["pressure_hpa"] == pytest.approx(pressure, abs=0.1)
    far = wanted["visibility"]["value"]
    assert values["visibility_m"] == pytest.approx(10_000 if metric else far * 1609.344)


@needs_corpus
def test_bulletins_are_told_apart_into_their_reports() -> None:
    place = folder()
    assert place is not None
    counts = {
        file.stem: len(reports(file.read_text(encoding="utf-8", errors="replace")))
        for file in sorted((place / "nws/pyiem/METAR").glob("*.txt"))
    }
    assert counts["kawn"] == 3
    assert counts["badchars"] == 3
    assert counts["first"] == 2
    assert min(counts.values()) >= 1


@needs_corpus
def test_broken_reports_of_the_collection_are_answered() -> None:
    cases = json.loads(read("metar/avwx/parsing/data/sanitize_metar_list_cases.json"))
    for case in cases:
        with contextlib.suppress(Unreadable):
            measured = read_metar(case["report"], CAME)
            assert settle(measured) is None or measured.is_empty
