"""Ending a task for certain."""

import asyncio
from typing import Any

_AGAIN_S = 0.1


async def end(task: "asyncio.Task[Any] | None") -> None:
    """Cancel a task and return when it is done.

    Once may not be enough: `asyncio.wait_for` of Python 3.11, in every request over NATS, loses a
    cancellation that comes together with the answer, and the task goes on for ever.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_AGAIN_S)
