"""The weather service without NATS: what messages come to in the decider and in the picture."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from events.envelope import Event
from events.weather import WarningMessage
from projections.warnings import Warnings
from services.weather.chains import Chains
from services.weather.commands import Move, Supersede, TakeMessage, WarningCommand
from services.weather.decider import WARNING, WarningState
from services.weather.placing import Placing, Step, Tell, mend, place
from tests.moments import NOON


class Given(NamedTuple):
    """A message as it comes in."""

    move: Move
    message: WarningMessage


class Interrupted(Exception):
    """The process was ended between two steps."""


@dataclass
class Weather:
    """A log, and the folds that the service decides on."""

    log: list[Event] = field(default_factory=list)
    chains: Chains = field(default_factory=Chains)
    warnings: Warnings = field(default_factory=Warnings)
    states: dict[str, WarningState] = field(default_factory=dict)

    def take(self, given: Given, *, steps_max: int | None = None) -> Placing:
        """Take a message; `steps_max` ends the process after so many steps."""
        placing = place(self.chains, self.warnings.rows, *given)
        self.carry_out(placing.steps[:steps_max])
        if steps_max is not None and steps_max < len(placing.steps):
            raise Interrupted
        return placing

    def mend(self) -> None:
        """Do what was left to do."""
        self.carry_out(mend(self.chains, self.warnings.rows))

    def carry_out(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._decide(_command(step))

    def restarted(self) -> "Weather":
        """Return what another process makes of the same log."""
        again = Weather()
        for event in self.log:
            again._fold(event)
        return again

    def speaking(self) -> dict[str, tuple[str, str]]:
        """Return what the last word is of each warning that still speaks, by what it does."""
        return {
            id: (state.latest.identifier, state.status)
            for id, state in self.states.items()
            if state.superseded_by is None and state.latest is not None
        }

    def in_force(self) -> list[str]:
        """Return the identifiers of the messages in force, as the decider has it."""
        return sorted(said for said, status in self.speaking().values() if status == "in-force")

    def shown(self) -> list[str]:
        """Return the identifiers of the messages in force, as the picture has it."""
        rows = self.warnings.rows.values()
        return sorted(
            row.message.identifier
            for row in rows
            if row.superseded_by is None and row.precedence < 2
        )

    def _decide(self, command: WarningCommand) -> None:
        state = self.states.get(command.id, WARNING.initial)
        for number, fact in enumerate(WARNING.decide(state, command)):
            seq = len(self.log) + 1
            id = f"{command.id}/{seq}/{number}"
            self._fold(
                Event(id, "hq", "warning", command.id, fact, NOON, NOON, "x", "x", "x", seq=seq)
            )

    def _fold(self, event: Event) -> None:
        self.log.append(event)
        self.chains.apply(event)
        for kind, fold in self.warnings.folds():
            if isinstance(event.data, kind):
                fold(event, event.data)
        state = self.states.get(event.key, WARNING.initial)
        self.states[event.key] = WARNING.evolve(state, event.data)


def taken(messages: Iterable[Given]) -> Weather:
    """Return what messages come to in this order."""
    weather = Weather()
    for given in messages:
        weather.take(given)
    return weather


def _command(step: Step) -> WarningCommand:
    who: dict[str, Any] = {"site": "hq", "id": step.warning, "at": NOON, "by": "service:weather"}
    if isinstance(step, Tell):
        return TakeMessage(**who, move=step.move, message=step.message)
    return Supersede(**who, successor=step.successor)
