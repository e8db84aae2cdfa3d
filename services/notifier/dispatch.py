"""Takes what is in the outbox to the channels: begins each once, sends, and writes down the end.

Only who appended `begun` sends. What was begun and not ended by a process that went is `unknown`
once no attempt could still be under way.
"""

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any, Literal, NamedTuple

import structlog

from events.envelope import Event
from events.ids import derive
from events.message import MessageRequested
from projections.not_sent import NO_LONGER_NEEDED, TOO_LATE
from services.aggregates import Aggregates
from services.ask import Ask, Outcome
from services.decider import Command, Rejected
from services.ending import end
from services.ids import new_id
from services.log import LogBroken, LogFull, LogUnavailable
from services.metrics import METRICS
from services.node import Node
from services.notifier.channels import LOADING_S, Letter, MaybeSent, SendFailed
from services.notifier.commands import BeginChannel, EndChannel
from services.notifier.decider import Message
from services.notifier.lane import Job
from services.notifier.lanes import Lanes
from services.notifier.outbox import Outbox, Waiting
from services.notifier.process import (
    is_too_late,
    lane_of,
    refusal,
    scheme_of,
    still_needed,
    title,
    urgency,
)
from services.sealing import CannotOpen

_log = structlog.get_logger()

PAUSES_S = (0.5, 2.0, 5.0)
"""Before each further try of what surely was not sent."""
_LOOK_S = 1.0
_LOOKS_FOR_LEFT = 30
_LOG_AWAY_S = 0.5
_GRACE_S = 2.0
_OTHER = "other"

Ended = Literal["delivered", "failed", "unknown"]


class End(NamedTuple):
    """What came of a message by a channel."""

    outcome: Ended
    reason: str = "-"


