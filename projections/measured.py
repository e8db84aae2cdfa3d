"""What the weather rules look at: of each venue and station the worst of every ten minutes.

Two folds of the same measurements give the same, whatever order they came in. Of several in one
slot each measure keeps its worst, so that a gust between two calm readings is not lost.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.weather import Precipitation, WeatherObserved

SLOT = timedelta(minutes=10)
RECENT = timedelta(hours=24)
"""How far back from a venue's newest measurement the slots reach."""
LONG = timedelta(hours=96)
"""How far back the lowest temperature of each hour reaches: four days, for falls over two."""
POINTS_MAX = 1000
"""Slots of one venue: with many stations they reach less far back."""
_HOUR = timedelta(hours=1)
_WETNESS: tuple[Precipitation, ...] = ("none", "snow", "mixed", "rain")
"""From the best to the worst on a cold road: rain freezes at once."""
_FALLS_MAX = 12
_CALM_KMH = 5.0
_INDEX_UP_TO_C = 10.0


class Fall(NamedTuple):
    """So many millimetres of water fell as snow in the hours before `at`."""

    at: datetime
    hours: float
    mm: float


class Point(NamedTuple):
    """The worst that a station measured in ten minutes. `at` is the last moment it measured."""

    at: datetime
    station: str
    slot: int
    temperature_c: float | None = None
    wind_ms: float | None = None
    gust_ms: float | None = None
    visibility_m: float | None = None
    snow_depth_cm: float | None = None
    road_c: float | None = None
    wind_chill_c: float | None = None
    precipitation: Precipitation | None = None
    falls: tuple[Fall, ...] = ()


class Coldest(NamedTuple):
    """The lowest temperature of a station in an hour, in degrees Celsius; `hour` counts them."""

    hour: int
    station: str
    temperature_c: float


class Measurements(NamedTuple):
    """What was measured at a venue: by time, and then by station."""

    points: tuple[Point, ...] = ()
    hours: tuple[Coldest, ...] = ()


def wind_chill_c(temperature_c: float, wind_ms: float) -> float:
    """Return the wind chill index of JAG/TI (Environment Canada, 2001), in degrees.

    `wind_ms` is the mean wind at ten metres. Below 5 km/h the index has a formula of its own; above
    10 degrees it has none, and the temperature stands for it.
    """
    if temperature_c > _INDEX_UP_TO_C:
        return temperature_c
    kmh = wind_ms * 3.6
    if kmh < _CALM_KMH:
        return temperature_c + (-1.59 + 0.1345 * temperature_c) / _CALM_KMH * kmh
    power: float = kmh**0.16
    return 13.12 + 0.6215 * temperature_c - 11.37 * power + 0.3965 * temperature_c * power


