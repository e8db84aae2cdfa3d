"""What the notifier makes of a message that waits: by which way it goes, and whether it still
should. Pure.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from events.fact import Text
from events.message import MessageRequested, Purpose
from projections.answers import standing
from projections.calls import calls_of
from projections.not_sent import DRILL, NO_ADDRESS, NOT_SWITCHED_ON
from projections.picture import Picture
from projections.terms import PURPOSE, term

URGENCY: tuple[Purpose, ...] = (
    "need-help",
    "alert",
    "roll-call",
    "care",
    "check-in",
    "check-out",
    "swap",
    "channel-test",
)
"""What is sent first where many messages wait for one channel."""

NEWS_LASTS = timedelta(hours=24)
"""Nothing older is sent, after a long cut for example: nobody is called out by what is over."""
_HTTP = ("http", "https")


class Pace(NamedTuple):
    """How much of a kind of channel is used at once."""

    width: int
    rate_per_s: float


def switched_on(setting: str, usual: Pace) -> dict[str, Pace]:
    """Read which schemes of addresses may be used: `https, wecombot=2/0.3` is two of them.

    Behind `=` stand how many sends at a time and how many a second, where they are not the usual
    ones. Raises ValueError, which names what cannot be read.
    """
    found: dict[str, Pace] = {}
    for entry in filter(None, (part.strip() for part in setting.split(","))):
        scheme, _, said = entry.partition("=")
        try:
            width, rate = said.split("/") if said else (usual.width, usual.rate_per_s)
            pace = Pace(int(width), float(rate))
        except ValueError as error:
            raise ValueError(f"read channels: {entry!r} is not scheme=number/rate") from error
        if not scheme.replace("+", "").isalnum() or pace.width < 1 or pace.rate_per_s <= 0:
            raise ValueError(f"read channels: {entry!r} is not scheme=number/rate")
        found[scheme.lower()] = pace
    return found


def scheme_of(address: str) -> str:
    """Return the kind of channel an address is of."""
    return address.partition("://")[0].lower()


def lane_of(address: str) -> tuple[str, str]:
    """Return which sends share a queue: those of a kind, for `http(s)` those to a host."""
    scheme = scheme_of(address)
    return scheme, (urlsplit(address).netloc if scheme in _HTTP else "")


def is_usable(address: str) -> bool:
    """Tell whether an address can be an address at all."""
    try:
        parts = urlsplit(address)
        return bool(parts.scheme and (parts.hostname or parts.scheme not in _HTTP)) and (
            parts.scheme not in _HTTP or parts.port != 0
        )
    except ValueError:
        return False


def refusal(address: str | None, on: Mapping[str, Pace], *, drill: bool) -> str | None:
    """Return why a message does not go by a channel, None when it does."""
    if drill:
        return DRILL
    if address is None or not is_usable(address):
        return NO_ADDRESS
    return None if scheme_of(address) in on else NOT_SWITCHED_ON


def urgency(purpose: Purpose) -> int:
    """Return the place in line, 0 for the first."""
    return URGENCY.index(purpose)


def title(purpose: Purpose) -> Text:
    """Return the heading of a message."""
    what = term(PURPOSE, purpose)
    return Text(zh=f"Muster {what.zh}", en=f"Muster: {what.en}")


def is_too_late(purpose: Purpose, asked_at: datetime, now: datetime) -> bool:
    """Tell whether a message has waited so long that it would mislead; a call for help never."""
    return purpose != "need-help" and now - asked_at > NEWS_LASTS


def still_needed(picture: Picture, fact: MessageRequested, asked_at: datetime) -> bool:
    """Tell whether a person is still to be told: not once what it is about is over, or they have
    done themselves what they were to do.

    What is not known here is told all the same.
    """
    if fact.purpose == "check-out":
        return not _left(picture, fact.person, asked_at)
    about, whose = fact.about.id, (fact.purpose, fact.person)
    match fact.about.kind:
        case "alert":
            alert = picture.alerts.rows.get(about)
            return alert is None or alert.status == "raised"
        case "incident":
            return _unowned(picture, about)
        case "rollcall":
            return _open_roll_call(picture, about, *whose)
        case "day":
            return _open_day(picture, about, *whose)
        case "reach":
            return not any(
                row.id == about and row.judged_at for row in picture.reach.sites.values()
            )
        case _:
            return True


def _unowned(picture: Picture, incident: str) -> bool:
    row = picture.incidents.rows.get(incident)
    taken = row is not None and row.accepted_by is not None
    return not taken and picture.incidents.ended_at(incident) is None


def _open_roll_call(picture: Picture, id: str, purpose: Purpose, person: str) -> bool:
    row = picture.rollcalls.rows.get(id)
    if row is None or purpose != "roll-call":
        return row is None or row.closed_at is None
    newest = next(iter(picture.people.answers.get(person, ())), None)
    answered = newest is not None and newest.at >= row.opened_at
    if answered and newest is not None and newest.answer == "need-help":
        calls = calls_of(picture, person)
        answered = standing(picture.people, row, person, calls) == "need-help"
    return row.closed_at is None and not answered and person not in row.excused


def _open_day(picture: Picture, id: str, purpose: Purpose, person: str) -> bool:
    row = picture.days.rows.get(id)
    if row is None or purpose != "check-in":
        return row is None or row.closed_at is None
    return row.closed_at is None and person in picture.days.missing[id]


def _left(picture: Picture, person: str, asked_at: datetime) -> bool:
    seen = picture.people.evidence.get(person)
    return seen is not None and seen.at >= asked_at and seen.whereabouts in ("left", "off-duty")
