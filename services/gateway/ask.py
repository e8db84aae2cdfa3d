"""From a request to a command's answer."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Discriminator, Tag

from events.fact import Id, Instant
from events.ids import derive
from services.ask import Ask, Outcome
from services.auth import Grant
from services.decider import Command
from services.gateway.errors import Refused
from services.ids import new_id
from services.node import Node
from services.problems import Problem


class Body(BaseModel):
    """What every command may carry beside its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant | None = None
    """When it happened, where that is not now."""
    command_id: Id | None = None
    """Made by the sender, or in the header `Idempotency-Key`: the same command is decided once."""


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
    if body.at > now + node.settings.limits.future:
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


async def send(
    node: Node, request: Request, grant: Grant, command: Command, body: Body | None = None
) -> Outcome:
    """Have a command decided for a request."""
    key = request.headers.get("idempotency-key") or (body.command_id if body else None)
    target = f"{type(command).__name__}/{command.id}"
    id = derive("command", grant.actor, target, key) if key else new_id()
    correlation = request.headers.get("x-correlation-id") or id
    return await node.bus.send(Ask(command, id, correlation[:64]))


def decided(outcome: Outcome, **more: Any) -> dict[str, Any]:
    """Return the answer to a command that was decided."""
    return {
        "status": "accepted",
        "seq": outcome.seq,
        "events": list(outcome.event_ids),
        **more,
    }
