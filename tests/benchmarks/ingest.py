"""Ingest: reports a second over HTTP, each accepted after its fsync."""

from collections.abc import Iterator
from pathlib import Path

import uvloop

from tests.benchmarks import library, load
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.log_look import Stored, stored
from tests.benchmarks.processes import ask
from tests.benchmarks.subject import Running, muster

WANTED_SINGLE = 5_000
WANTED_LISTS = 20_000
WANTED_RATIO = 1.5
_LIST = 100
_WARM_S = 1.0


class Lost(AssertionError):
    """The log does not hold what was accepted, each once."""


def measure(folder: Path, seconds: float) -> Iterator[Figure]:
    """Measure single reports, lists of 100, and the library beside them."""
    with muster(folder / "ingest") as running:
        single, in_log = _load(running, "single", 1, 64, seconds)
        lists, _ = _load(running, "lists", _LIST, 8, seconds)
    alone = _library(folder, seconds, in_log.mean_bytes, 1)
    batches = _library(folder, seconds, in_log.mean_bytes, _LIST)
    yield from _figures("single reports, 64 connections", single, WANTED_SINGLE, alone)
    yield from _figures("lists of 100, 8 connections", lists, WANTED_LISTS, alone)
    settings = ", ".join(f"{name} {value}" for name, value in alone.pragmas.items())
    size = f"SQLite: {settings}; events of {alone.event_bytes:.0f} bytes"
    yield Figure("library: an event a transaction", alone.per_second, "/s", more=size)
    yield Figure(
        "library: 100 events a transaction",
        batches.per_second,
        "/s",
        ratio=lists.measured / lists.seconds / batches.per_second,
        beside="lists of 100 to it",
    )


def _load(
    running: Running, prefix: str, per_request: int, connections: int, seconds: float
) -> tuple[load.Result, Stored]:
    host, port = running.address
    job = load.Job(
        host, port, running.token, connections, per_request, _WARM_S, seconds, prefix, running.pids
    )
    result = load.Result(**ask("load", job))
    if result.refused:
        raise Lost(f"ingest {prefix}: not everything was accepted: {result.refused}")
    found = uvloop.run(stored(running.nats, prefix))
    if not result.accepted == result.sent == found.events == found.reports:
        raise Lost(
            f"ingest {prefix}: {result.sent} sent, {result.accepted} accepted,"
            f" {found.events} events of {found.reports} reports in the log"
        )
    return result, found


def _library(
    folder: Path, seconds: float, event_bytes: int, per_transaction: int
) -> library.Result:
    job = library.Job(str(folder), seconds, event_bytes, per_transaction)
    return library.Result(**ask("library", job))


def _figures(
    name: str, result: load.Result, wanted: int, beside: library.Result
) -> Iterator[Figure]:
    per_second = result.measured / result.seconds
    ratio = per_second / beside.per_second
    p50, p99 = (quantile(result.latencies, share) * 1000 for share in (0.5, 0.99))
    yield Figure(
        name,
        per_second,
        "/s",
        wanted,
        more=f"request p50 {p50:.1f} ms, p99 {p99:.1f} ms; {cores(result.cpu)};"
        f" all {result.accepted:,} in the log once",
    )
    yield Figure("  to the library's", ratio, "x", WANTED_RATIO, beside="an event a transaction")


def cores(used: dict[str, float]) -> str:
    """Return in words how many cores each process kept busy."""
    return "cores: " + ", ".join(f"{name} {share:.2f}" for name, share in used.items())
