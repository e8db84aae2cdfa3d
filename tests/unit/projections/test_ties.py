"""Two observations of the same moment: one of them wins, and the same one in either order."""

import pytest

from events.envelope import Event
from events.fact import Fact
from events.presence import PresenceReported, SafetyReported
from events.weather import WarningIssued, WarningUpdated, WeatherObserved
from projections.travel import fold
from tests.unit.projections.build import message, picture, said, warned


def pair(key: str, first: Fact, second: Fact) -> tuple[Event, Event]:
    return said(first, key, 5, id="x1"), said(second, key, 5, id="x2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pair("a", PresenceReported(whereabouts="present"), PresenceReported(whereabouts="left")),
        pair("a", SafetyReported(answer="safe"), SafetyReported(answer="need-help")),
        pair(
            "a", SafetyReported(answer="need-help", venue="b"), SafetyReported(answer="need-help")
        ),
        pair("b", WeatherObserved(wind_ms=1), WeatherObserved(wind_ms=2)),
        pair(
            "w",
            WarningIssued(message=message("m1", 0)),
            WarningIssued(message=message("m2", 0)),
        ),
        pair(
            "w",
            WarningIssued(message=message("m1", 0)),
            WarningIssued(message=message("m1", 0, expires=9)),
        ),
    ],
)
def test_the_higher_id_wins_in_either_order(first: Event, second: Event) -> None:
    here = fold([first, second]).canonical()
    assert here == fold([second, first]).canonical()
    assert here != fold([first]).canonical()


def test_the_updates_of_a_warning_are_kept_in_one_order() -> None:
    names = [f"m{n}" for n in range(9)]
    updates = [warned("w1", message(name, 0), WarningUpdated) for name in reversed(names)]
    assert picture(*updates).warnings.rows["w1"].updates == tuple(("cma", name) for name in names)
