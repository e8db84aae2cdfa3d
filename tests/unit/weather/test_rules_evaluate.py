"""What rules make of measurements: when a level rises, and when it is lowered."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Event
from services.weather.rules.evaluate import Standing
from services.weather.rules.rule import COLOURS, Rule
from tests.moments import at
from tests.unit.weather.measurements import GALE, RULES, gusts, observed, wanted


@pytest.mark.parametrize(
    ("measures", "colour"),
    [
        ({"gust_ms": 13.8}, None),
        ({"gust_ms": 13.9}, "blue"),
        ({"wind_ms": 10.8}, "blue"),
        ({"gust_ms": 20.8}, "yellow"),
        ({"wind_ms": 17.2, "gust_ms": 5.0}, "yellow"),
        ({"gust_ms": 28.5}, "orange"),
        ({"wind_ms": 24.5}, "orange"),
        ({"gust_ms": 37.0}, "red"),
        ({"wind_ms": 32.7}, "red"),
        ({"visibility_m": 50}, None),
    ],
)
def test_a_gale_is_as_strong_as_its_force_says(
    measures: dict[str, Any], colour: str | None
) -> None:
    assert wanted([observed(0, **measures)], minute=1).colour == colour


def test_it_rises_at_once_and_says_what_was_measured() -> None:
    found = wanted(gusts((0, 9.0), (30, 21.4)), minute=30)
    assert (found.colour, found.since, found.expires) == ("yellow", at(30), at(30 + 360))
    [reading] = found.met
    assert (reading.value, reading.threshold.at_least, reading.station) == (21.4, 20.8, "mast")


def test_it_is_lowered_when_it_was_gone_for_long_enough_by_measurements() -> None:
    rise = gusts((0, 21.0), (30, 18.7), (60, 18.7))
    assert wanted(rise, minute=60).colour == "yellow"
    more = [*rise, *gusts((80, 18.8))]
    assert wanted(more, minute=80).colour == "yellow", "18.8 is within the margin again"
    falls = [*rise, *gusts((90, 18.7))]
    assert wanted(falls, minute=90).colour == "blue"
    calm = [*falls, *gusts((100, 3.0), (130, 2.0), (159, 2.0))]
    assert wanted(calm, minute=159).colour == "blue"
    assert wanted([*calm, *gusts((160, 2.0))], minute=160).colour is None


def test_what_is_not_measured_any_more_does_not_lower_it_until_it_runs_out() -> None:
    storm = [observed(0, gust_ms=30.0, wind_ms=11.0)]
    iced_up = [observed(minute, wind_ms=3.0) for minute in range(10, 180, 10)]
    found = wanted([*storm, *iced_up], minute=180)
    assert found.colour == "orange"
    assert found.expires == at(360)
    over = wanted(storm, minute=360)
    assert (over.colour, over.ran_out) == (None, True)


def test_a_calm_station_does_not_lower_what_another_measured() -> None:
    ridge = [observed(0, station="ridge", gust_ms=30.0)]
    valley = [observed(minute, station="valley", gust_ms=4.0) for minute in range(0, 200, 10)]
    assert wanted([*ridge, *valley], minute=200).colour == "orange"


def test_a_gust_between_two_calm_readings_of_ten_minutes_is_not_lost() -> None:
    found = wanted(gusts((0, 5.0), (1, 29.0), (4, 6.0)), minute=5)
    assert found.colour == "orange"


def test_what_stands_from_before_the_first_measurement_in_view_goes_on() -> None:
    margin = gusts(*((minute, 19.5) for minute in range(0, 120, 30)))
    standing = Standing("yellow", at(-60 * 30))
    assert wanted(margin, minute=120).colour == "blue"
    found = wanted(margin, minute=120, standing=standing)
    assert (found.colour, found.since) == ("yellow", standing.since)
    calm = gusts(*((minute, 12.5) for minute in range(120, 200, 30)))
    assert wanted([*margin, *calm], minute=200, standing=standing).colour == "blue"


def test_a_rule_may_want_two_in_a_row() -> None:
    rule = GALE.model_copy(update={"consecutive": 2})
    assert wanted(gusts((0, 21.0)), rule, minute=1).colour is None
    assert wanted(gusts((0, 21.0), (30, 13.0), (60, 21.0)), rule, minute=60).colour is None
    found = wanted(gusts((0, 21.0), (30, 21.0)), rule, minute=31)
    assert (found.colour, found.since) == ("yellow", at(0))


def test_measurements_of_a_drill_raise_nothing_real() -> None:
    drill = [observed(0, gust_ms=40.0, drill=True)]
    assert wanted(drill, minute=1).colour is None


@pytest.mark.parametrize(
    ("metres", "colour"),
    [(500, None), (499, "yellow"), (200, "yellow"), (199, "orange"), (50, "orange"), (49, "red")],
)
def test_visibility_is_below_its_limits_not_at_them(metres: float, colour: str | None) -> None:
    assert (
        wanted([observed(0, visibility_m=metres)], RULES["visibility"], minute=1).colour == colour
    )


@pytest.mark.parametrize(
    ("temperature", "wind", "colour"),
    [
        (-20.0, 3.0, None),  # -27.6
        (-20.0, 4.0, "yellow"),  # -29.2
        (-28.0, 8.0, "orange"),  # -44.1
        (-35.0, 6.0, "red"),  # -51.5
    ],
)
def test_wind_chill_has_a_scale_of_its_own(
    temperature: float, wind: float, colour: str | None
) -> None:
    events = [observed(0, temperature_c=temperature, wind_ms=wind)]
    assert wanted(events, RULES["wind-chill"], minute=1).colour == colour
    assert RULES["wind-chill"].scale != GALE.scale


def test_snow_of_several_hours_is_added_up_without_counting_an_hour_twice() -> None:
    hourly = [observed(60 * hour, snowfall_mm=1.0, snowfall_h=1.0) for hour in range(6)]
    assert wanted(hourly[:3], RULES["blizzard"], minute=200).colour is None
    assert wanted(hourly[:4], RULES["blizzard"], minute=200).colour == "blue"
    assert wanted(hourly, RULES["blizzard"], minute=330).colour == "yellow"
    sixth = observed(300, snowfall_mm=6.5, snowfall_h=6.0, station="mast")
    assert wanted([*hourly, sixth], RULES["blizzard"], minute=330).colour == "yellow"
    heavy = [observed(0, snowfall_mm=15.0, snowfall_h=6.0)]
    assert wanted(heavy, RULES["blizzard"], minute=1).colour == "red"


def test_fresh_snow_is_what_the_depth_gained_in_a_day() -> None:
    deep = [observed(60 * hour, snow_depth_cm=60.0 + 3 * hour) for hour in range(5)]
    assert wanted(deep[:4], RULES["fresh-snow"], minute=300).colour is None
    assert wanted(deep, RULES["fresh-snow"], minute=300).colour == "blue"


def test_a_road_is_icy_where_it_is_cold_and_wet_whoever_measured_which() -> None:
    cold = observed(0, station="road", road_c=-2.0)
    rule = RULES["road-ice"]
    assert wanted([cold], rule, minute=1).colour is None
    snow = observed(20, station="ZBAA", precipitation="snow")
    assert wanted([cold, snow], rule, minute=21).colour == "yellow"
    rain = observed(20, station="ZBAA", precipitation="rain")
    assert wanted([cold, rain], rule, minute=21).colour == "orange"
    late = observed(90, station="ZBAA", precipitation="snow")
    assert wanted([cold, late], rule, minute=91).colour is None


def cold_wave(first: float, second: float, wind: float) -> list[Event]:
    """Two days, an hour apart each: the lowest temperature of each, and the wind of the second."""
    return [
        observed(60 * hour, temperature_c=first + 5 * (hour % 24 != 5), wind_ms=2.0)
        for hour in range(24)
    ] + [
        observed(60 * hour, temperature_c=second + 5 * (hour % 24 != 5), wind_ms=wind)
        for hour in range(24, 48)
    ]


@pytest.mark.parametrize(
    ("first", "second", "wind", "colour"),
    [
        (-2.0, -12.0, 10.8, "yellow"),
        (-2.0, -12.0, 10.7, None),
        (-2.0, -14.0, 12.0, "orange"),
        (-2.0, -18.0, 12.0, "red"),
        (16.0, 4.5, 12.0, None),
        (16.0, 4.0, 12.0, "yellow"),
    ],
)
def test_a_cold_wave_is_a_fall_of_the_lowest_temperature_with_wind(
    first: float, second: float, wind: float, colour: str | None
) -> None:
    events = cold_wave(first, second, wind)
    assert wanted(events, RULES["cold-wave"], minute=48 * 60).colour == colour


def test_a_fall_over_two_days_needs_three_days_of_measurements() -> None:
    before = [observed(60 * hour - 1440, temperature_c=1.0, wind_ms=2.0) for hour in range(24)]
    days = cold_wave(-3.0, -8.0, 9.0)
    assert wanted(days, RULES["cold-wave"], minute=48 * 60).colour is None
    assert wanted([*before, *days], RULES["cold-wave"], minute=48 * 60).colour == "blue"


def test_a_day_that_was_hardly_measured_makes_no_fall() -> None:
    noon = [observed(60 * 13, temperature_c=5.0, wind_ms=2.0)]
    events = [*noon, *cold_wave(-2.0, -12.0, 12.0)[24:]]
    assert wanted(events, RULES["cold-wave"], minute=48 * 60).colour is None


STORMS = st.lists(
    st.tuples(
        st.integers(0, 600),
        st.sampled_from(["ridge", "valley"]),
        st.floats(0, 45).map(lambda gust: round(gust, 1)),
        st.one_of(st.none(), st.floats(0, 36).map(lambda wind: round(wind, 1))),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: (row[0], row[1]),
)


def storm(rows: list[tuple[int, str, float, float | None]]) -> list[Event]:
    return [
        observed(minute, station=station, gust_ms=gust, wind_ms=wind)
        for minute, station, gust, wind in rows
    ]


@given(STORMS, st.randoms(use_true_random=False), st.sampled_from([GALE, "two"]))
@settings(max_examples=150, deadline=None)
def test_the_order_of_arrival_changes_nothing(
    rows: list[tuple[int, str, float, float | None]], chance: Random, which: Rule | str
) -> None:
    rule = which if isinstance(which, Rule) else GALE.model_copy(update={"consecutive": 2})
    events = storm(rows)
    shuffled = [*events, *events[:3]]
    chance.shuffle(shuffled)
    assert wanted(shuffled, rule, minute=620) == wanted(events, rule, minute=620)


@given(STORMS, st.lists(st.floats(0, 12), min_size=25, max_size=25), st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_worse_weather_never_gives_a_lower_level(
    rows: list[tuple[int, str, float, float | None]], more: list[float], later: int
) -> None:
    worse = [
        (minute, station, gust + add, None if wind is None else wind + add)
        for (minute, station, gust, wind), add in zip(rows, more, strict=False)
    ]
    order = [None, *COLOURS]
    minute = 600 + later
    assert order.index(wanted(storm(worse), minute=minute).colour) >= order.index(
        wanted(storm(rows), minute=minute).colour
    )


@given(
    st.sampled_from([13.9, 20.8, 28.5, 37.0]),
    st.lists(st.floats(-1.99, 1.99), min_size=2, max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_a_gust_that_goes_up_and_down_within_the_margin_changes_the_level_at_most_once(
    limit: float, wobbles: list[float]
) -> None:
    events = gusts(*((15 * number, limit + wobble) for number, wobble in enumerate(wobbles)))
    levels = [
        wanted(events[:number], minute=15 * (number - 1)).colour
        for number in range(1, len(events) + 1)
    ]
    changes = sum(one != other for one, other in pairwise(levels))
    assert changes <= 1


@given(STORMS)
@settings(max_examples=150, deadline=None)
def test_a_level_that_is_lowered_was_gone_for_as_long_as_the_rule_says(
    rows: list[tuple[int, str, float, float | None]],
) -> None:
    told = sorted((minute, "mast", gust, None) for minute, _, gust, _ in rows)
    events = storm([*told])
    order = [None, *COLOURS]
    for number in range(1, len(events)):
        minute = told[number][0]
        before = wanted(events[:number], minute=minute).colour
        after = wanted(events[: number + 1], minute=minute).colour
        if before is None or order.index(after) >= order.index(before):
            continue
        limit = {"blue": 13.9, "yellow": 20.8, "orange": 28.5, "red": 37.0}[before]
        # A slot of ten minutes is as bad as its worst, so of the hour fifty are certain.
        recent = [row[2] for row in told[: number + 1] if minute - row[0] <= 50]
        assert all(gust < limit - 2.0 for gust in recent)
