"""A roll call whose process is killed at each of its steps: no answer is lost, nobody is asked
twice in a round.
"""

import asyncio
import contextlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.load import Found, read_log
from tests.servers import Muster

pytestmark = [pytest.mark.nats, pytest.mark.timeout(300)]

PEOPLE = 300
VENUE = "alpine-ski-centre"


class Site:
    """A Muster that is killed and started again at the same place."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.muster = Muster(data)
        self._place = self.muster.same_place()
        self.kills = 0

    async def kill(self) -> None:
        """Kill it, and start it again."""
        self.muster.kill()
        self.kills += 1
        for _ in range(100):
            with contextlib.suppress(AssertionError):
                self.muster = await asyncio.to_thread(Muster, self._data, *self._place)
                return
            await asyncio.sleep(0.2)
        raise AssertionError("it does not start again")

    async def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """Ask until it answers, under one key, as a person does who gets no answer."""
        headers = {**self.muster.headers, **({"Idempotency-Key": key} if key else {})}
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                async with httpx.AsyncClient(timeout=10, headers=headers) as http:
                    answer = await http.request(
                        method, f"{self.muster.url}/api/v1{path}", json=body
                    )
                if answer.status_code < 500:
                    assert answer.status_code == 200, answer.text
                    return answer.json()
            await asyncio.sleep(0.1)
        raise AssertionError(f"no answer: {method} {path}")


def report(person: str) -> dict[str, Any]:
    return {"kind": "safety", "id": f"s-{person}", "person": person, "answer": "safe"}


async def enrol(site: Site) -> list[str]:
    people = [f"p{number:03}" for number in range(PEOPLE)]
    said = [
        {"id": id, "site": "yanqing", "name": id, "latin": id, "role": "medical"}
        | ({"channels": ["page"]} if number % 2 else {})
        for number, id in enumerate(people)
    ]
    assert (await site.ask("POST", "/volunteers", said))["accepted"] == PEOPLE
    return people


async def answers(site: Site, people: list[str]) -> None:
    for person in people:
        await site.ask("POST", "/reports", report(person))
        await asyncio.sleep(0.005)


async def shown(site: Site, id: str) -> Any:
    found = await site.ask("GET", f"/roll-calls/{id}")
    assert found["safe"] + found["unaccounted_count"] == found["expected"] == PEOPLE
    return found


def requested(found: Found) -> Counter[tuple[str, str]]:
    """Return how often each person was asked, by the message's id too."""
    rows = zip(found.bodies, found.subjects, strict=True)
    return Counter(
        (body["data"]["person"], body["data"]["purpose"])
        for body, subject in rows
        if subject.endswith(".requested") and ".message." in subject
    )


async def test_killed_at_every_step(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    try:
        await _live_through(site)
    finally:
        if site.muster.process.poll() is None:
            site.muster.stop()


async def _live_through(site: Site) -> None:
    people = await enrol(site)
    scope = {"role": "medical", "remind_after_s": 0}
    opening = asyncio.create_task(site.ask("POST", "/roll-calls", scope, "open"))
    await asyncio.sleep(0.05)
    await site.kill()  # while it opens, or while the first are asked
    id = (await opening)["id"]
    await asyncio.sleep(0.1)
    await site.kill()  # while people are asked
    answering = asyncio.create_task(answers(site, people[:200]))
    await asyncio.sleep(0.6)
    await site.kill()  # while people answer
    await answering
    assert (await shown(site, id))["safe"] == 200
    reminding = asyncio.create_task(site.ask("POST", f"/roll-calls/{id}/remind", {}, "remind"))
    await asyncio.sleep(0.02)
    await site.kill()  # while those missing are asked again
    await reminding
    await _until_asked(site, 150 + 50)
    await answers(site, people[200:290])
    closing = asyncio.create_task(site.ask("POST", f"/roll-calls/{id}/close", {}, "close"))
    await asyncio.sleep(0.01)
    await site.kill()  # while it is closed
    await closing
    await _judge(site, id, people)


async def _until_asked(site: Site, count: int) -> None:
    for _ in range(200):
        if requested(await read_log(site.muster)).total() >= count:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{requested(await read_log(site.muster)).total()} of {count} were asked")


async def _judge(site: Site, id: str, people: list[str]) -> None:
    at_closing = (await shown(site, id))["at_closing"]
    found = await read_log(site.muster)
    answered = [
        body["subject"].rpartition("/")[2]
        for body, subject in zip(found.bodies, found.subjects, strict=True)
        if subject.endswith(".safety-reported")
    ]
    asked = requested(found)
    print(
        f"\nroll call of {PEOPLE}, killed {site.kills} times: {len(answered)} answers in the log, "
        f"{len(set(people[:290]) - set(answered))} lost; {asked.total()} messages asked for, "
        f"{json.dumps(Counter(asked.values()))} times a person; at closing {at_closing}",
        file=sys.stderr,
    )
    assert sorted(answered) == people[:290]
    assert at_closing == {"safe": 290, "need_help": 0, "excused": 0, "unaccounted": 10}
    reachable = people[1::2]
    twice = {person for person in reachable if person >= "p200"}
    assert asked == {(person, "roll-call"): 2 if person in twice else 1 for person in reachable}
    assert len(found.ids) == len(set(found.ids))
