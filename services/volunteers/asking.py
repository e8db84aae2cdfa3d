"""Roll calls reach people: everyone expected is asked, who does not answer is asked again, and then
their leads are told.

Whom to ask follows from the picture, and each id from the roll call, the person and the round: done
again after a restart, nobody is asked twice, and who has answered meanwhile is not asked at all.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import structlog

from events.deadline import DeadlineSet
from events.envelope import Event
from events.fact import Ref, Text
from events.ids import derive
from events.rollcall import RollCallClosed, RollCallOpened, RollCallReminded
from projections.answers import Calls, standing, unaccounted
from projections.calls import by_person, calls_for_help
from projections.rollcalls import RollCall
from services.alerts.commands import CloseAlert
from services.ask import Ask
from services.decider import Command, Rejected
from services.node import Node
from services.notifier.commands import RequestMessage
from services.volunteers.missing import alert_of
from services.volunteers.rollcall import LEADS_FROM_ROUND

_log = structlog.get_logger()

NAME = "roll-calls"
REACTS_TO = tuple(("rollcall", type) for type in ("opened", "reminded", "closed", "deadline-set"))
_BY = "service:volunteers"
_AT_ONCE = 16
"""Messages that are asked for at a time, so that others who write to the log have their turn."""
_LOOKED_AT_ONCE = 1000
_TITLE_CHARS = 500


class Asking:
    """Reacts to roll calls."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def on_event(self, event: Event, tries: int) -> None:
        """React to a stored event. Raises LogUnavailable, LogFull, LogBroken."""
        match event.data:
            case RollCallOpened():
                await self._ask_people(event, 0)
            case RollCallReminded(round=round):
                if round >= LEADS_FROM_ROUND:
                    await self._tell_leads(event, round)
                await self._ask_people(event, round)
            case RollCallClosed():
                await self._withdraw(event)
            case DeadlineSet():
                # Nobody was missing when it was time to remind: there is nobody to look for.
                if next(self._missing(self._row(event)), None) is None:
                    await self._withdraw(event)
            case _:
                _log.warning("nothing to react to", type=event.type, tries=tries)

    async def _ask_people(self, event: Event, round: int) -> None:
        waiting: list[Command] = []
        async for command in self._messages(event, round):
            waiting.append(command)
            if len(waiting) == _AT_ONCE:
                await self._send(event, waiting)
                waiting = []
        await self._send(event, waiting)

    async def _messages(self, event: Event, round: int) -> AsyncIterator[RequestMessage]:
        """Yield what those are told who can be reached and are unaccounted for. It ends when the
        roll call does, or when the next round asks them.
        """
        people = self._node.picture.people
        row = self._row(event)
        calls: Calls = by_person(calls_for_help(self._node.picture))
        for number, person in enumerate(row.asked(), 1):
            if number % _LOOKED_AT_ONCE == 0:
                await asyncio.sleep(0)
            if not _is_going_on(row := self._row(event), round):
                return
            volunteer = people.volunteers.get(person)
            if volunteer is None or not volunteer.channels:
                continue
            if standing(people, row, person, calls.get(person, ())) == "unaccounted":
                yield self._message(event.key, row, person, volunteer.site, round)

    def _message(
        self, id: str, row: RollCall, person: str, site: str, round: int
    ) -> RequestMessage:
        zh, en = row.title.zh[:_TITLE_CHARS], row.title.en[:_TITLE_CHARS]
        return RequestMessage(
            site=site,
            id=derive(id, person, "roll-call", str(round)),
            at=self._node.clock.now(),
            by=_BY,
            person=person,
            purpose="roll-call",
            about=Ref(kind="rollcall", id=id),
            text=Text(
                zh=f"{zh}：您安全吗？请回复“安全”或“需要帮助”。",
                en=f"{en}: are you safe? Please answer safe or need help.",
            ),
        )

    async def _tell_leads(self, event: Event, round: int) -> None:
        node, row = self._node, self._row(event)
        if not _is_going_on(row, round) or self._is_unanswered(event.key):
            return
        missing = tuple(self._missing(row))
        if not missing:
            return
        at = node.clock.now()
        alert = alert_of(node.picture, node.roster, event.key, row, missing, at)
        await node.reader.reached(await self._send(event, [alert]))
        if self._row(event).closed_at is not None:
            await self._withdraw(event)

    def _is_unanswered(self, id: str) -> bool:
        """Tell whether the last alert still goes up by itself: another one would only be noise."""
        alerts = self._node.picture.alerts.about("rollcall", id)
        return any(alert.status == "raised" for _, alert in alerts)

    async def _withdraw(self, event: Event) -> None:
        """Close the alerts about a roll call."""
        alerts = self._node.picture.alerts.about("rollcall", event.key)
        await self._send(
            event,
            [
                CloseAlert(
                    site=alert.site,
                    id=id,
                    at=self._node.clock.now(),
                    by=_BY,
                    reason="无人失联，或点名已结束 / nobody is missing, or the roll call is closed",
                )
                for id, alert in alerts
                if alert.status != "closed"
            ],
        )

    def _missing(self, row: RollCall) -> Iterator[str]:
        picture = self._node.picture
        return unaccounted(picture.people, row, by_person(calls_for_help(picture)))

    def _row(self, event: Event) -> RollCall:
        return self._node.picture.rollcalls.rows[event.key]

    async def _send(self, event: Event, commands: Sequence[Command]) -> int:
        """Send commands together; return the last sequence of what came of them."""
        asks = [
            Ask(
                command,
                derive(command.id, command.KIND, type(command).__name__),
                event.correlation_id,
                event.id,
                drill=event.drill,
            )
            for command in commands
        ]
        return max(await asyncio.gather(*map(self._sent, asks)), default=0)

    async def _sent(self, ask: Ask) -> int:
        try:
            return (await self._node.bus.send(ask)).seq
        except Rejected as error:
            _log.info("a roll call's command was refused", code=error.code, reason=str(error))
            return 0


def _is_going_on(row: RollCall, round: int) -> bool:
    return row.closed_at is None and row.rounds <= round
