"""Whose venue a station is for, what an observation's event is called, and what an address says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.fact import Place, Text
from events.report import ReportSetAside
from projections.places import Places, Venue
from services.problems import Problem
from services.reporting.doubts import Bounds
from services.weather.observing.measured import Measured
from services.weather.observing.placed import Came, Default, Drafted, Sender, draft, venue_of
from services.weather.stations.address import address_of
from services.weather.stations.aside import set_aside

NOW = datetime(2022, 2, 18, 8, 0, tzinfo=UTC)
BOUNDS = Bounds(timedelta(minutes=5), timedelta(days=366))
HILL, RINK = (
    Venue(site, Text(zh="馆", en="Hall"), Place(lat=40, lon=116), "")
    for site in ("yanqing", "beijing")
)
PLACES = Places(venues={"hill": HILL, "rink": RINK})
STATIONS = {"A1": "hill", "LOST": "gone", "rink": "hill"}
CAME = Came(NOW, BOUNDS, "fallback")
ANYBODY = Sender("reporter:li")


def seen(**fields: Any) -> Measured:
    return Measured("station", "as sent", **{"values": {"wind_ms": 3.0}, **fields})


@pytest.mark.parametrize(
    ("measured", "default", "venue"),
    [
        (seen(venue="rink", station="A1"), Default(venue="hill"), "rink"),
        (seen(station="A1"), Default(venue="rink"), "rink"),
        (seen(station="A1"), Default(), "hill"),
        (seen(station="hill"), Default(), "hill"),
        (seen(station="rink"), Default(), "hill"),
        (seen(station="ZBAA"), Default(station="A1"), "hill"),
        (seen(), Default(station="A1"), "hill"),
        (seen(venue="gone"), Default(venue="hill"), "unknown-venue"),
        (seen(station="LOST"), Default(station="A1"), "unknown-venue"),
        (seen(station="ZBAA"), Default(), "unknown-station"),
        (seen(), Default(), "venue-missing"),
    ],
)
def test_a_venue_is_found_for_a_station(measured: Measured, default: Default, venue: str) -> None:
    found = venue_of(measured, STATIONS, PLACES, default)
    assert (found.code if isinstance(found, Problem) else found) == venue


def drafted(measured: Measured, venue: str = "hill", came: Came = CAME) -> Drafted:
    found = draft(measured, venue, ANYBODY, PLACES, came)
    assert isinstance(found, Drafted)
    return found


def test_an_observation_is_an_event_of_its_venue_at_the_time_it_was_measured() -> None:
    at = NOW - timedelta(minutes=3)
    event = drafted(seen(at=at, device="d1")).event
    assert (event.site, event.kind, event.key, event.device) == (
        "yanqing",
        "observation",
        "hill",
        "d1",
    )
    assert (event.occurred_at, event.recorded_at, event.actor) == (at, NOW, "reporter:li")


def test_what_is_a_little_ahead_is_of_now_and_what_has_no_time_of_when_it_came() -> None:
    assert drafted(seen(at=NOW + timedelta(minutes=2))).event.occurred_at == NOW
    arrived = CAME._replace(measured_at=NOW - timedelta(hours=2))
    assert drafted(seen(), came=arrived).event.occurred_at == NOW - timedelta(hours=2)


def test_an_observation_is_recognised_by_its_id_or_by_station_and_time() -> None:
    at = NOW - timedelta(minutes=3)
    timed = drafted(seen(station="A1", at=at))
    other_words = drafted(
        Measured("mqtt", "other words", at=at, station="A1", values={"wind_ms": 3.0})
    )
    assert timed.event.id == other_words.event.id
    assert timed.event.digest == other_words.event.digest
    assert drafted(seen(station="A1", at=at, values={"wind_ms": 4.0})).event.id != timed.event.id
    assert drafted(seen(station="A2", at=at)).event.id != timed.event.id
    assert drafted(seen(station="A1", at=at), "rink").event.id != timed.event.id
    named, changed = (drafted(seen(id="x", values={"wind_ms": wind})) for wind in (3.0, 4.0))
    assert named.event.id == changed.event.id
    assert named.event.digest != changed.event.digest
    again = drafted(seen(), came=CAME._replace(now=NOW + timedelta(minutes=1)))
    assert drafted(seen()).event.id == again.event.id
    assert drafted(seen(), came=CAME._replace(fallback_id="other")).event.id != again.event.id


@pytest.mark.parametrize(
    ("measured", "sender", "code"),
    [
        (seen(at=NOW + timedelta(minutes=6)), ANYBODY, "far-future"),
        (seen(at=NOW - timedelta(days=367)), ANYBODY, "too-old"),
        (seen(), Sender("x", frozenset({"beijing"})), "site-not-allowed"),
        (seen(), Sender("x", frozenset()), "site-not-allowed"),
    ],
)
def test_what_cannot_be_is_refused(measured: Measured, sender: Sender, code: str) -> None:
    found = draft(measured, "hill", sender, PLACES, CAME)
    assert isinstance(found, Problem)
    assert found.code == code


def test_a_metar_may_be_stamped_with_the_full_hour_before_it() -> None:
    ahead = Measured(
        "metar", "", at=NOW + timedelta(minutes=50), station="ZBAA", values={"wind_ms": 1.0}
    )
    assert drafted(ahead).event.occurred_at == NOW


@pytest.mark.parametrize(
    ("subject", "address"),
    [
        ("obs.yanqing.A1", ("obs/yanqing/A1", "yanqing", "A1")),
        ("obs.yanqing.roof//1", ("obs/yanqing/roof.1", "yanqing", "roof.1")),
        ("obs.yanqing.A1.temperature", ("obs/yanqing/A1/temperature", "yanqing", "A1")),
        ("obs.yanqing.北", ("obs/yanqing/北", "yanqing", "")),
        ("obs.yanqing", ("obs/yanqing", "yanqing", "")),
        ("obs.y//q.A1", ("obs/y.q/A1", "", "A1")),
    ],
)
def test_an_address_is_taken_apart(subject: str, address: tuple[str, str, str]) -> None:
    assert address_of(subject) == address


def test_one_kind_of_mistake_of_a_topic_is_set_aside_once_an_hour() -> None:
    address = address_of("obs.yanqing.A1")
    problem = {"code": "unit-missing", "field": "wind", "reason": {"zh": "无单位", "en": "no unit"}}
    refused = {"id": None, "status": "rejected", **problem}
    noted = {"status": "accepted", "notes": [problem, {**problem, "code": "extra-forbidden"}]}

    def ids(answers: list[dict[str, Any]], minutes: float = 0) -> list[str]:
        came = NOW + timedelta(minutes=minutes)
        return [event.id for event in set_aside(answers, address, "hq", b"\xff", came, NOW)]

    (first,) = ids([refused, refused, noted])
    assert ids([noted], 59) == [first]
    assert ids([refused], 60) != [first]
    assert ids([{**refused, "code": "impossible-value"}]) != [first]
    assert ids([{"status": "accepted"}]) == []
    (event,) = set_aside([refused], address, "hq", b"\xff", NOW, NOW)
    assert isinstance(event.data, ReportSetAside)
    assert "obs/yanqing/A1" in event.data.reason
