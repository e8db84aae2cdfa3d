"""Deadlines are facts of the aggregate they bind: set, met or missed.

A fact may set one by itself (`Fact.binds`): an alert is raised with the moment it must be answered.

A wheel rebuilt from the log fires one by an append that expects the aggregate as it was, so it is
missed once even with several wheels, and an answer that races it is decided by the log.
"""

from typing import ClassVar

from events.fact import Fact, Id, Instant


class DeadlineSet(Fact):
    """Something must have happened by `due_at`. Setting the same name again moves it."""

    NOUN: ClassVar[str] = "deadline"
    TYPE: ClassVar[str] = "set"
    name: Id
    due_at: Instant


class DeadlineMet(Fact):
    """What was waited for has happened, or is no longer needed."""

    NOUN: ClassVar[str] = "deadline"
    TYPE: ClassVar[str] = "met"
    name: Id


class DeadlineMissed(Fact):
    """The moment came and nothing had happened."""

    NOUN: ClassVar[str] = "deadline"
    TYPE: ClassVar[str] = "missed"
    name: Id
    due_at: Instant


DeadlineFact = DeadlineSet | DeadlineMet | DeadlineMissed
FACTS: tuple[type[Fact], ...] = (DeadlineSet, DeadlineMet, DeadlineMissed)
