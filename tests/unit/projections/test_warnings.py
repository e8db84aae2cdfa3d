from itertools import permutations
from typing import Any

import pytest

from events.envelope import Event
from events.weather import (
    WarningArea,
    WarningCancelled,
    WarningIssued,
    WarningSuperseded,
    WarningUpdated,
    WeatherObserved,
)
from projections.view import view
from projections.warnings import Warned
from projections.weather import LISTED
from tests.unit.projections.build import at, message, picture, said, site, venue, warned

GROUND = (site(), site("beijing"), venue(), venue("oval", "beijing"))


def shown(*events: Event, minutes: float = 60) -> dict[str, Any]:
    return view(picture(*GROUND, *events), at(minutes))


def test_a_warning_in_force_is_listed_and_at_its_venues() -> None:
    of = shown(warned("w1", message("m1", 0)))
    (row,) = of["warnings"]
    assert row["headline"] == {"zh-CN": "暴雪橙色预警", "en-US": "Orange blizzard warning"}
    assert row["event"] == {"zh-CN": "暴雪", "en-US": "Blizzard"}
    assert (row["id"], row["severity"], row["colour"]) == ("w1", "severe", "orange")
    assert (row["effective"], row["expires"]) == ("2022-02-13T04:00:00Z", "2022-02-13T14:00:00Z")
    assert [place["warnings"] for place in of["venues"]] == [["w1"], []]
    assert of["counts"]["warnings_in_force"] == 1


@pytest.mark.parametrize(
    ("minutes", "in_force"), [(29, False), (30, True), (599, True), (600, False)]
)
def test_it_holds_from_effective_until_expires(minutes: float, in_force: bool) -> None:
    of = shown(warned("w1", message("m1", 0, effective=30)), minutes=minutes)
    assert bool(of["warnings"]) is in_force


def test_without_expires_it_holds_until_it_is_cancelled() -> None:
    endless = warned("w1", message("m1", 0, expires=None))
    assert shown(endless, minutes=99_999)["warnings"]
    cancelled = warned("w1", message("m2", 5), WarningCancelled)
    assert not shown(endless, cancelled)["warnings"]


def test_whatever_order_its_messages_come_in_the_last_one_sent_speaks() -> None:
    events = (
        warned("w1", message("m1", 0)),
        warned("w1", message("m2", 10), WarningUpdated),
        warned("w1", message("m3", 20, expires=900), WarningUpdated),
    )
    views = [shown(*order)["warnings"] for order in permutations(events)]
    assert all(row == views[0] for row in views)
    assert (views[0][0]["identifier"], views[0][0]["updated"]) == ("m3", 2)


def test_of_two_messages_sent_at_once_the_cancel_speaks() -> None:
    events = (
        warned("w1", message("m9", 10), WarningUpdated),
        warned("w1", message("m1", 10), WarningCancelled),
    )
    assert not shown(*events)["warnings"]
    assert not shown(*reversed(events))["warnings"]


def test_a_message_sent_again_is_one_update() -> None:
    update = warned("w1", message("m2", 10), WarningUpdated)
    again = update._replace(id="another")
    assert shown(update, again)["warnings"][0]["updated"] == 1


def test_one_that_touches_no_venue_is_counted_elsewhere() -> None:
    many = [
        warned(f"w{n}", message(f"m{n}", n / 100, venues=("unheard-of",)))
        for n in range(LISTED + 5)
    ]
    of = shown(*many)
    assert (of["warnings"], of["elsewhere"], len(of["warnings_elsewhere"])) == ([], 55, LISTED)
    assert of["warnings_elsewhere"][0]["id"] == "w54"


def test_an_exercise_is_no_warning() -> None:
    of = shown(warned("w1", message("m1", 0, status="Exercise")))
    assert (of["warnings"], of["elsewhere"]) == ([], 0)
    assert [row["status"] for row in of["exercises"]] == ["Exercise"]
    assert of["venues"][0]["warnings"] == []


def test_a_site_sees_the_warnings_of_its_own_venues() -> None:
    folded = picture(*GROUND, warned("w1", message("m1", 0)))
    assert view(folded, at(1), sites=frozenset({"yanqing"}))["warnings"]
    assert not view(folded, at(1), sites=frozenset({"beijing"}))["warnings"]


