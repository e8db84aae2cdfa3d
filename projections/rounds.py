"""Rounds: what people say of themselves at the check-in has its consequences for several of them
at once, at set moments.

That somebody checked in is everyone's to see, at once. Whatever followed from their answer at once
would tell the answer: a request for care by a gap in the sequence of events, a number by what it
was a moment before. So the check-ins of a place wait until three people have checked in there, and
are taken up together at the next full ten minutes of the clock.

Which round takes up which check-in follows from the log: two processes, or one that starts anew,
divide them in the same way. Otherwise the difference between two divisions would tell of one
person.
"""

from datetime import UTC, datetime, timedelta
from typing import Generic, TypeAlias, TypeVar

GROUP_MIN = 3
"""People of whom one could not tell who it was: with two, each of them knows of the other."""
ROUND = timedelta(minutes=10)
"""From one round to the next. They begin at full ten minutes in UTC."""
PATIENCE = timedelta(minutes=30)
"""What waits for care waits no longer, whether or not three people have checked in."""
ON_ITS_WAY = timedelta(seconds=30)
"""What was recorded so shortly before a round waits for the next one: it may not be in the log yet
when the round begins. An append is tried for 20 s."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")
Key: TypeAlias = tuple[str, str]
"""A person, and the day they checked in for."""


def round_at(moment: datetime) -> int:
    """Return the number of the last round that has begun at a moment."""
    return (moment - _BEGINNING) // ROUND


def begin_of(number: int) -> datetime:
    """Return when a round begins."""
    return _BEGINNING + number * ROUND


def round_for(recorded_at: datetime) -> int:
    """Return the first round that takes up what was recorded at a moment."""
    return round_at(recorded_at + ON_ITS_WAY) + 1


class Waiting(Generic[T]):
    """What has come in at one place since its last round. The newest of a person and day counts."""

    __slots__ = ("_patience", "due", "entries", "since")

    def __init__(self, patience: timedelta | None = None) -> None:
        """`patience` is how long it waits for three people; None is for as long as it takes."""
        self._patience = patience
        self.entries: dict[Key, T] = {}
        self.since: datetime | None = None
        """When the first of them was recorded."""
        self.due = 0
        """The round that takes up the last one."""

    def add(self, key: Key, entry: T, recorded_at: datetime) -> dict[Key, T]:
        """Take one in; return what the rounds before it have taken up."""
        number = round_for(recorded_at)
        taken = self.take(number - 1)
        self.entries[key] = entry
        self.since = recorded_at if self.since is None else min(self.since, recorded_at)
        self.due = number
        return taken

    def take(self, number: int) -> dict[Key, T]:
        """Return what the rounds up to this one take up: all of it, or nothing."""
        if not self._is_taken(number):
            return {}
        taken, self.entries, self.since = self.entries, {}, None
        return taken

    def forget(self, person: str) -> None:
        """Leave out whoever is erased."""
        for key in [key for key in self.entries if key[0] == person]:
            del self.entries[key]

    def _is_taken(self, number: int) -> bool:
        if not self.entries or number < self.due:
            return False
        if len({person for person, _ in self.entries}) >= GROUP_MIN:
            return True
        if self._patience is None or self.since is None:
            return False
        return begin_of(number + 1) > self.since + self._patience
