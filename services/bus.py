"""Takes a command to whoever decides it: in this process if its service runs here, else over
NATS.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import nats.errors
import orjson
from nats.aio.client import Client
from pydantic import BaseModel, ConfigDict, ValidationError

from events import subjects
from events.fact import Id, Line, Text
from services.ask import Ask, Outcome, kind_of
from services.decider import Command, Rejected
from services.kept import DocumentsFull
from services.log import LogFull, LogUnavailable

Handler = Callable[[Ask], Awaitable[Outcome]]
Parser = Callable[[Any], Command]


class Order(BaseModel):
    """A command as it travels on `cmd.<site>.<kind>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Line
    correlation_id: Line
    causation_id: Line | None = None
    device: Line | None = None
    drill: bool = False
    digest: str | None = None
    command: dict[str, Any]


class Answer(BaseModel):
    """What comes back: the outcome, the rule's refusal, or that the log cannot be reached."""

    model_config = ConfigDict(frozen=True)

    result: Literal["decided", "rejected", "unavailable"]
    event_ids: tuple[Id, ...] = ()
    seq: int = 0
    code: str = ""
    field: str = ""
    reason: Text | None = None
    detail: dict[str, Any] | None = None


class Bus:
    """Sends commands. Services that run in this process `serve` their kinds."""

    def __init__(self, nc: Client, *, timeout: float = 10.0) -> None:
        self._nc = nc
        self._timeout = timeout
        self._handlers: dict[str, Handler] = {}
        self._parsers: dict[str, Parser] = {}

    def serve(self, kind: str, handler: Handler, parser: Parser) -> None:
        """Decide commands for `kind` here. `parser` makes the command out of what came over
        NATS.
        """
        self._handlers[kind] = handler
        self._parsers[kind] = parser

    async def send(self, ask: Ask) -> Outcome:
        """Have a command decided. Raises Rejected, LogUnavailable, LogFull, LogBroken."""
        handler = self._handlers.get(kind_of(ask.command))
        if handler is not None:
            return await handler(ask)
        return await self._send_away(ask)

    async def _send_away(self, ask: Ask) -> Outcome:
        subject = subjects.command(ask.command.site, kind_of(ask.command))
        order = Order(
            id=ask.id,
            correlation_id=ask.correlation_id,
            causation_id=ask.causation_id,
            device=ask.device,
            drill=ask.drill,
            digest=ask.digest,
            command=ask.command.model_dump(mode="json"),
        )
        try:
            reply = await self._nc.request(
                subject,
                order.model_dump_json().encode(),
                timeout=self._timeout,
                headers={"content-type": "application/json"},
            )
            answer = Answer.model_validate_json(reply.data)
        except (nats.errors.Error, TimeoutError, ValidationError) as error:
            raise LogUnavailable(f"send {subject}: {type(error).__name__}: {error}") from error
        if answer.result == "rejected" and answer.reason:
            raise Rejected(
                answer.code, zh=answer.reason.zh, en=answer.reason.en, field=answer.field
            )
        if answer.result != "decided":
            raise _why_not(subject, answer.code)
        return Outcome(answer.event_ids, answer.seq, answer.detail)

    async def answer(self, kind: str, body: bytes) -> Answer:
        """Decide a command that came over NATS, and say what came of it."""
        try:
            order = Order.model_validate(orjson.loads(body))
            command = self._parsers[kind](order.command)
        except (ValueError, KeyError) as error:
            reason = Text(zh=f"命令无法读取：{error}", en=f"the command cannot be read: {error}")
            return Answer(result="rejected", code="unreadable-command", reason=reason)
        ask = Ask(
            command,
            order.id,
            order.correlation_id,
            order.causation_id,
            order.device,
            order.drill,
            order.digest,
        )
        try:
            outcome = await self._handlers[kind](ask)
        except Rejected as error:
            return Answer(
                result="rejected", code=error.code, field=error.field, reason=error.reason
            )
        except Exception as error:  # noqa: BLE001 - the asker must hear of it, whatever it is
            return Answer(result="unavailable", code=f"{type(error).__name__}: {error}")
        return Answer(
            result="decided",
            event_ids=outcome.event_ids,
            seq=outcome.seq,
            detail=outcome.detail,
        )


def _why_not(subject: str, said: str) -> Exception:
    """Return what another process could not do, as it would be raised here."""
    name, _, reason = said.partition(": ")
    kind = {"LogFull": LogFull, "DocumentsFull": DocumentsFull}.get(name)
    if kind is not None:
        return kind(reason)
    return LogUnavailable(f"send {subject}: {said}")
