"""`muster weather at`."""

from typing import Any

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok

ORANGE: dict[str, Any] = {
    "id": "w1",
    "colour": "orange",
    "severity": "severe",
    "headline": {"zh-CN": "暴雪橙色预警", "en-US": "Orange blizzard warning"},
    "event": {"zh-CN": "暴雪", "en-US": "Blizzard"},
    "effective": "2022-02-13T04:00:00Z",
    "expires": "2022-02-13T10:00:00Z",
    "sender": "cma",
    "rule": "",
}
GUST = {
    **ORANGE,
    "id": "w2",
    "headline": {"zh-CN": "", "en-US": ""},
    "rule": "gust",
    "colour": None,
}
HOURS: dict[str, Any] = {
    "from": "2022-02-13T04:00:00Z",
    "to": "2022-02-13T10:00:00Z",
    "severity": "severe",
    "colour": "orange",
    "begun": False,
    "warnings": ["w1", "w2"],
}
CALM = {**HOURS, "severity": None, "colour": None, "warnings": []}
WEATHER: dict[str, Any] = {
    "at": "2022-02-13T04:00:00Z",
    "known_at": "2022-02-13T04:00:00Z",
    "future": False,
    "venue": "alpine",
    "site": "yanqing",
    "name": {"zh": "高山滑雪", "en": "Alpine"},
    "observation": {"temperature_c": -18.5, "gust_ms": 21.0, "age_s": 240},
    "in_force": [ORANGE],
    "coming": [GUST],
    "ahead": [HOURS, CALM],
    "feeds": [
        {"name": {"zh": "北京预警", "en": "Warnings of Beijing"}, "state": "late", "age_s": 300}
    ],
}


def test_a_venue_s_weather_is_shown_with_colour_and_severity(muster: Muster, fake: Fake) -> None:
    fake.on("GET /venues/alpine/weather", ok(WEATHER))
    ended = muster("weather", "at", "alpine")
    assert ended.code == 0
    for said in (
        "Alpine (alpine) at 2022-02-13",
        "measured: temperature -18.5 °C, gusts 21 m/s (4m00s ago)",
        "warnings in force (1)",
        "Orange blizzard warning",
        "orange  severe",
        "coming (1)",
        "measured by Muster, rule gust",
        "the 24 hours after",
        "severe (not there yet)",
        "feed Warnings of Beijing: late, heard 5m00s ago",
    ):
        assert said in ended.out
    assert fake.asked[0].query == {}


def test_a_time_to_come_is_asked_for_and_said(muster: Muster, fake: Fake) -> None:
    calm = {"future": True, "in_force": [], "coming": [], "ahead": [CALM], "observation": None}
    fake.on("GET /venues/alpine/weather", ok({**WEATHER, **calm, "feeds": []}))
    ended = muster("weather", "at", "alpine", "--at", "2022-02-13T20:00+08:00")
    assert "which is to come" in ended.out
    assert "no warnings in the 24 hours after" in ended.out
    assert "nothing has been measured" in ended.out
    assert fake.asked[0].query["at"].startswith("2022-02-13T")


def test_it_is_told_as_json(muster: Muster, fake: Fake) -> None:
    fake.on("GET /venues/alpine/weather", ok(WEATHER))
    assert muster("weather", "at", "alpine", "--json").json == WEATHER


def test_no_such_venue(muster: Muster, fake: Fake) -> None:
    fake.on("GET /venues/x/weather", no(404, "unknown", "没有场馆 x", "there is no venue x"))
    ended = muster("weather", "at", "x")
    assert ended.code != 0
    assert "there is no venue x" in ended.err
