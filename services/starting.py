"""Starting a process's share of Muster, again where the log went away in the midst of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

import nats.errors
import structlog

from services.log import LogUnavailable
from services.node import Node

T = TypeVar("T")

STARTS_MAX: Final = 6
"""So many starts that are cut off are no accident: then whoever started it is told."""
_PAUSE_S: Final = 0.5
_AWAY: Final = (nats.errors.Error, LogUnavailable, TimeoutError)

_log = structlog.get_logger()


@asynccontextmanager
async def started(
    make: Callable[[], AbstractAsyncContextManager[Node]], then: Callable[[Node], Awaitable[T]]
) -> AsyncIterator[tuple[Node, T]]:
    """Yield a node that was started, and what `then` made of it.

    Nothing of a start that was cut off is used again: it lost answers and subscriptions, and which
    ones nobody knows. Everything that a start writes is written once however often it is done.
    Raises what the last start raised.
    """
    for again in range(STARTS_MAX):
        async with AsyncExitStack() as stack:
            try:
                node = await stack.enter_async_context(make())
                await node.start()
                made = await then(node)
            except _AWAY as error:
                if again == STARTS_MAX - 1:
                    raise
                _log.warning("the log went away during the start", reason=repr(error))
                await asyncio.sleep(_PAUSE_S)
                continue
            yield node, made
            return
