"""Every document of the collection, judged as `muster weather try` does: taken, refused or read."""

import json
import re
from typing import Any

import pytest

from services.weather.trial import judge
from tests.corpus_table import files, judged_rows
from tests.unit.corpus import Row, needs_corpus, read, rows

pytestmark = needs_corpus
ALERTS = rows("cap-alert", "wrapped:", "xml-unparseable")
FEEDS = rows("atom-feed", "rss-feed")
LISTS = rows("meteoalarm-json", "weather-json", "nws-alerts-geojson", "cn-warning-json")
REASON = {"code", "element", "zh", "en"}

# Warnings taken and refused of each list; None where it is no list of warnings, and why not.
EXPECTED: dict[str, tuple[int, int] | str] = {
    "linecast/brightsky_alerts.json": (1, 0),
    "linecast/cma_warnings.json": (7, 0),
    "linecast/eccc_alerts.json": (7, 0),
    "linecast/jma_warning_tokyo.json": "format-without-warnings",
    "linecast/meteireann_warnings.json": "element-missing",  # neither identifiers nor times
    "linecast/meteoalarm_netherlands.json": (3, 0),
    "linecast/metno_alerts.json": (29, 0),
    "linecast/nws_alerts.json": (0, 0),
    "linecast/nws_alerts_with_test.json": "element-missing",
    "linecast/open_meteo_forecast.json": "format-without-warnings",
    "meteoalarm_json/meteoalarm_de.json": (4, 0),
    "meteoalarm_json/meteoalarm_regions_de.json": "format-without-warnings",
    "meteoalarm_json/meteoalarm_with_polygons.json": (3, 0),
    # The recorder put words such as "date:now -1 hour" in the place of most times.
    "nws/e2e/alerts/active__status=actual.json": (4, 148),
    "nws/guam-7day/alerts/active__status=actual.json": "time-unreadable",
    "nws/load-testing-ioc/alerts/active__status=actual.json": "time-unreadable",
    "nws/testing/alerts/active__status=actual.json": (4, 34),
}


def params(found: list[Row], expected: str | None = None) -> list[Any]:
    return [pytest.param(r, id=r.path) for r in found if expected is None or r.expected == expected]


def judged(row: Row) -> dict[str, Any]:
    return judge(row.file.read_bytes(), name=row.path)


def warnings(found: dict[str, Any]) -> list[dict[str, Any]]:
    if "warnings" in found:
        return list(found["warnings"])
    return [found["warning"]] if found["warning"] else []


@pytest.mark.parametrize("row", params(ALERTS, "accept"))
def test_what_is_good_is_taken_whole(row: Row) -> None:
    found = judged(row)
    assert found["taken"]
    assert found["reason"] is None
    assert warnings(found)
    assert "refused" not in found
    assert json.loads(json.dumps(found, ensure_ascii=False)) == json.loads(json.dumps(found))


@pytest.mark.parametrize("row", params(ALERTS, "refuse"))
def test_what_lacks_what_a_warning_needs_is_refused_with_the_reason(row: Row) -> None:
    found = judged(row)
    assert not found["taken"]
    assert found["warning"] is None
    assert set(found["reason"]) == REASON
    assert found["reason"]["zh"] and found["reason"]["en"]  # noqa: PT018 (in both languages)


@pytest.mark.parametrize("row", params(ALERTS, "flag"))
def test_what_is_odd_is_named(row: Row) -> None:
    found = judged(row)
    assert found["deviations"] or found["reason"]
    for each in found["deviations"]:
        assert each["code"] and each["zh"] and each["en"]  # noqa: PT018 (in both languages)


@pytest.mark.parametrize("row", params(FEEDS))
def test_a_feed_is_read_with_all_its_entries_and_alerts(row: Row) -> None:
    found = judged(row)
    entries, alerts = (int(re.search(rf"{name}=(\d+)", row.note)[1])  # type: ignore[index]  # it is in each
                       for name in ("entries", "embedded-alerts"))  # fmt: skip
    assert found["taken"]
    assert found["format"] in {"atom", "rss"}
    assert len(found["entries"]) == entries
    assert len(warnings(found)) + len(found.get("refused", ())) == alerts
    assert all(entry["title"] or entry["link"] for entry in found["entries"])


def test_an_entry_tells_what_the_feed_says_of_its_alert() -> None:
    found = judge(read("cap/noaa_cap_alerts/noaaExampleSmall.xml"))
    [entry] = found["entries"]
    assert entry["title"].startswith("Special Weather Statement issued September 01")
    assert entry["link"].startswith("https://alerts.weather.gov/cap/wwacapget.php?x=AK125867734B60")
    assert entry["updated"] == "2017-09-01T19:12:00-08:00"
    assert entry["cap"]["event"] == "Special Weather Statement"
    assert entry["cap"]["status"] == "Actual"


@pytest.mark.parametrize("row", params([r for r in LISTS if not r.kind.startswith("cn-")]))
def test_a_list_of_warnings_is_read_or_refused_by_name(row: Row) -> None:
    expected = EXPECTED[row.path]
    found = judged(row)
    if isinstance(expected, str):
        assert not found["taken"]
        assert found["reason"]["code"] == expected
        return
    assert found["taken"]
    assert (len(warnings(found)), len(found.get("refused", ()))) == expected


def test_every_poll_of_shenzhen_is_read_and_every_colour_is_the_word_s() -> None:
    [row] = rows("cn-warning-json")
    seen, colours, kinds = 0, set(), set()
    for path in files(row):
        found = judge(path.read_bytes())
        said = json.loads(path.read_bytes())
        assert found["taken"], path.name
        assert len(warnings(found)) == len(said)
        for warning, record in zip(warnings(found), said, strict=True):
            words = dict(
                zip("白蓝黄橙红", ("white", "blue", "yellow", "orange", "red"), strict=True)
            )
            assert warning["colour"] == words[record["wLevel"][0]]
            assert warning["identifier"] == str(record["keyId"])
            assert warning["sent"].endswith("+08:00")
            assert warning["areas"]["geocodes"] == [["CPEAS Geographic Code", "440300000000"]]
            assert record["issuer"] not in json.dumps(warning, ensure_ascii=False)
            colours.add(warning["colour"])
            kinds.add(warning["hazard"])
            seen += 1
    assert seen > 400
    assert colours == {"white", "blue", "yellow", "orange", "red"}
    assert {"typhoon", "rainstorm", "lightning", "heat", "thunderstorm-gale"} <= kinds


def test_the_collection_is_judged_without_an_error() -> None:
    count = sum(1 for _ in judged_rows())
    assert count > 400
