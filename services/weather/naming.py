"""What messages are called, what they speak of, and which of them counts. Pure."""

from datetime import datetime
from typing import TypeAlias

from events.ids import derive
from events.weather import WarningMessage
from services.weather.changes import area_of

Name: TypeAlias = tuple[str, ...]
"""Sender and identifier: a message's own, or one it refers to. Times are left out, they lie. Of
what is not meant (a test, an exercise) the status comes third. Before them `feed` and a feed's id:
a name that counts among the messages of that feed only.
"""
About: TypeAlias = tuple[str, ...]
"""Status, sender, hazard and area."""
Rank: TypeAlias = tuple[datetime, int, str, str]
"""When a message was sent, what it does (0 issue, 1 update, 2 cancel), identifier, sender: the
greatest speaks.
"""


def names_of(message: WarningMessage) -> list[Name]:
    """Return a message's own name, what its feed calls it, then those it refers to; the first it
    refers to comes last.
    """
    own, *others = _spoken(message)
    return list(dict.fromkeys([own, *_by_feed(message), *others]))


def new_id(message: WarningMessage) -> str:
    """Return the id of a new warning. It follows from the oldest message known of the chain, so
    that whoever takes the same message makes the same warning.
    """
    return derive("warning", *_spoken(message)[-1])


def _spoken(message: WarningMessage) -> list[Name]:
    """Return the names of its own sender: nobody speaks for somebody else by naming them.

    A reference that is no triple is its sender's own, if it looks like an identifier: `None` and
    `N/A` are sent too, and have no digit.
    """
    own = (message.sender, message.identifier)
    named = (
        (message.sender, identifier)
        for sender, identifier in reversed(message.references)
        if sender == message.sender or (not sender and any(map(str.isdigit, identifier)))
    )
    return [(*name, *_unmeant(message)) for name in (own, *(one for one in named if one != own))]


def _by_feed(message: WarningMessage) -> list[Name]:
    """Return the names by which senders of one feed know each other's messages: offices of one
    service go on with each other's warnings, and whose feed is followed is somebody's decision.
    """
    if message.feed is None:
        return []
    others = [one for one in reversed(message.references) if one[0] not in {"", message.sender}]
    named = ((message.sender, message.identifier), *others)
    return [("feed", message.feed, *name, *_unmeant(message)) for name in named]


def _unmeant(message: WarningMessage) -> tuple[str, ...]:
    return () if message.status == "Actual" else (message.status,)


def rank_of(message: WarningMessage, precedence: int) -> Rank:
    """Return what decides which message of a chain speaks."""
    return message.sent, precedence, message.identifier, message.sender


def about(message: WarningMessage) -> About:
    """Return what must be equal for two messages to speak of the same.

    A Chinese station has one signal of a hazard at a time, whatever its colour. Elsewhere warnings
    of one hazard stand side by side, a yellow one for the day and an orange one for the evening,
    and the event's name tells them apart.
    """
    is_chinese = any(text.language.lower().startswith("zh") for text in message.texts)
    events = sorted({text.event.casefold() for text in message.texts})
    hazard = [message.hazard] if is_chinese and message.hazard else events
    return message.status, message.sender, area_of(message.areas), *hazard
