"""CAP times. The standard's form is 2022-02-13T09:30:00+08:00; real ones differ."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from services.weather.cap.fields import Fields
from services.weather.cap.refusals import quoted, refuse

_STANDARD: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
_READABLE: Final = re.compile(
    r"(\d{4})[-/](\d\d?)[-/](\d\d?)[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?"
    r"\s?(?:(Z|UTC|GMT)|([-+,])(\d\d?):?(\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_BASIC: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)(?:(Z)|([-+])(\d\d):?(\d\d)?)?",
    re.ASCII,
)
"""ISO 8601 without its separators."""
YEAR_MIN: Final = 1970
YEAR_MAX: Final = 2199
_OFFSET_MAX: Final = timedelta(hours=14)


def read_time(text: str) -> tuple[datetime, str | None] | None:
    """The time in `text` and what is odd about it; None if it is no time.

    A time without an offset is read as UTC: the zone cannot be known, and for the zones east of it,
    China's among them, that lets a warning end later rather than sooner. Fractions of a second
    are dropped. An offset written `,08:00`, which the standard's own pattern lets through, is east.
    """
    match = _READABLE.fullmatch(text) or _BASIC.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zulu, sign, offset_hours, offset_minutes = match.groups()[6:]
    offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
    if not YEAR_MIN <= year <= YEAR_MAX or offset > _OFFSET_MAX:
        return None
    if sign == "-":
        offset = -offset
    zone = timezone(offset) if offset else UTC
    midnight = hour == 24 and minute == second == 0
    try:
        time = datetime(year, month, day, 0 if midnight else hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    if midnight:
        time += timedelta(days=1)
    if zulu is None and sign is None:
        return time, "time-without-offset"
    return time, None if _STANDARD.fullmatch(text) and not midnight else "time-form"


def needed_time(fields: Fields, name: str) -> datetime:
    """The time in the child `name`.

    Raises:
        CapRefused: it is missing or cannot be read.
    """
    text = fields.needed(name)
    read = read_time(text)
    if read is None:
        raise refuse("time-unreadable", fields.at(name), value=quoted(text))
    return _noted(fields, name, text, read)


def optional_time(fields: Fields, name: str) -> datetime | None:
    """The time in the child `name`; None where there is none, or none that can be read."""
    text = fields.text(name)
    if text is None:
        return None
    read = read_time(text)
    if read is None:
        fields.notes.add("time-unreadable", fields.at(name), text)
        return None
    return _noted(fields, name, text, read)


def _noted(fields: Fields, name: str, text: str, read: tuple[datetime, str | None]) -> datetime:
    time, odd = read
    if odd is not None:
        fields.notes.add(odd, fields.at(name), text)
    return time
