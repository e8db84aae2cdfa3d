"""The days service: opens each site's day of check-ins, chases who is missing, and asks the lanes
to look after whoever is not fine.
"""

from pydantic import TypeAdapter

from events.day import CHASE
from projections.unheard import Unheard
from services.ask import Ask, Outcome
from services.days.care_decider import CARE
from services.days.commands import CareCommand, ChaseDay, CloseDay, DayAsk, OpenDay
from services.days.decider import DAY
from services.days.reactions import REACTS_TO, Reactions
from services.days.rounds import Rounds
from services.deadlines import MissDeadline
from services.log import LogUnavailable
from services.node import Node, Service
from services.reactor import Reactor

NAME = "days"


def build(node: Node) -> Service:
    """Decide on days and requests for care in this process."""
    asks: TypeAdapter[OpenDay | MissDeadline] = TypeAdapter(DayAsk)
    days = node.decide(DAY, asks)
    node.decide(CARE, TypeAdapter(CareCommand))

    async def handle(ask: Ask) -> Outcome:
        if isinstance(ask.command, MissDeadline):
            # Whoever checked in before the moment came is not chased, also when it is being stored
            # just now.
            await node.reader.catch_up()
            ask = ask._replace(command=_counted(node, ask.command))
        return await days.handle(ask)

    node.bus.serve("day", handle, asks.validate_python)
    wheel = node.turn("day")
    reactor = Reactor(node, NAME, REACTS_TO, Reactions(node).on_event)
    rounds = Rounds(node, _unheard(node))

    async def start() -> None:
        await reactor.start()
        await rounds.start()

    async def stop() -> None:
        await rounds.stop()
        await reactor.stop()

    return Service(
        NAME, start=start, stop=stop, busy=lambda: len(reactor) + wheel.firing + rounds.busy
    )


def _unheard(node: Node) -> Unheard:
    """Fold the check-ins that wait to be looked at, each at the person's home of then."""

    def home(person: str) -> str | None:
        row = node.picture.people.volunteers.get(person)
        return row.site if row else None

    unheard = Unheard(home)
    node.fold("unheard", unheard)
    return unheard


def _counted(node: Node, command: MissDeadline) -> ChaseDay | CloseDay:
    """Fill in who is missing, as the picture has it. Raises LogUnavailable before it is folded.

    Somebody erased is asked for nothing any more.
    """
    missing = node.picture.days.missing.get(command.id)
    if missing is None:
        raise LogUnavailable(f"count day {command.id}: it is not folded yet")
    kind = ChaseDay if command.name == CHASE else CloseDay
    return kind(
        site=command.site,
        id=command.id,
        at=command.at,
        by=command.by,
        missing=tuple(person for person in missing if person not in node.keys.erased),
    )
