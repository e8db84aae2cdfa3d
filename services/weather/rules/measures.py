"""What a rule may ask about: the measures, their units and words. Pure."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from events.fact import Text

Measure: TypeAlias = Literal[
    "wind_ms",
    "gust_ms",
    "visibility_m",
    "temperature_c",
    "road_c",
    "snow_depth_cm",
    "wind_chill_c",
    "precipitation",
    "snowfall_mm",
    "snow_depth_gain_cm",
    "temperature_fall_c",
]


class About(NamedTuple):
    """A measure in words. `field` is what a measurement must say for the measure to be known.

    `needs_hours`: it is a sum or a difference, so a threshold must say over how many hours.
    """

    field: str
    name: Text
    unit: Text
    needs_hours: bool = False


_METRES_A_SECOND: Final = Text(zh="米/秒", en="m/s")
_DEGREES: Final = Text(zh="℃", en="°C")
_CENTIMETRES: Final = Text(zh="厘米", en="cm")

MEASURES: Final[Mapping[Measure, About]] = {
    "wind_ms": About("wind_ms", Text(zh="平均风速", en="mean wind"), _METRES_A_SECOND),
    "gust_ms": About("gust_ms", Text(zh="阵风", en="gust"), _METRES_A_SECOND),
    "visibility_m": About(
        "visibility_m", Text(zh="能见度", en="visibility"), Text(zh="米", en="m")
    ),
    "temperature_c": About("temperature_c", Text(zh="气温", en="temperature"), _DEGREES),
    "road_c": About("road_c", Text(zh="路面温度", en="road surface"), _DEGREES),
    "snow_depth_cm": About("snow_depth_cm", Text(zh="积雪深度", en="snow depth"), _CENTIMETRES),
    "wind_chill_c": About("wind_chill_c", Text(zh="风寒指数", en="wind chill"), _DEGREES),
    "precipitation": About(
        "precipitation", Text(zh="降水", en="precipitation"), Text(zh="", en="")
    ),
    "snowfall_mm": About(
        "falls",
        Text(zh="降雪量", en="snowfall"),
        Text(zh="毫米", en="mm of water"),
        needs_hours=True,
    ),
    "snow_depth_gain_cm": About(
        "snow_depth_cm", Text(zh="新增积雪", en="snow depth gained"), _CENTIMETRES, needs_hours=True
    ),
    "temperature_fall_c": About(
        "temperature_c",
        Text(zh="最低气温降幅", en="fall of the lowest temperature"),
        _DEGREES,
        needs_hours=True,
    ),
}
"""`snowfall_mm` is the water of the snow that fell within the hours. `snow_depth_gain_cm` is the
depth now less the least depth within the hours. `temperature_fall_c` is how much lower the lowest
temperature of the last 24 hours is than that of the 24 hours which ended so many hours before now.
`wind_chill_c` is made of temperature and mean wind of one measurement (JAG/TI).
"""

PRECIPITATION: Final[Mapping[str, Text]] = {
    "none": Text(zh="无", en="none"),
    "rain": Text(zh="雨", en="rain"),
    "snow": Text(zh="雪", en="snow"),
    "mixed": Text(zh="雨夹雪", en="rain and snow"),
}


def shown(measure: Measure, value: float | str) -> Text:
    """Return a value with its unit: whole metres and minutes, all else to a tenth."""
    if isinstance(value, str):
        return PRECIPITATION[value]
    number = f"{round(value, 0 if abs(value) >= 100 else 1):g}"
    unit = MEASURES[measure].unit
    return Text(zh=f"{number} {unit.zh}", en=f"{number} {unit.en}")


def named(measure: Measure, over_h: float | None) -> Text:
    """Return a measure's name, with the hours that it is taken over."""
    name = MEASURES[measure].name
    if over_h is None:
        return name
    if MEASURES[measure].needs_hours:
        return Text(zh=f"{over_h:g} 小时{name.zh}", en=f"{name.en} in {over_h:g} h")
    return Text(zh=f"{over_h:g} 小时内最差{name.zh}", en=f"worst {name.en} in {over_h:g} h")