def test_the_newest_measurement_of_a_venue_is_shown_with_its_age() -> None:
    events = (
        said(WeatherObserved(wind_ms=19.0), "alpine", 30),
        said(WeatherObserved(wind_ms=3.0), "alpine", 10, late=30),
    )
    alpine, oval = shown(*events)["venues"]
    assert (alpine["observation"]["wind_ms"], alpine["observation"]["age_s"]) == (19.0, 1800)
    assert oval["observation"] is None


DAY = 24 * 60


CIRCLE = (WarningArea(description="延庆", circles=((40.5, 115.8, 5.0),)),)


def of_days(*events: Event) -> dict[str, Warned]:
    return picture(*GROUND, *events).warnings.rows


def told(
    id: str,
    identifier: str,
    minutes: float = 0,
    kind: type[WarningIssued | WarningUpdated] = WarningIssued,
    *,
    expires: float | None = 600,
    late: float = 0,
) -> Event:
    """A message with an area, taken when it was sent and recorded `late` minutes after."""
    body = message(identifier, minutes, expires=expires, areas=CIRCLE)
    return said(kind(message=body), id, minutes, late=late, id=f"{id}-{identifier}")


def test_days_after_a_warning_is_over_its_areas_leave_memory() -> None:
    old = told("w1", "m1")
    kept = told("w2", "m2", 3 * DAY, expires=9 * DAY)
    rows = of_days(old, kept)
    assert rows["w1"].message.areas
    gone = of_days(old, kept, told("w3", "m3", 5 * DAY, expires=9 * DAY))
    assert gone["w1"].message.areas == ()
    assert gone["w1"].message.texts[0].headline == rows["w1"].message.texts[0].headline
    assert gone["w2"].message.areas
    assert gone["w1"].history == rows["w1"].history


def test_what_is_not_over_stays_whole_however_old_it_is() -> None:
    endless = told("w1", "m1", expires=None)
    long = told("w2", "m2", expires=30 * DAY)
    rows = of_days(endless, long, told("w3", "m3", 20 * DAY, expires=21 * DAY))
    assert rows["w1"].message.areas
    assert rows["w2"].message.areas


def test_a_warning_that_goes_on_after_all_is_whole_again() -> None:
    events = (
        told("w1", "m1"),
        told("w2", "m2", 9 * DAY, expires=10 * DAY),
        told("w1", "m3", 9 * DAY, WarningUpdated, expires=10 * DAY),
    )
    for order in permutations(events):
        row = of_days(*order)["w1"]
        assert row.message.areas
        assert row.in_force(at(9 * DAY + 60))


def test_the_past_has_the_areas_of_what_was_in_force_then() -> None:
    """What was recorded long after lets go of nothing in a picture of before."""
    rows = of_days(told("w1", "m1"), told("w2", "m2", 30, late=9 * DAY))
    assert rows["w1"].message.areas
    assert rows["w2"].message.areas


def test_in_force_at_a_venue_is_told_of_any_moment() -> None:
    warnings = picture(
        *GROUND,
        warned("w1", message("m1", 0, expires=600)),
        warned("w2", message("m2", 10, effective=300, expires=900, venues=("alpine", "oval"))),
        warned("w3", message("m3", 20, status="Exercise")),
        warned("w4", message("m4", 20)),
        said(WarningSuperseded(by="w1"), "w4", 25, kind="warning"),
    ).warnings

    def ids(venue: str, minutes: float) -> list[str]:
        return [id for id, _ in warnings.in_force_at(venue, at(minutes))]

    assert ids("alpine", 60) == ["w1"]
    assert ids("alpine", 400) == ["w2", "w1"]
    assert ids("alpine", 700) == ["w2"]
    assert ids("oval", 400) == ["w2"]
    assert ids("oval", 60) == ids("alpine", 900) == ids("alpine", -1) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_chain_is_kept_whole_in_the_order_it_was_sent(order: tuple[int, ...]) -> None:
    events = [
        warned("w1", message("m1", 0)),
        warned("w1", message("m2", 10), WarningUpdated),
        warned("w1", message("m3", 20), WarningCancelled),
    ]
    row = of_days(*(events[number] for number in order))["w1"]
    assert [(one.identifier, one.precedence) for one in row.history] == [
        ("m1", 0), ("m2", 1), ("m3", 2),
    ]  # fmt: skip
