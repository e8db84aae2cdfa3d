"""Days in a row: they are checked, and told of where they are impossible."""

from collections.abc import Mapping

from services.roster.dates import NoSuchDay, read_day
from services.roster.entries import Entry
from services.roster.headers import CHECKED_ONLY, Field
from services.roster.problems import Problems
from services.roster.sheets import Fault, Formula, Value
from services.roster.texts import text_of


def check_days(
    entry: Entry, given: Mapping[Field, Value], problems: Problems, *, is_text: bool
) -> None:
    """Add what is wrong with the days of a row."""
    days = {}
    for field in sorted(CHECKED_ONLY & given.keys()):
        value, spot = given[field], entry.spot(field)
        if isinstance(value, str | Formula | Fault):
            text = text_of(value, spot, problems, is_text=is_text)
            if not text:
                continue
            value = text
        try:
            days[field] = read_day(value)
        except NoSuchDay as error:
            problems.error(error.code, spot)
    if "starts" in days and "ends" in days and days["ends"].last < days["starts"].first:
        problems.error("ends-before-start", entry.spot("ends"))
