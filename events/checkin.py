"""The daily check-in of one person. An observation like presence; the aggregate's id is theirs.

What they said of themselves lies sealed: everyone sees that they reported, the lane sees what.
"""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import StringConstraints

from events.fact import Fact
from events.sealed import Sealed

Day: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A calendar day in the time zone of the phase, as ISO 8601 writes it."""


class CheckInGiven(Fact):
    """A person checked in for a day. Sent again for the same day, the newest counts."""

    NOUN: ClassVar[str] = "checkin"
    TYPE: ClassVar[str] = "given"
    day: Day
    sealed: Sealed


FACTS: tuple[type[Fact], ...] = (CheckInGiven,)
