"""The newest measurement of a venue, and the window of those before it, in any order of arrival."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Event
from events.weather import WeatherObserved
from projections import observations
from projections.observations import POINTS_MAX, SLOT, WINDOW, Observations
from tests.unit.projections.build import at, said

VENUE = "alpine"
SLOT_MIN = SLOT / timedelta(minutes=1)
WINDOW_MIN = WINDOW / timedelta(minutes=1)


def measured(minutes: float, wind_ms: float, station: str = "", id: str | None = None) -> Event:
    fact = WeatherObserved(wind_ms=wind_ms, station=station, original="as sent")
    return said(fact, VENUE, minutes, id=id or f"{minutes}/{wind_ms}/{station}")


def folded(events: list[Event]) -> Observations:
    kept = Observations()
    ((_, fold),) = kept.folds()
    for event in events:
        fold(event, event.data)
    return kept


def winds(
    kept: Observations, since: float | None = None, until: float | None = None
) -> list[float]:
    moments = [None if minutes is None else at(minutes) for minutes in (since, until)]
    return [point.weather.wind_ms or 0 for point in kept.window(VENUE, *moments)]


def test_the_window_is_sorted_by_time_and_holds_both_its_ends() -> None:
    kept = folded([measured(minutes, minutes) for minutes in (30, 0, 20, 10)])
    assert winds(kept) == [0, 10, 20, 30]
    assert winds(kept, 10, 20) == [10, 20]
    assert winds(kept, 21) == [30]
    assert winds(kept, until=-1) == []


def test_a_venue_of_which_nothing_is_known_has_an_empty_window() -> None:
    assert Observations().window("nowhere") == []


def test_what_is_older_than_two_days_leaves_the_window_however_late_it_comes() -> None:
    old, newest = measured(0, 1), measured(WINDOW_MIN + SLOT_MIN, 2)
    assert winds(folded([old, newest])) == winds(folded([newest, old])) == [2]
    assert winds(folded([old, measured(WINDOW_MIN, 3)])) == [1, 3]


def test_a_station_has_one_measurement_in_five_minutes_and_another_station_its_own() -> None:
    kept = folded([measured(0, 1, "A"), measured(4, 2, "A"), measured(3, 3, "B")])
    assert winds(kept) == [3, 2]


def test_only_the_newest_keeps_what_was_sent() -> None:
    kept = folded([measured(0, 1)])
    assert kept.newest[VENUE].weather.original == "as sent"
    assert [point.weather.original for point in kept.window(VENUE)] == [""]


def test_many_stations_shorten_the_window_and_do_not_grow_it() -> None:
    kept = folded(
        [
            measured(slot * SLOT_MIN, slot % 40, f"S{station}")
            for slot in range(300)
            for station in range(3)
        ]
    )
    window = kept.window(VENUE)
    assert len(window) == POINTS_MAX
    assert window[0].at == at((300 - POINTS_MAX / 3) * SLOT_MIN)


few_stations = st.lists(
    st.builds(
        measured,
        st.one_of(st.integers(0, 60), st.integers(0, int(WINDOW_MIN) * 2)),
        st.integers(0, 40),
        st.sampled_from(("", "A", "B")),
    ),
    unique_by=lambda event: event.id,
    max_size=30,
)


@settings(max_examples=300)
@given(few_stations, st.data())
def test_any_order_of_arrival_gives_one_window(events: list[Event], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observations, "POINTS_MAX", 7)
        here, there = folded(events), folded(data.draw(st.permutations(events)))
        assert here == there
        assert len(here.window(VENUE)) <= 7
        assert folded([*events, *events]) == here
