"""Report to alert: from the time an incident is due to be posted to its alert on a live stream."""

from collections.abc import Iterator
from pathlib import Path

import uvloop

from tests.benchmarks import paced
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.ingest import cores
from tests.benchmarks.log_look import fsync_floor
from tests.benchmarks.processes import ask
from tests.benchmarks.subject import Running, muster

RATES = (50, 200, 1_000)
WANTED_AT = 200
WANTED_P50_MS = 3.0
WANTED_P99_MS = 10.0
HELD_WITHIN_S = 1.0
"""A rate is held when the last alert comes so soon after the last report."""


def measure(folder: Path, seconds: float) -> Iterator[Figure]:
    """Measure each rate in turn on one Muster, and what an append costs on its server."""
    with muster(folder / "alert") as running:
        _run(running, 20, 2, "warm")
        floor = uvloop.run(fsync_floor(running.nats))
        results = [_run(running, rate, seconds, f"alert-{rate}") for rate in RATES]
    p50 = quantile(floor, 0.5) * 1000
    for rate, result in zip(RATES, results, strict=True):
        yield from _figures(rate, result, p50)
    yield Figure(
        "one append on this server, p50",
        p50,
        "ms",
        more=f"p99 {quantile(floor, 0.99) * 1000:.1f} ms; two of them lie on an alert's way",
    )


def _run(running: Running, rate: int, seconds: float, prefix: str) -> paced.Result:
    host, port = running.address
    job = paced.Job(host, port, running.token, rate, seconds, prefix, running.pids)
    return paced.Result(**ask("paced", job))


def _figures(rate: int, result: paced.Result, floor_ms: float) -> Iterator[Figure]:
    if not result.to_alert:
        yield Figure(f"{rate}/s: lost", result.sent, "", 0, at_most=True, more="no alert came")
        return
    judged = rate == WANTED_AT
    p50, p99 = (quantile(result.to_alert, share) * 1000 for share in (0.5, 0.99))
    answer = quantile(result.to_answer, 0.5) * 1000
    yield Figure(
        f"{rate}/s: p50",
        p50,
        "ms",
        WANTED_P50_MS if judged else None,
        at_most=True,
        ratio=p50 / (2 * floor_ms),
        beside="two appends",
        more=f"the answer after {answer:.1f} ms; {cores(result.cpu)}",
    )
    yield Figure(f"{rate}/s: p99", p99, "ms", WANTED_P99_MS if judged else None, at_most=True)
    missing = result.sent - result.accepted + result.lost
    why = f"{result.sent - result.accepted} not accepted, {result.lost} without an alert"
    yield Figure(
        f"{rate}/s: lost of {result.sent:,}",
        missing,
        "",
        0,
        at_most=True,
        more=why + (f"; refused: {result.refused}" if result.refused else ""),
    )
    yield Figure(f"{rate}/s: alerts that came twice", result.twice, "", 0, at_most=True)
    if rate == max(RATES):
        yield Figure(
            f"{rate}/s: last alert after the last report",
            result.drained_s,
            "s",
            HELD_WITHIN_S,
            at_most=True,
            more="held, if it keeps up",
        )
