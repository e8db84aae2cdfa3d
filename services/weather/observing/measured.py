"""What one observation says before it is known which venue it is of. Pure.

Values are in the units of `WeatherObserved`; what is impossible is told with the value as it was
sent, in the unit it was sent in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from events.weather import ObservationSource, Precipitation, WeatherObserved
from services.problems import Problem
from services.weather.observing.units import OURS, UNITS, bare, in_ours, scale_of


class Kind(NamedTuple):
    """A field of `WeatherObserved` that is a number."""

    quantity: str
    unit: str
    """Ours, as people write it."""
    zh: str
    en: str


FIELDS: Mapping[str, Kind] = {
    "temperature_c": Kind("temperature", "°C", "气温", "temperature"),
    "wind_ms": Kind("speed", "m/s", "风速", "wind"),
    "gust_ms": Kind("speed", "m/s", "阵风", "gust"),
    "visibility_m": Kind("distance", "m", "能见度", "visibility"),
    "snow_depth_cm": Kind("depth", "cm", "积雪深度", "snow depth"),
    "snowfall_mm": Kind("water", "mm", "降雪量", "snowfall"),
    "snowfall_h": Kind("hours", "h", "降雪时长", "hours of snowfall"),
    "road_c": Kind("temperature", "°C", "路面温度", "road temperature"),
    "dew_point_c": Kind("temperature", "°C", "露点", "dew point"),
    "humidity_pct": Kind("humidity", "%", "相对湿度", "humidity"),
    "pressure_hpa": Kind("pressure", "hPa", "气压", "pressure"),
}
PRECIPITATION: frozenset[str] = frozenset(Precipitation.__args__)  # type: ignore[attr-defined]  # what a Literal lists
ORIGINAL_MAX = 4000


@dataclass(slots=True)
class Measured:
    """One observation as it was read. `problems` names what of it was not taken, and why."""

    source: ObservationSource
    original: str
    at: datetime | None = None
    """When it was measured, by the sender's clock; None where the sender did not say."""
    id: str | None = None
    station: str = ""
    venue: str | None = None
    device: str | None = None
    text: str = ""
    values: dict[str, float] = field(default_factory=dict)
    precipitation: Precipitation | None = None
    problems: list[Problem] = field(default_factory=list)
    lenient: bool = False
    """Whether what is right of it counts though something in it is wrong: of stations, which
    nobody sends back to correct themselves."""
    corrects: bool = False
    """Whether it says that it replaces the one before it."""

    def put(self, name: str, value: float, unit: str | None, *, said: str = "") -> None:
        """Take a number for a field, in the unit it came in; name what is wrong with it.

        `said` is the name the sender gave the field.
        """
        said = said or name
        if unit is None or not unit.strip():
            self.problems.append(_no_unit(said, value, name))
            return
        scale = scale_of(FIELDS[name].quantity, unit)
        if scale is None:
            self.problems.append(_unknown_unit(said, unit, name))
            return
        ours = in_ours(value, scale)
        if _is_possible(name, ours):
            self.values[name] = ours
        else:
            self.problems.append(_impossible(said, name, value, unit))

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of the weather."""
        return not self.values and self.precipitation is None and not self.text.strip()


def settle(measured: Measured) -> Problem | None:
    """Look at the values beside each other; return why nothing of it is taken, None if it is.

    A gust is never below the mean wind, and an amount of snow says nothing without its hours.
    """
    values, problems = measured.values, measured.problems
    if "gust_ms" in values and values["gust_ms"] < values.get("wind_ms", 0.0):
        problems.append(_gust_below_wind(values["gust_ms"], values["wind_ms"]))
        del values["gust_ms"]
    if ("snowfall_mm" in values) != ("snowfall_h" in values):
        problems.append(_NO_HOURS if "snowfall_mm" in values else _NO_AMOUNT)
        values.pop("snowfall_mm", None)
        values.pop("snowfall_h", None)
    if problems and not measured.lenient:
        return problems[0]
    if measured.is_empty:
        return problems[0] if problems else _NOTHING
    return None


def fact_of(measured: Measured) -> WeatherObserved:
    """Return the fact that a settled observation becomes."""
    return WeatherObserved.model_validate(
        {
            **measured.values,
            "precipitation": measured.precipitation,
            "text": measured.text,
            "station": measured.station,
            "source": measured.source,
            "original": measured.original[:ORIGINAL_MAX],
        }
    )


def _is_possible(name: str, value: float) -> bool:
    return all(_holds(bound, value) for bound in _BOUNDS[name])


def _holds(bound: object, value: float) -> bool:
    match bound:
        case Ge(ge=least):
            return value >= float(str(least))
        case Gt(gt=below):
            return value > float(str(below))
        case Le(le=most):
            return value <= float(str(most))
        case _:
            return True


def _bounds_of(info: FieldInfo) -> tuple[object, ...]:
    inner: Iterable[object] = getattr(info.annotation, "__args__", ())
    return tuple(info.metadata) + tuple(
        bound
        for each in inner
        for meta in getattr(each, "__metadata__", ())
        for bound in _flat(meta)
    )


def _flat(meta: object) -> Iterable[object]:
    return meta.metadata if isinstance(meta, FieldInfo) else (meta,)


_BOUNDS: Mapping[str, tuple[object, ...]] = {
    name: _bounds_of(WeatherObserved.model_fields[name]) for name in FIELDS
}
"""What the fact demands of each field."""


def _range_of(name: str) -> str:
    least = [str(b.ge) for b in _BOUNDS[name] if isinstance(b, Ge)]
    above = [str(b.gt) for b in _BOUNDS[name] if isinstance(b, Gt)]
    most = [str(b.le) for b in _BOUNDS[name] if isinstance(b, Le)]
    return f"{(least or above)[0]} .. {most[0]} {FIELDS[name].unit}"


def _impossible(said: str, name: str, value: float, unit: str) -> Problem:
    kind, scale = FIELDS[name], scale_of(FIELDS[name].quantity, unit)
    shown = f"{value:g} {kind.unit if scale == OURS else bare(unit)}"
    return Problem(
        "impossible-value",
        said,
        f"{kind.zh} {shown} 不可能，应在 {_range_of(name)} 之间",
        f"{kind.en} {shown} is impossible, it lies within {_range_of(name)}",
    )


def _no_unit(said: str, value: float, name: str) -> Problem:
    kind = FIELDS[name]
    return Problem(
        "unit-missing",
        said,
        f"{kind.zh} {value:g} 没有单位，请写明（例如 {kind.unit}）",
        f"{kind.en} {value:g} has no unit, say which (such as {kind.unit})",
    )


def _unknown_unit(said: str, unit: str, name: str) -> Problem:
    kind, known = FIELDS[name], ", ".join(UNITS[FIELDS[name].quantity])
    unit = unit[:60]
    return Problem(
        "unit-unknown",
        said,
        f"{kind.zh}不以 {unit!r} 计，可用的单位：{known}",
        f"{unit!r} is no unit of {kind.en}, these are: {known}",
    )


def _gust_below_wind(gust: float, wind: float) -> Problem:
    return Problem(
        "impossible-value",
        "gust_ms",
        f"阵风 {gust:g} m/s 小于平均风速 {wind:g} m/s",
        f"a gust of {gust:g} m/s is below the mean wind of {wind:g} m/s",
    )


_NO_HOURS = Problem(
    "hours-missing",
    "snowfall_h",
    "降雪量没有写明是几小时内的",
    "snowfall without the hours it fell in says nothing",
)
_NO_AMOUNT = Problem(
    "amount-missing",
    "snowfall_mm",
    "写了时长，没有写降雪量",
    "hours of snowfall without how much fell say nothing",
)
_NOTHING = Problem(
    "nothing-measured", "", "没有任何测量值或文字", "has neither a measurement nor a text"
)
