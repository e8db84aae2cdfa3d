"""Looks at the check-ins in rounds, and asks the lanes to look after whoever is not fine.

Every ten minutes of the clock, and at the start. What is to be done follows from the log: the
check-ins that the rounds have taken up and whose requests are not there. So a restart goes on where
the last process was, and a second process asks for the same.

All that a round takes up is opened, whatever it says, and its requests are made in the order of
their ids, which follow from secrets.
"""

import asyncio
from collections.abc import Sequence
from itertools import chain, repeat

import structlog

from projections.rounds import begin_of, round_at
from projections.unheard import CheckIn, Unheard
from services.days import process
from services.days.care import Wish, ask_lane, is_asked
from services.decider import Rejected
from services.ending import end
from services.keyring import CannotOpen, Erased
from services.node import Node

_log = structlog.get_logger()

_AT_ONCE = 64
_OPENED_AT_ONCE = 200
"""Boxes that are opened before others get their turn: about 2 ms."""
_PAUSES_S = (0.2, 1.0, 5.0, 15.0)


class KeyMissing(Exception):
    """What somebody said cannot be opened here now."""


class Rounds:
    """Watches the clock for the next round."""

    def __init__(self, node: Node, unheard: Unheard) -> None:
        self._node = node
        self._unheard = unheard
        self._done = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> int:
        """1 while a round has begun and is not over."""
        return int(self._task is not None and round_at(self._node.clock.now()) > self._done)

    async def start(self) -> None:
        """Go on with what was not done when the last process went, then round by round."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look at nothing more. The next start looks at it."""
        await end(self._task)

    async def _run(self) -> None:
        clock = self._node.clock
        while True:
            number = round_at(clock.now())
            if number > self._done:
                await self._until_done()
                self._done = number
            await clock.sleep_until(begin_of(number + 1))

    async def _until_done(self) -> None:
        for pause_s in chain(_PAUSES_S, repeat(_PAUSES_S[-1])):
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must be heard
                _log.warning("a round is tried again", error=type(error).__name__)
                await asyncio.sleep(pause_s)
            else:
                return

    async def _look(self) -> None:
        """Hold every round that has begun. Raises what kept it from being done."""
        at = self._node.clock.now()
        await self._node.reader.catch_up()
        self._unheard.close(at)
        check_ins = self._unheard.due()
        wishes: list[Wish] = []
        later: set[str] = set()
        for number, check_in in enumerate(check_ins, 1):
            try:
                wishes += await self._wishes(check_in)
            except KeyMissing:
                later.add(check_in.id)
            if number % _OPENED_AT_ONCE == 0:
                await asyncio.sleep(0)
        if later:
            _log.warning("check-ins cannot be opened: their keys are not here", number=len(later))
        await self._ask(sorted(wish for wish in wishes if not is_asked(self._node, wish)))
        for check_in in check_ins:
            if check_in.id not in later:
                self._unheard.done(check_in)

    async def _wishes(self, check_in: CheckIn) -> list[Wish]:
        """Return what a check-in asks of whom. Raises KeyMissing, LogUnavailable."""
        node, person = self._node, check_in.person
        newest = node.wellbeing.newest(check_in.day, person)
        if person in node.keys.erased or newest not in (None, check_in.id):
            return []
        key = await node.keys.fetch(check_in.sealed.owner)
        if key is None:
            raise KeyMissing
        try:
            details = node.keys.open(check_in.sealed) or {}
        except CannotOpen:
            _log.error("a check-in cannot be opened: it was not sealed as it says", id=check_in.id)
            return []
        return [
            Wish(process.care_id(key, check_in.id, lane), check_in, lane, why)
            for lane, why in process.whys(details)
        ]

    async def _ask(self, wishes: Sequence[Wish]) -> None:
        for first in range(0, len(wishes), _AT_ONCE):
            together = wishes[first : first + _AT_ONCE]
            results = await asyncio.gather(
                *(self._ask_once(wish) for wish in together), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def _ask_once(self, wish: Wish) -> None:
        try:
            await ask_lane(self._node, wish)
        except Erased:
            return
        except Rejected as error:
            _log.error("a request for care was refused", code=error.code, reason=str(error))
