"""Observations as JSON objects with explicit units. Pure.

A number carries its unit in the field's name (`gust_kmh`), beside it
(`{"value": 14, "unit": "degF"}`), or after it (`"14 degF"`).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from math import isclose
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from events.fact import Id, Instant
from events.weather import ObservationSource
from services.problems import FIELD_MAX, Problem, problem_of
from services.weather.observing.measured import ORIGINAL_MAX, PRECIPITATION, Measured
from services.weather.observing.names import Named, field_of, snake
from services.weather.observing.refusal import Unreadable

STATION: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_WITH_UNIT: Final = re.compile(r"\s*([+-]?\d{1,9}(?:\.\d{1,9})?)\s*(\S.{0,30})?\s*")
_UNIT_KEYS: Final = ("unit", "unit_code", "units", "uom")
_TIMES: Final = ("at", "time", "timestamp")
_STATIONS: Final = ("station", "station_id")
_PASSED_OVER: Final = frozenset({"kind", "sent_at", *_TIMES, *_STATIONS, "id", "venue", "device"})
_BAD_QUALITY: Final = frozenset("XBQ")
"""Flags of MADIS: failed, subjectively bad, questioned. `Z` was not looked at."""

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_ID: TypeAdapter[str] = TypeAdapter(Id)


def read_own(said: Mapping[str, Any], source: ObservationSource, *, lenient: bool) -> Measured:
    """Return one object's observation. Raises Unreadable for what cannot be left out."""
    keys = {snake(str(key)): value for key, value in said.items()}
    original = orjson.dumps(said, default=str).decode()[:ORIGINAL_MAX]
    measured = Measured(source, original, lenient=lenient)
    measured.at = _moment(keys)
    measured.id, measured.venue, measured.device = (
        _id(keys, name) for name in ("id", "venue", "device")
    )
    measured.station = _station(keys)
    for key, value in said.items():
        if snake(str(key)) not in _PASSED_OVER and value is not None:
            _take(measured, str(key)[:FIELD_MAX], value)
    return measured


def _take(measured: Measured, key: str, value: Any) -> None:
    match snake(key):
        case "text":
            _take_text(measured, value)
        case "precipitation":
            _take_precipitation(measured, value)
        case _:
            named = field_of(key)
            if named is None:
                measured.problems.append(_unknown(key))
            else:
                take_number(measured, key, named, value)


def take_number(measured: Measured, key: str, named: Named, value: Any) -> None:
    """Take what stands for a number: itself, with its unit beside it, or with its unit after it."""
    unit = named.unit
    if isinstance(value, Mapping):
        inner = {snake(str(name)): each for name, each in value.items()}
        quality = inner.get("quality_control")
        if inner.get("value") is None:
            return
        if quality in _BAD_QUALITY:
            measured.problems.append(_bad_quality(key, str(quality)))
            return
        if named.field == "snowfall_mm" and "hours" in inner:
            take_number(measured, f"{key}.hours", Named("snowfall_h", "h"), inner["hours"])
        beside = next((inner[name] for name in _UNIT_KEYS if name in inner), unit)
        value, unit = inner["value"], beside if isinstance(beside, str) else unit
    elif isinstance(value, str) and (found := _WITH_UNIT.fullmatch(value)):
        value, unit = float(found[1]), found[2] or unit
    if isinstance(value, bool) or not isinstance(value, int | float):
        measured.problems.append(_no_number(key))
    else:
        _put_once(measured, key, named.field, float(value), unit)


def _put_once(measured: Measured, key: str, field: str, value: float, unit: str | None) -> None:
    """Take a number, unless the same was said before and otherwise: `gust_kmh` beside `gust_ms`.
    Which of the two is meant nobody can tell, so neither is taken.
    """
    before = measured.values.get(field)
    measured.put(field, value, unit, said=key)
    now = measured.values.get(field)
    if before is None or now is None or isclose(before, now, rel_tol=0.05, abs_tol=0.5):
        return
    del measured.values[field]
    measured.problems.append(
        Problem(
            "said-twice",
            key,
            f"同一量给出两个不同的值：{before:g} 和 {now:g}",
            f"the same is given twice and otherwise: {before:g} and {now:g}",
        )
    )


def _take_text(measured: Measured, value: Any) -> None:
    if isinstance(value, str) and len(value) <= ORIGINAL_MAX:
        measured.text = value
    else:
        measured.problems.append(
            Problem(
                "string-type",
                "text",
                f"必须是文本，最多 {ORIGINAL_MAX} 个字符",
                f"must be text of at most {ORIGINAL_MAX} characters",
            )
        )


def _take_precipitation(measured: Measured, value: Any) -> None:
    if isinstance(value, str) and value in PRECIPITATION:
        measured.precipitation = value  # type: ignore[assignment]  # one of the literal's, just seen
        return
    known = ", ".join(sorted(PRECIPITATION))
    measured.problems.append(
        Problem("literal-error", "precipitation", f"只能是 {known}", f"must be one of {known}")
    )


def _moment(keys: Mapping[str, Any]) -> datetime | None:
    name, value = _first(keys, _TIMES)
    if value is None:
        return None
    try:
        return moment_of(value)
    except ValueError:
        shown = repr(value)[:60]
        raise Unreadable(
            Problem(
                "not-a-time",
                name,
                f"{shown} 不是带时区的 ISO 8601 时间",
                f"{shown} is no ISO 8601 time with an offset from UTC",
            )
        ) from None


def moment_of(value: Any) -> datetime:
    """Return a moment as ISO 8601 has it. Raises ValueError for anything else, numbers too: of
    those nobody can tell whether they count seconds or milliseconds.
    """
    if not isinstance(value, str):
        raise ValueError("is no text")  # noqa: TRY004  # one kind of error for one kind of mistake
    return _INSTANT.validate_python(datetime.fromisoformat(value.strip()))


def _id(keys: Mapping[str, Any], name: str) -> str | None:
    value = keys.get(name)
    if value is None:
        return None
    try:
        return _ID.validate_python(value, strict=True)
    except ValidationError as error:
        raise Unreadable(problem_of(error)._replace(field=name)) from None


def _station(keys: Mapping[str, Any]) -> str:
    name, value = _first(keys, _STATIONS)
    if value is None:
        return ""
    if isinstance(value, str) and STATION.fullmatch(value):
        return value
    raise Unreadable(
        Problem(
            "not-a-station",
            name,
            "站号为 1 至 64 个字母、数字或 _ . : -",
            "a station's name is 1 to 64 letters, digits, or _ . : -",
        )
    )


def _first(keys: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, Any]:
    return next(((name, keys[name]) for name in names if keys.get(name) is not None), ("", None))


def _unknown(key: str) -> Problem:
    return Problem(
        "extra-forbidden",
        key,
        "没有这个字段，或字段名中的单位未知",
        "is not a field of an observation, or carries a unit that is not known",
    )


def _no_number(key: str) -> Problem:
    return Problem("float-type", key, "必须是数字", "must be a number")


def _bad_quality(key: str, flag: str) -> Problem:
    return Problem(
        "bad-quality",
        key,
        f"质量标记为 {flag}，不可用",
        f"its quality flag is {flag}, which says not to use it",
    )
