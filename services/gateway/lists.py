"""Many commands in one request."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from services.decider import Rejected
from services.gateway.ask import refused
from services.gateway.errors import Refused

_AT_ONCE = 200
"""Commands of a list that are decided and stored at the same time."""


async def each(
    commands: Sequence[tuple[str, Any]], run: Callable[[Any], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Run many commands; one that is refused does not keep the others from being taken.

    They go to the log together, so that one fsync pays for many. Those about the same person are
    decided in their order.
    """
    taking = asyncio.Semaphore(_AT_ONCE)

    async def one(id: str, item: Any) -> dict[str, Any]:
        async with taking:
            try:
                return {"id": id, **await run(item)}
            except (Rejected, Refused) as error:
                return refused(id, error)

    results = await asyncio.gather(*(one(id, item) for id, item in commands))
    accepted = sum(result["status"] == "accepted" for result in results)
    return {"accepted": accepted, "rejected": len(results) - accepted, "results": results}
