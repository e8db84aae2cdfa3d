"""The units that measurements may come in, each with how it becomes ours. Pure.

Ours are those of `WeatherObserved`. A unit that is not here is refused, and so is a number without
one: a wind of 15 may be a breeze or a storm. UCUM's and WMO's codes and what people write stand for
the same unit. Factors are exact by definition (ISO 80000; the international mile, knot and foot).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

Quantity: TypeAlias = Literal["temperature", "speed", "distance", "depth", "water", "pressure"]


class Scale(NamedTuple):
    """A unit as a straight line to ours: `value * factor + offset`."""

    factor: float
    offset: float = 0.0


OURS = Scale(1.0)
_KELVIN = Scale(1.0, -273.15)
_FAHRENHEIT = Scale(5 / 9, -160 / 9)
_KNOT = Scale(1852 / 3600)
_KM_H = Scale(1 / 3.6)
_MILE_H = Scale(1609.344 / 3600)

_LENGTHS_M: Mapping[str, float] = {
    "m": 1.0,
    "metre": 1.0,
    "meter": 1.0,
    "km": 1000.0,
    "ft": 0.3048,
    "mi": 1609.344,
    "sm": 1609.344,
    "nmi": 1852.0,
    "cm": 0.01,
    "mm": 0.001,
    "in": 0.0254,
}

_TABLE: Mapping[str, Mapping[str, Scale]] = {
    "temperature": {
        **dict.fromkeys(("c", "°c", "degc", "cel", "celsius", "℃"), OURS),
        **dict.fromkeys(("f", "°f", "degf", "[degf]", "fahrenheit", "℉"), _FAHRENHEIT),
        **dict.fromkeys(("k", "kelvin"), _KELVIN),
    },
    "speed": {
        **dict.fromkeys(("ms", "m/s", "mps", "m_s-1", "m.s-1", "ms-1"), OURS),
        **dict.fromkeys(("kmh", "km/h", "kph", "km_h-1", "km.h-1"), _KM_H),
        **dict.fromkeys(("kt", "kts", "kn", "knot", "knots", "kt-1"), _KNOT),
        **dict.fromkeys(("mph", "mi/h", "mi_h-1"), _MILE_H),
    },
    "distance": {unit: Scale(metres) for unit, metres in _LENGTHS_M.items() if metres > 0.1},
    "depth": {unit: Scale(metres * 100) for unit, metres in _LENGTHS_M.items() if metres <= 1},
    "water": {
        # Of water that fell, not of the snow it makes: centimetres would be of snow.
        **dict.fromkeys(("mm", "kg/m2", "kg/m²", "kg_m-2", "l/m2"), OURS),
    },
    "pressure": {
        **dict.fromkeys(("hpa", "mb", "mbar"), OURS),
        "pa": Scale(0.01),
        "kpa": Scale(10.0),
        **dict.fromkeys(("inhg", "[in_i'hg]"), Scale(33.86389)),
        "mmhg": Scale(1.333224),
    },
    "humidity": {**dict.fromkeys(("%", "pct", "percent"), OURS)},
    "hours": {
        **dict.fromkeys(("h", "hr", "hour", "hours"), OURS),
        **dict.fromkeys(("min", "minute", "minutes"), Scale(1 / 60)),
    },
}

UNITS: Mapping[str, Mapping[str, Scale]] = MappingProxyType(_TABLE)
"""By quantity, then by the unit's name in lower case."""

_DIGITS = 3


def scale_of(quantity: str, unit: str) -> Scale | None:
    """Return how a unit becomes ours, None for one that is no unit of the quantity."""
    return UNITS[quantity].get(bare(unit).lower())


def bare(unit: str) -> str:
    """Return a unit's name without the prefix that says whose list it is of: `wmoUnit:degC`."""
    return unit.strip().rpartition(":")[2]


def in_ours(value: float, scale: Scale) -> float:
    """Return a value in our unit, without the noise of the conversion and without minus zero."""
    return round(value * scale.factor + scale.offset, _DIGITS) + 0.0