class Measured:
    """The measurements by venue; those of drills apart from the real ones. A fold."""

    kinds: ClassVar[frozenset[str]] = frozenset({"observation"})

    def __init__(self) -> None:
        self._newest: dict[tuple[str, bool], datetime] = {}
        self._points: dict[tuple[str, bool], dict[tuple[int, str], Point]] = {}
        self._hours: dict[tuple[str, bool], dict[tuple[int, str], float]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if not isinstance(event.data, WeatherObserved):
            return
        key = event.key, event.drill
        at = event.occurred_at
        known = self._newest.get(key)
        if known is None or known < at:
            self._newest[key] = at
            if known is None or slot_of(known) != slot_of(at):
                self._let_go(key, at)
        newest = self._newest[key]
        point = point_of(event, event.data)
        if point.slot >= _first(newest, SLOT, RECENT):
            self._keep(key, point)
        hour = _number(at, _HOUR)
        if point.temperature_c is not None and hour >= _first(newest, _HOUR, LONG):
            hours = self._hours.setdefault(key, {})
            low = hours.get((hour, point.station), point.temperature_c)
            hours[hour, point.station] = min(point.temperature_c, low)

    def of(self, venue: str, *, drill: bool = False) -> Measurements:
        """Return what is known of a venue."""
        key = venue, drill
        points = self._points.get(key, {}).values()
        hours = self._hours.get(key, {}).items()
        return Measurements(
            tuple(sorted(points, key=lambda point: (point.at, point.station))),
            tuple(Coldest(hour, station, low) for (hour, station), low in sorted(hours)),
        )

    def _keep(self, key: tuple[str, bool], point: Point) -> None:
        points = self._points.setdefault(key, {})
        slot = point.slot, point.station
        known = points.get(slot)
        points[slot] = point if known is None else worse(known, point)
        while len(points) > POINTS_MAX:
            del points[min(points)]

    def _let_go(self, key: tuple[str, bool], newest: datetime) -> None:
        """Keep what is recent. Which that is follows from the newest, not from who came first."""
        points, hours = self._points.get(key, {}), self._hours.get(key, {})
        for slot in [slot for slot in points if slot[0] < _first(newest, SLOT, RECENT)]:
            del points[slot]
        for hour in [hour for hour in hours if hour[0] < _first(newest, _HOUR, LONG)]:
            del hours[hour]


def _first(newest: datetime, span: timedelta, long: timedelta) -> int:
    """Return the number of the first span of time that is kept."""
    return _number(newest, span) - long // span


def slot_of(at: datetime) -> int:
    """Return the number of the ten minutes that a moment lies in."""
    return _number(at, SLOT)


def measured(events: Iterable[Event]) -> Measured:
    """Return what events come to."""
    found = Measured()
    for event in events:
        found.apply(event)
    return found


def point_of(event: Event, fact: WeatherObserved) -> Point:
    """Return one measurement as a point of its own."""
    chill = None
    if fact.temperature_c is not None and fact.wind_ms is not None:
        chill = wind_chill_c(fact.temperature_c, fact.wind_ms)
    falls: tuple[Fall, ...] = ()
    if fact.snowfall_mm is not None and fact.snowfall_h is not None:
        falls = (Fall(event.occurred_at, fact.snowfall_h, fact.snowfall_mm),)
    return Point(
        at=event.occurred_at,
        station=fact.station or event.device or "",
        slot=slot_of(event.occurred_at),
        temperature_c=fact.temperature_c,
        wind_ms=fact.wind_ms,
        gust_ms=fact.gust_ms,
        visibility_m=fact.visibility_m,
        snow_depth_cm=fact.snow_depth_cm,
        road_c=fact.road_c,
        wind_chill_c=chill,
        precipitation=fact.precipitation,
        falls=falls,
    )


def worse(one: Point, other: Point) -> Point:
    """Return the worst of two points of a slot, measure by measure."""
    return Point(
        at=max(one.at, other.at),
        station=one.station,
        slot=one.slot,
        temperature_c=_least(one.temperature_c, other.temperature_c),
        wind_ms=_most(one.wind_ms, other.wind_ms),
        gust_ms=_most(one.gust_ms, other.gust_ms),
        visibility_m=_least(one.visibility_m, other.visibility_m),
        snow_depth_cm=_most(one.snow_depth_cm, other.snow_depth_cm),
        road_c=_least(one.road_c, other.road_c),
        wind_chill_c=_least(one.wind_chill_c, other.wind_chill_c),
        precipitation=_wettest(one.precipitation, other.precipitation),
        falls=tuple(sorted({*one.falls, *other.falls})[-_FALLS_MAX:]),
    )


def snow_fallen_mm(falls: Sequence[Fall], until: datetime, hours: float) -> float | None:
    """Return how much snow certainly fell in so many hours before `until`, as water.

    Only what was measured wholly within counts, and no hour twice: it is the most that any choice
    of measurements that do not overlap comes to. None where nothing was measured within. `falls`
    are in the order of their times.
    """
    since = until - timedelta(hours=hours)
    first = bisect_right(falls, since, key=_ended)
    ends: list[datetime] = []
    best: list[float] = []
    for fall in falls[first : bisect_right(falls, until, key=_ended)]:
        begun = fall.at - timedelta(hours=fall.hours)
        if begun >= since:
            before = bisect_right(ends, begun)
            taken = fall.mm + (best[before - 1] if before else 0.0)
            best.append(max(taken, best[-1]) if best else taken)
            ends.append(fall.at)
    return best[-1] if best else None


def _ended(fall: Fall) -> datetime:
    return fall.at


def _number(at: datetime, span: timedelta) -> int:
    return int(at.timestamp() // span.total_seconds())


def _least(one: float | None, other: float | None) -> float | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _most(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _wettest(one: Precipitation | None, other: Precipitation | None) -> Precipitation | None:
    said = [value for value in (one, other) if value is not None]
    return max(said, key=_WETNESS.index, default=None)
