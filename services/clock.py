"""The clock is passed in: the system's, one that runs faster for a scenario, or one a test
turns.
"""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """What everything that needs the time asks."""

    speed: float
    """How many of its seconds pass in one of the machine's; 0 when it is turned by hand."""

    def now(self) -> datetime:
        """Return the moment, aware, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return when this clock shows `moment`, at once if it is past."""
        ...


class SystemClock:
    """The machine's clock."""

    speed = 1.0

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Sleep, in pieces of at most an hour, so that a clock that is set is followed."""
        # Time is what is waited for, and the machine's may be set meanwhile.
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - see above
            await asyncio.sleep(min(left, 3600))


class ScaledClock:
    """Starts at a given moment and runs `speed` times as fast as the machine's."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start.astimezone(UTC)
        self.speed = speed
        self._from = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the scenario's moment, in UTC."""
        return self._start + (datetime.now(UTC) - self._from) * self.speed

    async def sleep_until(self, moment: datetime) -> None:
        """Sleep until the scenario's clock shows `moment`."""
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - as above
            await asyncio.sleep(min(left / self.speed, 3600))


class ManualClock:
    """Stands still until it is turned. Sleepers wake in the order of their moments."""

    speed = 0.0

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Return the moment it was last turned to."""
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until somebody turns the clock to `moment` or past it."""
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), woken))
        await woken

    def next_wake(self) -> datetime | None:
        """Return the moment the next sleeper waits for."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def turn_to(self, moment: datetime) -> None:
        """Set the clock forward and wake who waited for a moment up to it."""
        self._now = max(self._now, moment.astimezone(UTC))
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def turn_by(self, step: timedelta) -> None:
        """Set the clock forward by `step`."""
        self.turn_to(self._now + step)
