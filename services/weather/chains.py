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
        self._linked: dict[str, tuple[str, ...]] = {}
        """Warnings that turned out to be one chain, sorted, under each of them."""

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if isinstance(event.data, WarningIssued | WarningUpdated | WarningCancelled):
            self.join(event.data.message, event.key)

    def warnings_for(self, message: WarningMessage) -> list[str]:
        """Return the ids of the warnings a message speaks of: old ones', or a new one's.

        A new id follows from the oldest message known of the chain, so that the first message of a
        chain, should it come last, is met by the warning that is waiting for it. There are several
        when a message in the middle of a chain comes after both its ends.
        """
        names = names_of(message)
        met = [known for name in names if (known := self._warning_of.get(name))]
        found = [one for known in met for one in (known, *self._linked.get(known, ()))]
        return list(dict.fromkeys(found)) or [derive("warning", *names[-1])]

    def join(self, message: WarningMessage, warning: str) -> None:
        """Remember that a message, and all it refers to, are of this warning."""
        for name in names_of(message):
            known = self._warning_of.setdefault(name, warning)
            if known != warning:
                self._link(known, warning)

    def _link(self, one: str, other: str) -> None:
        linked = {one, other, *self._linked.get(one, ()), *self._linked.get(other, ())}
        for warning in linked:
            self._linked[warning] = tuple(sorted(linked))


def names_of(message: WarningMessage) -> list[Name]:
    """Return a message's own name, then those it refers to; the first it refers to comes last."""
    own = (message.sender, message.identifier)
    return [own, *(name for name in reversed(message.references) if name != own)]
