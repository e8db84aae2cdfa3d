"""The shape of every rule: a decider says what may happen, and nothing else.

Pure: the moment and the person arrive in the command, ids are derived by whoever appends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from events.fact import Fact, Id, Instant, Line, Text

S = TypeVar("S")
C = TypeVar("C", bound="Command")


class Command(BaseModel):
    """A request that may be refused. `at` is when it was made, `by` who made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    KIND: ClassVar[str]
    """The kind of aggregate it is for."""

    site: Id
    id: Id
    at: Instant
    by: Line


class Rejected(Exception):
    """A rule says no. `code` is for programs, `reason` for people, `field` is what is at fault."""

    def __init__(self, code: str, *, zh: str, en: str, field: str = "") -> None:
        super().__init__(en)
        self.code = code
        self.field = field
        self.reason = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C]):
    """Rules for one kind of aggregate.

    `decide` returns the facts that follow, none when they are recorded already, or raises Rejected.
    `evolve` returns the state after one fact, and takes any fact of the kind without complaint.
    `over` tells that nothing is to be expected any more, so that it may leave memory. It may still
    happen: it is then read from the log again. Without `over` a kind stays in memory for ever.
    """

    kind: str
    initial: S
    decide: Callable[[S, C], Sequence[Fact]]
    evolve: Callable[[S, Fact], S]
    over: Callable[[S], bool] | None = None
