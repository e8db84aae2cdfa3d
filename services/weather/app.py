"""The weather service: CAP documents in, one living warning for each chain of messages."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from events.ids import derive
from events.weather import WarningMessage
from services.ask import Ask, Outcome
from services.decider import Rejected
from services.node import Node, Service
from services.weather.cap import CapLimits, CapMessage, CapRefused, read_document
from services.weather.chains import Chains
from services.weather.commands import Move, TakeDocument, TakeMessage, WarningCommand
from services.weather.convert import move_of, warning_message
from services.weather.decider import WARNING
from services.weather.match import GeocodeTable, MatcherOf
from services.weather.publishing.app import publishing
from services.weather.rules.app import rules_of
from services.weather.stations.app import stations

_HOME = "hq"
"""Warnings are written at headquarters: a warning's area knows nothing of our sites."""


_MOVES: tuple[Move, ...] = ("issue", "update", "cancel")
"""What a message did, by its precedence."""


class Documents:
    """Takes CAP documents apart and has each message decided by its warning."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._chains = Chains()
        self._matcher_of = MatcherOf(GeocodeTable())
        self._limits = CapLimits(body_bytes_max=node.settings.limits.body_bytes)
        node.fold("chains", self._chains)

    async def handle(self, ask: Ask) -> Outcome:
        """Take a document. Raises Rejected when nothing in it can be taken."""
        command = ask.command
        if not isinstance(command, TakeDocument):
            raise TypeError(f"take a document: {type(command).__name__} is none")
        try:
            # Half a second of CPU for a document of a megabyte: not in the event loop.
            body = base64.b64decode(command.body)
            document = await asyncio.to_thread(read_document, body, limits=self._limits)
        except CapRefused as error:
            raise Rejected(
                error.code, zh=error.reason_zh, en=error.reason, field=error.element
            ) from error
        taken = [await self._take(ask, message) for message in document.messages]
        results = [result for result, _ in taken] + [_refused(e) for e in document.refused]
        outcomes = [outcome for _, outcome in taken if outcome]
        return Outcome(
            tuple(id for outcome in outcomes for id in outcome.event_ids),
            max((outcome.seq for outcome in outcomes), default=0),
            {"results": results},
        )

    async def _take(self, ask: Ask, cap: CapMessage) -> tuple[dict[str, Any], Outcome | None]:
        move = move_of(cap)
        if move is None:
            return _no_warning(cap), None
        matcher = self._matcher_of(self._node.picture.places)
        message = await asyncio.to_thread(warning_message, cap, matcher)
        warnings = self._chains.warnings_for(message)
        warning = warnings[0]
        for one in warnings:
            self._chains.join(message, one)
        outcomes = [await self._tell(ask, one, move, message) for one in warnings]
        outcome = outcomes[0]
        if len(warnings) > 1:
            await self._agree(ask, warnings, max(told.seq for told in outcomes))
        result = {
            "identifier": message.identifier,
            "sender": message.sender,
            "status": "accepted",
            "seq": outcome.seq,
            "warning": warning,
            "move": move,
            "cap_status": message.status,
            "severity": message.severity,
            "colour": message.colour,
            "venues": list(message.venues),
            "deviations": [
                {"code": d.code, "element": d.element, "detail": d.detail} for d in cap.deviations
            ],
        }
        return result, outcome

    async def _tell(self, ask: Ask, warning: str, move: Move, message: WarningMessage) -> Outcome:
        command = TakeMessage(
            site=_HOME,
            id=warning,
            at=self._node.clock.now(),
            by=ask.command.by,
            move=move,
            message=message,
        )
        id = derive("cap", warning, message.sender, message.identifier)
        return await self._node.bus.send(ask._replace(command=command, id=id))

    async def _agree(self, ask: Ask, warnings: Sequence[str], seq: int) -> None:
        """Tell each of several warnings that are one chain the last word of them all."""
        await self._node.reader.reached(seq)
        rows = [self._node.picture.warnings.rows[warning] for warning in warnings]
        last = max(rows, key=lambda row: (row.message.sent, row.precedence, row.message.identifier))
        for warning in warnings:
            await self._tell(ask, warning, _MOVES[last.precedence], last.message)


def _refused(error: CapRefused) -> dict[str, Any]:
    return {
        "status": "rejected",
        "code": error.code,
        "field": error.element,
        "reason": {"zh": error.reason_zh, "en": error.reason},
    }


def _no_warning(cap: CapMessage) -> dict[str, Any]:
    return {
        "identifier": cap.identifier,
        "sender": cap.sender,
        "status": "rejected",
        "code": "not-a-warning",
        "field": "alert/msgType",
        "reason": {
            "zh": f"msgType 为 {cap.msg_type}，不是预警",
            "en": f"msgType is {cap.msg_type}, which warns of nothing",
        },
    }


def build(node: Node) -> Service:
    """Take warnings in this process."""
    node.decide(WARNING, TypeAdapter(WarningCommand))
    wheel = node.turn("warning")
    documents = Documents(node)
    node.serve("cap", documents.handle, TypeAdapter(TakeDocument))
    publisher = publishing(node)
    stations(node)
    reactors = (publisher.reactor, rules_of(node))

    async def start() -> None:
        for reactor in reactors:
            await reactor.start()

    async def stop() -> None:
        for reactor in reactors:
            await reactor.stop()

    return Service(
        "weather",
        prepare=publisher.prepare,
        start=publisher.reactor.start,
        stop=publisher.reactor.stop,
        busy=lambda: wheel.firing + len(publisher.reactor),
    )
