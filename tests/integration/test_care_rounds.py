"""Timing does not tell who asked for care: whoever notes everything that can be seen around every
single check-in cannot tell the one who wants to talk from the others.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from projections.rounds import PATIENCE, ROUND
from services.clock import ManualClock
from tests.integration.edge import Caller, Edge, edge
from tests.integration.mornings import DAY, DUE, begin, enrol
from tests.integration.mornings import check_in as give
from tests.integration.unwell import of_lane, the_log
from tests.servers import open_node

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]

PEOPLE = tuple(f"p{number}" for number in range(6))
HELPER_OF = {person: f"helper{number % 2}" for number, person in enumerate(PEOPLE)}
SAID: Mapping[str, Mapping[str, Any]] = {
    "fine": {"answer": "fine", "temperature_c": 36.5},
    "talk": {"answer": "talk", "temperature_c": 36.5},
    "not-fine": {"answer": "not-fine", "temperature_c": 36.5},
    "fever": {"answer": "fine", "temperature_c": 38.6},
}
PATHS = (
    "/care",
    f"/days/{DAY}",
    f"/days/{DAY}/report",
    "/reachability",
    "/messages?person=helper0",
    "/messages?person=helper1",
)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")
TIMING = re.compile(
    r"_seconds|_created|_bucket|^process_|^python_|^faststream|^#|_lag_|append_batch|_sse_"
)
"""What differs from one look to the next whatever anybody says."""


@asynccontextmanager
async def town(data: Path) -> AsyncIterator[Edge]:
    """Run a Muster with six people of Yanqing, who have two helpers, and one of Beijing."""
    async with edge(data, clock=ManualClock(DUE)) as muster:
        people: list[dict[str, Any]] = [
            {"id": "helper0", "role": "support", "lanes": ["mental-health"], "channels": ["page"]},
            {"id": "helper1", "role": "support", "lanes": ["mental-health"], "channels": ["page"]},
            {"id": "doctor", "role": "support", "lanes": ["epidemic-prevention"]},
            *(
                {
                    "id": person,
                    "role": "medical",
                    "helpers": [{"lane": "mental-health", "person": HELPER_OF[person]}],
                }
                for person in PEOPLE
            ),
            {"id": "far", "role": "medical", "site": "beijing"},
        ]
        said = [
            {"name": f"名{one['id']}", "latin": one["id"], "site": "yanqing", **one}
            for one in people
        ]
        answer = await muster.admin.post("/volunteers", said)
        assert answer.json()["accepted"] == len(said), answer.text
        await begin(muster.node, DAY, DUE)
        yield muster


async def turn(muster: Edge, by: timedelta) -> None:
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    clock.turn_by(by)
    await muster.settle()


async def check_in(muster: Edge, person: str, said: str) -> None:
    report = {"kind": "check-in", "person": person, "day": DAY, **SAID[said]}
    assert (await muster.admin.report(report))["status"] == "accepted"
    await muster.settle()


class Observer:
    """Somebody with the rights of a commander and of monitoring, and no lane, who notes all."""

    def __init__(self, muster: Edge, commander: Caller, monitor: Caller) -> None:
        self._muster = muster
        self._commander = commander
        self._monitor = monitor
        self._began = muster.node.reader.checkpoint

    async def look(self) -> dict[str, Any]:
        """Return everything that can be seen now; ids differ from one Muster to the next."""
        anonymous, commander = self._muster.anonymous(), self._commander
        seen: dict[str, Any] = {
            "last": (await anonymous.get("/readyz")).json()["last"] - self._began,
            "picture": {**await commander.picture(), "seq": None},
        }
        for path in PATHS:
            answer = await commander.get(path)
            assert answer.status_code == 200, answer.text
            seen[path] = answer.json()
        page = (await self._monitor.get(f"/events?limit=1000&after={self._began}")).json()
        seen["events"] = [(event["seq"] - self._began, event["type"]) for event in page["events"]]
        found: dict[str, Any] = json.loads(ID.sub("id", json.dumps(seen)))
        return found

    async def metrics(self) -> dict[str, float]:
        """Return what anybody may scrape, without what tells the machine's time."""
        await self._muster.node.fullness.look()
        text = (await self._muster.anonymous().get("/metrics")).text
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if not TIMING.search(line))
        return {name: float(value) for name, value in rows}


class Note(NamedTuple):
    """What is seen before and after something, and which metrics have grown by how much."""

    before: dict[str, Any]
    after: dict[str, Any]
    grown: dict[str, float]


async def noted(watching: Observer, act: Awaitable[None]) -> Note:
    before, counted = await watching.look(), await watching.metrics()
    await act
    after, counts = await watching.look(), await watching.metrics()
    grown = {name: value - counted.get(name, 0) for name, value in counts.items()}
    gone = ("muster_projection_checkpoint",)  # Musters of one test process share their metrics
    return Note(before, after, {n: by for n, by in grown.items() if by and n not in gone})


async def a_morning(data: Path, said: Mapping[str, str]) -> tuple[list[Note], Note]:
    """Return what is noted of each check-in, and of the round that looks at them."""
    async with town(data) as muster:
        commander, monitor = await muster.caller("commander"), await muster.caller("monitor")
        await muster.settle()
        watching = Observer(muster, commander, monitor)
        notes: list[Note] = []
        for person in PEOPLE:
            act = check_in(muster, person, said.get(person, "fine"))
            notes.append(await noted(watching, act))
            await turn(muster, timedelta(minutes=1))
        await turn(muster, timedelta(minutes=3))
        assert muster.node.picture.cares.rows == {}
        notes.append(await noted(watching, turn(muster, timedelta(minutes=1))))
        asked = len(muster.node.picture.cares.rows)
        assert asked == sum(what != "fine" for what in said.values())
        return notes[:-1], notes[-1]


