"""Commands about a roll call are filled in with how everyone stands, just before they are decided.

The rules of a roll call do not know who answered: answers are evidence and lie elsewhere.
"""

import asyncio
import contextlib
from collections import defaultdict
from datetime import timedelta

from projections.answers import last_known, result, standing
from projections.standings import Roll
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.deadlines import MissDeadline
from services.decider import C, Command, Rejected
from services.node import Node
from services.volunteers import rollcall_refusals as refusals
from services.volunteers.commands import (
    AddWalkUp,
    CloseRollCall,
    ExcuseFromRollCall,
    PostponeReminder,
    RemindRollCall,
)
from services.volunteers.rollcall import RollCall
from services.volunteers.turnstile import Turnstile

_FOLDED_WITHIN_S = 5.0
_NOW = timedelta(seconds=30)
"""Who closes a roll call closes it as it is counted, which may be some seconds after they said so;
a moment that lies further back was meant as it was said.
"""
_TRIES = 3


class Counting:
    """Stands before the rules of roll calls."""

    def __init__(self, node: Node, roll_calls: Aggregates[RollCall]) -> None:
        self._node = node
        self._roll_calls = roll_calls
        self._turnstiles: defaultdict[str, Turnstile] = defaultdict(Turnstile)

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command on the counts of now. Raises what `Aggregates.handle` does."""
        turnstile = self._turnstiles[ask.command.id]
        match ask.command:
            case AddWalkUp():
                async with turnstile.walk_in():
                    return await self._roll_calls.handle(ask)
            case CloseRollCall():
                async with turnstile.count():
                    return await self._close(ask)
            case _:
                return await self._decide(ask)

    async def _close(self, ask: Ask) -> Outcome:
        for _ in range(_TRIES - 1):
            try:
                return await self._decide(ask)
            except Rejected as error:
                # Another process let somebody in between the count and the decision.
                if error.code != "counts-differ":
                    raise
        return await self._decide(ask)

    async def _decide(self, ask: Ask) -> Outcome:
        await self._catch_up(ask.command.id)
        node, id = self._node, ask.command.id
        command = ask.command
        if id in node.picture.rollcalls.rows:
            roll = node.live.refresh(node.clock.now()).standings.of(id)
            command = self._filled_in(roll, command)
        return await self._roll_calls.handle(ask._replace(command=command))

    async def _catch_up(self, id: str) -> None:
        """Wait until the picture has what the rules know: they know of an event a little before."""
        _, seq = self._roll_calls.rows.get(id, (None, 0))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FOLDED_WITHIN_S):
                await self._node.reader.reached(seq)

    def _filled_in(self, roll: Roll, command: Command) -> Command:
        match command:
            case CloseRollCall():
                return self._counted(roll, command)
            case ExcuseFromRollCall(person=person):
                return _with(command, needs_help=self._needs_help(roll, person))
            case RemindRollCall():
                return _with(command, unaccounted=len(roll.result.unaccounted))
            case MissDeadline() if roll.row.closed_at is None and not roll.result.unaccounted:
                said = command.model_dump(include={"site", "id", "at", "by"})
                return PostponeReminder(**said)
            case _:
                return command

    def _needs_help(self, roll: Roll, person: str) -> bool:
        """Tell whether somebody needs help, be they counted by the roll call or not."""
        calls = self._node.live.callers.by_person.get(person, ())
        people = self._node.picture.people
        return standing(people, roll.row, person, calls) == "need-help"

    def _counted(self, roll: Roll, command: CloseRollCall) -> CloseRollCall:
        """Return a closing with how everyone stood at its moment."""
        people, now = self._node.picture.people, self._node.clock.now()
        began = roll.row.reopened_at or roll.row.opened_at
        stands = roll.result
        if roll.row.closed_at is not None:
            pass  # as they stood then: only the same closing is taken again
        elif command.at < began:
            raise refusals.not_open_yet(command, began)
        elif command.at >= now - _NOW:
            command = _with(command, at=now)
        else:
            calls = self._node.live.callers.by_person
            stands = result(people, roll.row._replace(closed_at=command.at), calls)
        unaccounted = frozenset(stands.unaccounted)
        missing = tuple(person for person in roll.row.asked() if person in unaccounted)
        return _with(
            command,
            safe=len(stands.safe),
            need_help=len(stands.need_help),
            excused=len(stands.excused),
            unaccounted=missing,
            last_known=last_known(people, missing),
        )


def _with(command: C, **values: object) -> C:
    return command.model_copy(update=values)
