"""METAR and SPECI, as aerodromes send them (WMO FM 15 and 16). Pure.

The library reads the groups; what it would guess is taken from it here: the month, from the moment
the report came; a wind without a unit, which it takes for m/s or knots by the station's name; and
`////` for the visibility, which it takes for ten kilometres.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from metar.Metar import Metar

from services.problems import Problem
from services.weather.observing.falling import falling
from services.weather.observing.measured import ORIGINAL_MAX, Measured
from services.weather.observing.refusal import Unreadable

AHEAD: Final = timedelta(hours=1)
"""A report is stamped with the full hour and sent minutes before it."""
CHARACTERS_MAX: Final = 2000
_CORRECTION: Final = timedelta(seconds=1)

_REPORT: Final = re.compile(
    r"(?:(?P<type>METAR|SPECI)\s+)?(?:(?P<cor>COR)\s+)?"
    r"(?P<station>[A-Z][A-Z0-9]{3})\s+(?P<day>\d\d)(?P<hour>\d\d)(?P<min>\d\d)Z(?:\s+(?P<rest>.*))?",
    re.DOTALL,
)
_TREND: Final = re.compile(r"\s(?:TEMPO|BECMG|NOSIG|FCST)\b.*?(?=\sRMK|$)", re.DOTALL)
_WIND: Final = re.compile(
    r"(?:[\dO]{3}|[0O]|///|MMM|VRB)(?:P?[\dO]{2,3}|[/M]{2,3})(?:GP?[\d/M]{1,3})?"
    r"(?P<unit>KTS?|LT|K|T|KMH|MPS)?"
)
_KNOTS: Final = frozenset({"KT", "KTS", "LT", "K", "T"})
_INCH_CM: Final = 2.54


def is_report(text: str) -> bool:
    """Tell whether a text begins as a report does."""
    return _REPORT.match(text.strip()) is not None


def read_metar(text: str, received: datetime) -> Measured:
    """Return the observation of one report. `received` tells its month and year.

    Raises Unreadable for a report that holds no data, is a test, or is no report.
    """
    code = " ".join(text.strip().rstrip("=$ ").split())
    found = _REPORT.fullmatch(code) if len(code) <= CHARACTERS_MAX else None
    if found is None:
        raise Unreadable(_NO_REPORT)
    rest = found["rest"] or ""
    if {"NIL", "TEST"} & set(rest.split()[:2]):
        raise Unreadable(_NIL if "NIL" in rest.split()[:2] else _TEST)
    at = moment_of(int(found["day"]), int(found["hour"]), int(found["min"]), received)
    corrects = (
        found["cor"] is not None or re.match(r"(?:AUTO )?(?:COR|CC[A-G])\b", rest) is not None
    )
    measured = Measured(
        "metar",
        text.strip()[:ORIGINAL_MAX],
        at=at + _CORRECTION if corrects else at,
        station=found["station"],
        lenient=True,
        corrects=corrects,
    )
    head = f"{found['station']} {found['day']}{found['hour']}{found['min']}Z"
    body = _TREND.sub("", f" {rest}").strip()
    _take(measured, _decoded(f"METAR {head} {body}", at), body)
    return measured


def moment_of(day: int, hour: int, minute: int, received: datetime) -> datetime:
    """Return the latest moment of that day of a month that is not after `received`, but for the
    hour a report may be sent ahead. Raises Unreadable for one that no month has.
    """
    year, month = received.year, received.month
    for _ in range(4):
        later = (year + (month == 12), month % 12 + 1)
        for each_year, each_month in (later, (year, month)):
            try:
                found = datetime(each_year, each_month, day, hour % 24, minute, tzinfo=UTC)
            except ValueError:
                continue
            if found <= received + AHEAD:
                return found
        year, month = (year - (month == 1), (month - 2) % 12 + 1)
    raise Unreadable(_no_such_time(f"{day:02}{hour:02}{minute:02}Z"))


def _decoded(code: str, at: datetime) -> Any:
    with warnings.catch_warnings():
        # It warns of each group it cannot read; what it could not is asked of it below.
        warnings.simplefilter("ignore")
        return Metar(code, month=at.month, year=at.year, strict=False)


def _take(measured: Measured, report: Any, body: str) -> None:
    groups = body.partition("RMK")[0].split()
    _take_wind(measured, report, groups)
    if report.temp is not None:
        measured.put("temperature_c", report.temp.value("C"), "C", said="temperature")
    if report.dewpt is not None:
        measured.put("dew_point_c", report.dewpt.value("C"), "C", said="dew point")
    if report.vis is not None and "////" not in groups:
        measured.put("visibility_m", report.vis.value("M"), "m", said="visibility")
    if report.press is not None:
        measured.put("pressure_hpa", report.press.value("HPA"), "hPa", said="pressure")
    if report.snowdepth is not None:
        inches = report.snowdepth.value("IN")
        measured.put("snow_depth_cm", inches * _INCH_CM, "cm", said="snow depth")
    measured.precipitation = falling(_weather(report), looked=_looked(report, groups, body))
    if measured.precipitation == "snow":
        _take_snowfall(measured, report)
    for group in report._unparsed_groups:  # noqa: SLF001  # it has no other name for them
        if group != "////" and len(measured.problems) < 20:
            measured.problems.append(_unread(group))


def _take_wind(measured: Measured, report: Any, groups: list[str]) -> None:
    wind = next((match for group in groups if (match := _WIND.fullmatch(group))), None)
    if report.wind_speed is None:
        return
    unit = wind["unit"] if wind else None
    asked = "KT" if unit in _KNOTS else unit
    for name, speed in (("wind_ms", report.wind_speed), ("gust_ms", report.wind_gust)):
        if speed is not None:
            value = speed.value(asked) if asked else speed.value()
            measured.put(name, value, asked, said=name.removesuffix("_ms"))


def _take_snowfall(measured: Measured, report: Any) -> None:
    """Take what fell in the last hours; that it was snow, the snow that falls now tells."""
    for hours, amount in (
        (6, report.precip_6hr),
        (3, report.precip_3hr),
        (1, report.precip_1hr),
    ):
        if amount is not None:
            measured.put("snowfall_mm", amount.value("CM") * 10, "mm", said="snowfall")
            measured.put("snowfall_h", hours, "h", said="snowfall")
            return


def _weather(report: Any) -> Iterator[str]:
    for strength, how, what, *_ in report.weather:
        yield f"{'VC' if 'VC' in (strength or '') else ''}{how or ''}{what or ''}"


def _looked(report: Any, groups: list[str], body: str) -> bool:
    """Tell whether no present weather means none: not where a machine cannot see it."""
    return (
        "CAVOK" in groups
        or "NSW" in groups
        or " AO2" in body
        or ("AUTO" not in groups and " AO1" not in body and report.temp is not None)
    )


_NO_REPORT = Problem(
    "not-a-metar",
    "",
    "不是 METAR 或 SPECI 报文（站号 日时分Z …）",
    "is no METAR or SPECI report (STATION ddhhmmZ ...)",
)
_NIL = Problem("nil-report", "", "该站没有发出数据（NIL）", "the station sent no data (NIL)")
_TEST = Problem("test-report", "", "这是测试报文（TEST）", "the report is a test (TEST)")


def _no_such_time(group: str) -> Problem:
    return Problem("not-a-time", "time", f"没有时刻 {group}", f"there is no time {group}")


def _unread(group: str) -> Problem:
    group = group[:40]
    return Problem("unread-group", group, f"无法识别 {group}", f"{group} could not be read")
