"""What could not be taken and could not be answered: it is kept where a person sees it."""

from typing import ClassVar

from events.fact import Fact, Line, Words


class ReportSetAside(Fact):
    """A report came without a way to answer and could not be accepted."""

    NOUN: ClassVar[str] = "report"
    TYPE: ClassVar[str] = "set-aside"
    field: Line
    reason: Words
    body: Words
    """The beginning of what was sent."""


FACTS: tuple[type[Fact], ...] = (ReportSetAside,)
