"""Who may go on at once, and who waits for whom: what has something in common takes turns."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from typing import TypeAlias

from services.log import LogUnavailable

Things: TypeAlias = AbstractSet[Hashable]


class Turns:
    """`within_s` is how long somebody waits for others before it is given up."""

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._held: dict[Hashable, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def of(self, touched: Callable[[], Things]) -> AsyncIterator[None]:
        """Wait until nobody else holds any of the things that are touched, and hold them.

        `touched` is asked again after each wait: whoever had the turn may have changed the answer.
        Raises LogUnavailable when it takes too long: what is waited for is the log.
        """
        wanted = await self._free(touched)
        done = asyncio.get_running_loop().create_future()
        self._held.update(dict.fromkeys(wanted, done))
        try:
            yield
        finally:
            for thing in wanted:
                del self._held[thing]
            done.set_result(None)

    async def _free(self, touched: Callable[[], Things]) -> Things:
        try:
            async with asyncio.timeout(self._within_s):
                while True:
                    wanted = touched()
                    busy = {self._held[thing] for thing in wanted if thing in self._held}
                    if not busy:
                        return wanted
                    await asyncio.wait(busy)
        except TimeoutError:
            raise LogUnavailable("take a warning: those before it wait for the log") from None
