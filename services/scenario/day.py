"""The day a story is set on: its moments, its ids and its chances, all from seed and start."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Annotated, Final, TypeAlias

from pydantic import StringConstraints

BEIJING: Final = timezone(timedelta(hours=8))
START: Final = datetime(2027, 2, 13, 5, 30, tzinfo=BEIJING)
"""When the winter-games day begins unless told otherwise."""
Moment: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
"""A time of the story's clock."""
SEED_END: Final = 2**31
_BEGINS_MIN: Final = 5 * 60 + 30


@dataclass(frozen=True, slots=True)
class Day:
    """`start` is the story's 05:30, whatever the clock showed then.

    A day that is set to begin now runs on as it would have from 05:30 in the morning.
    """

    seed: int
    start: datetime

    @classmethod
    def of(cls, seed: int, start: datetime) -> "Day":
        """Return the day in Beijing time, to the second: CAP has no fractions.

        Raises:
            ValueError: the start has no offset, or the seed is negative or too long for an id.
        """
        if not 0 <= seed < SEED_END:
            raise ValueError(f"start a story with seed {seed}: it must be 0 to {SEED_END - 1}")
        if start.tzinfo is None:
            raise ValueError(f"start a story at {start}: the time has no offset from utc")
        return cls(seed, start.astimezone(BEIJING).replace(microsecond=0))

    def at(self, clock: str) -> datetime:
        """Return the moment at which the story's clock shows `clock`: "13:52", or "25:00"."""
        hours, minutes = clock.split(":")
        return self.start + timedelta(minutes=int(hours) * 60 + int(minutes) - _BEGINS_MIN)

    def chance(self, *part: str) -> Random:
        """Return the luck of one part of the story: what another part draws does not change it."""
        name = "/".join((str(self.seed), *part))
        return Random(name)  # noqa: S311 - a story is no secret, and must come out the same again

    def id(self, *parts: str) -> str:
        """Return an id that only this part of this story has: same seed and start, same id."""
        return "-".join((f"wg{self.seed}", f"{self.start:%y%m%d%H%M}", *parts))


def later(moment: datetime, chance: Random, least_s: float, most_s: float) -> datetime:
    """Return a moment that much after another one, to the second."""
    return moment + timedelta(seconds=round(chance.uniform(least_s, most_s)))
