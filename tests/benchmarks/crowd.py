"""The crowd: a process that answers a roll call by the clock, and looks at it as it is counted.

Run as a module it reads a Job as JSON from its arguments and prints its Result as JSON. Whether or
not answers come, the next request is due at its time; what is sent late counts from that time.
Beside those who answer, it asks for the counts every 50 ms, and for the board of one venue after
another and the picture as screens do.
"""

import asyncio
import os
import sys
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple, cast

import orjson
import uvloop

from tests.benchmarks.answers import Answer, Answers
from tests.benchmarks.processes import tell
from tests.benchmarks.subject import cpu_seconds

COUNTS_EVERY_S = 0.05
BOARD_EVERY_S = 0.2
PICTURE_EVERY_S = 0.5
_TICK_S = 0.001
_CALM_S = 1.0
"""Of looking before the first answer and after the last one was counted."""


class Job(NamedTuple):
    """What to send: `rate` answers a second, `per_request` in each request."""

    host: str
    port: int
    token: str
    roll_call: str
    first: int
    people: int
    """Who answer: so many, each once, from the person with the first number on."""
    rate: int
    per_request: int
    connections: int
    prefix: str
    boards: list[str]
    """The venues whose boards are looked at; none looks at no board."""
    watched: dict[str, int]
    """Processes whose processor time is measured, by name."""
    help_every: int = 1000
    """So many answers have one among them who needs help."""
    patience_s: float = 30.0


class Result(NamedTuple):
    """What came of it. All times are in seconds."""

    sent: int
    accepted: int
    refused: list[str]
    seconds: float
    """From the time the first answer was due to the last answer's answer."""
    to_answer: list[float]
    """Of each request, from when it was due."""
    to_counts: list[float]
    """Of each answer, from when it was due until the counts that were fetched had it."""
    counts: list[float]
    board: list[float]
    picture: list[float]
    calm_board: list[float]
    calm_picture: list[float]
    picture_bytes: int
    answered_before: int
    """Of the expected, those whose answer counted before the first one was sent."""
    last: dict[str, int]
    """The counts at the end."""
    cpu: dict[str, float]


class Connection(asyncio.Protocol):
    """One keep-alive connection, on which one request at a time is under way."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._then: Callable[[Answer], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport has the methods of asyncio's, and is not one of them.
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, then: Callable[[Answer], None]) -> None:
        """Send a request; `then` takes its answer."""
        self._then = then
        self._transport.write(request)

    async def ask(self, request: bytes) -> Answer:
        """Send a request and return its answer. Raises ConnectionError."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.send(request, answered.set_result)
        return await asyncio.wait_for(answered, 30)

    def data_received(self, data: bytes) -> None:
        for answer in self._answers.feed(data):
            then, self._then = self._then, None
            if then is not None:
                then(answer)


async def connect(host: str, port: int) -> Connection:
    """Open a connection."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, host, port)
    return connection


def person_id(number: int) -> str:
    """Return the id of a person of the roster."""
    return f"p{number:05}"


def request(job: Job, method: str, path: str, body: bytes = b"") -> bytes:
    """Return a request's bytes."""
    head = (
        f"{method} /api/v1{path} HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
        f"Authorization: Bearer {job.token}\r\n"
    )
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def requests(job: Job) -> list[bytes]:
    """Return the requests that answer for everyone, a report alone or lists of them."""
    reports = [
        {
            "id": f"{job.prefix}-{number}",
            "kind": "safety",
            "person": person,
            "answer": "need-help" if number % job.help_every == job.help_every // 2 else "safe",
            "device": f"phone-{person}",
        }
        for number, person in enumerate(map(person_id, range(job.first, job.first + job.people)))
    ]
    size = job.per_request
    lists = (reports[start : start + size] for start in range(0, len(reports), size))
    return [
        request(job, "POST", "/reports", orjson.dumps(some[0] if size == 1 else some))
        for some in lists
    ]


class Looks(NamedTuple):
    """What was seen of the counts: when, and how many had answered."""

    at: list[float]
    answered: list[int]


