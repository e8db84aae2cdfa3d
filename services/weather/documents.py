"""Takes documents with warnings: kept as they were sent, taken apart, each message decided.

What was interrupted is done again by whoever sends the document again, and what concerns chains at
the next start: a document is kept once, a message is told its warning once.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

from events.envelope import Event
from events.ids import derive
from events.report import ReportSetAside
from events.weather import Affected
from services.ask import Ask, Outcome
from services.decider import Command, Rejected
from services.log import LogUnavailable, Unstorable
from services.node import Node
from services.weather import answers
from services.weather.cap import CapDocument, CapLimits, CapMessage, CapRefused
from services.weather.cap.signature import NOBODY, Trust
from services.weather.chains import Chains
from services.weather.commands import Supersede, TakeDocument, TakeMessage
from services.weather.convert import move_of, warning_message
from services.weather.formats import read_any
from services.weather.match import GeocodeTable, MatcherOf
from services.weather.placing import Placing, Step, Tell, mend, place
from services.weather.publishing.own import is_own

_HOME = "hq"
"""Warnings are written at headquarters: a warning's area knows nothing of our sites."""
_BY = "service:weather"
_PEOPLE_NAMED_MAX = 200
_SHOWN_CHARS = 2000
"""Of a document that was not taken, as a person sees it in the picture."""
_REASON_CHARS = 4000
_TURN_WITHIN_S = 20.0


class Source(NamedTuple):
    """Where the messages of a document come from."""

    document: str
    feed: str | None


