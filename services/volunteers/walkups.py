"""Whoever says at a venue that they are safe or need help while a roll call asks for the people
there is one of them, expected or not.

Thousands answer in a second when it matters, and nearly all of them are expected: they are told
apart before anything is begun for them.
"""

from typing import Any, ClassVar

from events.envelope import Event
from events.ids import derive
from events.rollcall import RollCallClosed, RollCallOpened, RollCallReopened
from services.aggregates import Aggregates
from services.ask import Ask
from services.decider import Rejected
from services.node import Node
from services.volunteers.commands import AddWalkUp
from services.volunteers.rollcall import RollCall

NAME = "walk-ups"
REACTS_TO = (("presence", "safety-reported"),)


class Doors:
    """A fold: the roll calls that are open at each venue."""

    kinds: ClassVar[frozenset[str]] = frozenset({"rollcall"})

    def __init__(self) -> None:
        self._open: dict[str, frozenset[str]] = {}
        self._venues: dict[str, str] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case RollCallOpened(venue=str(venue)):
                self._venues.setdefault(event.key, venue)
                self._add(event.key)
            case RollCallReopened():
                self._add(event.key)
            case RollCallClosed():
                venue = self._venues.get(event.key, "")
                self._open[venue] = self._open.get(venue, frozenset()) - {event.key}
            case _:
                pass

    def at(self, venue: str | None) -> frozenset[str]:
        """Return the ids of the roll calls that are open at a venue."""
        return self._open.get(venue or "", frozenset())

    def _add(self, id: str) -> None:
        if id in self._venues:
            venue = self._venues[id]
            self._open[venue] = self.at(venue) | {id}


class WalkUps:
    """Adds whoever answers at the venue of a roll call that does not ask for them."""

    def __init__(self, node: Node, doors: Doors, roll_calls: Aggregates[RollCall]) -> None:
        self._node = node
        self._doors = doors
        self._roll_calls = roll_calls

    def concern(self, event: Event) -> bool:
        """Tell whether somebody answered where they were not expected."""
        fact: Any = event.data
        return any(
            not self._roll_calls.state(id).asks_for(event.key) for id in self._doors.at(fact.venue)
        )

    async def on_event(self, event: Event, _: int) -> None:
        """Add who answered. Raises LogUnavailable, LogFull, LogBroken."""
        fact: Any = event.data
        for id in sorted(self._doors.at(fact.venue)):
            state = self._roll_calls.state(id)
            row = self._node.picture.rollcalls.rows.get(id)
            if row is None or event.occurred_at < row.opened_at or state.asks_for(event.key):
                continue
            command = AddWalkUp(
                site=row.site,
                id=id,
                at=self._node.clock.now(),
                by="service:volunteers",
                person=event.key,
            )
            await self._add(event, command)

    async def _add(self, event: Event, command: AddWalkUp) -> None:
        ask = Ask(
            command,
            derive(event.id, "walk-up", command.id),
            event.correlation_id,
            event.id,
            drill=event.drill,
        )
        try:
            await self._node.bus.send(ask)
        except Rejected:
            return  # it was closed meanwhile
