"""Commands about a roll call are filled in with how everyone stands, just before they are decided.

The rules of a roll call do not know who answered: answers are evidence and lie elsewhere.
"""

import asyncio
import contextlib

from projections.answers import Result, last_known, result, standing
from projections.calls import by_person, calls_for_help
from projections.rollcalls import RollCall as Row
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.deadlines import MissDeadline
from services.decider import C, Command, Rejected
from services.node import Node
from services.volunteers.commands import (
    CloseRollCall,
    ExcuseFromRollCall,
    PostponeReminder,
    RemindRollCall,
)
from services.volunteers.rollcall import RollCall

_FOLDED_WITHIN_S = 5.0
_TRIES = 3


class Counting:
    """Stands before the rules of roll calls."""

    def __init__(self, node: Node, roll_calls: Aggregates[RollCall]) -> None:
        self._node = node
        self._roll_calls = roll_calls

    async def handle(self, ask: Ask) -> Outcome:
        """Decide a command on the counts of now. Raises what `Aggregates.handle` does."""
        for _ in range(_TRIES - 1):
            try:
                return await self._decide(ask)
            except Rejected as error:
                # Somebody walked up between the count and the decision.
                if error.code != "counts-differ":
                    raise
        return await self._decide(ask)

    async def _decide(self, ask: Ask) -> Outcome:
        await self._catch_up(ask.command.id)
        row = self._node.picture.rollcalls.rows.get(ask.command.id)
        command = ask.command if row is None else self._filled_in(row, ask.command)
        return await self._roll_calls.handle(ask._replace(command=command))

    async def _catch_up(self, id: str) -> None:
        """Wait until the picture has what the rules know: they know of an event a little before."""
        _, seq = self._roll_calls.rows.get(id, (None, 0))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FOLDED_WITHIN_S):
                await self._node.reader.reached(seq)

    def _filled_in(self, row: Row, command: Command) -> Command:
        match command:
            case CloseRollCall():
                return self._counted(row, command)
            case ExcuseFromRollCall(person=person):
                calls = by_person(calls_for_help(self._node.picture)).get(person, ())
                stands = standing(self._node.picture.people, row, person, calls)
                return _with(command, needs_help=stands == "need-help")
            case RemindRollCall():
                return _with(command, unaccounted=len(self._result(row).unaccounted))
            case MissDeadline() if row.closed_at is None and not self._result(row).unaccounted:
                said = command.model_dump(include={"site", "id", "at", "by"})
                return PostponeReminder(**said)
            case _:
                return command

    def _result(self, row: Row) -> Result:
        picture = self._node.picture
        return result(picture.people, row, by_person(calls_for_help(picture)))

    def _counted(self, row: Row, command: CloseRollCall) -> CloseRollCall:
        stands = self._result(row)
        return _with(
            command,
            safe=len(stands.safe),
            need_help=len(stands.need_help),
            excused=len(stands.excused),
            unaccounted=tuple(stands.unaccounted),
            last_known=last_known(self._node.picture.people, stands.unaccounted),
        )


def _with(command: C, **values: object) -> C:
    return command.model_copy(update=values)
