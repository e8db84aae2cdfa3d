"""What the rules look at: the worst of every ten minutes, the same in whatever order it came."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Event
from projections.measured import (
    LONG,
    POINTS_MAX,
    RECENT,
    Fall,
    Measured,
    measured,
    snow_fallen_mm,
    wind_chill_c,
)
from tests.moments import at
from tests.unit.weather.measurements import VENUE, observed


@pytest.mark.parametrize(
    ("temperature", "kmh", "index"),
    [
        (0, 5, -2), (0, 80, -10), (-10, 30, -20), (-20, 20, -30), (-30, 40, -48), (-40, 60, -64),
        (-15, 10, -21), (5, 25, 1),
    ],
)  # fmt: skip
def test_wind_chill_is_as_in_environment_canadas_table(
    temperature: float, kmh: float, index: int
) -> None:
    assert round(wind_chill_c(temperature, kmh / 3.6)) == index


@given(
    st.floats(-50, 15), st.floats(0, 40), st.floats(0, 10), st.floats(0, 10)
)  # fmt: skip
def test_more_cold_or_more_wind_is_never_a_milder_index(
    temperature: float, wind: float, colder: float, stronger: float
) -> None:
    milder = wind_chill_c(temperature, wind)
    assert wind_chill_c(temperature - colder, wind) <= milder + 1e-9
    if temperature <= 0:
        assert wind_chill_c(temperature, wind + stronger) <= milder + 1e-9


def test_a_slot_keeps_the_worst_of_each_measure() -> None:
    events = [
        observed(1, gust_ms=9.0, visibility_m=400, temperature_c=-3.0, precipitation="snow"),
        observed(4, gust_ms=15.0, visibility_m=900, temperature_c=-2.0, precipitation="rain"),
        observed(9, gust_ms=11.0, road_c=-1.0, precipitation="none"),
    ]
    [point] = measured(events).of(VENUE).points
    assert (point.gust_ms, point.visibility_m, point.temperature_c) == (15.0, 400, -3.0)
    assert (point.road_c, point.precipitation, point.at) == (-1.0, "rain", at(9))


def test_stations_and_drills_are_kept_apart() -> None:
    found = measured(
        [
            observed(0, gust_ms=9.0),
            observed(0, station="hut", gust_ms=4.0),
            observed(0, gust_ms=33.0, drill=True),
        ]
    )
    assert [(p.station, p.gust_ms) for p in found.of(VENUE).points] == [("hut", 4.0), ("mast", 9.0)]
    assert [p.gust_ms for p in found.of(VENUE, drill=True).points] == [33.0]
    assert found.of("elsewhere").points == ()


def test_only_a_day_is_kept_and_four_days_of_temperatures() -> None:
    hours = int(LONG.total_seconds() // 3600)
    events = [observed(60 * hour, temperature_c=-1.0, gust_ms=5.0) for hour in range(2 * hours)]
    found = measured(events).of(VENUE)
    newest = events[-1].occurred_at
    assert all(newest - point.at <= RECENT + timedelta(minutes=10) for point in found.points)
    assert len(found.points) == RECENT // timedelta(hours=1) + 1
    assert len(found.hours) == hours + 1


def test_many_stations_cost_no_more_than_the_limit() -> None:
    events = [
        observed(10 * slot, station=f"s{number}", gust_ms=1.0)
        for slot in range(30)
        for number in range(50)
    ]
    points = measured(events).of(VENUE).points
    assert len(points) == POINTS_MAX
    assert min(point.at for point in points) >= at(100)


ROWS = st.lists(
    st.tuples(
        st.integers(-3 * 1440, 3 * 1440),
        st.sampled_from(["a", "b"]),
        st.one_of(st.none(), st.integers(0, 40)),
        st.one_of(st.none(), st.integers(-30, 5)),
    ),
    max_size=30,
)


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_in_whatever_order_they_come_the_same_is_kept(
    rows: list[tuple[int, str, int | None, int | None]], chance: Random
) -> None:
    events: list[Event] = [
        observed(minute, station=station, gust_ms=gust, temperature_c=temperature)
        for minute, station, gust, temperature in rows
    ]
    shuffled = [*events, *events[:2]]
    chance.shuffle(shuffled)
    assert measured(shuffled).of(VENUE) == measured(events).of(VENUE)


def test_snow_counts_once_and_only_within_the_hours() -> None:
    falls = [Fall(at(60), 1, 2.0), Fall(at(120), 1, 3.0), Fall(at(120), 2, 4.0)]
    assert snow_fallen_mm(falls, at(120), 6) == 5.0
    assert snow_fallen_mm(falls, at(120), 1) == 3.0
    assert snow_fallen_mm(falls, at(300), 1) is None
    assert snow_fallen_mm([Fall(at(0), 12, 9.0)], at(0), 6) is None
    best = [Fall(at(60), 1, 2.0), Fall(at(120), 1, 3.0), Fall(at(120), 2, 6.0)]
    assert snow_fallen_mm(best, at(120), 6) == 6.0


def test_a_fold_that_was_kept_goes_on() -> None:
    events = [observed(10 * n, gust_ms=float(n), temperature_c=-1.0) for n in range(20)]
    first, second = measured(events[:9]), Measured()
    vars(second).update(vars(first))
    for event in events[9:]:
        second.apply(event)
    assert second.of(VENUE) == measured(events).of(VENUE)
