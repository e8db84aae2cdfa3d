"""Somebody read a person's sealed details: who, what and what for. The aggregate is the person."""

from typing import ClassVar

from events.fact import Fact, Line
from events.lane import Lane
from events.sealed import Topic


class DetailsRead(Fact):
    """Written before the details are handed out. The reader is the event's actor."""

    NOUN: ClassVar[str] = "details"
    TYPE: ClassVar[str] = "read"
    topic: Topic
    purpose: Line
    lane: Lane | None = None
    """The lane whose right it was, where it was a lane's."""


FACTS: tuple[type[Fact], ...] = (DetailsRead,)
