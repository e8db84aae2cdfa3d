"""From a request to a command's answer."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

import nats.errors
from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Tag

from events.fact import Id, Instant
from events.ids import derive
from services.ask import Ask, Outcome
from services.auth import Grant
from services.decider import Command, Rejected
from services.gateway.errors import Refused
from services.ids import new_id
from services.log import LogUnavailable
from services.node import Node
from services.problems import Problem


class Body(BaseModel):
    """What every command may carry beside its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    SEALED: ClassVar[frozenset[str]] = frozenset()
    """Fields that are stored with the key of the person the command is about, and no other way."""

    at: Instant | None = None
    """When it happened, where that is not now."""
    command_id: Id | None = None
    """Made by the sender, or in the header `Idempotency-Key`: the same command is decided once."""


_FOLDED_WITHIN_S = 5.0
_CONTEXT = b"muster/command"
_YEARS = range(2000, 3000)


def _of_these_years(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError(f"lies outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


When: TypeAlias = Annotated[Instant, AfterValidator(_of_these_years)]
"""A moment that is planned for or asked about: hours are added to it and taken from it, which the
first and the last day of the calendar do not stand.
"""

R = TypeVar("R")
T = TypeVar("T", bound=Body)
OneOrMany: TypeAlias = Annotated[
    Annotated[T, Tag("one")] | Annotated[list[T], Tag("many")],
    Discriminator(lambda body: "many" if isinstance(body, list) else "one"),
]
"""One body, or a list of them; what is wrong is told of the one that was sent."""


def moment(node: Node, body: Body) -> datetime:
    """Return when a command was given; what is ahead of our clock by less than the limit is now."""
    now = node.clock.now()
    if body.at is None:
        return now
    limits = node.settings.limits
    if body.at < now - limits.past:
        days = limits.past_days
        raise Refused(
            422,
            Problem(
                "too-old",
                "at",
                f"时间 {body.at.isoformat()} 早于 {days} 天前",
                f"{body.at.isoformat()} is more than {days} days ago",
            ),
        )
    if body.at > now + limits.future:
        raise Refused(
            422,
            Problem(
                "far-future",
                "at",
                f"时间 {body.at.isoformat()} 晚于现在",
                f"{body.at.isoformat()} lies in the future",
            ),
        )
    return min(body.at, now)


def who(grant: Grant) -> str:
    """Return by what name somebody acts: the person whose token it is, or else the token's name."""
    return grant.person or grant.name


def key_of(request: Request, body: Body | None) -> str | None:
    """Return by what a command is recognised when it is sent again, None for one that is not."""
    return request.headers.get("idempotency-key") or (body.command_id if body else None)


def _digest(node: Node, request: Request, command: Command, body: Body | None) -> str:
    """Return a hash of what a request says: 16 hexadecimal digits.

    Where some of it is sealed the hash takes the person's key: without it, whoever reads the log
    could try out telephone numbers until one fits.
    """
    key = b""
    leave_out = {"command_id"}
    if body and any(getattr(body, name) for name in body.SEALED):
        key = node.keys.find(command.id) or b""
        leave_out.update(() if key else body.SEALED)
    said = body.model_dump_json(exclude=leave_out) if body else ""
    whole = f"{said}?{request.url.query}".encode()
    return blake2b(whole, digest_size=8, key=key, person=_CONTEXT).hexdigest()


async def send(
    node: Node, request: Request, grant: Grant, command: Command, body: Body | None = None
) -> Outcome:
    """Have a command decided for a request."""
    if not node.nc.is_connected:
        # Decided now, it would wait for the log and hold up who comes after it.
        raise LogUnavailable("decide: nats is not connected")
    key = key_of(request, body)
    # One key may go with a list: each of its commands is another one.
    target = f"{type(command).__name__}/{command.id}", getattr(command, "shift", "")
    id = derive("command", grant.actor, *target, key) if key else new_id()
    correlation = request.headers.get("x-correlation-id") or id
    digest = _digest(node, request, command, body) if key else None
    outcome = await node.bus.send(Ask(command, id, correlation[:64], digest=digest))
    await folded(node, outcome.seq)
    return outcome


async def folded(node: Node, seq: int) -> None:
    """Wait a moment until an event is folded: who is told "accepted" finds it in the picture, and
    may refer to it at once.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FOLDED_WITHIN_S):
            await node.reader.reached(seq)


async def found(node: Node, rows: Mapping[str, R], id: str) -> R | None:
    """Return a row of the picture; what was stored a moment ago is waited for.

    Raises LogUnavailable, LogBroken.
    """
    if id not in rows:
        try:
            async with asyncio.timeout(_FOLDED_WITHIN_S):
                await node.reader.catch_up()
        except (nats.errors.Error, TimeoutError) as error:
            raise LogUnavailable(f"look for {id}: {type(error).__name__}: {error}") from error
    return rows.get(id)


def refused(id: str, error: Rejected | Refused) -> dict[str, Any]:
    """Return the answer to one command of many that was not taken."""
    if isinstance(error, Refused):
        return {"id": id, "status": "rejected", **error.problem.show()}
    problem = Problem(error.code, error.field, error.reason.zh, error.reason.en)
    return {"id": id, "status": "rejected", **problem.show()}


def decided(outcome: Outcome, **more: Any) -> dict[str, Any]:
    """Return the answer to a command that was decided."""
    return {
        "status": "accepted",
        "seq": outcome.seq,
        "events": list(outcome.event_ids),
        **more,
    }
