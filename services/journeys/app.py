"""The journeys service: decides on journeys, fires their deadlines, and writes down where their
people are when they leave and arrive.
"""

import asyncio

from pydantic import TypeAdapter

from events.envelope import Event
from projections.evidence import last_known_of
from projections.moment import Moment
from services.ask import Ask, Outcome
from services.deadlines import MissDeadline
from services.journeys.commands import DeclareOverdue, JourneyCommand
from services.journeys.decider import JOURNEY
from services.journeys.trips import evidence
from services.node import Node, Service
from services.reactor import Reactor

NAME = "journeys"


def build(node: Node) -> Service:
    """Decide on journeys in this process."""
    commands: TypeAdapter[JourneyCommand] = TypeAdapter(JourneyCommand)
    journeys = node.decide(JOURNEY, commands)
    wheel = node.turn("journey")

    async def handle(ask: Ask) -> Outcome:
        command = ask.command
        if isinstance(command, MissDeadline):
            missing = (await journeys.current(command.id)).missing
            ask = ask._replace(command=_overdue(node, command, missing))
        return await journeys.handle(ask)

    node.bus.serve("journey", handle, commands.validate_python)

    async def write_down(event: Event, _: int) -> None:
        wanted = [one for one in evidence(node.picture, event) if not node.seen.find(one.id)]
        now = node.clock.now()
        await asyncio.gather(*(node.log.append([one._replace(recorded_at=now)]) for one in wanted))

    reactor = Reactor(node, NAME, [("journey", "departed"), ("journey", "arrived")], write_down)
    return Service(
        "journeys",
        start=reactor.start,
        stop=reactor.stop,
        busy=lambda: wheel.firing + len(reactor),
    )


def _overdue(node: Node, command: MissDeadline, missing: tuple[str, ...]) -> DeclareOverdue:
    """Return what declares a journey overdue, with what was last known of those who are missing."""
    return DeclareOverdue(
        site=command.site,
        id=command.id,
        at=command.at,
        by=command.by,
        name=command.name,
        last_known=last_known_of(Moment(node.picture, command.at), missing),
    )
