"""The incidents of a story as people write them down, in a YAML file beside the plan."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from events.fact import Id, Line, Place, Severity, Text, Words
from events.incident import Category
from services.scenario.datafile import read_data
from services.scenario.day import Moment
from services.scenario.plan import HERE

Do = Literal[
    "triage", "assign", "accept", "take", "contain", "resolve", "close", "reopen", "merge", "note"
]  # fmt: skip
Minutes = Annotated[int, Field(ge=0, le=900)]
INCIDENTS: Final = HERE / "winter_games" / "incidents.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Move(_Entry):
    """Something done about it, so many minutes after it was reported."""

    after: Minutes
    do: Do
    by: str = "lead"
    to: Line | None = None
    severity: Severity | None = None
    category: Category | None = None
    text: Words = ""
    note: Words = ""
    reason: Words = ""
    into: Id | None = None
    expect: Literal["accepted", "conflict"] = "accepted"


class Answer(_Entry):
    """When and by whom its alert is acknowledged; `from` is what raised it."""

    after: Minutes
    by: str = "lead"
    since: Annotated[Literal["report", "triage"], Field(alias="from")] = "report"


class Script(_Entry):
    """One incident from its report to its end, or to the end of the day."""

    key: Id
    kind: Literal["incident", "need-help", "safety"] = "incident"
    title: Text
    at: Moment
    told_after: Minutes = 0
    times: Annotated[int, Field(ge=1, le=10)] = 1
    """How often the report is sent."""
    venue: Id
    """Where it is. A call for help says so unless it says its `place`, or nothing."""
    place: Place | None = None
    says_where: bool = True
    category: Category
    severity: Severity
    person: Literal["on-post", "lost", "found", "unlisted"] | None = None
    by: Literal["desk", "lead"] = "desk"
    text: Words
    steps: tuple[Move, ...]
    alert: Answer | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        after = [step.after for step in self.steps]
        if after != sorted(set(after)):
            raise PydanticCustomError(
                "order",
                "{en}",
                {"zh": "steps 的 after 须逐步增大", "en": "after must grow from step to step"},
            )
        return self


class _Scripts(_Entry):
    incidents: tuple[Script, ...]


@cache
def scripts(file: Path = INCIDENTS) -> tuple[Script, ...]:
    """Return the incidents in a file.

    Raises:
        DataRefused: with the file, the field and the reason in both languages.
    """
    return read_data(file, _Scripts).incidents
