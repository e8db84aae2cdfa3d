"""What may be asked about an alert."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.alert import Step
from events.fact import Id, Ref, Severity, Text, Words
from services.deadlines import MissDeadline
from services.decider import Command


class RaiseAlert(Command):
    """`way_up[0]` is told at once, the next level whenever one did not answer in time."""

    KIND: ClassVar[str] = "alert"
    type: Literal["raise-alert"] = "raise-alert"
    severity: Severity
    title: Text
    body: Text
    venue: Id | None = None
    about: Ref
    way_up: Annotated[tuple[Step, ...], Field(min_length=1, max_length=6)]


class AcknowledgeAlert(Command):
    KIND: ClassVar[str] = "alert"
    type: Literal["acknowledge-alert"] = "acknowledge-alert"
    comment: Words = ""


class CloseAlert(Command):
    KIND: ClassVar[str] = "alert"
    type: Literal["close-alert"] = "close-alert"
    reason: Words = ""


AlertCommand: TypeAlias = Annotated[
    RaiseAlert | AcknowledgeAlert | CloseAlert | MissDeadline, Field(discriminator="type")
]
