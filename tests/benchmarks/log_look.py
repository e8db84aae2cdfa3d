"""Looks at the log with plain nats-py: what is stored, how often, and what one fsync costs."""

import asyncio
from collections import Counter
from time import perf_counter
from typing import NamedTuple

import nats
import orjson
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy, StorageType

_STREAM = "EV"


class Stored(NamedTuple):
    """The events that reports with a prefix came to."""

    events: int
    reports: int
    """Different report ids among them."""
    mean_bytes: int


async def stored(url: str, prefix: str) -> Stored:
    """Count the events in the log that were made from reports whose id begins with `prefix`-."""
    nc = await nats.connect(url)
    js = nc.jetstream()
    last = (await js.stream_info(_STREAM)).state.last_seq
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    found: Counter[str] = Counter()
    size = 0

    async def on_message(message: Msg) -> None:
        nonlocal size
        cause = orjson.loads(message.data)["causationid"]
        if cause.startswith(f"{prefix}-"):
            found[cause] += 1
            size += len(message.data)
        if message.metadata.sequence.stream >= last and not done.done():
            done.set_result(None)

    await js.subscribe(
        "ev.>",
        stream=_STREAM,
        ordered_consumer=True,
        cb=on_message,
        config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
        pending_msgs_limit=10_000_000,
        pending_bytes_limit=1 << 32,
    )
    await done
    await nc.close()
    events = found.total()
    return Stored(events, len(found), size // max(events, 1))


async def fsync_floor(url: str, count: int = 300, size: int = 500) -> list[float]:
    """Return how long each of so many appends took, one after another, in seconds.

    A stream of its own on the same server: publish, fsync, acknowledgement, and nothing else.
    """
    nc = await nats.connect(url)
    js = nc.jetstream()
    await js.add_stream(
        name="FLOOR", subjects=["floor"], storage=StorageType.FILE, max_bytes=16 << 20
    )
    took = []
    for _ in range(count):
        since = perf_counter()
        await js.publish("floor", b"x" * size)
        took.append(perf_counter() - since)
    await js.delete_stream("FLOOR")
    await nc.close()
    return took
