"""The closed loop: a process that keeps so many connections busy with reports, and counts answers.

Run as a module it reads a Job as JSON from its arguments and prints its Result as JSON. A
connection sends its next report when the last one is answered; nothing is pipelined.
"""

import asyncio
import os
import sys
from array import array
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple, cast

import orjson
import uvloop

from tests.benchmarks.answers import Answers, accepted_in
from tests.benchmarks.processes import tell
from tests.benchmarks.subject import VENUES, cpu_seconds, roster


class Job(NamedTuple):
    """What to send. With `per_request` above 1, lists of so many reports."""

    host: str
    port: int
    token: str
    connections: int
    per_request: int
    warm_s: float
    seconds: float
    prefix: str
    """Begins every report's id, the number from 0 follows."""
    watched: dict[str, int]
    """Processes whose processor time is measured, by name."""


class Result(NamedTuple):
    """What came of it. Times are in seconds; the warm-up is in no figure but `sent` and `accepted`.

    Reports are numbered from 0 to `sent` - 1, each sent once and answered.
    """

    sent: int
    accepted: int
    refused: list[str]
    """The first few answers that were not as wanted."""
    measured: int
    """Reports whose answer came within the measured time."""
    seconds: float
    latencies: list[float]
    """Of each request of the measured time."""
    cpu: dict[str, float]
    """Cores each process kept busy in the measured time, the load generator included."""


def requests(job: Job) -> Callable[[int], bytes]:
    """Return what makes the bytes of the request whose first report has a number.

    All but the ids is prepared: the ids have a fixed width, so no length changes.
    """
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    people, venues = roster(), list(VENUES)
    bodies = [
        orjson.dumps(
            {
                "id": f"{job.prefix}-#",
                "kind": "presence",
                "at": at,
                "person": person,
                "venue": venues[number % len(venues)],
                "whereabouts": "present",
                "method": "badge",
                "device": f"gate-{number % 12:02}",
            }
        )
        .replace(b"%", b"%%")
        .replace(b"#", b"%09d")
        for number, person in enumerate(people)
    ]
    if job.per_request == 1:
        wholes = [_request(job, body) for body in bodies]
        return lambda number: wholes[number % len(wholes)] % number
    lists = _request(job, b"[" + b",".join(bodies[: job.per_request]) + b"]")
    return lambda number: lists % tuple(range(number, number + job.per_request))


def _request(job: Job, body: bytes) -> bytes:
    length = len(body) + body.count(b"%09d") * (9 - len("%09d"))
    head = (
        f"POST /api/v1/reports HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
        f"Authorization: Bearer {job.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    return head.encode() + body


class _Load:
    """What the connections share."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.make = requests(job)
        self.next = 0
        self.accepted = 0
        self.measured = 0
        self.refused: list[str] = []
        self.latencies = array("d")
        self.measuring = False
        self.ending = False
        self.open = job.connections
        self.done = asyncio.get_running_loop().create_future()

    def connection(self) -> "_Connection":
        return _Connection(self)

    def take(self) -> bytes:
        number = self.next
        self.next += self.job.per_request
        return self.make(number)

    def leave(self, error: Exception | None) -> None:
        self.open -= 1
        if self.done.done():
            return
        if error is not None:
            self.done.set_exception(error)
        elif not self.open:
            self.done.set_result(None)


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._answers = Answers()
        self._since = 0.0
        self._waits = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport has the methods of asyncio's, and is not one of them.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        self._waits = True
        request = self._load.take()
        self._since = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        load = self._load
        for answer in self._answers.feed(data):
            accepted = accepted_in(answer)
            load.accepted += accepted
            if load.measuring:
                load.measured += accepted
                load.latencies.append(perf_counter() - self._since)
            if accepted != load.job.per_request and len(load.refused) < 5:
                load.refused.append(f"{answer.status} {answer.body[:200]!r}")
            self._waits = False
            if load.ending:
                self._transport.close()
            else:
                self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        lost = ConnectionError("a connection was closed before its answer") if self._waits else None
        self._load.leave(exc or lost)


async def run(job: Job) -> Result:
    """Send for the time that the job says, and return when all that was sent is answered."""
    loop = asyncio.get_running_loop()
    load = _Load(job)
    for _ in range(job.connections):
        await loop.create_connection(load.connection, job.host, job.port)
    await _unless_broken(load, job.warm_s)
    watched = {**job.watched, "load": os.getpid()}
    before = {name: cpu_seconds(pid) for name, pid in watched.items()}
    since, load.measuring = perf_counter(), True
    await _unless_broken(load, job.seconds)
    load.measuring, seconds = False, perf_counter() - since
    cpu = {name: (cpu_seconds(pid) - before[name]) / seconds for name, pid in watched.items()}
    load.ending = True
    await asyncio.wait_for(load.done, 30)
    return Result(
        load.next, load.accepted, load.refused, load.measured, seconds, list(load.latencies), cpu
    )


async def _unless_broken(load: _Load, seconds: float) -> None:
    await asyncio.wait({load.done}, timeout=seconds)
    if load.done.done():
        load.done.result()


def main() -> None:
    """Do the job named on the command line."""
    job = Job(**orjson.loads(sys.argv[1]))
    tell(uvloop.run(run(job)))


if __name__ == "__main__":
    main()
