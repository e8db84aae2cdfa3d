"""A queue of sends with limits of its own, so that what is slow here is slow nowhere else."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count
from typing import NamedTuple

from services.ending import end


class Job(NamedTuple):
    """One message by one channel."""

    message: str
    channel: str


class Lane:
    """Works off jobs, the most urgent first, at most `width` at a time.

    `work` must not raise. It asks for its turn before each send: what needs none is not held up.
    """

    def __init__(
        self, width: int, rate_per_s: float, work: Callable[[Job], Awaitable[None]]
    ) -> None:
        self._width = width
        self._pause_s = 1 / rate_per_s
        self._work = work
        self._queue: list[tuple[int, int, Job]] = []
        self._numbers = count()
        self._workers: set[asyncio.Task[None]] = set()
        self._next_at = 0.0

    def __len__(self) -> int:
        """How many jobs wait or are being done."""
        return len(self._queue) + len(self._workers)

    def put(self, urgency: int, job: Job) -> None:
        """Queue a job; 0 is the most urgent."""
        heapq.heappush(self._queue, (urgency, next(self._numbers), job))
        if len(self._workers) < self._width:
            worker = asyncio.create_task(self._run())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def stop(self, grace_s: float) -> None:
        """Begin nothing more; let what is under way end within `grace_s` seconds."""
        self._queue.clear()
        if self._workers:
            await asyncio.wait(self._workers, timeout=grace_s)
        for worker in list(self._workers):
            await end(worker)

    async def pace(self) -> None:
        """Wait for one's turn to send, so that no second holds more than the rate."""
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next_at)
        self._next_at = turn + self._pause_s
        if turn > now:
            await asyncio.sleep(turn - now)

    async def _run(self) -> None:
        while self._queue:
            await self._work(heapq.heappop(self._queue)[2])