class _Crowd:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.requests = requests(job)
        self.free: deque[Connection] = deque()
        self.answers: list[tuple[int, float, Answer]] = []
        self.next = 0
        self.start = 0.0
        self.counted = 0
        self.answered_before: int | None = None
        self.last: dict[str, int] = {}
        self.looks = Looks([], [])
        self.picture_bytes = 0
        self.done = False
        self.took: dict[str, list[float]] = {"counts": [], "board": [], "picture": []}

    async def run(self) -> None:
        """Send every request, and look until the counts have every answer."""
        job = self.job
        for _ in range(job.connections):
            self.free.append(await connect(job.host, job.port))
        self.start = perf_counter() + 0.01
        while len(self.answers) < len(self.requests):
            self._send_due()
            await asyncio.sleep(_TICK_S)
        give_up = perf_counter() + job.patience_s
        while self.counted < job.people and perf_counter() < give_up:
            await asyncio.sleep(_TICK_S)

    def due(self, number: int) -> float:
        """Return when a request is due."""
        return self.start + number * self.job.per_request / self.job.rate

    def _send_due(self) -> None:
        now = perf_counter()
        while self.next < len(self.requests) and self.free and self.due(self.next) <= now:
            self._send(self.free.popleft(), self.next)
            self.next += 1

    def _send(self, connection: Connection, number: int) -> None:
        def then(answer: Answer) -> None:
            self.answers.append((number, perf_counter(), answer))
            self.free.append(connection)
            self._send_due()

        connection.send(self.requests[number], then)

    async def look(self, name: str, every_s: float, paths: list[str]) -> None:
        """Ask for one path after another, as often as that goes, until all is done."""
        connection = await connect(self.job.host, self.job.port)
        asks = [request(self.job, "GET", path) for path in paths]
        number = 0
        while not self.done:
            since = perf_counter()
            answer = await connection.ask(asks[number % len(asks)])
            now = perf_counter()
            if answer.status != 200:
                raise ConnectionError(f"look at {name}: {answer.status} {answer.body[:300]!r}")
            self.took[name].append(now - since)
            self._see(name, now, answer.body)
            number += 1
            await asyncio.sleep(max(0.0, every_s - (now - since)))

    def _see(self, name: str, now: float, body: bytes) -> None:
        if name == "picture":
            self.picture_bytes = len(body)
        if name != "counts":
            return
        shown = orjson.loads(body)
        unaccounted = shown["unaccounted_count"]
        self.last = {
            "expected": shown["expected"],
            "safe": shown["safe"],
            "need_help": shown["need_help"],
            "excused": shown["excused"],
            "unaccounted": unaccounted,
        }
        answered = shown["safe"] + shown["need_help"]
        if self.answered_before is None:
            self.answered_before = answered
        self.counted = answered - self.answered_before
        self.looks.at.append(now)
        self.looks.answered.append(self.counted)


async def run(job: Job) -> Result:
    """Do the job."""
    crowd = _Crowd(job)
    looking = [
        asyncio.create_task(crowd.look(name, every_s, paths))
        for name, every_s, paths in (
            ("counts", COUNTS_EVERY_S, [f"/roll-calls/{job.roll_call}?limit=1"]),
            ("board", BOARD_EVERY_S, [f"/board?venue={venue}" for venue in job.boards]),
            ("picture", PICTURE_EVERY_S, ["/picture"]),
        )
        if paths
    ]
    await asyncio.sleep(_CALM_S)
    calm = {name: list(took) for name, took in crowd.took.items()}
    for took in crowd.took.values():
        took.clear()
    watched = {**job.watched, "load": os.getpid()}
    before = {name: cpu_seconds(pid) for name, pid in watched.items()}
    since = perf_counter()
    await crowd.run()
    spent = perf_counter() - since
    cpu = {name: (cpu_seconds(pid) - before[name]) / spent for name, pid in watched.items()}
    under_load = {name: list(took) for name, took in crowd.took.items()}
    await asyncio.sleep(_CALM_S)
    crowd.done = True
    await asyncio.gather(*looking)
    return _result(crowd, calm, under_load, cpu)


def _result(
    crowd: _Crowd,
    calm: dict[str, list[float]],
    took: dict[str, list[float]],
    cpu: dict[str, float],
) -> Result:
    accepted, refused = _accepted(crowd)
    return Result(
        sent=crowd.job.people,
        accepted=len(accepted),
        refused=refused[:5],
        seconds=max((at for _, at, _ in crowd.answers), default=crowd.start) - crowd.start,
        to_answer=[at - crowd.due(number) for number, at, _ in crowd.answers],
        to_counts=counted_after([due for _, due in sorted(accepted)], crowd.looks),
        counts=took["counts"],
        board=took["board"],
        picture=took["picture"],
        calm_board=calm["board"],
        calm_picture=calm["picture"],
        picture_bytes=crowd.picture_bytes,
        answered_before=crowd.answered_before or 0,
        last=crowd.last,
        cpu=cpu,
    )


def _accepted(crowd: _Crowd) -> tuple[list[tuple[int, float]], list[str]]:
    """Return the sequence of each answer that was accepted and when it was due, and what was
    refused.
    """
    accepted: list[tuple[int, float]] = []
    refused: list[str] = []
    for number, _, answer in crowd.answers:
        told = orjson.loads(answer.body)
        for one in told.get("results", [told]):
            if answer.status == 200 and one["status"] == "accepted":
                accepted.append((one["seq"], crowd.due(number)))
            else:
                refused.append(f"{answer.status} {one}"[:200])
    return accepted, refused


def counted_after(due: list[float], looks: Looks) -> list[float]:
    """Return how long each answer was not in the counts, of those that came to be.

    `due` is in the order of the log, which is the order they are counted in: the first counts that
    have so many answers have this one.
    """
    most: list[int] = []
    for answered in looks.answered:
        most.append(max(answered, most[-1] if most else 0))
    found = (bisect_left(most, place) for place in range(1, len(due) + 1))
    return [
        looks.at[look] - at for at, look in zip(due, found, strict=True) if look < len(looks.at)
    ]


def main() -> None:
    """Do the job named on the command line."""
    job = Job(**orjson.loads(sys.argv[1]))
    tell(uvloop.run(run(job)))


if __name__ == "__main__":
    main()
