"""What may be asked about a playbook's run."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Instant, Ref, Text, Words
from events.run import RunStep
from services.deadlines import MissDeadline
from services.decider import Command


class _Wanted(Command):
    """`trigger` is the id of the event that set it off."""

    KIND: ClassVar[str] = "run"
    playbook: Id
    playbook_version: Annotated[int, Field(ge=1)]
    name: Text
    about: Ref
    trigger: str
    venue: Id | None = None


class AwaitRun(_Wanted):
    """It is wanted at `due_at`, if its condition then holds; asked again, the moment moves."""

    type: Literal["await-run"] = "await-run"
    due_at: Instant


class DropRun(Command):
    """What was awaited is not wanted any more. It may be awaited again."""

    KIND: ClassVar[str] = "run"
    type: Literal["drop-run"] = "drop-run"


class StartRun(_Wanted):
    """It is wanted now."""

    type: Literal["start-run"] = "start-run"
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
    StartRun | AwaitRun | DropRun | EndStep | NoteFailedCondition | MissDeadline,
    Field(discriminator="type"),
]
