"""What a rule makes of the measurements of a venue. Pure, and the same in whatever order they came.

Each conjunction of thresholds is watched at each station by itself: it rises when it is met, and
stands until that station has measured for `hold_for` that it is gone, by more than the margin.
What is not measured any more does not lower it: it stands until `holds` after it was last confirmed
and then runs out. The level is the worst that stands anywhere.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from projections.measured import Measurements
from services.weather.rules.latch import Latch, Reading, Readings
from services.weather.rules.rule import COLOURS, Rule, RuleColour, Threshold, Verdict
from services.weather.rules.series import Series


class Standing(NamedTuple):
    """A warning of the rule that is in force: its level, and when that was first measured."""

    colour: RuleColour
    since: datetime


class Wanted(NamedTuple):
    """What a rule wants said of a venue. Without a colour: nothing, or that it is over.

    `since` is when the level was first met, `begun` when anything that stands now was. `ran_out`:
    it was not measured that it is over, it was only not measured any more. `met` is what last met
    the level; `latest` what was measured last, held against the level or, without one, the least.
    """

    colour: RuleColour | None = None
    since: datetime | None = None
    begun: datetime | None = None
    expires: datetime | None = None
    measured_at: datetime | None = None
    ran_out: bool = False
    met: Readings = ()
    latest: Readings = ()


def evaluate(
    rule: Rule, measurements: Measurements, standing: Standing | None, now: datetime
) -> Wanted:
    """Return what a rule wants said of a venue.

    `standing` counts where its level was met before the first of the measurements: what it was
    raised by cannot be seen any more.
    """
    series = Series(measurements)
    if standing is not None and series.points and standing.since >= series.points[0].at:
        standing = None
    ended = {
        colour: [latch.until(rule, now) for latch in _latches(rule, colour, series, standing)]
        for colour in rule.colours
    }
    up = {
        colour: [latch for latch in latches if latch.since is not None]
        for colour, latches in ended.items()
    }
    colour = next((one for one in reversed(rule.colours) if up[one]), None)
    latest = tuple(_latest(rule, colour or rule.colours[0], series))
    measured_at = max((reading.at for reading in latest), default=None)
    if colour is None:
        ran_out = any(latch.ran_out for latches in ended.values() for latch in latches)
        return Wanted(ran_out=ran_out or not latest, measured_at=measured_at, latest=latest)
    newest = max(up[colour], key=_confirmed)
    return Wanted(
        colour=colour,
        since=min(map(_since, up[colour])),
        begun=min(_since(latch) for latches in up.values() for latch in latches),
        expires=_confirmed(newest) + rule.holds,
        measured_at=measured_at,
        met=max(up[colour], key=_when).met,
        latest=latest,
    )


def _latches(
    rule: Rule, colour: RuleColour, series: Series, standing: Standing | None
) -> list[Latch]:
    """Return how each conjunction of a level stands at each station after the last point."""
    inherited = Latch()
    if standing is not None and COLOURS.index(colour) <= COLOURS.index(standing.colour):
        inherited = Latch(since=standing.since)
    found: dict[tuple[int, str], Latch] = {}
    for unit, thresholds in enumerate(rule.levels[colour].units):
        if inherited.since is None and not all(map(series.meets, thresholds)):
            continue
        for number, point in enumerate(series.points):
            readings = _readings(rule, thresholds, series, number)
            verdict = _verdict(thresholds, readings)
            if verdict is None:
                continue
            key = unit, point.station
            latch = found.get(key, inherited)
            if key not in found and latch.since is not None:
                latch = latch._replace(confirmed_at=point.at)
            found[key] = latch.after(rule, point.at, verdict, readings)
    return list(found.values())


def _readings(
    rule: Rule, thresholds: tuple[Threshold, ...], series: Series, number: int
) -> Readings:
    """Return what a point says of thresholds; nothing where it says nothing new of any of them."""
    if all(series.at(number, one, carried=False) is None for one in thresholds):
        return ()
    point = series.points[number]
    found = []
    for one in thresholds:
        value = series.at(number, one, carried=len(thresholds) > 1)
        if value is not None:
            verdict = one.judge(value, rule.margin(one))
            found.append(Reading(one, value, point.at, point.station, verdict))
    return tuple(found)


def _verdict(thresholds: tuple[Threshold, ...], readings: Readings) -> Verdict | None:
    """Return what becomes of a conjunction: one that is gone is enough, else all must be known."""
    verdicts = {reading.verdict for reading in readings}
    if "gone" in verdicts:
        return "gone"
    if not readings or len(readings) < len(thresholds):
        return None
    return "kept" if "kept" in verdicts else "met"


def _latest(rule: Rule, colour: RuleColour, series: Series) -> Iterator[Reading]:
    """Yield the newest value of each threshold of a level."""
    level = rule.levels[colour]
    for one in (*level.any, *level.all):
        for number in range(len(series.points) - 1, -1, -1):
            value = series.at(number, one, carried=False)
            if value is not None:
                point = series.points[number]
                verdict = one.judge(value, rule.margin(one))
                yield Reading(one, value, point.at, point.station, verdict)
                break


def _since(latch: Latch) -> datetime:
    if latch.since is None:
        raise ValueError("read a latch: it does not stand")
    return latch.since


def _confirmed(latch: Latch) -> datetime:
    return latch.confirmed_at or _since(latch)


def _when(latch: Latch) -> tuple[bool, datetime]:
    """Order latches by what last met them; one that was inherited was met by nothing in view."""
    return bool(latch.met), max((reading.at for reading in latch.met), default=_since(latch))
