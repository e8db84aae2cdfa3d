"""The weather that the mountain stations measure on the day of the blizzard.

Chance moves it so little that the same levels are reached at the same half hours in every story.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.stage import Stage, desk

EVERY_MIN: Final = 30


@dataclass(frozen=True, slots=True)
class _Station:
    """Early-morning temperature in degrees Celsius, worst gust in m/s, snow in centimetres."""

    venue: str
    temperature_c: float
    gust_max_ms: float
    snow_cm: float
    worst: str


_STATIONS: Final = (
    _Station("alpine-ski-centre", -16.5, 30.0, 64.0, "14:40"),
    _Station("sliding-centre", -11.0, 21.5, 31.0, "14:30"),
    _Station("genting-snow-park", -14.0, 25.0, 52.0, "15:00"),
    _Station("biathlon-centre", -13.0, 23.5, 44.0, "15:10"),
    _Station("ski-jumping-centre", -13.5, 24.5, 46.0, "15:10"),
)


def sky(stage: Stage) -> Iterator[Beat]:
    """Return what each station reports every half hour from 05:45 to 21:45."""
    for number, station in enumerate(_STATIONS):
        chance = stage.day.chance("sky", station.venue)
        moment = stage.day.at("05:45") + timedelta(seconds=7 * number)
        snow_cm = station.snow_cm
        while moment < stage.day.at("21:50"):
            snow_cm += _snowfall_cm(stage, station, moment) * chance.uniform(0.7, 1.3)
            yield _observation(stage, station, moment, round(snow_cm, 1), chance)
            moment += timedelta(minutes=EVERY_MIN)


def _storm(stage: Stage, station: _Station, moment: datetime) -> float:
    """How much of a storm it is, 0 to 1: a bell around its worst hour."""
    hours = (moment - stage.day.at(station.worst)) / timedelta(hours=1)
    return exp(-((hours / 2.9) ** 2))


def _snowfall_cm(stage: Stage, station: _Station, moment: datetime) -> float:
    return 2.2 * _storm(stage, station, moment)


def _observation(
    stage: Stage, station: _Station, moment: datetime, snow_cm: float, chance: Random
) -> Beat:
    storm = _storm(stage, station, moment)
    noon = exp(-((((moment - stage.day.at("12:30")) / timedelta(hours=1)) / 4.5) ** 2))
    since_noon = max(0.0, (moment - stage.day.at("13:00")) / timedelta(hours=1))
    temperature = station.temperature_c + 6.5 * noon - 0.75 * since_noon + chance.gauss(0, 0.4)
    gust = 5.5 + (station.gust_max_ms - 5.5) * storm + chance.uniform(-0.7, 0.7)
    visibility = max(80.0, 18_000 * (1 - storm) ** 3 * chance.uniform(0.9, 1.1))
    said = {
        "temperature_c": round(min(-5.0, max(-25.0, temperature)), 1),
        "wind_ms": round(max(0.5, gust * chance.uniform(0.5, 0.62)), 1),
        "gust_ms": round(max(1.0, gust), 1),
        "visibility_m": float(round(visibility, -1)),
        "snow_depth_cm": snow_cm,
    }
    name = stage.venue_name(station.venue)
    return stage.report(
        f"aws-{station.venue}-{moment:%H%M}",
        moment,
        Text(
            zh=f"{name.zh}：{said['temperature_c']}℃，阵风 {said['gust_ms']} 米/秒，"
            f"能见度 {said['visibility_m']:.0f} 米，积雪 {snow_cm:.0f} 厘米",
            en=f"{name.en}: {said['temperature_c']} C, gusts {said['gust_ms']} m/s, "
            f"visibility {said['visibility_m']:.0f} m, snow {snow_cm:.0f} cm",
        ),
        {"kind": "weather", "device": f"aws-{station.venue}", "venue": station.venue, **said},
        who=desk(stage.site_of(station.venue)),
    )
