"""Muster as it is measured: started by its own command, on a fresh folder, with a small roster."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import orjson

from services.embedded.config import Folder

VENUES = {
    "alpine-ski-centre": "yanqing",
    "national-stadium": "beijing",
    "speed-skating-oval": "beijing",
}
VOLUNTEERS = 146
_STOP_S = 20


class Running(NamedTuple):
    """A Muster that runs, and the processes of which it consists."""

    url: str
    nats: str
    token: str
    pids: dict[str, int]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of its HTTP."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0


@contextmanager
def muster(data: Path, *, empty: bool = False) -> Iterator[Running]:
    """Run Muster on a folder, with everybody registered unless it is to be empty, until the end of
    the block.
    """
    command = [str(Path(sys.executable).with_name("muster")), "up", "--data", str(data)]
    process = subprocess.Popen(
        [*command, "--port", "0", "--nats-port", "0", "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, "MUSTER_LOG_LEVEL": "warning"},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"start muster on {data}: it ended with {process.wait()}")
        ready = orjson.loads(line)
        pids = {"muster": process.pid, "nats-server": int(Folder(data).pid.read_text())}
        running = Running(ready["url"], ready["nats"], ready["token"], pids)
        if not empty:
            register(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_S)


def register(running: Running) -> None:
    """Register the roster: every place has a lead, so that an alert reaches a person at once."""
    places = list(VENUES.items())
    people = [
        {
            "id": person,
            "site": places[number % len(places)][1],
            "name": f"志愿者{number}",
            "latin": f"Volunteer {number}",
            "role": "team-leader" if number < len(places) else "spectator-guidance",
            "leads": [places[number][0]] if number < len(places) else [],
        }
        for number, person in enumerate(roster())
    ]
    answer = httpx.post(
        f"{running.url}/api/v1/volunteers",
        json=people,
        headers={"Authorization": f"Bearer {running.token}"},
        timeout=30,
    )
    answer.raise_for_status()
    if answer.json()["accepted"] != len(people):
        raise RuntimeError(f"register {len(people)} volunteers: {answer.text[:500]}")


def roster() -> list[str]:
    """Return the ids of the people who are registered."""
    return [f"v{number:03}" for number in range(VOLUNTEERS)]


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
