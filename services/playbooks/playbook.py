"""A playbook as it is written in YAML: what sets it off, when, and what it then does."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from events.fact import Id, Text
from events.lane import Lane
from services.playbooks.conditions import Condition, ConditionError, Template

LIBRARY = Path(__file__).parent / "library"

Trigger: TypeAlias = Literal[
    "incident.reported",
    "incident.triaged",
    "incident.assigned",
    "incident.reopened",
    "warning.issued",
    "warning.updated",
    "journey.overdue",
    "feed.failed",
]
Post: TypeAlias = Literal[
    "on-post",
    "leads",
    "site-leads",
    "site-post",
    "duty-officers",
    "hq-post",
    "helpers",
    "team-lead",
    "assigned",
]
"""Everyone on post at the venue; its leads, or those where the people it is about were last seen;
the site's leads; the site's command post; the duty officers at headquarters; the post at
headquarters; all named helpers of the people it is about; their team leads; whoever it was given
to."""
Whom: TypeAlias = (
    Post | Annotated[str, StringConstraints(pattern=f"^lane:({'|'.join(get_args(Lane))})$")]
)
"""One of these, or everyone who serves a lane, as `lane:transport`."""


class PlaybookError(Exception):
    """A playbook cannot be used. Names the file, the field and the reason."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Level(_Part):
    """Whom an alert goes to at one level, and how long they have to answer, in seconds."""

    to: Annotated[tuple[Whom, ...], Field(min_length=1)]
    answer_within_s: Annotated[int, Field(ge=1, le=86_400)]


class AlertStep(_Part):
    """Raise an alert. `severity` is an expression, the texts are templates."""

    name: Id
    alert: Literal[True] = True
    severity: str
    title: Text
    body: Text
    way_up: Annotated[tuple[Level, ...], Field(min_length=1, max_length=6)]


class RollCallStep(_Part):
    """Open a roll call of everyone who is, or should be, on post at the venue."""

    name: Id
    roll_call: Literal[True]
    title: Text


class Playbook(_Part):
    """What to do when something happens."""

    playbook: Id
    version: Annotated[int, Field(ge=1)]
    name: Text
    on: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    for_each: Literal["venue"] | None = None
    when: str
    lead_s: Annotated[int, Field(ge=0, le=604_800)] | None = None
    """What is still to begin is waited for: the playbook runs so many seconds before it begins, if
    the condition then holds. None runs it as soon as the condition holds.
    """
    once: Annotated[tuple[str, ...], Field(min_length=1)]
    """Expressions; the playbook runs once for each of their values."""
    steps: Annotated[tuple[AlertStep | RollCallStep, ...], Field(min_length=1, max_length=100)]

    @cached_property
    def condition(self) -> Condition:
        """`when`, compiled."""
        return Condition(self.when)

    @cached_property
    def key(self) -> Sequence[Template]:
        """`once`, compiled."""
        return [Template(f"${{{part}}}") for part in self.once]

    @cached_property
    def templates(self) -> dict[str, Template]:
        """Every text and expression of the steps by its own source, compiled."""
        return {source: Template(source) for source in self._sources()}

    def _sources(self) -> list[str]:
        sources: list[str] = []
        for step in self.steps:
            sources += [step.title.zh, step.title.en]
            if isinstance(step, AlertStep):
                sources += [step.body.zh, step.body.en, f"${{{step.severity}}}"]
        return sources

    @model_validator(mode="after")
    def _compiles(self) -> "Playbook":
        try:
            _ = self.condition, self.key, self.templates
        except ConditionError as error:
            raise ValueError(str(error)) from error
        if self.lead_s is not None and any(not one.startswith("warning.") for one in self.on):
            raise ValueError("lead_s is for warnings: nothing else begins later")
        names = [step.name for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError("two steps have the same name")
        return self


def load_playbooks(folder: Path = LIBRARY) -> tuple[Playbook, ...]:
    """Read every `*.yaml` in a folder, sorted by name. Raises PlaybookError."""
    books = tuple(load_playbook(path) for path in sorted(folder.glob("*.yaml")))
    ids = [book.playbook for book in books]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise PlaybookError(f"load playbooks from {folder}: {sorted(twice)} stands in two files")
    return books


def load_playbook(path: Path) -> Playbook:
    """Read one playbook. Raises PlaybookError."""
    try:
        return Playbook.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "playbook"
        raise PlaybookError(f"load playbook {path.name}: {field}: {first['msg']}") from error
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise PlaybookError(f"load playbook {path.name}: {error}") from error
