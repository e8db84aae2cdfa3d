"""`muster weather rules`."""

from typing import Any

import pytest

from services.weather.rules.evaluate import evaluate
from services.weather.rules.show import show
from tests.moments import at
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok
from tests.unit.weather.measurements import GALE, RULES, VENUE, gusts, observed, of
from tests.unit.weather.watch import Watch


def shown(*, calm: bool = False) -> dict[str, Any]:
    if calm:
        return show(list(RULES.values()), [])
    watch = Watch()
    watch.arrives(*gusts((0, 22.0)), observed(5, wind_ms=9.0, precipitation="snow"))
    told = watch.own.standing("gale", VENUE, at(5))
    measured = watch.measured.of(VENUE)
    ice = RULES["road-ice"]
    wet = of([observed(5, road_c=-2.0, precipitation="snow")])
    return show(
        list(RULES.values()),
        [
            ("gale", VENUE, evaluate(GALE, measured, None, at(5)), told),
            ("road-ice", VENUE, evaluate(ice, wet, None, at(5)), None),
        ],
    )


def test_rules_are_shown_by_scale_with_their_limits(muster: Muster, fake: Fake) -> None:
    fake.on("GET /weather/rules", ok(shown()))
    ended = muster("weather", "rules")
    assert ended.code == 0
    for words in (
        "China's warning signals of weather stations",
        "Muster's own scale",
        "gale (gale): lowered after 60 min below, runs out after 6 h unconfirmed",
        "    yellow: mean wind ≥ 17.2 m/s or gust ≥ 20.8 m/s",
        "    orange: road surface < 0 °C and precipitation rain and snow or rain",
        "where they stand",
        "  sliding-centre  gale: yellow, until 2022-02-04",
        "    gust 22 m/s (≥ 20.8 m/s)  mast 2022-02-04",
        "    precipitation snow (snow or rain and snow or rain)",
    ):
        assert words in ended.out
    assert fake.asked[0].query == {}


def test_rules_are_shown_in_chinese(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_LANG", "zh")
    fake.on("GET /weather/rules", ok(shown()))
    ended = muster("weather", "rules")
    for words in (
        "大风",
        "黄色：平均风速 ≥ 17.2 米/秒 或 阵风",
        "现状",
        "阵风 22 米/秒",
        "自定标准",
    ):
        assert words in ended.out


def test_of_a_venue_only_its_standing_is_shown(muster: Muster, fake: Fake) -> None:
    fake.on("GET /weather/rules", ok(shown()))
    ended = muster("weather", "rules", "--venue", VENUE)
    assert fake.asked[0].query == {"venue": VENUE}
    assert "Muster's own scale" not in ended.out
    assert "road icing" in ended.out


def test_where_nothing_is_warned_of_it_says_so(muster: Muster, fake: Fake) -> None:
    fake.on("GET /weather/rules", ok(shown(calm=True)))
    assert "nothing is warned of by a rule now" in muster("weather", "rules").out


def test_a_program_gets_what_the_gateway_says(muster: Muster, fake: Fake) -> None:
    fake.on("GET /weather/rules", ok(shown()))
    assert muster("weather", "rules", "--json").json == shown()


def test_a_venue_that_nobody_registered_is_refused(muster: Muster, fake: Fake) -> None:
    fake.on("GET /weather/rules", no(404, "unknown", "没有场馆 x", "there is no venue x"))
    ended = muster("weather", "rules", "--venue", "x")
    assert ended.code != 0
    assert "there is no venue x" in ended.err