class Dispatcher:
    """One process's share of the sending."""

    def __init__(self, node: Node, outbox: Outbox, messages: Aggregates[Message]) -> None:
        limits = node.settings.limits
        self._node = node
        self._outbox = outbox
        self._messages = messages
        self._lanes = Lanes(node.settings, self._work)
        self._in_hand: set[Job] = set()
        self._live = False
        self._looks: asyncio.Task[None] | None = None
        tries = 1 + len(PAUSES_S)
        sending_s = (tries + 1) * limits.send_timeout_s + sum(PAUSES_S)
        self._longest = timedelta(seconds=LOADING_S + sending_s)
        """More than any attempt takes once it is begun: its tries, and the time of one more."""

    def __len__(self) -> int:
        return len(self._lanes)

    async def start(self) -> None:
        """Take up what is left in the outbox."""
        self._live = True
        for id in self._outbox.ids():
            self._offer(id)
        self._looks = asyncio.create_task(self._look_on())

    async def stop(self) -> None:
        """Begin nothing more; let what is under way end, for a moment."""
        self._live = False
        await end(self._looks)
        await self._lanes.stop(_GRACE_S)

    def apply(self, event: Event) -> None:
        """Offer what was just asked for to its channels."""
        if self._live and isinstance(event.data, MessageRequested):
            self._offer(event.key)

    def _offer(self, id: str) -> None:
        row = self._outbox.find(id)
        for channel in sorted(row.unbegun) if row else ():
            job = Job(id, channel)
            if row and job not in self._in_hand:
                self._in_hand.add(job)
                address = self._address(row, channel)
                why = refusal(address, self._lanes.on, drill=row.request.drill)
                lane = None if why or address is None else lane_of(address)
                self._lanes.put(lane, urgency(row.fact.purpose), job)

    async def _work(self, job: Job) -> None:
        """Do one job. Nothing that goes wrong may end the lane."""
        try:
            row = self._outbox.find(job.message)
            known = self._messages.state(job.message).find(job.channel)
            if row is not None and known is not None and known.stage == "waiting":
                await self._carry_out(row, job)
        except Exception as error:  # noqa: BLE001 - whatever it was, the others go on
            # Its text may hold an address.
            _log.error("a message waits", message=job.message, error=type(error).__name__)
        finally:
            self._in_hand.discard(job)

    async def _carry_out(self, row: Waiting, job: Job) -> None:
        why = self._why_not(row, job)
        if why is not None:
            await self._end(row, job, End("failed", why))
        elif await self._begin(row, job):
            await self._end(row, job, await self._send(row, job))

    def _why_not(self, row: Waiting, job: Job) -> str | None:
        """Return why it is not sent now, None when it is."""
        address = self._address(row, job.channel)
        asked_at = row.request.occurred_at
        if why := refusal(address, self._lanes.on, drill=row.request.drill):
            return why
        if not still_needed(self._node.picture, row.fact, asked_at):
            return NO_LONGER_NEEDED
        late = is_too_late(row.fact.purpose, asked_at, self._node.clock.now())
        return TOO_LATE if late else None

    async def _begin(self, row: Waiting, job: Job) -> bool:
        """Tell whether this process is the one that sends it."""
        command = BeginChannel(channel=job.channel, **self._who(row))
        # An id of its own: of two processes that append the same, both would have begun it.
        outcome = await self._ask(row, command, new_id())
        return outcome is not None and bool(outcome.event_ids)

    async def _send(self, row: Waiting, job: Job) -> End:
        """Send it, again where it surely was not sent, and return what came of it."""
        letter = self._letter(row, job)
        for pause_s in (*PAUSES_S, None):
            why = self._why_not(row, job)
            address = self._address(row, job.channel)
            if why is not None or address is None:
                return End("failed", why or NO_LONGER_NEEDED)
            try:
                await self._lanes.send(lane_of(address), address, letter)
            except MaybeSent:
                return End("unknown")
            except SendFailed as failed:
                if pause_s is None or not failed.surely_not_sent:
                    return End("failed", failed.reason)
            else:
                return End("delivered")
            await asyncio.sleep(pause_s)
        raise AssertionError

    async def _end(self, row: Waiting, job: Job, what: End) -> None:
        command = EndChannel(
            channel=job.channel, outcome=what.outcome, reason=what.reason, **self._who(row)
        )
        id = derive(job.message, job.channel, what.outcome)
        outcome = await self._ask(row, command, id)
        if outcome is not None and outcome.event_ids:
            METRICS.messages.labels(self._kind(row, job.channel), what.outcome).inc()

    async def _ask(self, row: Waiting, command: Command, id: str) -> Outcome | None:
        """Have it decided, however long the log is away; return None for what is refused."""
        request = row.request
        ask = Ask(command, id, request.correlation_id, request.id, drill=request.drill)
        while True:
            try:
                return await self._node.bus.send(ask)
            except Rejected as error:
                _log.warning("a channel was refused", message=command.id, code=error.code)
                return None
            except (LogUnavailable, LogFull, LogBroken):
                await asyncio.sleep(_LOG_AWAY_S)

    def _address(self, row: Waiting, channel: str) -> str | None:
        """Return where a channel reaches a person. It is opened when needed and kept nowhere."""
        person = self._node.picture.people.volunteers.get(row.fact.person)
        if person is None or person.contact is None or channel not in person.channels:
            return None
        try:
            contact = self._node.keys.open(person.contact)
        except CannotOpen:
            return None
        found = (contact or {}).get("addresses", {}).get(channel)
        return found if isinstance(found, str) else None

    def _letter(self, row: Waiting, job: Job) -> Letter:
        base, code = self._base(), row.fact.code
        link = f"{base.rstrip('/')}/m/{code}/{job.channel}" if base and code else None
        key = f"{job.message}/{job.channel}"
        return Letter(title(row.fact.purpose), row.fact.text, link, key)

    def _base(self) -> str | None:
        """Return where the links lead: what the operator says, or else to the gateway here."""
        node = self._node
        here = any(service.name == "gateway" for service in node.services)
        return node.settings.public_url or (node.gateway_url if here else None)

    def _kind(self, row: Waiting, channel: str) -> str:
        scheme = scheme_of(self._address(row, channel) or "")
        return scheme if scheme in self._lanes.on else _OTHER

    def _who(self, row: Waiting) -> dict[str, Any]:
        at = self._node.clock.now()
        return {"site": row.request.site, "id": row.request.key, "at": at, "by": "service:notifier"}

    async def _look_on(self) -> None:
        """End what nobody sends any more; now and then take up what was left."""
        for number in count(1):
            await asyncio.sleep(_LOOK_S)
            for id in self._outbox.begun():
                await self._give_up(id)
            if number % _LOOKS_FOR_LEFT == 0:
                for id in self._outbox.ids():
                    self._offer(id)

    async def _give_up(self, id: str) -> None:
        row = self._outbox.find(id)
        now = self._node.clock.now()
        for channel, since in (row.begun if row else {}).items():
            job = Job(id, channel)
            if row and job not in self._in_hand and now - since > self._longest:
                known = self._messages.state(id).find(channel)
                came = known is not None and known.confirmed
                await self._end(row, job, End("delivered" if came else "unknown"))
