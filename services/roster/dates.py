"""Reads days as people write them; a day that there is not is told from no day at all."""

import re
from datetime import date, datetime

from services.roster.sheets import Day, Number, Value
from services.roster.xlsx import day_of

FIRST, LAST = date(1920, 1, 1), date(2100, 1, 1)
"""Nobody on a roster was born before, and none is planned for later."""

_FORMS = (
    re.compile(
        r"^(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?(?:[T ].*)?$"
    ),
    re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"),
    re.compile(r"^(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})$"),
)
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")


class NoSuchDay(ValueError):
    """What stands there is no day; `code` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_day(value: Value) -> date:
    """Return the day in a cell. Raises NoSuchDay."""
    match value:
        case Day(day=day):
            return _sensible(day)
        case Number(value=serial):
            # Without a date's format: a day as a number of eight digits, or a serial.
            if serial.is_integer() and 19_000_000 < serial < 22_000_000:
                return _from_text(str(int(serial)))
            return _sensible(day_of(serial))
        case str(text):
            return _from_text(text.strip())
        case _:
            raise NoSuchDay("impossible-date")


def _from_text(text: str) -> date:
    for form in _FORMS:
        if found := form.match(text):
            try:
                return _sensible(date(int(found["y"]), int(found["m"]), int(found["d"])))
            except NoSuchDay:
                raise
            except ValueError:
                raise NoSuchDay("impossible-date") from None
    for form_of_words in _WORDS:
        try:
            return _sensible(datetime.strptime(text, form_of_words).date())  # noqa: DTZ007 - a day
        except NoSuchDay:
            raise
        except ValueError:
            continue
    raise NoSuchDay("impossible-date")


def _sensible(day: date | datetime | None) -> date:
    if day is None:
        raise NoSuchDay("date-out-of-range")
    only = day.date() if isinstance(day, datetime) else day
    if not FIRST <= only < LAST:
        raise NoSuchDay("date-out-of-range")
    return only
