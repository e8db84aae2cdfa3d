"""The playbooks service: reacts to events as they are stored.

An event is done when everything that follows from it is in the log. Reacting twice asks for
the same things under the same ids. An event that cannot be reacted to is tried again, ever more
slowly, and after a while it is written down where a person sees it.
"""

import asyncio
from collections.abc import Sequence

import structlog
from pydantic import TypeAdapter

from events.envelope import Event
from events.ids import derive
from services.alerts.commands import RaiseAlert
from services.ask import Ask
from services.decider import Command, Rejected
from services.log import LogBroken, LogFull, LogUnavailable
from services.metrics import METRICS
from services.node import Node, Service
from services.playbooks.calls import Turns
from services.playbooks.commands import NoteFailedCondition, RunCommand
from services.playbooks.decider import RUN
from services.playbooks.follow_up import Open, OpenSteps, follow_up, overtaken
from services.playbooks.playbook import LIBRARY, Playbook, load_playbooks
from services.playbooks.process import is_awaited, react, unsettled
from services.playbooks.world import World
from services.reactor import Reactor

_log = structlog.get_logger()

NAME = "playbooks"
REACTS_TO = (
    *(("incident", type) for type in ("reported", "triaged", "assigned", "accepted")),
    *(("incident", type) for type in ("reopened", "closed", "merged")),
    *(("warning", type) for type in ("issued", "updated", "cancelled", "expired", "superseded")),
    *(("alert", type) for type in ("acknowledged", "closed")),
    ("rollcall", "closed"),
    ("run", "deadline-missed"),
    *(("feed", type) for type in ("failed", "recovered", "removed")),
    *(("journey", type) for type in ("overdue", "arrived", "replanned", "cancelled")),
)
"""Kinds and types of the events that playbooks react to, and of those that end what they began."""
_TRIES_BEFORE_A_PERSON_IS_TOLD = 5
_SETTLES_MAX = 10
"""Each needs a message about the same warning that comes while the last is acted on."""


class Reactions:
    """Runs the process managers on one event at a time, many of them at once."""

    def __init__(self, node: Node, books: Sequence[Playbook]) -> None:
        self._node = node
        self._books = books
        self._open = Open(OpenSteps(), Turns())
        node.fold("open-steps", self._open.steps)
        node.fold("turns", self._open.turns)

    async def on_event(self, event: Event, tries: int) -> None:
        """React to a stored event. Raises what kept it from being done."""
        try:
            commands = react(self._books, self._world(), event)
            seq = await self._carry_out(event, commands)
            after = follow_up(
                self._open, self._node.picture, event, self._node.clock.now(), commands
            )
            await self._carry_out(event, after)
            _log.debug(
                "reacted",
                correlation_id=event.correlation_id,
                seq=event.seq,
                commands=len(commands) + len(after),
            )
            METRICS.reactions.labels("acted" if commands or after else "passed").inc()
            await self._settle(event, commands, seq)
            if any(isinstance(command, RaiseAlert) for command in commands):
                # What it is about may have ended meanwhile, and nobody closes an alert that is
                # not there yet.
                await self._node.reader.reached(seq)
                at = self._node.clock.now()
                await self._carry_out(event, overtaken(self._node.picture, event, at), "overtaken")
        except (LogUnavailable, LogFull, LogBroken):
            raise
        except Exception as error:
            METRICS.reactions.labels("failed").inc()
            _log.exception("a reaction failed", seq=event.seq, tries=tries)
            if tries < _TRIES_BEFORE_A_PERSON_IS_TOLD:
                raise
            await self._tell_a_person(event, error)

    async def _settle(self, event: Event, asked: Sequence[Command], seq: int) -> None:
        """See that what is awaited is what is wanted, also where another reaction was quicker.

        Raises LogUnavailable when it comes to no end.
        """
        for turn in range(_SETTLES_MAX):
            if not any(map(is_awaited, asked)):
                return
            await self._node.reader.reached(seq)
            again = unsettled(asked, react(self._books, self._world(), event))
            if not again:
                return
            seq = await self._carry_out(event, again, "again", str(turn))
            asked = again
        raise LogUnavailable(f"react to event {event.seq}: what is awaited does not settle")

    def _world(self) -> World:
        return World(self._node.picture, self._node.roster, self._node.clock.now())

    async def _carry_out(self, event: Event, commands: Sequence[Command], *marks: str) -> int:
        """Send commands; return the last sequence of what came of them, 0 if nothing did."""
        asks = [
            Ask(
                command,
                derive(event.id, command.KIND, command.id, *marks),
                event.correlation_id,
                event.id,
                drill=event.drill,
            )
            for command in commands
        ]
        results = await asyncio.gather(*(self._send(ask) for ask in asks), return_exceptions=True)
        last = 0
        for result in results:
            if isinstance(result, BaseException):
                raise result
            last = max(last, result)
        return last

    async def _send(self, ask: Ask) -> int:
        try:
            return (await self._node.bus.send(ask)).seq
        except Rejected as error:
            _log.info("a playbook's command was refused", code=error.code, reason=str(error))
            return 0

    async def _tell_a_person(self, event: Event, error: Exception) -> None:
        note = NoteFailedCondition(
            site=event.site,
            id=derive(event.id, "reaction"),
            at=self._node.clock.now(),
            by="service:playbooks",
            playbook="-",
            trigger=event.id,
            reason=f"{type(error).__name__}: {error}"[:4000],
        )
        await self._node.bus.send(Ask(note, derive(event.id, "failed"), event.correlation_id))


def build(node: Node) -> Service:
    """Run the playbooks in this process."""
    node.decide(RUN, TypeAdapter(RunCommand))
    wheel = node.turn("run")
    reactions = Reactions(node, load_playbooks(node.settings.playbooks or LIBRARY))
    reactor = Reactor(node, NAME, REACTS_TO, reactions.on_event)
    return Service(
        "playbooks",
        start=reactor.start,
        stop=reactor.stop,
        busy=lambda: wheel.firing + len(reactor),
    )
