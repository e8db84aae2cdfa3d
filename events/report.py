"""What could not be taken and could not be answered: it is kept where a person sees it."""

from typing import ClassVar

from events.fact import Fact, Line, Words
from events.sealed import Sealed


class ReportSetAside(Fact):
    """A report came without a way to answer and could not be accepted."""

    NOUN: ClassVar[str] = "report"
    TYPE: ClassVar[str] = "set-aside"
    VERSION: ClassVar[int] = 2
    field: Line
    reason: Words
    body: Words
    """The beginning of what was sent; empty where it may hold personal details."""
    sealed: Sealed | None = None
    """What was sent, where it may hold personal details."""


FACTS: tuple[type[Fact], ...] = (ReportSetAside,)
