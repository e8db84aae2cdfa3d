"""What each measure was at each point: read off it, or taken over the hours before it. Pure."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from projections.measured import Coldest, Measurements, Point, snow_fallen_mm
from services.weather.rules.measures import Measure
from services.weather.rules.rule import Threshold

Value: TypeAlias = float | str | None
TOGETHER = timedelta(minutes=60)
"""Measures that must be met together may come from two stations, so far apart in time."""
_QUARTERS = 4
_DAY_H = 24


class Series:
    """The values of every measure that a rule asks about, worked out once for each."""

    def __init__(self, measurements: Measurements) -> None:
        self.points = measurements.points
        self._hours = measurements.hours
        self._values: dict[tuple[Measure, float | None, bool], list[Value]] = {}
        self._by_station: dict[str, list[int]] = {}
        for number, point in enumerate(self.points):
            self._by_station.setdefault(point.station, []).append(number)

    def at(self, number: int, threshold: Threshold, *, carried: bool) -> Value:
        """Return a value at a point; `carried` from the newest of the last hour before it, at
        whatever station, where the point says none.
        """
        values = self._of(threshold)
        if values[number] is not None or not carried:
            return values[number]
        since = self.points[number].at - TOGETHER
        for earlier in range(number - 1, -1, -1):
            if self.points[earlier].at < since:
                return None
            if values[earlier] is not None:
                return values[earlier]
        return None

    def meets(self, threshold: Threshold) -> bool:
        """Tell whether any point meets a threshold."""
        values = self._of(threshold)
        return any(value is not None and threshold.judge(value, 0.0) == "met" for value in values)

    def _of(self, threshold: Threshold) -> list[Value]:
        key = threshold.kind
        if key not in self._values:
            self._values[key] = self._worked_out(threshold)
        return self._values[key]

    def _worked_out(self, threshold: Threshold) -> list[Value]:
        values: list[Value] = [None] * len(self.points)
        for numbers in self._by_station.values():
            points = [self.points[number] for number in numbers]
            for number, value in zip(numbers, self._station(threshold, points), strict=True):
                values[number] = value
        return values

    def _station(self, threshold: Threshold, points: Sequence[Point]) -> Sequence[Value]:
        measure, over_h = threshold.measure, threshold.over_h
        if over_h is None:
            return [getattr(point, measure) for point in points]
        if measure == "snowfall_mm":
            return _fallen(points, over_h)
        if measure == "temperature_fall_c":
            return _falls(points, self._hours, over_h)
        if measure == "snow_depth_gain_cm":
            depths = [point.snow_depth_cm for point in points]
            least = _worst(points, depths, over_h, greatest=False)
            return [
                None if depth is None or low is None else depth - low
                for depth, low in zip(depths, least, strict=True)
            ]
        read: list[float | None] = [getattr(point, measure) for point in points]
        return _worst(points, read, over_h, greatest=threshold.rises)


def _worst(
    points: Sequence[Point], values: Sequence[float | None], over_h: float, *, greatest: bool
) -> list[float | None]:
    """Return the greatest (or least) value of the hours up to each point that has one."""
    span = timedelta(hours=over_h)
    line: deque[tuple[datetime, float]] = deque()
    found: list[float | None] = []
    for point, value in zip(points, values, strict=True):
        if value is None:
            found.append(None)
            continue
        while line and (line[-1][1] <= value if greatest else line[-1][1] >= value):
            line.pop()
        line.append((point.at, value))
        while line[0][0] <= point.at - span:
            line.popleft()
        found.append(line[0][1])
    return found


def _fallen(points: Sequence[Point], over_h: float) -> list[float | None]:
    falls = sorted(fall for point in points for fall in point.falls)
    return [
        snow_fallen_mm(falls, point.falls[-1].at, over_h) if point.falls else None
        for point in points
    ]


def _falls(points: Sequence[Point], hours: Sequence[Coldest], over_h: float) -> list[float | None]:
    """Return how far the lowest temperature of a day fell, at each point with a temperature."""
    station = points[0].station if points else ""
    lows = {cold.hour: cold.temperature_c for cold in hours if cold.station == station}
    by_hour: dict[int, float | None] = {}
    found: list[float | None] = []
    for point in points:
        hour = int(point.at.astimezone(UTC).timestamp() // 3600)
        if hour not in by_hour:
            by_hour[hour] = _fall(lows, hour, int(over_h))
        found.append(None if point.temperature_c is None else by_hour[hour])
    return found


def _fall(lows: dict[int, float], hour: int, over_h: int) -> float | None:
    """Return the lowest of the day that ended `over_h` before, less the lowest of this day.

    None where the day before was not measured in each of its quarters: its lowest temperature may
    then be one of the hours that nobody measured, and the fall would be none.
    """
    before = [
        [lows[h] for h in range(first, first + _DAY_H // _QUARTERS) if h in lows]
        for first in range(hour - over_h - _DAY_H + 1, hour - over_h + 1, _DAY_H // _QUARTERS)
    ]
    now = [lows[h] for h in range(hour - _DAY_H + 1, hour + 1) if h in lows]
    if not now or not all(before):
        return None
    return min(map(min, before)) - min(now)
