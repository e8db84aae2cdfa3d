"""A person asked to talk in private, or is not fine: the lane looks after them.

The aggregate's id says nothing of the person; whom it is about lies sealed, for the lane alone.
"""

from typing import ClassVar

from events.fact import Fact, Line
from events.lane import Lane
from events.sealed import Sealed


class CareAsked(Fact):
    """Somebody is to be looked after by a lane."""

    NOUN: ClassVar[str] = "care"
    TYPE: ClassVar[str] = "asked"
    lane: Lane
    sealed: Sealed
    """Sealed with the key of this request, which is destroyed with the person's."""


class CareTaken(Fact):
    """Somebody of the lane looks after them now."""

    NOUN: ClassVar[str] = "care"
    TYPE: ClassVar[str] = "taken"
    by: Line


class CareEnded(Fact):
    """It is done."""

    NOUN: ClassVar[str] = "care"
    TYPE: ClassVar[str] = "ended"
    by: Line


CareFact = CareAsked | CareTaken | CareEnded
FACTS: tuple[type[Fact], ...] = (CareAsked, CareTaken, CareEnded)
