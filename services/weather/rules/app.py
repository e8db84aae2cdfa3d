"""Muster's own warnings: reacts to measurements, and to its own warnings, as they are stored.

A warning is looked at again once it is stored: of two processes that react to two measurements at
once, each may have known only one of them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import TypeAdapter

from events.envelope import Event
from events.ids import derive
from events.weather import (
    WarningCancelled,
    WarningIssued,
    WarningUpdated,
    WeatherObserved,
)
from projections.measured import Measured, point_of
from projections.own_warnings import OwnWarnings, Told
from services.ask import Ask, Outcome
from services.node import Node
from services.reactor import Reactor
from services.weather.commands import LookAtRules, Supersede, TakeMessage
from services.weather.rules.evaluate import Wanted, evaluate
from services.weather.rules.load import LIBRARY, load_rules
from services.weather.rules.process import Occasion, say, standing_of, supersede
from services.weather.rules.rule import Rule
from services.weather.rules.show import show

_log = structlog.get_logger()

NAME = "weather-rules"
REACTS_TO = (
    ("observation", "observed"),
    *(("warning", type) for type in ("issued", "updated", "cancelled")),
)
_OwnFact = WarningIssued | WarningUpdated | WarningCancelled


class Rules:
    """Holds the rules against what is measured, venue by venue."""

    def __init__(self, node: Node, rules: Sequence[Rule]) -> None:
        self._node = node
        self._rules = {rule.id: rule for rule in rules}
        self._measured = Measured()
        self._own = OwnWarnings()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        node.fold("measured", self._measured)
        node.fold("own-warnings", self._own)

    def concerns(self, event: Event) -> bool:
        """Tell whether there is anything to do about an event."""
        fact = event.data
        if isinstance(fact, WeatherObserved):
            return bool(self._rules)
        return isinstance(fact, _OwnFact) and fact.message.rule in self._rules

    async def on_event(self, event: Event, _: int) -> None:
        """React to a stored event. Raises what kept it from being done."""
        fact = event.data
        if isinstance(fact, _OwnFact):
            rules = [self._rules[fact.message.rule]]
            venues = fact.message.venues[:1]
        elif isinstance(fact, WeatherObserved):
            point = point_of(event, fact)
            rules = [
                rule
                for rule in self._rules.values()
                if any(getattr(point, field) not in (None, ()) for field in rule.fields)
            ]
            venues = (event.key,)
        else:
            return
        for venue in venues:
            async with self._locks[venue]:
                for rule in rules:
                    await self._hold(rule, venue, event)

    async def _hold(self, rule: Rule, venue: str, event: Event) -> None:
        """Hold a rule against what is measured at a venue, and say what is to be said."""
        node = self._node
        place = node.picture.places.venues.get(venue)
        if place is None:
            return
        at = node.clock.now()
        told = self._own.standing(rule.id, venue, at, drill=event.drill)
        wanted = self._wanted(rule, venue, told, at, drill=event.drill)

        def last(warning: str) -> Told | None:
            return self._own.last(rule.id, venue, warning, drill=event.drill)

        people = node.roster.on_post(venue, at)
        occasion = Occasion(rule, venue, place, people, event.id, at, event.drill)
        command = say(occasion, wanted, told, last)
        if command is not None:
            await self._send(event, command, command.message.identifier)
        for needless in self._own.needless(rule.id, venue, at, drill=event.drill):
            if told is not None:
                await self._send(event, supersede(occasion, needless, told.warning), told.warning)

    async def _send(self, event: Event, command: TakeMessage | Supersede, name: str) -> None:
        """Have a command decided, and wait until the next look at the venue knows of it."""
        ask = Ask(
            command,
            derive("own", command.type, command.id, name),
            event.correlation_id,
            event.id,
            drill=event.drill,
        )
        outcome = await self._node.bus.send(ask)
        await self._node.reader.reached(outcome.seq)
        _log.debug(
            "a rule said something",
            warning=command.id,
            command=command.type,
            correlation_id=event.correlation_id,
        )

    def _wanted(
        self, rule: Rule, venue: str, told: Told | None, at: datetime, *, drill: bool = False
    ) -> Wanted:
        measurements = self._measured.of(venue, drill=drill)
        return evaluate(rule, measurements, standing_of(told), at)

    async def show(self, ask: Ask) -> Outcome:
        """Tell the rules, and where they stand; with a venue, what each makes of it."""
        command = ask.command
        if not isinstance(command, LookAtRules):
            raise TypeError(f"look at rules: {type(command).__name__} is no look at them")
        return Outcome((), 0, self._shown(command.venue))

    def _shown(self, venue: str | None) -> dict[str, Any]:
        at = self._node.clock.now()
        standing = {(rule, place): told for rule, place, told in self._own.all_standing(at)}
        pairs = sorted(
            pair for pair in standing if pair[0] in self._rules and venue in (None, pair[1])
        )
        if venue is not None:
            pairs = [(rule, venue) for rule in self._rules]
        found = [
            (rule, place, self._wanted(self._rules[rule], place, told, at), told)
            for rule, place in pairs
            for told in [standing.get((rule, place))]
        ]
        return show(list(self._rules.values()), found)


def rules_of(node: Node) -> Reactor:
    """Let this process raise Muster's own warnings, and tell its rules. Raises RuleError."""
    rules = Rules(node, load_rules(node.settings.rules or LIBRARY))
    commands: TypeAdapter[LookAtRules] = TypeAdapter(LookAtRules)
    node.serve("rule", rules.show, commands)
    return Reactor(node, NAME, REACTS_TO, rules.on_event, concerns=rules.concerns)
