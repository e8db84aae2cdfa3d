"""The open loop: a process that sends incidents by the clock and hears of their alerts.

Run as a module it reads a Job as JSON from its arguments and prints its Result as JSON. Whether or
not answers come, the next report is due at its time; what is sent late counts from that time.
One thread on `select`, whose timeout is exact to microseconds: an event loop's is to milliseconds.
"""

import os
import select
import socket
import sys
from collections import deque
from time import perf_counter
from typing import NamedTuple

import orjson

from tests.benchmarks.answers import Answers, Chunks, Happenings, raised_by
from tests.benchmarks.processes import tell
from tests.benchmarks.subject import VENUES, cpu_seconds

_SETTLE_S = 0.5
_TIMEOUT_S = 10.0
_PIECE = 1 << 18


class Job(NamedTuple):
    """What to send: `rate` reports a second for `seconds`, over so many connections."""

    host: str
    port: int
    token: str
    rate: int
    seconds: float
    prefix: str
    watched: dict[str, int]
    """Processes whose processor time is measured, by name."""
    connections: int = 64
    patience_s: float = 30.0
    """How long to wait after the last report for the alerts that are missing."""


class Result(NamedTuple):
    """What came of it. Latencies are in seconds, from the time a report was due."""

    sent: int
    accepted: int
    refused: list[str]
    to_alert: list[float]
    """Until the alert was here, of each report whose alert came."""
    to_answer: list[float]
    lost: int
    """Reports accepted whose alert did not come."""
    twice: int
    """Alerts that came more than once."""
    drained_s: float
    """From the last report's time to the last alert."""
    cpu: dict[str, float]


class _Connection:
    """One keep-alive connection; free, or waiting for the answer to a report."""

    def __init__(self, job: Job) -> None:
        self.socket = socket.create_connection((job.host, job.port), _TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = Answers()
        self.number = -1

    def fileno(self) -> int:
        return self.socket.fileno()


class _Pacer:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.requests = _requests(job)
        self.free = deque(_Connection(job) for _ in range(job.connections))
        self.busy: dict[int, _Connection] = {}
        self.stream = _listen(job)
        self.heard: list[tuple[float, bytes]] = []
        self.answered: list[tuple[int, float, int, bytes]] = []
        self.next = 0
        self.start = 0.0

    def run(self) -> None:
        """Send every report and hear until every alert came or patience is over."""
        self.start = perf_counter() + 0.05
        count = len(self.requests)
        while self.next < count or self.busy:
            due = self.start + self.next / self.job.rate
            late = self.next < count and due <= perf_counter()
            if late and self.free:
                self._send()
            elif late or self.next >= count:
                self._receive(0.1)
            else:
                self._receive(max(0.0, due - perf_counter()))
        self._wait_for_alerts(count)

    def _wait_for_alerts(self, count: int) -> None:
        give_up = perf_counter() + self.job.patience_s
        quiet_since = perf_counter()
        raised = sum(piece.count(b'"type":"raised"') for _, piece in self.heard)
        while perf_counter() < give_up:
            if raised >= count and perf_counter() - quiet_since > _SETTLE_S:
                return
            before = len(self.heard)
            self._receive(0.1)
            if len(self.heard) > before:
                quiet_since = perf_counter()
                raised += sum(p.count(b'"type":"raised"') for _, p in self.heard[before:])

    def _send(self) -> None:
        connection = self.free.popleft()
        connection.number = self.next
        connection.socket.sendall(self.requests[self.next])
        self.busy[connection.fileno()] = connection
        self.next += 1

    def _receive(self, timeout_s: float) -> None:
        ready, _, _ = select.select([self.stream.fileno(), *self.busy], [], [], timeout_s)
        now = perf_counter()
        for one in ready:
            connection = self.busy.get(one)
            if connection is None:
                self.heard.append((now, _read(self.stream)))
                continue
            for answer in connection.answers.feed(_read(connection.socket)):
                self.answered.append((connection.number, now, answer.status, answer.body))
                self.free.append(self.busy.pop(one))


def _read(connection: socket.socket) -> bytes:
    data = connection.recv(_PIECE)
    if not data:
        raise ConnectionError("a connection was closed before its answer")
    return data


def _requests(job: Job) -> list[bytes]:
    venues = list(VENUES)
    found = []
    for number in range(round(job.rate * job.seconds)):
        body = orjson.dumps(
            {
                "id": f"{job.prefix}-{number}",
                "kind": "incident",
                "category": "medical",
                "severity": "severe",
                "text": f"雪道旁有人摔倒，无法站立（{number}）",
                "venue": venues[number % len(venues)],
                "device": f"phone-{number % 146}",
            }
        )
        head = (
            f"POST /api/v1/reports HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
            f"Authorization: Bearer {job.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        found.append(head.encode() + body)
    return found


def _listen(job: Job) -> socket.socket:
    """Open the stream of alerts, and return when the server has begun it."""
    stream = socket.create_connection((job.host, job.port), _TIMEOUT_S)
    head = (
        f"GET /api/v1/alerts/stream HTTP/1.1\r\nHost: {job.host}:{job.port}\r\n"
        f"Authorization: Bearer {job.token}\r\n\r\n"
    )
    stream.sendall(head.encode())
    begun = b""
    while b"\n\n\r\n" not in begun:
        begun += _read(stream)
    if not begun.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(f"open the stream of alerts: {begun[:200]!r}")
    return stream


def _alerts(heard: list[tuple[float, bytes]]) -> list[tuple[str, float]]:
    """Return the correlation id of each alert that was raised, and when it was whole."""
    chunks, happenings = Chunks(), Happenings()
    return [
        (correlation, at)
        for at, piece in heard
        for happening in happenings.feed(chunks.feed(piece))
        if (correlation := raised_by(happening)) is not None
    ]


def run(job: Job) -> Result:
    """Do the job."""
    pacer = _Pacer(job)
    watched = {**job.watched, "load": os.getpid()}
    before = {name: cpu_seconds(pid) for name, pid in watched.items()}
    since = perf_counter()
    pacer.run()
    took = perf_counter() - since
    cpu = {name: (cpu_seconds(pid) - before[name]) / took for name, pid in watched.items()}
    return _result(pacer, cpu)


def _result(pacer: _Pacer, cpu: dict[str, float]) -> Result:
    job = pacer.job
    alerts = _alerts(pacer.heard)
    came = dict(reversed(alerts))
    due_of: dict[str, float] = {}
    to_answer, refused = [], []
    for number, at, status, body in pacer.answered:
        due = pacer.start + number / job.rate
        told = orjson.loads(body)
        if status == 200 and told["status"] == "accepted":
            due_of[told["event"]] = due
            to_answer.append(at - due)
        else:
            refused.append(f"{status} {body[:200]!r}")
    to_alert = [came[id] - due for id, due in due_of.items() if id in came]
    last_due = pacer.start + (pacer.next - 1) / job.rate
    return Result(
        sent=pacer.next,
        accepted=len(due_of),
        refused=refused[:5],
        to_alert=to_alert,
        to_answer=to_answer,
        lost=len(due_of) - len(to_alert),
        twice=len(alerts) - len(came),
        drained_s=max((at for _, at in alerts), default=last_due) - last_due,
        cpu=cpu,
    )


def main() -> None:
    """Do the job named on the command line."""
    job = Job(**orjson.loads(sys.argv[1]))
    tell(run(job))


if __name__ == "__main__":
    main()
