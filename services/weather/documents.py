"""Takes documents with warnings: kept as they were sent, taken apart, each message decided.

What was interrupted is done again by whoever sends the document again, and what concerns chains
within a second or two by whoever runs: a document is kept once, a message told its warning once.
"""

import asyncio
import base64
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import structlog

from events.envelope import Event
from events.ids import derive
from events.report import ReportSetAside
from events.weather import Affected, WarningMessage
from projections.warnings import MOVES
from services.ask import Ask, Outcome
from services.decider import Command, Rejected
from services.ending import end
from services.log import LogUnavailable, Unstorable
from services.node import Node
from services.weather import answers
from services.weather.cap import CapDocument, CapLimits, CapMessage, CapRefused
from services.weather.cap.signature import NOBODY, Trust
from services.weather.chains import Chains
from services.weather.commands import Move, Supersede, TakeDocument, TakeMessage
from services.weather.convert import in_time, move_of, warning_message
from services.weather.formats import read_any
from services.weather.match import GeocodeTable, Matcher, MatcherOf
from services.weather.placing import Placing, Step, Tell, left_to_do, mend, place, touched
from services.weather.publishing.own import is_own
from services.weather.turns import Turns

_log = structlog.get_logger()

_HOME = "hq"
"""Warnings are written at headquarters: a warning's area knows nothing of our sites."""
_BY = "service:weather"
_PEOPLE_NAMED_MAX = 200
_SHOWN_CHARS = 2000
"""Of a document that was not taken, as a person sees it in the picture."""
_REASON_CHARS = 4000
_TURN_WITHIN_S = 20.0
_MEND_EVERY_S = 1.0
"""Long enough for whoever is taking a message to do it all by itself."""


_Made: TypeAlias = tuple[CapMessage, WarningMessage | None]
"""A message as it was read, and as the log keeps it if it warns."""


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
        self._turns = Turns(_TURN_WITHIN_S)
        self._mender: asyncio.Task[None] | None = None
        node.fold("chains", self._chains)

    async def start(self) -> None:
        """Make one warning of what was left in parts, and of what comes to be, from now on."""
        for step in mend(self._chains, self._node.picture.warnings.rows):
            await self._node.reader.reached((await self._carry_out(self._mending(), step)).seq)
        self._mender = asyncio.create_task(self._mend_on())

    async def stop(self) -> None:
        """Mend nothing more."""
        await end(self._mender)

    async def _mend_on(self) -> None:
        while True:
            await asyncio.sleep(_MEND_EVERY_S)
            doubtful, self._chains.doubtful = self._chains.doubtful, set()
            for warning in sorted(doubtful):
                try:
                    await self._mend(warning)
                except Exception as error:  # noqa: BLE001 - it is tried again, whatever it was
                    _log.warning("a chain will be mended again", id=warning, error=repr(error))
                    self._chains.doubtful.add(warning)
                await asyncio.sleep(0)

    async def _mend(self, warning: str) -> None:
        """Do what several processes at once have left undone about a warning."""
        chains, rows = self._chains, self._node.picture.warnings.rows
        if not left_to_do(chains, rows, warning):
            return
        row = rows[warning]
        async with self._turns.of(lambda: touched(chains, MOVES[row.precedence], row.message)):
            for step in left_to_do(chains, rows, warning):
                await self._folded((await self._carry_out(self._mending(), step)).seq)

    def _mending(self) -> Ask:
        nothing = TakeDocument(site=_HOME, id="cap", at=self._now(), by=_BY, body="")
        return Ask(nothing, derive("mend-chains"), derive("mend-chains"))

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
        made = await asyncio.to_thread(self._made_of, document, self._matcher(), self._now())
        turns = [self._take(ask, cap, message, source) for cap, message in made]
        # All of them come to their end, also when one does not: whoever sends it again then finds
        # nothing still going on.
        done = await asyncio.gather(*turns, return_exceptions=True)
        taken = [one for one in done if not isinstance(one, BaseException)]
        if failed := [one for one in done if isinstance(one, BaseException)]:
            raise failed[0]
        await self._set_aside_parts(ask, document, source)
        results = [result for result, _ in taken] + [answers.refused(e) for e in document.refused]
        outcomes = [outcome for _, outcome in taken if outcome]
        return Outcome(
            tuple(id for outcome in outcomes for id in outcome.event_ids),
            max((outcome.seq for outcome in outcomes), default=0),
            {"document": source.document, "results": results},
        )

    def _matcher(self) -> Matcher:
        return self._matcher_of(self._node.picture.places)

    @staticmethod
    def _made_of(document: CapDocument, matcher: Matcher, now: datetime) -> list[_Made]:
        in_order = (in_time(cap, now) for cap in document.messages)
        return [(cap, warning_message(cap, matcher) if move_of(cap) else None) for cap in in_order]

    async def _take(
        self, ask: Ask, cap: CapMessage, message: WarningMessage | None, source: Source
    ) -> tuple[dict[str, Any], Outcome | None]:
        if is_own(self._node, cap.sender):
            return answers.own_message(cap), None
        if feeds := self._not_believed(ask, cap, source):
            return answers.not_believed(cap, feeds), None
        move = move_of(cap)
        if move is None or message is None:
            return answers.no_warning(cap), None
        message = message.model_copy(
            update={
                "document": source.document,
                "feed": source.feed,
                "affected": tuple(map(self._with_people, message.affected)),
            }
        )
        placing, outcome = await self._place(ask, move, message)
        return answers.taken(cap, move, message, placing, outcome), outcome

    def _not_believed(self, ask: Ask, cap: CapMessage, source: Source) -> frozenset[str]:
        """Return the feeds that speak for the sender of what somebody else handed in."""
        command, feeds = ask.command, self._chains.feeds_of(cap.sender)
        vouched = isinstance(command, TakeDocument) and command.vouched
        return frozenset() if vouched or source.feed in feeds else feeds

    def _with_people(self, one: Affected) -> Affected:
        people = self._node.roster.on_post(one.venue, self._now())
        named = people[:_PEOPLE_NAMED_MAX]
        return one.model_copy(update={"people": len(people), "ids": named})

    async def _place(
        self, ask: Ask, move: Move, message: WarningMessage
    ) -> tuple[Placing, Outcome]:
        """Tell the message to its warning, and see that its chain is one warning."""
        async with self._turns.of(lambda: touched(self._chains, move, message)):
            rows = self._node.picture.warnings.rows
            placing = place(self._chains, rows, move, message)
            outcomes = [await self._carry_out(ask, step) for step in placing.steps]
            # Whoever comes next looks at what is folded.
            await self._folded(max(outcome.seq for outcome in outcomes))
        return placing, outcomes[0]

    async def _folded(self, seq: int) -> None:
        try:
            async with asyncio.timeout(_TURN_WITHIN_S):
                await self._node.reader.reached(seq)
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
        return await self._node.bus.send(ask._replace(command=command, id=id))

    async def _set_aside_parts(self, ask: Ask, document: CapDocument, source: Source) -> None:
        for error in document.refused:
            if source.feed is not None:
                about = derive("refused", source.feed, error.code, str(error))
                await self._set_aside(ask, source.feed, about, error, b"")

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