class Documents:
    """Takes documents apart and has each message decided by its warning."""

    def __init__(
        self, node: Node, table: GeocodeTable | None = None, trust: Trust = NOBODY
    ) -> None:
        self._node = node
        self._trust = trust
        self._chains = Chains()
        self._matcher_of = MatcherOf(table or GeocodeTable())
        self._limits = CapLimits(body_bytes_max=node.settings.limits.body_bytes)
        self._turn = asyncio.Lock()
        self._written = 0
        """The last sequence written here: where a message goes is told by a fold that has it."""
        node.fold("chains", self._chains)

    async def start(self) -> None:
        """Make one warning of what was left in parts."""
        nothing = TakeDocument(site=_HOME, id="cap", at=self._now(), by=_BY, body="")
        ask = Ask(nothing, derive("mend-chains"), derive("mend-chains"))
        async with self._in_turn():
            for step in mend(self._chains, self._node.picture.warnings.rows):
                await self._carry_out(ask, step)

    async def handle(self, ask: Ask) -> Outcome:
        """Take a document. Raises Rejected when nothing in it can be taken, and what `Kept.keep`
        raises: then nothing was made of it.
        """
        command = ask.command
        if not isinstance(command, TakeDocument):
            raise TypeError(f"take a document: {type(command).__name__} is none")
        body = base64.b64decode(command.body)
        digest = await self._keep(command, body)
        try:
            # Half a second of CPU for a document of a megabyte: not in the event loop.
            document = await asyncio.to_thread(
                read_any, body, name=command.source, limits=self._limits, trust=self._trust
            )
        except CapRefused as error:
            if command.feed is not None:
                await self._set_aside(ask, command.feed, digest, error, body)
            raise Rejected(
                error.code, zh=error.reason_zh, en=error.reason, field=error.element
            ) from error
        return await self._take_all(ask, document, Source(digest, command.feed))

    async def _keep(self, command: TakeDocument, body: bytes) -> str:
        source = command.source or command.feed or command.by
        try:
            return await self._node.kept.keep(body, media_type=command.media_type, source=source)
        except Unstorable as error:
            raise Rejected(
                "too-large", zh="文件过大，无法保存", en=f"more than can be kept: {error}"
            ) from error

    async def _take_all(self, ask: Ask, document: CapDocument, source: Source) -> Outcome:
        taken = [await self._take(ask, message, source) for message in document.messages]
        for error in document.refused:
            if source.feed is not None:
                about = derive("refused", source.feed, error.code, str(error))
                await self._set_aside(ask, source.feed, about, error, b"")
        results = [result for result, _ in taken] + [answers.refused(e) for e in document.refused]
        outcomes = [outcome for _, outcome in taken if outcome]
        return Outcome(
            tuple(id for outcome in outcomes for id in outcome.event_ids),
            max((outcome.seq for outcome in outcomes), default=0),
            {"document": source.document, "results": results},
        )

    async def _take(
        self, ask: Ask, cap: CapMessage, source: Source
    ) -> tuple[dict[str, Any], Outcome | None]:
        if is_own(self._node, cap.sender):
            return answers.own_message(cap), None
        move = move_of(cap)
        if move is None:
            return answers.no_warning(cap), None
        matcher = self._matcher_of(self._node.picture.places)
        message = await asyncio.to_thread(warning_message, cap, matcher)
        message = message.model_copy(
            update={
                "document": source.document,
                "feed": source.feed,
                "affected": tuple(map(self._with_people, message.affected)),
            }
        )
        placing, outcome = await self._place(ask, Tell("", move, message))
        return answers.taken(cap, move, message, placing, outcome), outcome

    def _with_people(self, one: Affected) -> Affected:
        people = self._node.roster.on_post(one.venue, self._now())
        named = people[:_PEOPLE_NAMED_MAX]
        return one.model_copy(update={"people": len(people), "ids": named})

    async def _place(self, ask: Ask, tell: Tell) -> tuple[Placing, Outcome]:
        """Tell the message to its warning, and see that its chain is one warning."""
        async with self._in_turn():
            rows = self._node.picture.warnings.rows
            placing = place(self._chains, rows, tell.move, tell.message)
            outcomes = [await self._carry_out(ask, step) for step in placing.steps]
        return placing, outcomes[0]

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """One message at a time decides where it goes, when everything before it is folded."""
        try:
            async with asyncio.timeout(_TURN_WITHIN_S):
                await self._turn.acquire()
        except TimeoutError:
            raise LogUnavailable("take a warning: those before it wait for the log") from None
        try:
            await self._folded()
            yield
        finally:
            self._turn.release()

    async def _folded(self) -> None:
        try:
            async with asyncio.timeout(_TURN_WITHIN_S):
                await self._node.reader.reached(self._written)
        except TimeoutError:
            raise LogUnavailable("take a warning: the log cannot be read") from None

    async def _carry_out(self, ask: Ask, step: Step) -> Outcome:
        command: Command
        if isinstance(step, Tell):
            command = TakeMessage(
                site=_HOME,
                id=step.warning,
                at=self._now(),
                by=ask.command.by,
                move=step.move,
                message=step.message,
            )
            id = derive("cap", step.warning, step.message.sender, step.message.identifier)
        else:
            command = Supersede(
                site=_HOME, id=step.warning, at=self._now(), by=_BY, successor=step.successor
            )
            id = derive("superseded", step.warning, step.successor)
        outcome = await self._node.bus.send(ask._replace(command=command, id=id))
        self._written = max(self._written, outcome.seq)
        return outcome

    async def _set_aside(
        self, ask: Ask, feed: str, what: str, error: CapRefused, body: bytes
    ) -> None:
        """Put what a feed brought and could not be taken where a person sees it, once."""
        id = derive("set-aside", feed, what)
        if self._node.reader.seen.find(id) is not None:
            return
        fact = ReportSetAside(
            field=error.element or "document",
            reason=f"{error.reason_zh} / {error.reason}"[:_REASON_CHARS],
            body=body[: 4 * _SHOWN_CHARS].decode("utf-8", "replace")[:_SHOWN_CHARS],
        )
        now = self._now()
        event = Event(id, _HOME, "report", id, fact, now, now, _BY, ask.id, ask.correlation_id)
        await self._node.log.append([event])

    def _now(self) -> datetime:
        return self._node.clock.now()