@pytest.mark.parametrize("what", ["talk", "not-fine", "fever"])
async def test_up_to_the_round_nothing_differs_from_a_morning_on_which_all_are_fine(
    tmp_path: Path, what: str
) -> None:
    calm, calm_round = await a_morning(tmp_path / "calm", {})
    other, other_round = await a_morning(tmp_path / "other", {"p2": what})
    assert len(calm) == len(PEOPLE)
    assert calm == other
    assert calm_round.before == other_round.before
    assert calm_round.after != other_round.after


async def test_nor_does_the_round_tell_which_of_them_it_was(tmp_path: Path) -> None:
    _, one = await a_morning(tmp_path / "one", {"p2": "talk"})
    _, other = await a_morning(tmp_path / "other", {"p3": "talk"})
    # Their helpers are not the same: what is known of a helper's channels must not differ either.
    assert HELPER_OF["p2"] != HELPER_OF["p3"]
    assert one == other
    assert one.after[f"/days/{DAY}"]["total"]["health"]["talk"] == 1
    assert one.after["/care"]["counts"] == {"mental-health": {"waiting": {"1h": 1}}}
    assert one.grown['muster_commands_total{kind="care",outcome="accepted"}'] == 1


async def test_each_check_in_looks_like_every_other_one(tmp_path: Path) -> None:
    said = {"p1": "talk", "p3": "fever", "p4": "not-fine"}
    notes, _ = await a_morning(tmp_path, said)
    grown = [note.grown for note in notes]
    assert all(row == grown[0] for row in grown)
    assert {note.after["last"] - note.before["last"] for note in notes} == {1}
    for note in notes:
        for path in PATHS:
            if path.startswith("/days"):
                assert health(note.before[path]) == health(note.after[path])
            else:
                assert note.before[path] == note.after[path]


def health(shown: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of a day without how many have checked in, which everybody sees."""
    return {**shown["total"]["health"], "withheld": None}


async def test_the_lane_sees_a_request_when_its_round_comes_and_not_before(tmp_path: Path) -> None:
    async with town(tmp_path) as muster:
        mind = await of_lane(muster, "mental-health")
        for person in PEOPLE[:3]:
            await check_in(muster, person, "talk")
        assert (await mind.get("/care")).json()["requests"] == []
        await turn(muster, ROUND)
        requests = (await mind.get("/care")).json()["requests"]
        assert sorted(one["person"] for one in requests) == list(PEOPLE[:3])
        opened = [row["id"] for row in requests]
        in_log = list(muster.node.picture.cares.rows)
        assert sorted(in_log) == sorted(opened)


async def test_who_is_alone_at_their_site_waits_half_an_hour_and_no_longer(tmp_path: Path) -> None:
    async with town(tmp_path) as muster:
        for person in PEOPLE[:3]:
            await check_in(muster, person, "fine")
        await check_in(muster, "far", "talk")
        for _ in range(2):
            await turn(muster, ROUND)
            assert muster.node.picture.cares.rows == {}
        await turn(muster, PATIENCE - 2 * ROUND)
        [row] = muster.node.picture.cares.rows.values()
        assert (row.site, row.lane) == ("beijing", "mental-health")
        commander = await muster.caller("commander")
        shown = (await commander.get(f"/days/{DAY}")).json()
        [beijing] = [one for one in shown["sites"] if one["site"] == "beijing"]
        assert set(beijing["health"].values()) == {"<3"}
        assert beijing["reported"] == 1


async def test_whoever_says_later_that_they_are_fine_is_not_asked_after(tmp_path: Path) -> None:
    async with town(tmp_path) as muster:
        for person in PEOPLE[:3]:
            await check_in(muster, person, "talk")
        await turn(muster, timedelta(minutes=2))
        await check_in(muster, "p0", "fine")
        await turn(muster, ROUND)
        assert len(muster.node.picture.cares.rows) == 2


async def test_who_needs_help_waits_for_no_round(tmp_path: Path) -> None:
    async with town(tmp_path) as muster:
        await muster.admin.report({"kind": "need-help", "person": "p0"})
        await muster.settle()
        [alert] = (await muster.admin.picture())["alerts"]
        assert alert["about"]["kind"] == "incident"


async def test_a_restart_and_a_second_process_lose_and_double_nothing(tmp_path: Path) -> None:
    clock = ManualClock(DUE)
    data = tmp_path / "data"
    async with edge(data, clock=clock) as first:
        url = first.ready.nats
        await enrol(first.node, "a", "b", "c", "d")
        await give(first.node, "a", "talk")
        second = await open_node(url, tmp_path / "two", ("days",), clock=clock)
        try:
            await second.start()
            await give(first.node, "b", "not-fine", temperature_c=38.0)
            await give(first.node, "c")
            clock.turn_by(ROUND)
            await first.settle()
            await second.settle()
            assert len(first.node.picture.cares.rows) == 3
            # To the lane, and to headquarters, because nobody serves in it.
            assert (await logged(first)).count("alert.raised") == 6
        finally:
            await second.stop()
        await give(first.node, "d", "talk")
    async with edge(data, clock=(clock := ManualClock(DUE + timedelta(minutes=20)))) as again:
        await again.settle()
        assert len(again.node.picture.cares.rows) == 3
        clock.turn_to(DUE + timedelta(minutes=40))
        await again.settle()
        assert len(again.node.picture.cares.rows) == 4
    async with edge(data, clock=ManualClock(DUE + timedelta(hours=5))) as again:
        await again.settle()
        assert (await logged(again)).count("care.asked") == 4


async def logged(muster: Edge) -> list[str]:
    return [f"{event.kind}.{event.type}" for event in await the_log(muster)]
