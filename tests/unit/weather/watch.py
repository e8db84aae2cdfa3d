"""Rules on a log in memory: what they say of a venue, measurement by measurement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.envelope import Event
from events.fact import Place, Text
from events.ids import derive
from events.weather import WarningCancelled, WarningIssued, WarningUpdated
from projections.measured import Measured
from projections.own_warnings import OwnWarnings, Told
from projections.places import Venue
from services.ask import Ask, events_of
from services.weather.commands import TakeMessage
from services.weather.decider import WARNING
from services.weather.rules.evaluate import evaluate
from services.weather.rules.process import Occasion, say, standing_of
from services.weather.rules.rule import Rule
from tests.unit.weather.measurements import GALE, VENUE

TRACK = Venue(
    "yanqing", Text(zh="雪车雪橇中心", en="Sliding Centre"), Place(lat=40.52, lon=115.79), ""
)
Said = WarningIssued | WarningUpdated | WarningCancelled


class Watch:
    """A rule that watches a venue. `log` is what was stored, `told` the messages among it."""

    def __init__(self, rule: Rule = GALE, place: Venue = TRACK) -> None:
        self.rule = rule
        self.place = place
        self.measured = Measured()
        self.own = OwnWarnings()
        self.log: list[Event] = []
        self.states: dict[str, Any] = {}

    @property
    def told(self) -> list[tuple[str, str | None]]:
        """What was said: the move and the colour."""
        return [
            (event.type, event.data.message.colour)
            for event in self.log
            if isinstance(event.data, Said)
        ]

    def store(self, event: Event) -> None:
        """Put an event into the log and every fold."""
        self.log.append(event._replace(seq=len(self.log) + 1))
        self.measured.apply(self.log[-1])
        self.own.apply(self.log[-1])

    def arrives(self, *events: Event, at: datetime | None = None) -> None:
        """Store measurements and react to each, at the moment it was made unless another is said;
        then react to what was said of it.
        """
        for event in events:
            self.store(event)
            self.react(event, max(at or event.recorded_at, event.recorded_at))

    def react(self, event: Event, at: datetime) -> None:
        """React to an event, and to what follows from it."""
        command = self.say(event, at)
        stored = [] if command is None else self.carry_out(command, event)
        for one in stored:
            self.store(one)
        for one in stored:
            if isinstance(one.data, Said):
                self.react(one, at)

    def say(self, event: Event, at: datetime) -> TakeMessage | None:
        """Return what is to be said after an event."""
        told = self.own.standing(self.rule.id, VENUE, at, drill=event.drill)
        wanted = evaluate(
            self.rule, self.measured.of(VENUE, drill=event.drill), standing_of(told), at
        )

        def last(warning: str) -> Told | None:
            return self.own.last(self.rule.id, VENUE, warning, drill=event.drill)

        people = ("v1", "v2")
        return say(
            Occasion(self.rule, VENUE, self.place, people, event.id, at, event.drill),
            wanted,
            told,
            last,
        )

    def carry_out(self, command: TakeMessage, event: Event) -> Sequence[Event]:
        """Return the events of a command, none where they are stored already."""
        state = self.states.get(command.id, WARNING.initial)
        facts = tuple(WARNING.decide(state, command))
        for fact in facts:
            state = WARNING.evolve(state, fact)
        self.states[command.id] = state
        id = derive("own", command.id, command.message.identifier)
        return events_of(Ask(command, id, id, drill=event.drill), facts, command.at)
