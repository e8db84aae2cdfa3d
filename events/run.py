"""A playbook's run: what set it off, what it asked for, and how each step ended."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.fact import Fact, Id, Instant, Ref, Text, Value, Words

BEGIN: Final = "begin"
"""The deadline of a run that waits for its beginning."""


class RunStep(Value):
    """A step of a run and the aggregate it made: an alert, a roll call."""

    name: Id
    action: Literal["alert", "open-roll-call"]
    target: Ref


class RunAwaited(Fact):
    """A playbook's condition held of something that is still to come: at this moment it is judged
    again, and the run starts if it holds. Said again, the moment is another one. A deadline that is
    met without a start says that it is not wanted any more.
    """

    NOUN: ClassVar[str] = "run"
    TYPE: ClassVar[str] = "awaited"
    playbook: Id
    playbook_version: Annotated[int, Field(ge=1)]
    name: Text
    about: Ref
    trigger: str
    """The id of the event that the condition held on."""
    venue: Id | None = None
    due_at: Instant

    def binds(self) -> tuple[str, datetime]:
        """Return when it is judged again."""
        return BEGIN, self.due_at


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


RunFact = RunAwaited | RunStarted | RunStepEnded | RunEnded | ConditionFailed
FACTS: tuple[type[Fact], ...] = (RunAwaited, RunStarted, RunStepEnded, RunEnded, ConditionFailed)
