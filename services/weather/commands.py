"""What may be asked about a warning."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.weather import WarningMessage
from services.deadlines import MissDeadline
from services.decider import Command

Move: TypeAlias = Literal["issue", "update", "cancel"]


class TakeMessage(Command):
    """A sender's message belongs to this warning. Messages may come in any order, and again."""

    KIND: ClassVar[str] = "warning"
    type: Literal["take-message"] = "take-message"
    move: Move
    message: WarningMessage


WarningCommand: TypeAlias = Annotated[TakeMessage | MissDeadline, Field(discriminator="type")]


class TakeDocument(Command):
    """A CAP document came in, as sent, in base64. Its messages are told apart by the service."""

    KIND: ClassVar[str] = "cap"
    type: Literal["take-document"] = "take-document"
    body: Annotated[str, Field(max_length=8 * 1024 * 1024)]
