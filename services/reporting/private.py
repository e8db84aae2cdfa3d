"""What of a report few may read: how a person is. It goes into the log sealed, and in no other
form: not in a hash of the report, not in a refusal. Pure.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from events.presence import Whereabouts
from events.sealed import Sealed, Topic
from projections.picture import Picture
from services.problems import Problem
from services.reporting.report import HEALTH, CheckInReport, Health, PresenceReport

DAYS_OFF_MAX = 7
"""A check-in is for a day that lies at most so many days from when it was given."""
_ZONE = ZoneInfo("Asia/Shanghai")
_CONTEXT = b"muster/report"

Seal: TypeAlias = Callable[[str, Topic, dict[str, Any]], Sealed]
"""Puts a person's details into a box, with their key."""


class Details(NamedTuple):
    """What is sealed of a report, for whom, about what."""

    person: str
    topic: Topic
    content: dict[str, Any]


def details_of(report: Any) -> Details | None:
    """Return what of a report is to be sealed, None where everything may be seen."""
    match report:
        case CheckInReport(person=person):
            said = {
                "answer": report.answer,
                "temperature_c": report.temperature_c,
                "text": report.text,
            }
            return Details(person, "check-in", said)
        case PresenceReport(person=person, whereabouts=state) if state in HEALTH:
            return Details(person, "presence", {"state": state, "text": report.text})
        case _:
            return None


def seen(whereabouts: Whereabouts | Health) -> Whereabouts:
    """Return what everybody may see of where a person is."""
    match whereabouts:
        case "sick" | "isolated":
            return "off-duty"
        case other:
            return other


def digest(report: Any, key: bytes | None) -> str:
    """Return a hash of what a report says: 16 hexadecimal digits. When it was sent is no part.

    With a key it tells nobody anything but whether a repeat says the same: without one, trying out
    the few things a person can say of themselves would find what they said.
    """
    said = report.model_dump_json(exclude={"sent_at"}, exclude_none=True).encode()
    if key is None:
        return blake2b(said, digest_size=8).hexdigest()
    return blake2b(said, digest_size=8, key=key, person=_CONTEXT).hexdigest()


def day_of(report: CheckInReport, picture: Picture, at: datetime) -> str:
    """Return the day a check-in is for: the one it names, else the one it was where they serve."""
    return report.day or _date(report, picture, at).isoformat()


def _date(report: CheckInReport, picture: Picture, at: datetime) -> date:
    """Return which day a moment lies on, by the time zone of the phase the person serves in."""
    volunteer = picture.people.volunteers.get(report.person)
    found = picture.phases.of(volunteer.phases, at) if volunteer else None
    return at.astimezone(ZoneInfo(found[1].timezone) if found else _ZONE).date()


def doubts_of_day(report: Any, picture: Picture, now: datetime) -> list[Problem]:
    """Return what is wrong with the day of a check-in."""
    if not isinstance(report, CheckInReport) or report.day is None:
        return []
    try:
        day = date.fromisoformat(report.day)
    except ValueError:
        return [_no_such_day(report.day)]
    try:
        here = _date(report, picture, report.at or now)
    except OverflowError:
        return []  # a moment at the end of all days, which is refused as such
    return [_other_day(report.day, here)] if abs(day - here) > timedelta(DAYS_OFF_MAX) else []


def doubts_of_text(report: Any) -> list[Problem]:
    """Return what is wrong with words that would lie in the log for everyone to read."""
    if not isinstance(report, PresenceReport) or not report.text or report.whereabouts in HEALTH:
        return []
    return [
        Problem(
            "text-not-allowed",
            "text",
            "只有上报生病或隔离时才可附文字",
            "words go only with sick or isolated",
        )
    ]


def _no_such_day(day: str) -> Problem:
    return Problem("no-such-day", "day", f"日历中没有 {day}", f"there is no day {day}")


def _other_day(day: str, here: date) -> Problem:
    return Problem(
        "other-day",
        "day",
        f"{day} 与上报当天 {here} 相差超过 {DAYS_OFF_MAX} 天",
        f"{day} is more than {DAYS_OFF_MAX} days from {here}, when it was given",
    )
