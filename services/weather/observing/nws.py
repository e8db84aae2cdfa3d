"""Observations as api.weather.gov gives them: GeoJSON, with units as `wmoUnit:*` codes. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from services.problems import Problem
from services.weather.observing.falling import falling
from services.weather.observing.measured import ORIGINAL_MAX, Measured
from services.weather.observing.names import Named
from services.weather.observing.own_json import STATION, moment_of, take_number
from services.weather.observing.refusal import Unreadable

_FIELDS: Final[Mapping[str, str]] = {
    "temperature": "temperature_c",
    "windSpeed": "wind_ms",
    "windGust": "gust_ms",
    "visibility": "visibility_m",
    "snowDepth": "snow_depth_cm",
    "dewpoint": "dew_point_c",
    "relativeHumidity": "humidity_pct",
    "barometricPressure": "pressure_hpa",
}
_AMOUNTS: Final[Mapping[str, float]] = {
    "precipitationLast6Hours": 6.0,
    "precipitationLast3Hours": 3.0,
    "precipitationLastHour": 1.0,
}
"""Of all that falls: counted as snow only where snow falls and nothing else."""


def is_nws(said: Any) -> bool:
    """Tell whether a JSON object is one of theirs."""
    return isinstance(said, Mapping) and (
        said.get("type") in ("Feature", "FeatureCollection")
        or (isinstance(said.get("properties"), Mapping) and "geometry" in said)
    )


def features(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the observations of a collection, or the one that it is. Raises Unreadable."""
    if said.get("type") != "FeatureCollection":
        yield said
        return
    found = said.get("features")
    if not isinstance(found, list):
        raise Unreadable(
            Problem("missing", "features", "缺少 features 列表", "the list of features is missing")
        )
    yield from (each if isinstance(each, Mapping) else {} for each in found)


def read_nws(feature: Mapping[str, Any]) -> Measured:
    """Return the observation of a feature. Raises Unreadable without a station or a time."""
    said = feature.get("properties")
    if not isinstance(said, Mapping):
        raise Unreadable(
            Problem("missing", "properties", "缺少 properties", "its properties are missing")
        )
    raw = said.get("rawMessage")
    raw = raw if isinstance(raw, str) else ""
    original = raw or orjson.dumps(said, default=str).decode()
    measured = Measured("nws", original[:ORIGINAL_MAX], lenient=True, station=_station(said))
    try:
        measured.at = moment_of(said.get("timestamp"))
    except ValueError:
        shown = repr(said.get("timestamp"))[:60]
        raise Unreadable(
            Problem(
                "not-a-time",
                "properties.timestamp",
                f"{shown} 不是 ISO 8601 时间",
                f"{shown} is no ISO 8601 time",
            )
        ) from None
    for name, field in _FIELDS.items():
        if said.get(name) is not None:
            take_number(measured, name, Named(field, None), said[name])
    measured.precipitation = _falling(said, raw)
    if measured.precipitation == "snow":
        _take_amount(measured, said)
    return measured


def _take_amount(measured: Measured, said: Mapping[str, Any]) -> None:
    for name, hours in _AMOUNTS.items():
        amount = said.get(name)
        if isinstance(amount, Mapping) and amount.get("value") is not None:
            take_number(measured, name, Named("snowfall_mm", None), amount)
            if "snowfall_mm" in measured.values:
                measured.values["snowfall_h"] = hours
                return


def _falling(said: Mapping[str, Any], raw: str) -> Any:
    weather = said.get("presentWeather")
    groups = [
        str(each.get("rawString") or "")
        for each in (weather if isinstance(weather, list) else ())
        if isinstance(each, Mapping)
    ]
    return falling(
        groups or raw.partition(" RMK")[0].split()[2:], looked=bool(groups) or " AO2" in raw
    )


def _station(said: Mapping[str, Any]) -> str:
    named = said.get("stationId") or str(said.get("station") or "").rstrip("/").rpartition("/")[2]
    if isinstance(named, str) and STATION.fullmatch(named):
        return named
    raise Unreadable(Problem("missing", "properties.station", "缺少站号", "the station is missing"))
