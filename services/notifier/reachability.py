"""Tests every day whether people can be reached, and says who cannot before it matters."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from events.envelope import Event
from events.fact import Ref
from events.ids import derive
from events.phase import PhaseDayBegun
from events.reach import ReachJudged, ReachTested
from projections.reach import due, first_start, id_of_test, judge, prove_by
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.deadlines import MissDeadline
from services.decider import Command, Rejected
from services.node import Node
from services.notifier.commands import BeginTest, JudgeTest
from services.notifier.reach import ReachTest, channel_test, out_of_reach

_log = structlog.get_logger()

REACTS_TO = (("phase", "day-begun"), ("reach", "tested"), ("reach", "judged"))
_BY = "service:notifier"
_AT_ONCE = 500
_FRESH = timedelta(hours=12)
"""A day that began longer ago, while nothing ran, is not tested any more."""


class Reachability:
    """The tests of all sites."""

    def __init__(self, node: Node, tests: Aggregates[ReachTest]) -> None:
        self._node = node
        self._tests = tests

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command; when the time of a test is over, fill in who has answered."""
        command = ask.command
        if isinstance(command, MissDeadline):
            await self._node.reader.catch_up()
            persons = (await self._tests.current(command.id)).people
            ask = ask._replace(command=self._judged(command, persons))
        return await self._tests.handle(ask)

    async def on_event(self, event: Event, _: int) -> None:
        """Do what follows from an event; doing it again changes nothing."""
        match event.data:
            case PhaseDayBegun(day=day):
                if self._node.clock.now() - event.occurred_at > _FRESH:
                    return
                await self._carry_out(event, self._daily(day))
            case ReachTested(people=people):
                await self._carry_out(event, self._messages(event, people))
            case ReachJudged() as judged:
                now = self._node.clock.now()
                alert = out_of_reach(self._node.picture, self._node.roster, event, judged, now)
                await self._carry_out(event, [alert] if alert else [])
            case _:
                pass

    def _daily(self, day: str) -> list[Command]:
        people = self._node.picture.people
        now = self._node.clock.now()
        return [
            BeginTest(
                site=site,
                id=id_of_test(day, site),
                at=now,
                by=_BY,
                day=day,
                people=persons,
                prove_by=prove_by(now, first_start(people, persons, now)),
            )
            for site, persons in sorted(due(people, now).items())
        ]

    def _messages(self, event: Event, persons: Sequence[str]) -> list[Command]:
        volunteers = self._node.picture.people.volunteers
        about = Ref(kind="reach", id=event.key)
        now = self._node.clock.now()
        return [
            channel_test(
                person,
                volunteers[person].site if person in volunteers else event.site,
                about,
                event.id,
                now,
            )
            for person in persons
        ]

    def _judged(self, command: MissDeadline, persons: Sequence[str]) -> JudgeTest:
        picture = self._node.picture
        row = picture.reach.sites.get(command.site)
        since = row.at if row is not None and row.id == command.id else command.at
        found = judge(picture.people, picture.messages, persons, since, command.at)
        return JudgeTest(
            site=command.site, id=command.id, at=command.at, by=command.by, **found._asdict()
        )

    async def _carry_out(self, event: Event, commands: Sequence[Command]) -> None:
        """Send commands, some hundred at once. Raises what kept one from being decided."""
        for first in range(0, len(commands), _AT_ONCE):
            asked = commands[first : first + _AT_ONCE]
            results = await asyncio.gather(
                *(self._send(event, command) for command in asked), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def _send(self, event: Event, command: Command) -> None:
        id = derive(event.id, command.KIND, command.id)
        ask = Ask(command, id, event.correlation_id, event.id, drill=event.drill)
        try:
            await self._node.bus.send(ask)
        except Rejected as error:
            _log.warning("a test was refused", code=error.code, reason=str(error))
