"""What the days service does when something has happened."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from typing import Any

import structlog

from events.alert import AlertEscalated
from events.care import CareEnded, CareTaken
from events.checkin import CheckInGiven
from events.day import DayChased
from events.envelope import Event
from events.ids import derive
from events.phase import PhaseDayBegun
from services.alerts.commands import AcknowledgeAlert, CloseAlert
from services.ask import Ask
from services.days import process
from services.days.care import tell_headquarters
from services.decider import Command, Rejected
from services.node import Node

_log = structlog.get_logger()

REACTS_TO = (
    ("phase", "day-begun"),
    ("day", "chased"),
    ("checkin", "given"),
    ("care", "taken"),
    ("care", "ended"),
    ("alert", "escalated"),
)
_ALL_HERE = "全员已打卡 / everyone has checked in"
_AT_ONCE = 64
_LANE_IS_ASKED = 1
"""The level of an alert about care at which the whole lane has it."""


class Reactions:
    """Reacts to one event at a time, to many of them at once. Each may be reacted to again."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def on_event(self, event: Event, _: int) -> None:
        """React to a stored event. Raises what kept it from being done."""
        match event.data:
            case PhaseDayBegun() as fact:
                await self._open(event, fact)
            case DayChased() as fact:
                await self._chase(event, fact)
            case CheckInGiven() as fact:
                await self._call_off(event, fact.day)
            case CareTaken(by=by):
                await self._answered(event, AcknowledgeAlert, by=by)
            case CareEnded(by=by):
                await self._answered(event, CloseAlert, by=by)
            case AlertEscalated(level=level):
                await self._pass_on(event, level)
            case _:
                pass

    async def _open(self, event: Event, fact: PhaseDayBegun) -> None:
        node = self._node
        people = node.roster.in_phase(event.key)
        volunteers = node.picture.people.volunteers
        await self._all(event, process.openings(event, fact, people, volunteers, node.clock.now()))

    async def _chase(self, event: Event, fact: DayChased) -> None:
        node = self._node
        row = node.picture.days.rows[event.key]
        volunteers, at = node.picture.people.volunteers, node.clock.now()
        if fact.level < process.TELLS_LEADS:
            await self._all(event, process.asked(event, fact, row, volunteers, at))
        else:
            alert = process.told(event, fact, row, volunteers, node.roster, at)
            await self._all(event, [alert])

    async def _call_off(self, event: Event, day: str) -> None:
        """Close what tells of the missing people of a day on which nobody is missing any more."""
        days, at = self._node.picture.days, self._node.clock.now()
        for id in days.ids.get(day, ()):
            row = days.rows[id]
            if row.level < process.TELLS_LEADS or days.missing[id]:
                continue
            for chase in row.chases:
                if chase.level >= process.TELLS_LEADS:
                    alert = process.alert_id(id, chase.level)
                    await self._close_alert(event, row.site, alert, at=at, reason=_ALL_HERE)

    async def _close_alert(
        self, event: Event, site: str, alert: str, *, at: datetime, reason: str
    ) -> None:
        known = self._node.picture.alerts.rows.get(alert)
        if known is None or known.status == "closed":
            return
        await self._send(
            event, CloseAlert(site=site, id=alert, at=at, by=process.BY, reason=reason)
        )

    async def _pass_on(self, event: Event, level: int) -> None:
        """Tell headquarters of a request that its whole lane has left lying."""
        picture = self._node.picture
        alert = picture.alerts.rows.get(event.key)
        care = picture.cares.rows.get(alert.about.id) if alert else None
        if alert is None or care is None or alert.about.kind != "care":
            return
        if level > _LANE_IS_ASKED and care.taken_by is None and care.ended_at is None:
            await tell_headquarters(self._node, alert.about.id, care.lane, drill=event.drill)

    async def _answered(
        self, event: Event, kind: type[AcknowledgeAlert | CloseAlert], *, by: str
    ) -> None:
        """Let the alerts about a request go with it. Raises Rejected before they are raised."""
        at = self._node.clock.now()
        care = event.key
        alert = process.care_alert_id(care)
        await self._send(
            event, kind(site=event.site, id=alert, at=at, by=by), again=("unknown-alert",)
        )
        await self._close_alert(
            event,
            process.HEADQUARTERS,
            process.waiting_alert_id(care),
            at=at,
            reason="",
        )

    async def _all(self, event: Event, commands: Iterable[Command]) -> None:
        """Send commands, many at once; raise the first thing that went wrong, once all are done."""
        results = await asyncio.gather(
            *(self._in_turn(self._send(event, command)) for command in commands),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _in_turn(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._places:
            await work

    async def _send(self, event: Event, command: Command, again: tuple[str, ...] = ()) -> None:
        """Have a command decided. A refusal is no failure, but for the codes in `again`."""
        ask = Ask(
            command,
            derive(event.id, command.KIND, command.id),
            event.correlation_id,
            event.id,
            drill=event.drill,
        )
        try:
            await self._node.bus.send(ask)
        except Rejected as error:
            if error.code in again:
                raise
            _log.info("a command of a day was refused", code=error.code, reason=str(error))
