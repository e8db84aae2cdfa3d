"""Reporters that send through every fault and remember what they were told, and who reads along."""

import asyncio
import contextlib
import json
from collections import Counter
from typing import Any

import httpx
from nats.aio.client import Client

from services.ids import new_id
from tests.servers import Muster, connect, messages


def report(number: int, *, severe: bool) -> dict[str, Any]:
    """Return a report with an id of its sender's own; a severe one leads to an alert."""
    return {
        "kind": "incident",
        "id": f"r-{number}-{new_id()}",
        "category": "fire",
        "severity": "severe" if severe else "minor",
        "text": f"smoke {number}",
    }


class Reporters:
    """Send singles and lists until told to stop; what was not accepted is sent again as it was."""

    def __init__(self, url: str, headers: dict[str, str], *, pause_s: float = 0.01) -> None:
        self.url = url
        self._headers = headers
        self._pause_s = pause_s
        self._number = 0
        self.sent: dict[str, dict[str, Any]] = {}
        self.accepted: dict[str, dict[str, Any]] = {}
        self.statuses: Counter[str] = Counter()
        self.surprises: list[str] = []
        self.stopped = False

    def _next(self) -> dict[str, Any]:
        self._number += 1
        made = report(self._number, severe=self._number % 10 == 0)
        self.sent[made["id"]] = made
        return made

    async def run(self, singles: int = 6, lists: int = 2, size: int = 20) -> None:
        async with httpx.AsyncClient(headers=self._headers, timeout=30) as http:
            await asyncio.gather(
                *(self._write(http, 0) for _ in range(singles)),
                *(self._write(http, size) for _ in range(lists)),
            )

    async def _write(self, http: httpx.AsyncClient, size: int) -> None:
        while not self.stopped:
            if size:
                await self._until_accepted(http, [self._next() for _ in range(size)])
            else:
                await self._until_accepted(http, self._next())
            await asyncio.sleep(self._pause_s)

    async def _until_accepted(self, http: httpx.AsyncClient, body: Any) -> None:
        while not await self.post(http, body):
            await asyncio.sleep(0.1)

    async def post(self, http: httpx.AsyncClient, body: Any) -> bool:
        """Send one report or a list; return whether all of it was accepted."""
        try:
            answer = await http.post(f"{self.url}/api/v1/reports", json=body)
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            return False
        self.statuses[str(answer.status_code)] += 1
        if answer.status_code not in {200, 503}:
            self.surprises.append(f"{answer.status_code} {answer.text[:300]}")
        found = answer.json()
        results = found.get("results", [found] if "status" in found else [])
        for result in results:
            if result["status"] == "accepted":
                self._remember(result)
            elif result["status"] == "rejected":
                self.surprises.append(json.dumps(result))
        return answer.status_code == 200

    def _remember(self, result: dict[str, Any]) -> None:
        first = self.accepted.setdefault(result["id"], result)
        if (first["seq"], first["event"]) != (result["seq"], result["event"]):
            self.surprises.append(f"told {first} and then {result}")

    async def send_all_again(self) -> None:
        """Send everything once more, in lists, as after a day without a network."""
        every = list(self.sent.values())
        async with httpx.AsyncClient(headers=self._headers, timeout=60) as http:
            for first in range(0, len(every), 200):
                await self._until_accepted(http, every[first : first + 200])


class Follower:
    """A responder on the live stream, who comes back with the last id after every cut."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url
        self._headers = headers
        self.got: list[tuple[int, str, str]] = []
        self.connections = 0

    async def run(self) -> None:
        last = 0
        async with httpx.AsyncClient(headers=self._headers, timeout=5) as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    async for id, told in self._follow(http, last):
                        self.got.append((id, told["type"], told["alert"]["about"]["id"]))
                        last = id
                await asyncio.sleep(0.1)

    async def _follow(self, http: httpx.AsyncClient, last: int) -> Any:
        url, headers = f"{self.url}/api/v1/alerts/stream", {"Last-Event-ID": str(last)}
        timeout = httpx.Timeout(5, read=20)
        async with http.stream("GET", url, headers=headers, timeout=timeout) as stream:
            if stream.status_code != 200:
                return
            self.connections += 1
            fields: dict[str, str] = {}
            async for line in stream.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif fields:
                    if fields.get("event") == "alert":
                        yield int(fields["id"]), json.loads(fields["data"])
                    fields = {}


class Found:
    """What is in the log, read with plain nats-py."""

    def __init__(self, bodies: list[dict[str, Any]], subjects: list[str]) -> None:
        self.bodies = bodies
        self.subjects = subjects
        self.ids = [body["id"] for body in bodies]

    @property
    def reported(self) -> dict[str, int]:
        """Sequence by event id of all reports."""
        rows = zip(self.ids, self.subjects, strict=True)
        return {
            id: seq
            for seq, (id, subject) in enumerate(rows, 1)
            if _is(subject, "incident.reported")
        }

    @property
    def alerts(self) -> list[tuple[int, str]]:
        """Sequence and type of what responders are told."""
        told = ("raised", "acknowledged", "escalated", "closed")
        return [
            (seq, subject.rsplit(".", 1)[1])
            for seq, subject in enumerate(self.subjects, 1)
            if any(_is(subject, f"alert.{each}") for each in told)
        ]

    @property
    def raised(self) -> list[str]:
        """The incidents that alerts were raised about."""
        rows = zip(self.bodies, self.subjects, strict=True)
        return [b["data"]["about"]["id"] for b, subject in rows if _is(subject, "alert.raised")]


def _is(subject: str, what: str) -> bool:
    _, _, kind, _, type = subject.split(".")
    return what == f"{kind}.{type}"


async def read_log(muster: Muster) -> Found:
    nc: Client = await connect(muster.nats)
    try:
        found = await messages(nc)
    finally:
        await nc.close()
    assert [message.seq for message in found] == list(range(1, len(found) + 1))
    return Found(
        [json.loads(message.data or b"") for message in found],
        [message.subject or "" for message in found],
    )
