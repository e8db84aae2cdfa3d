"""A roll call: is everybody accounted for? The answers are presence evidence, not part of it."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Id, Ref, Text, Words


class RollCallOpened(Fact):
    """From now on everyone in `expected` must be accounted for. The list is frozen here."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "opened"
    title: Text
    venue: Id | None = None
    expected: Annotated[tuple[Id, ...], Field(max_length=50_000)]
    about: Ref | None = None


class RollCallClosed(Fact):
    """A person ended it, and these were the counts and the people still missing."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "closed"
    safe: Annotated[int, Field(ge=0)]
    need_help: Annotated[int, Field(ge=0)]
    unaccounted: Annotated[tuple[Id, ...], Field(max_length=50_000)]
    note: Words = ""


RollCallFact = RollCallOpened | RollCallClosed
FACTS: tuple[type[Fact], ...] = (RollCallOpened, RollCallClosed)
