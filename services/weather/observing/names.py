"""What senders call the things they measure, and how a name carries its unit. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from services.weather.observing.measured import FIELDS
from services.weather.observing.units import scale_of

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_NAMES: Mapping[str, str] = {
    "temperature": "temperature_c",
    "air_temperature": "temperature_c",
    "wind": "wind_ms",
    "wind_speed": "wind_ms",
    "gust": "gust_ms",
    "wind_gust": "gust_ms",
    "visibility": "visibility_m",
    "snow_depth": "snow_depth_cm",
    "snowfall": "snowfall_mm",
    "road": "road_c",
    "road_temperature": "road_c",
    "road_surface_temperature": "road_c",
    "dew_point": "dew_point_c",
    "dewpoint": "dew_point_c",
    "humidity": "humidity_pct",
    "relative_humidity": "humidity_pct",
    "pressure": "pressure_hpa",
    "barometric_pressure": "pressure_hpa",
}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)

_OWN_UNITS: Mapping[str, str] = {
    "temperature_c": "C",
    "wind_ms": "m/s",
    "gust_ms": "m/s",
    "visibility_m": "m",
    "snow_depth_cm": "cm",
    "snowfall_mm": "mm",
    "snowfall_h": "h",
    "road_c": "C",
    "dew_point_c": "C",
    "humidity_pct": "%",
    "pressure_hpa": "hPa",
}


class Named(NamedTuple):
    """A field, and the unit that the sender's name for it carries, if it carries one."""

    field: str
    unit: str | None


def snake(name: str) -> str:
    """Return a name in small letters and underscores: `windSpeed` is `wind_speed`."""
    return _CAMEL.sub("_", name).lower().replace("-", "_")


def field_of(name: str) -> Named | None:
    """Return what a sender's name stands for: `gust_kmh`, `windGust`; None for one of no field."""
    said = snake(name)
    if said in _OWN_UNITS:
        return Named(said, _OWN_UNITS[said])
    if said in _NAMES:
        return Named(_NAMES[said], None)
    for known in _LONGEST_FIRST:
        if said.startswith(f"{known}_"):
            field, unit = _NAMES[known], said[len(known) + 1 :]
            if scale_of(FIELDS[field].quantity, unit) is not None:
                return Named(field, unit)
    return None
