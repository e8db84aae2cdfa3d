"""Who did not check out after their last shift of the day is asked, once for each shift.

What is due follows from the picture, so a restart looks at everybody once and goes on. Asking again
asks for the same message.
"""

import asyncio
import heapq
from datetime import datetime, timedelta

import structlog

from events.envelope import Event
from events.fact import Ref, Text
from events.ids import derive
from events.presence import PresenceReported
from events.volunteer import ShiftAssigned, ShiftCancelled
from projections.checkout import Overstay, overstay
from services.ask import Ask
from services.decider import Rejected
from services.ending import end
from services.node import Node
from services.notifier.commands import RequestMessage

_log = structlog.get_logger()

ASKED_WITHIN = timedelta(hours=12)
"""Nobody is asked about a shift that has been over for longer: they are listed all the same."""
_RETRY_S = 0.5
_LOOKED_AT_ONCE = 1000


class CheckOuts:
    """Watches those who are present, each until their work of the day is over."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._due: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_live = False
        self._asking = 0
        node.reader.add(self._apply, frozenset({"presence", "volunteer"}))

    @property
    def busy(self) -> int:
        """How many are to be asked now."""
        due = self._next()
        return self._asking + (due is not None and due <= self._node.clock.now())

    async def start(self) -> None:
        """Look at everybody once, then at whoever something happens to."""
        self._is_live = True
        for number, person in enumerate(list(self._node.picture.people.evidence), 1):
            self._look_at(person)
            if number % _LOOKED_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ask nobody any more. Who is due then is asked after the next start."""
        await end(self._task)

    def _apply(self, event: Event) -> None:
        if self._is_live and isinstance(
            event.data, PresenceReported | ShiftAssigned | ShiftCancelled
        ):
            self._look_at(event.key)

    def _look_at(self, person: str) -> None:
        found = overstay(self._node.picture.people, person)
        if found is None:
            self._due.pop(person, None)
        elif self._due.get(person) != found.due_at:
            self._put(found)

    def _put(self, found: Overstay) -> None:
        self._due[found.person] = found.due_at
        heapq.heappush(self._heap, (found.due_at, found.person))
        self._changed.set()

    def _next(self) -> datetime | None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            due = self._next()
            if due is None or due > self._node.clock.now():
                await self._sleep(due)
                continue
            _, person = heapq.heappop(self._heap)
            found = overstay(self._node.picture.people, person)
            if found is None or found.due_at != due:
                continue
            self._asking += 1
            try:
                await self._ask(found)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others must not wait for it
                _log.warning("a check-out will be asked for again", error=str(error))
                self._put(found)
                await asyncio.sleep(_RETRY_S)
            finally:
                self._asking -= 1

    async def _sleep(self, due: datetime | None) -> None:
        tasks: set[asyncio.Task[object]] = {asyncio.create_task(self._changed.wait())}
        if due is not None:
            tasks.add(asyncio.create_task(self._node.clock.sleep_until(due)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _ask(self, found: Overstay) -> None:
        now = self._node.clock.now()
        volunteer = self._node.picture.people.volunteers.get(found.person)
        if volunteer is None or not volunteer.channels or now - found.due_at > ASKED_WITHIN:
            return
        place = self._node.picture.places.venues.get(found.venue)
        zh, en = (place.name.zh, place.name.en) if place else (found.venue, found.venue)
        id = derive(found.shift, found.person, "check-out")
        command = RequestMessage(
            site=volunteer.site,
            id=id,
            at=now,
            by="service:volunteers",
            person=found.person,
            purpose="check-out",
            about=Ref(kind="shift", id=found.shift),
            text=Text(
                zh=f"您在{zh}的班次已结束。如已离开，请签退；如仍在岗，请回复。",
                en=f"Your shift at {en} is over. Check out if you have left, or say that you stay.",
            ),
        )
        try:
            await self._node.bus.send(Ask(command, derive(id, "request"), id))
        except Rejected as error:
            _log.info("a check-out is not asked for", code=error.code, reason=str(error))
