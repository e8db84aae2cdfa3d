"""The warnings: one row for each, out of messages that may come late, twice and in any order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.weather import WarningCancelled, WarningIssued, WarningMessage, WarningUpdated
from projections.fold import Binding, on

_PRECEDENCE: dict[type, int] = {WarningIssued: 0, WarningUpdated: 1, WarningCancelled: 2}


class Warned(NamedTuple):
    """A warning as its last message has it."""

    site: str
    message: WarningMessage
    id: str
    """Of the event that brought the message: it decides between two messages of one name."""
    precedence: int
    """0 issued, 1 updated, 2 cancelled: of two messages sent in one second the higher speaks."""
    updates: tuple[tuple[str, str], ...] = ()
    """(sender, identifier) of the updates among its messages, in order."""

    @property
    def starts_at(self) -> datetime:
        """The moment it holds from: `effective`, or `sent` where the sender leaves it out."""
        return self.message.effective or self.message.sent

    def in_force(self, at: datetime) -> bool:
        """Tell whether it holds at a moment; without `expires` it holds until it is cancelled."""
        expires = self.message.expires
        return self.precedence < 2 and self.starts_at <= at and (expires is None or at < expires)

    def is_live(self, at: datetime) -> bool:
        """Tell whether it is meant and not over at a moment; it need not have begun."""
        expires = self.message.expires
        is_over = self.precedence == 2 or (expires is not None and expires <= at)
        return self.message.status == "Actual" and not is_over


@dataclass(slots=True)
class Warnings:
    """All warnings by id. Expiry is read off the clock, so `WarningExpired` adds nothing."""

    rows: dict[str, Warned] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(WarningIssued, self._said)
        yield on(WarningUpdated, self._said)
        yield on(WarningCancelled, self._said)

    def _said(self, event: Event, fact: WarningIssued | WarningUpdated | WarningCancelled) -> None:
        said = Warned(event.site, fact.message, event.id, _PRECEDENCE[type(fact)])
        known = self.rows.get(event.key)
        updates = set(known.updates) if known else set()
        if said.precedence == 1:
            updates.add((fact.message.sender, fact.message.identifier))
        newest = said if known is None or _rank(said) > _rank(known) else known
        self.rows[event.key] = newest._replace(updates=tuple(sorted(updates)))


def _rank(warned: Warned) -> tuple[datetime, int, str, str]:
    message = warned.message
    return message.sent, warned.precedence, message.identifier, warned.id
