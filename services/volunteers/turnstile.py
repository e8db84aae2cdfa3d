"""Lets people into a roll call, except while it is being counted to be closed.

Walk-ups come in hundreds a second when it matters. Without this there would be one more between
every count and its decision, and a roll call could not be closed for as long as they come.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turnstile:
    """Of one roll call."""

    def __init__(self) -> None:
        self._inside = 0
        self._counting = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def walk_in(self) -> AsyncIterator[None]:
        """Add somebody, after a count that is under way."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._counting)
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                await self._tell()

    @asynccontextmanager
    async def count(self) -> AsyncIterator[None]:
        """Count: whoever is being added comes first, and nobody else until it is done."""
        self._counting += 1
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._inside)
            yield
        finally:
            self._counting -= 1
            if not self._counting:
                await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
