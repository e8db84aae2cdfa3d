"""The warnings that Muster's own rules raised, by rule and venue, as far as a rule needs them."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.weather import (
    Colour,
    WarningCancelled,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)

SENDER = "muster"
_KEPT = 8
"""Warnings of one rule and venue: one stands at most, the others are what it may be taken for."""


class Told(NamedTuple):
    """What a warning last said. The first four fields are its rank."""

    sent: datetime
    precedence: int
    """0 issued, 1 updated, 2 cancelled."""
    identifier: str
    warning: str
    message: WarningMessage

    @property
    def colour(self) -> Colour | None:
        """The level it stands at, or stood at when it was cancelled."""
        return self.message.colour

    @property
    def since(self) -> datetime:
        """When that level was first measured."""
        return self.message.onset or self.message.sent

    def stands(self, at: datetime) -> bool:
        """Tell whether it is in force at a moment."""
        expires = self.message.expires
        return self.precedence < 2 and (expires is None or at < expires)


class OwnWarnings:
    """The last word of each warning of a rule; those of drills apart. A fold."""

    kinds: ClassVar[frozenset[str]] = frozenset({"warning"})

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, bool], dict[str, Told]] = {}
        self._superseded: dict[str, None] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.data
        if isinstance(fact, WarningSuperseded):
            self._supersede(event.key)
            return
        if not isinstance(fact, WarningIssued | WarningUpdated | WarningCancelled):
            return
        message = fact.message
        if not message.rule or not message.venues:
            return
        precedence = {WarningIssued: 0, WarningUpdated: 1, WarningCancelled: 2}[type(fact)]
        if event.key in self._superseded:
            precedence = 2
        said = Told(message.sent, precedence, message.identifier, event.key, message)
        rows = self._told.setdefault((message.rule, message.venues[0], event.drill), {})
        known = rows.get(event.key)
        if known is None or known[:4] < said[:4]:
            rows[event.key] = said
        if len(rows) > _KEPT:
            del rows[min(rows, key=lambda warning: _rank(rows[warning]))]

    def _supersede(self, warning: str) -> None:
        """What another speaks for is over, whatever still comes of it."""
        for rows in self._told.values():
            if warning in rows:
                rows[warning] = rows[warning]._replace(precedence=2)
                self._superseded[warning] = None

    def standing(self, rule: str, venue: str, at: datetime, *, drill: bool = False) -> Told | None:
        """Return what a rule's warning of a venue says that is in force.

        Of several, which two processes may have issued at once, it is the one of the least id: they
        both find the same.
        """
        return min(self._all(rule, venue, at, drill=drill), default=None, key=_id)

    def needless(self, rule: str, venue: str, at: datetime, *, drill: bool = False) -> list[str]:
        """Return the ids of the others that are in force."""
        return sorted(map(_id, self._all(rule, venue, at, drill=drill)))[1:]

    def _all(self, rule: str, venue: str, at: datetime, *, drill: bool) -> list[Told]:
        rows = self._told.get((rule, venue, drill), {}).values()
        return [told for told in rows if told.stands(at)]

    def last(self, rule: str, venue: str, warning: str, *, drill: bool = False) -> Told | None:
        """Return what one warning said last, over or not."""
        return self._told.get((rule, venue, drill), {}).get(warning)

    def all_standing(self, at: datetime) -> Iterator[tuple[str, str, Told]]:
        """Yield rule, venue and last word of everything real that is in force, sorted."""
        for rule, venue, drill in sorted(self._told):
            told = None if drill else self.standing(rule, venue, at)
            if told is not None:
                yield rule, venue, told


def _rank(told: Told) -> tuple[datetime, int, str, str]:
    return told[:4]


def _id(told: Told) -> str:
    return told.warning
