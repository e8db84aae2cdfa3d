"""Fold: events a second from the log into the picture, beside a raw reader of the same log."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import TypeAlias

import uvloop

from services.embedded import EmbeddedServer
from tests.benchmarks import fold_once, history
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import ask

EVENTS = 200_000
WANTED = 50_000
WANTED_RATIO = 0.5
_ROUNDS = 3
_SHOWN: Mapping[fold_once.Way, tuple[str, int | None]] = {
    "raw": ("ordered consumer, nothing decoded", None),
    "json": ("ordered consumer, JSON parsed", None),
    "picture": ("reader and picture", WANTED),
    "node": ("reader and every fold of a process", None),
}

Took: TypeAlias = dict[fold_once.Way, list[fold_once.Result]]


def measure(folder: Path, events: int = EVENTS) -> Iterator[Figure]:
    """Read one log in four ways, in turn and several times; the median of each counts."""
    written, took = uvloop.run(_read(folder, events))
    rate = {way: median(one.events / one.seconds for one in runs) for way, runs in took.items()}
    cpu = {way: median(one.cpu_seconds / one.events for one in runs) for way, runs in took.items()}
    for way in fold_once.WAYS:
        words, wanted = _SHOWN[way]
        yield Figure(words, rate[way], "/s", wanted, more=f"{cpu[way] * 1e6:.1f} us of a core each")
        if way != "raw":
            wanted_ratio = WANTED_RATIO if way == "picture" else None
            yield Figure("  to the raw consumer's", rate[way] / rate["raw"], "x", wanted_ratio)
    yield Figure("the log they read", written, "events", more="146 people, mostly presence")


async def _read(folder: Path, events: int) -> tuple[int, Took]:
    store = EmbeddedServer(folder / "fold")
    endpoint = await store.start()
    try:
        written = await history.write(endpoint.url, events)
        took: Took = {}
        for _ in range(_ROUNDS):
            for way in fold_once.WAYS:
                job = fold_once.Job(endpoint.url, way, tempfile.mkdtemp(dir=folder))
                answer = fold_once.Result(**await asyncio.to_thread(ask, "fold_once", job))
                if answer.events != written:
                    raise RuntimeError(f"fold: {answer.events} of {written} events were read")
                took.setdefault(way, []).append(answer)
    finally:
        await store.stop()
    return written, took
