"""Incidents, alerts and playbooks on a log in memory: what a running Muster does, step by step.

Reactions are taken apart into their steps, so that anything may happen between two of them, and may
be begun again, as after a restart.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from events.run import BEGIN
from projections.picture import Picture
from projections.roster import Roster
from services.aggregates import Aggregates
from services.alerts.commands import RaiseAlert
from services.alerts.decider import ALERT
from services.alerts.guard import guard as guard_alert
from services.ask import Ask, events_of, kind_of
from services.deadlines import MissDeadline
from services.decider import Command, Rejected
from services.incidents.app import guard as guard_incident
from services.incidents.decider import INCIDENT
from services.playbooks.app import REACTS_TO
from services.playbooks.calls import Turns
from services.playbooks.decider import RUN
from services.playbooks.follow_up import Open, OpenSteps, follow_up, overtaken
from services.playbooks.playbook import load_playbooks
from services.playbooks.process import is_awaited, react, unsettled
from services.playbooks.world import World
from services.volunteers.rollcall import ROLLCALL
from tests.unit.projections.build import at

BOOKS = load_playbooks()
_NOBODY: Any = None
"""The log and its reader: nothing is stored anywhere."""


class Town:
    """Everything there is, and the log it came of."""

    def __init__(self, *ground: Event) -> None:
        self.now: datetime = at(0)
        self.log: list[Event] = []
        self.picture = Picture()
        self.roster = Roster()
        self.open = Open(OpenSteps(), Turns())
        self.kinds: dict[str, Aggregates[Any]] = {
            decider.kind: Aggregates(decider, _NOBODY, _NOBODY, _NOBODY)
            for decider in (INCIDENT, ALERT, RUN, ROLLCALL)
        }
        self.reactions: list[tuple[int, Iterator[None]]] = []
        self.decided: set[str] = set()
        for event in ground:
            self.store(event)

    def store(self, event: Event) -> None:
        """Put an event into the log, hand it to every fold, and begin to react to it."""
        stored = event._replace(seq=len(self.log) + 1)
        self.now += timedelta(microseconds=1)
        self.log.append(stored)
        self.picture.apply(stored)
        self.roster.apply(stored)
        self.open.steps.apply(stored)
        self.open.turns.apply(stored)
        for aggregates in self.kinds.values():
            aggregates.apply(stored)
        self._begin(stored)

    def say(self, fact: Fact, key: str, *, drill: bool = False, by: str = "li") -> None:
        """Store a fact as an observation, or as something that lies in the log for whatever
        reason.
        """
        id = f"said-{len(self.log)}"
        self.store(
            Event(id, "yanqing", fact.NOUN, key, fact, self.now, self.now, by, id, id, drill=drill)
        )

    def ask(self, command: Command, id: str = "", *, drill: bool = False) -> str:
        """Have a command decided; return the code of a refusal, or nothing."""
        id = id or f"asked-{len(self.log)}-{len(self.decided)}"
        if id in self.decided:
            return ""
        kind = self.kinds[kind_of(command)]
        try:
            guard_alert(self.picture, command)
            guard_incident(self.picture, command)
            ask = kind._of_its_kind(Ask(command, id, "k", drill=drill))
            facts = tuple(kind.decider.decide(kind.state(command.id), command))
        except Rejected as refusal:
            return refusal.code
        if facts:
            self.decided.add(id)
        for event in events_of(ask, facts, self.now):
            self.store(event)
        return ""

    def pass_(self, minutes: float) -> None:
        """Let time pass, and fire the deadlines of alerts and runs that fell due."""
        self.now += timedelta(minutes=minutes)
        for id, (alert, _) in list(self.kinds["alert"].rows.items()):
            if alert.due_at is not None and alert.due_at <= self.now:
                row = self.picture.alerts.rows[id]
                miss = MissDeadline(
                    kind="alert", site=row.site, id=id, name="answer", at=self.now, by="service:w"
                )
                self.ask(miss)
        for id, (run, _) in list(self.kinds["run"].rows.items()):
            if run.due_at is not None and run.due_at <= self.now:
                self.ask(
                    MissDeadline(
                        kind="run", site="yanqing", id=id, name=BEGIN, at=self.now, by="service:w"
                    )
                )

    def restart(self, floor: int) -> None:
        """End every reaction where it is, and react again to all that was stored after a floor.

        The floor that is kept is never above what is under way.
        """
        floor = min([floor, *(seq - 1 for seq, _ in self.reactions)])
        self.reactions.clear()
        for event in self.log[floor:]:
            self._begin(event)

    def step(self, which: int) -> None:
        """Let one of the reactions that are under way make its next step."""
        if self.reactions:
            which %= len(self.reactions)
            if next(self.reactions[which][1], StopIteration) is StopIteration:
                self.reactions.pop(which)

    def settle(self) -> None:
        """Let every reaction come to its end."""
        while self.reactions:
            self.step(0)

    def _begin(self, event: Event) -> None:
        if (event.kind, event.type) in REACTS_TO:
            self.reactions.append((event.seq, self._react(event)))

    def _react(self, event: Event) -> Iterator[None]:
        commands = react(BOOKS, World(self.picture, self.roster, self.now), event)
        yield
        self._carry_out(event, commands)
        asked = commands
        for turn in count():
            if not any(map(is_awaited, asked)):
                break
            yield
            world = World(self.picture, self.roster, self.now)
            asked = unsettled(asked, react(BOOKS, world, event))
            self._carry_out(event, asked, "again", str(turn))
        yield
        after = follow_up(self.open, self.picture, event, self.now, commands)
        yield
        self._carry_out(event, after)
        if any(isinstance(command, RaiseAlert) for command in commands):
            yield
            self._carry_out(event, overtaken(self.picture, event, self.now), "overtaken")

    def _carry_out(self, event: Event, commands: list[Command], *marks: str) -> None:
        for command in commands:
            id = derive(event.id, command.KIND, command.id, *marks)
            self.ask(command, id, drill=event.drill)
