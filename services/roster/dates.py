"""Reads days as people write them; a day that there is not is told from no day at all.

Some ways of writing leave it open which day is meant (2/1/2022, May 1999): then it is one of
several, and nothing is held against it that is wrong for only one of them.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.roster.sheets import Day, Number, Value
from services.roster.xlsx import day_of

FIRST, LAST = date(1920, 1, 1), date(2100, 1, 1)
"""Nobody on a roster was born before, and none is planned for later."""

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN = re.compile(r"[〇○零一二三四五六七八九]{4}\s*年")
_TENS = re.compile(r"(?P<tens>[二三]?)十(?P<ones>[一二三四五六七八九]?)")
_AFTER = r"(?:[T\s,，(].*|上午.*|下午.*|[周星].*)?"
"""The time of day or the day of the week, which nobody asked for."""
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?{_AFTER}"
)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_AFTER}")
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*月?|(0[1-9]|1[0-2]))")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_WORDS = (
    "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%d-%B-%Y",
)  # fmt: skip
_MONTHS_IN_WORDS = ("%b %Y", "%B %Y", "%b-%Y", "%b-%y")


class NoSuchDay(ValueError):
    """What stands there is no day; `code` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Span(NamedTuple):
    """The first and the last of the days that may be meant."""

    first: date
    last: date


def read_day(value: Value) -> Span:
    """Return the day in a cell. Raises NoSuchDay."""
    match value:
        case Day(day=day):
            return _sensible(day)
        case Number(value=serial):
            # Without a date's format: a day as a number of eight digits, a month, or a serial.
            if serial.is_integer() and 19_000_000 < serial < 22_000_000:
                return _from_text(str(int(serial)))
            if serial.is_integer() and 190_000 < serial < 220_000:
                return _from_text(str(int(serial)))
            return _sensible(day_of(serial))
        case str(text):
            return _from_text(_in_digits(text.strip()))
        case _:
            raise NoSuchDay("impossible-date")


def _in_digits(text: str) -> str:
    """Return a day that is written in Chinese numerals in digits, any other as it is."""
    if not _HAN.match(text):
        return text
    tens = _TENS.sub(lambda found: f"{found['tens'] or '一'}{found['ones'] or '〇'}", text)
    return tens.translate(_DIGITS)


def _from_text(text: str) -> Span:
    if found := _YEAR_FIRST.fullmatch(text) or _EIGHT.fullmatch(text):
        return _sensible(_day(int(found[1]), int(found[2]), int(found[3])))
    if found := _YEAR_LAST.fullmatch(text):
        return _either_way(int(found[4]), int(found[1]), int(found[3]), of=found[2])
    if found := _MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2] or found[3]))
    if _SERIAL.fullmatch(text):
        return _sensible(day_of(float(text)))
    return _in_words(" ".join(text.replace(",", " ").split()))


def _either_way(year: int, one: int, other: int, *, of: str) -> Span:
    """Return the day that two numbers are, in either order; with points the day comes first."""
    days: list[date] = []
    for day, month in ((one, other),) if of == "." else ((one, other), (other, one)):
        try:
            days.append(_day(year, month, day))
        except NoSuchDay:
            continue
    if not days:
        raise NoSuchDay("impossible-date")
    return Span(_sensible(min(days)).first, _sensible(max(days)).last)


def _month(year: int, month: int) -> Span:
    first = _sensible(_day(year, month, 1)).first
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(first, after - timedelta(days=1))


def _in_words(text: str) -> Span:
    for day in _parsed(text, _WORDS):
        return _sensible(day)
    for day in _parsed(text, _MONTHS_IN_WORDS):
        return _month(day.year, day.month)
    raise NoSuchDay("not-a-date")


def _parsed(text: str, forms: tuple[str, ...]) -> Iterator[date]:
    for form in forms:
        try:
            yield datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, in no time zone
        except ValueError:
            continue


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay("impossible-date") from None


def _sensible(day: date | datetime | None) -> Span:
    if day is None:
        raise NoSuchDay("date-out-of-range")
    only = day.date() if isinstance(day, datetime) else day
    if not FIRST <= only < LAST:
        raise NoSuchDay("date-out-of-range")
    return Span(only, only)
