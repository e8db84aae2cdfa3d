"""What is said of a venue when a rule's level is other than what was said last. Pure.

The warning's id follows from the rule, the venue and the moment its episode began, a message's name
from the event that it follows from: whoever reacts to the same event, once more after a restart or
in a second process, says the same under the same names.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from events.ids import derive
from projections.measured import slot_of
from projections.own_warnings import Told
from projections.places import Venue
from services.weather.commands import Move, Supersede, TakeMessage
from services.weather.rules.evaluate import Standing, Wanted
from services.weather.rules.message import Change, message_of
from services.weather.rules.rule import COLOURS, Rule

HOME = "hq"
"""Warnings are written at headquarters."""
_RENEWED_AFTER = 1 / 2
"""Of the time that a rule's warning holds: it is renewed once so much can be added."""


class Occasion(NamedTuple):
    """What a rule looks at: a venue, who is on post there, the event that made it look, and now."""

    rule: Rule
    venue: str
    place: Venue
    people: tuple[str, ...]
    cause: str
    at: datetime
    drill: bool = False


def standing_of(told: Told | None) -> Standing | None:
    """Return what a warning that is in force means for the rule that raised it."""
    if told is None or told.colour is None or told.colour == "white":
        return None
    return Standing(told.colour, told.since)


def say(
    occasion: Occasion, wanted: Wanted, told: Told | None, last: Callable[[str], Told | None]
) -> TakeMessage | None:
    """Return what is to be said now, None if nothing.

    `told` is the rule's warning of the venue that is in force; `last` tells what a warning said
    last, whether it is in force or not.
    """
    if wanted.colour is None:
        # What only was not measured any more runs out by itself.
        return None if told is None or wanted.ran_out else _order(occasion, wanted, "cancel", told)
    if told is not None:
        return (
            _order(occasion, wanted, "update", told) if _differs(occasion, wanted, told) else None
        )
    warning, before = _warning_of(occasion, wanted, last)
    if before is None:
        return _order(occasion, wanted, "issue", None, warning)
    return _order(occasion, wanted, "update", before)


def supersede(occasion: Occasion, needless: str, successor: str) -> Supersede:
    """Return what lets one of two warnings, issued at once by two processes, speak for both."""
    return Supersede(
        site=HOME,
        id=needless,
        at=occasion.at,
        by=f"rule:{occasion.rule.id}",
        successor=successor,
    )


def _differs(occasion: Occasion, wanted: Wanted, told: Told) -> bool:
    """Tell whether the level is another, or enough can be added to how long it holds."""
    if wanted.colour != told.colour:
        return True
    expires = told.message.expires
    if expires is None or wanted.expires is None:
        return False
    return wanted.expires - expires >= occasion.rule.holds * _RENEWED_AFTER


def _warning_of(
    occasion: Occasion, wanted: Wanted, last: Callable[[str], Told | None]
) -> tuple[str, Told | None]:
    """Return the id of the episode's warning, and what it said before it ran out, if it did.

    One that was lifted stays lifted: what comes after it is another.
    """
    kind = "own-drill" if occasion.drill else "own-warning"
    # The slot, for the moment of a point moves with what else is measured in its ten minutes.
    begun = slot_of(wanted.begun or occasion.at)
    warning = derive(kind, occasion.rule.id, occasion.venue, str(begun))
    while (before := last(warning)) is not None and before.precedence == 2:
        warning = derive(warning, "again")
    return warning, before


def _order(
    occasion: Occasion, wanted: Wanted, move: Move, before: Told | None, warning: str = ""
) -> TakeMessage:
    message = message_of(
        occasion.rule,
        wanted,
        _change(wanted, move, before),
        venue=occasion.venue,
        place=occasion.place,
        people=occasion.people,
        sent=_sent(occasion.at, before),
        before=before,
        name=f"{occasion.rule.id}-{derive(occasion.cause, occasion.rule.id, occasion.venue)}",
    )
    return TakeMessage(
        site=HOME,
        id=before.warning if before is not None else warning,
        at=occasion.at,
        by=f"rule:{occasion.rule.id}",
        move=move,
        message=message,
    )


def _change(wanted: Wanted, move: Move, before: Told | None) -> Change:
    if move == "cancel":
        return "lifted"
    if before is None or before.colour is None or before.colour == "white":
        return "raised"
    if wanted.colour is None or before.colour == wanted.colour:
        return "renewed"
    higher = COLOURS.index(wanted.colour) > COLOURS.index(before.colour)
    return "raised" if higher else "lowered"


def _sent(at: datetime, before: Told | None) -> datetime:
    """Return a whole second that is later than the last message's, so that this one speaks."""
    sent = at.replace(microsecond=0)
    return sent if before is None else max(sent, before.sent + timedelta(seconds=1))
