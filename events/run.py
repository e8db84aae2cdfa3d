"""A playbook's run: what set it off, what it asked for, and how each step ended."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Fact, Id, Ref, Text, Value, Words


class RunStep(Value):
    """A step of a run and the aggregate it made: an alert, a roll call."""

    name: Id
    action: Literal["alert", "open-roll-call"]
    target: Ref


class RunStarted(Fact):
    """A playbook's condition held, and these steps were begun together."""

    NOUN: ClassVar[str] = "run"
    TYPE: ClassVar[str] = "started"
    playbook: Id
    playbook_version: Annotated[int, Field(ge=1)]
    name: Text
    about: Ref
    trigger: str
    """The id of the event that set it off."""
    venue: Id | None = None
    steps: Annotated[tuple[RunStep, ...], Field(max_length=100)]


class RunStepEnded(Fact):
    """A step needs nothing more: its alert is answered, its roll call closed, or it was refused."""

    NOUN: ClassVar[str] = "run"
    TYPE: ClassVar[str] = "step-ended"
    step: Id
    outcome: Literal["done", "refused"]
    note: Words = ""


class RunEnded(Fact):
    """All its steps have ended."""

    NOUN: ClassVar[str] = "run"
    TYPE: ClassVar[str] = "ended"


class ConditionFailed(Fact):
    """A playbook's condition could not be evaluated on an event: an error is never a quiet "no"."""

    NOUN: ClassVar[str] = "run"
    TYPE: ClassVar[str] = "condition-failed"
    playbook: Id
    trigger: str
    reason: Words


RunFact = RunStarted | RunStepEnded | RunEnded | ConditionFailed
FACTS: tuple[type[Fact], ...] = (RunStarted, RunStepEnded, RunEnded, ConditionFailed)
