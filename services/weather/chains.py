"""Which warning a message belongs to: messages of one chain name one another, in any order."""

from typing import ClassVar

from events.envelope import Event
from events.ids import derive
from events.weather import WarningCancelled, WarningIssued, WarningMessage, WarningUpdated

Name = tuple[str, str]
"""Sender and identifier: a message's own, or one it refers to. Times are left out, they lie."""


class Chains:
    """A fold: the warning of every message that was met or referred to."""

    kinds: ClassVar[frozenset[str]] = frozenset({"warning"})

    def __init__(self) -> None:
        self._warning_of: dict[Name, str] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if isinstance(event.data, WarningIssued | WarningUpdated | WarningCancelled):
            self.join(event.data.message, event.key)

    def warning_for(self, message: WarningMessage) -> str:
        """Return the id of the warning a message speaks of, an old one's or a new one's.

        A new id follows from the oldest message known of the chain, so that the first message of a
        chain, should it come last, is met by the warning that is waiting for it.
        """
        names = names_of(message)
        for name in names:
            if known := self._warning_of.get(name):
                return known
        return derive("warning", *names[-1])

    def join(self, message: WarningMessage, warning: str) -> None:
        """Remember that a message, and all it refers to, are of this warning."""
        for name in names_of(message):
            self._warning_of.setdefault(name, warning)


def names_of(message: WarningMessage) -> list[Name]:
    """Return a message's own name, then those it refers to; the first it refers to comes last."""
    own = (message.sender, message.identifier)
    return [own, *(name for name in reversed(message.references) if name != own)]
