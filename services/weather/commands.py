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
