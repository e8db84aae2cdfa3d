"""What may be asked about a playbook's run."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Ref, Text, Words
from events.run import RunStep
from services.decider import Command


class StartRun(Command):
    """`trigger` is the id of the event that set it off."""

    KIND: ClassVar[str] = "run"
    type: Literal["start-run"] = "start-run"
    playbook: Id
    playbook_version: Annotated[int, Field(ge=1)]
    name: Text
    about: Ref
    trigger: str
    venue: Id | None = None
    steps: Annotated[tuple[RunStep, ...], Field(max_length=100)]


class EndStep(Command):
    KIND: ClassVar[str] = "run"
    type: Literal["end-step"] = "end-step"
    step: Id
    outcome: Literal["done", "refused"]
    note: Words = ""


class NoteFailedCondition(Command):
    KIND: ClassVar[str] = "run"
    type: Literal["note-failed-condition"] = "note-failed-condition"
    playbook: Id
    trigger: str
    reason: Words


RunCommand: TypeAlias = Annotated[
    StartRun | EndStep | NoteFailedCondition, Field(discriminator="type")
]
