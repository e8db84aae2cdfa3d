"""A morning of check-ins in the log of a node: who is on the roster, a day that begins, and what
people say of themselves.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from events.checkin import CheckInGiven
from events.envelope import Event
from events.fact import Fact
from events.lane import Helper, Lane
from events.phase import PhaseDayBegun
from services.ask import Ask, Outcome
from services.clock import ManualClock
from services.ids import new_id
from services.node import Node
from services.notifier.commands import MessageCommand, RequestMessage
from services.volunteers.commands import RegisterVolunteer
from tests.servers import open_node

DUE = datetime(2022, 2, 4, 0, 0, tzinfo=UTC)
"""Eight in the morning in Beijing."""
DAY = "2022-02-04"


@dataclass
class Told:
    """Stands in for the notifier: remembers whom it was asked to tell something."""

    requests: list[RequestMessage] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    async def handle(self, ask: Ask) -> Outcome:
        command = ask.command
        assert isinstance(command, RequestMessage)
        if command.id not in self._known:
            self._known.add(command.id)
            self.requests.append(command)
        return Outcome((), 0)

    def people(self) -> list[str]:
        return sorted(request.person for request in self.requests)


@asynccontextmanager
async def morning(
    url: str, data: Path, told: Told, clock: ManualClock | None = None
) -> AsyncIterator[Node]:
    """Run the services that a day of check-ins needs."""
    services = ("volunteers", "alerts", "days")
    node = await open_node(url, data, services, clock=clock or ManualClock(DUE))
    parser: TypeAdapter[Any] = TypeAdapter(MessageCommand)
    node.bus.serve("message", told.handle, parser.validate_python)
    try:
        await node.start()
        yield node
    finally:
        await node.stop()


async def enrol(
    node: Node,
    *people: str,
    site: str = "yanqing",
    role: Any = "medical",
    lead: str | None = None,
    helpers: Sequence[tuple[Lane, str]] = (),
    lanes: tuple[Lane, ...] = (),
    leads: tuple[str, ...] = (),
    phases: tuple[str, ...] = (),
) -> None:
    for person in people:
        command = RegisterVolunteer(
            site=site,
            id=person,
            at=node.clock.now(),
            by="test",
            name=f"志愿者{person}",
            latin=person,
            role=role,
            lead=lead,
            helpers=tuple(Helper(lane=lane, person=helper) for lane, helper in helpers),
            lanes=lanes,
            leads=leads,
            phases=phases,
        )
        await node.bus.send(Ask(command, new_id(), new_id()))
    await node.reader.catch_up()


async def tell(node: Node, fact: Fact, key: str, *, site: str, at: datetime | None = None) -> Event:
    """Put a fact into the log as it is."""
    now = node.clock.now()
    id = new_id()
    happened = min(at or now, now)
    event = Event(id, site, fact.NOUN, key, fact, happened, now, "test", id, id)
    [seq] = await node.log.append([event])
    await node.reader.reached(seq)
    return event._replace(seq=seq)


async def begin(node: Node, day: str = DAY, due_at: datetime = DUE, phase: str = "games") -> None:
    """Let a phase's day begin, and wait for what follows."""
    await tell(node, PhaseDayBegun(day=day, due_at=due_at), phase, site="hq")
    await node.settle()


async def check_in(
    node: Node,
    person: str,
    answer: str = "fine",
    *,
    temperature_c: float | None = None,
    text: str = "",
    day: str = DAY,
    at: datetime | None = None,
    site: str = "yanqing",
) -> Event:
    await node.keys.make(person)
    details = {"answer": answer, "temperature_c": temperature_c, "text": text}
    sealed = node.keys.seal(person, "check-in", details)
    return await tell(node, CheckInGiven(day=day, sealed=sealed), person, site=site, at=at)


async def turn(node: Node, hours: float) -> None:
    """Set the clock to so many hours after the check-ins were due, and let everything follow."""
    clock = node.clock
    assert isinstance(clock, ManualClock)
    clock.turn_to(DUE + timedelta(hours=hours))
    await asyncio.sleep(0)
    await node.settle()
