"""Reads a whole log once, in one of four ways, and says how long that took.

Run as a module it reads a Job as JSON from its arguments and prints its Result as JSON. Each way
has a process of its own, so that none is slowed by what another has left in memory.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Literal, NamedTuple

import nats
import orjson
import uvloop
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy

from projections.picture import Picture
from services import logs
from services.clock import SystemClock
from services.connection import connect
from services.log import Reader
from services.log.seen import Seen
from services.node import Node
from services.runner import SERVICES
from services.settings import Settings

Way = Literal["raw", "json", "picture", "node"]
WAYS: tuple[Way, ...] = ("raw", "json", "picture", "node")
_STREAM = "EV"


class Job(NamedTuple):
    """The log, how to read it, and a folder for what reading leaves behind."""

    url: str
    way: Way
    folder: str


class Result(NamedTuple):
    """What was read, and what it took, on the clock and of this process's processor time."""

    events: int
    seconds: float
    cpu_seconds: float


async def _raw(job: Job) -> int:
    """Read with nats-py alone: an ordered consumer and a callback, told to count."""
    nc = await nats.connect(job.url)
    js = nc.jetstream()
    last = (await js.stream_info(_STREAM)).state.last_seq
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    count = 0

    async def on_message(message: Msg) -> None:
        nonlocal count
        count += 1
        if parse:
            orjson.loads(message.data)
        if count == last:
            done.set_result(None)

    parse = job.way == "json"
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
    return count


async def _picture(job: Job) -> int:
    """Read as Muster does, into the picture."""
    nc = await connect(job.url, "fold")
    picture = Picture()
    reader = Reader(nc, Seen())
    reader.add(picture.apply)
    await reader.start()
    if picture.seq != reader.checkpoint:
        raise RuntimeError(f"fold: the picture is at {picture.seq}, not {reader.checkpoint}")
    return reader.checkpoint


async def _node(job: Job) -> int:
    """Read as `muster up` does when it starts: every fold of every service, pictures kept."""
    nc = await connect(job.url, "fold")
    settings = Settings(data=Path(job.folder), nats=job.url, plan="none")
    node = Node(settings, SystemClock(), nc, job.url, keep_snapshots=True)
    for name in SERVICES:
        node.services.append(import_module(f"services.{name}.app").build(node))
    await node.reader.start()
    return node.reader.checkpoint


_READ: dict[Way, Callable[[Job], Awaitable[int]]] = {
    "raw": _raw,
    "json": _raw,
    "picture": _picture,
    "node": _node,
}


async def run(job: Job) -> Result:
    """Do the job."""
    since, cpu = perf_counter(), process_time()
    events = await _READ[job.way](job)
    return Result(events, perf_counter() - since, process_time() - cpu)


def main() -> None:
    """Do the job named on the command line."""
    logs.configure("error")
    result = uvloop.new_event_loop().run_until_complete(run(Job(**orjson.loads(sys.argv[1]))))
    os.write(sys.stdout.fileno(), orjson.dumps(result._asdict()))
    # Nothing is worth an orderly end here, and it would be in no figure.
    os._exit(0)


if __name__ == "__main__":
    main()
