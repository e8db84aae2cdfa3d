"""What may be asked about a message."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Line, Ref, Text
from events.message import Purpose
from services.decider import Command


class RequestMessage(Command):
    """Tell a person something by all their channels. The id says what is told once."""

    KIND: ClassVar[str] = "message"
    type: Literal["request-message"] = "request-message"
    person: Id
    purpose: Purpose
    about: Ref
    text: Text
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    """Filled in by the notifier from the roster."""
    code: Id | None = None


class BeginChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["begin-channel"] = "begin-channel"
    channel: Id


class EndChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["end-channel"] = "end-channel"
    channel: Id
    outcome: Literal["delivered", "failed", "unknown"]
    reason: Line = "-"


class ConfirmChannel(Command):
    KIND: ClassVar[str] = "message"
    type: Literal["confirm-channel"] = "confirm-channel"
    channel: Id


MessageCommand: TypeAlias = Annotated[
    RequestMessage | BeginChannel | EndChannel | ConfirmChannel, Field(discriminator="type")
]
