"""The warnings: one row for each, out of messages that may come late, twice and in any order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Severity
from events.weather import (
    Changed,
    Colour,
    Signature,
    WarningCancelled,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from projections.fold import Binding, on

Move: TypeAlias = Literal["issue", "update", "cancel"]
MOVES: tuple[Move, ...] = ("issue", "update", "cancel")
"""What a message does, by its precedence."""

KEPT_WHOLE = timedelta(days=3)
"""For so long after a warning is over its areas and long texts stay in memory. A country's feed
brings a hundred megabytes of them a day; the documents they came in are kept.
"""

_PRECEDENCE: dict[type, int] = {WarningIssued: 0, WarningUpdated: 1, WarningCancelled: 2}


class Said(NamedTuple):
    """What is kept of each message of a chain."""

    sent: datetime
    precedence: int
    """0 issued, 1 updated, 2 cancelled: of two messages sent in one second the higher speaks."""
    identifier: str
    sender: str
    id: str
    """Of the event that brought it."""
    taken_at: datetime
    changed: tuple[Changed, ...] = ()
    colour: Colour | None = None
    severity: Severity = "unknown"
    expires: datetime | None = None
    document: str = ""
    signature: Signature = "none"


class Warned(NamedTuple):
    """A warning as its last message has it."""

    site: str
    message: WarningMessage
    id: str
    """Of the event that brought the message: it decides between two messages of one name."""
    precedence: int
    """Of the message, as `Said.precedence`."""
    history: tuple[Said, ...] = ()
    """Every message of the chain once, in the order they were sent."""
    superseded_by: str | None = None
    """The warning that speaks in its place."""

    @property
    def starts_at(self) -> datetime:
        """The moment it holds from: `effective`, or `sent` where the sender leaves it out."""
        return self.message.effective or self.message.sent

    @property
    def begins_at(self) -> datetime:
        """The moment from which what it warns of is expected."""
        return self.message.onset or self.starts_at

    @property
    def updates(self) -> tuple[tuple[str, str], ...]:
        """(sender, identifier) of the updates among its messages, in order."""
        return tuple((one.sender, one.identifier) for one in self.history if one.precedence == 1)

    @property
    def rises(self) -> int:
        """How many times it became severe or worse, by the message that spoke whenever one came.

        What had been cancelled or had run out before the next message came becomes so anew.
        """
        speaking: Said | None = None
        found, was_severe = 0, False
        for said in sorted(self.history, key=lambda one: (one.taken_at, *_order(one))):
            if speaking is not None:
                if _order(said) < _order(speaking):
                    continue
                was_severe &= speaking.expires is None or said.taken_at < speaking.expires
            speaking = said
            is_severe = said.precedence < 2 and said.severity in {"severe", "extreme"}
            found += is_severe and not was_severe
            was_severe = is_severe
        return found

    def in_force(self, at: datetime) -> bool:
        """Tell whether it holds at a moment; without `expires` it holds until it is cancelled."""
        return not self._is_over(at) and self.starts_at <= at

    def is_live(self, at: datetime) -> bool:
        """Tell whether it is meant and not over at a moment; it need not have begun."""
        return self.message.status == "Actual" and not self._is_over(at)

    def _is_over(self, at: datetime) -> bool:
        expires = self.message.expires
        has_expired = expires is not None and expires <= at
        return self.superseded_by is not None or self.precedence == 2 or has_expired


class Superseded(NamedTuple):
    """Which warning speaks in another's place, and since when."""

    since: datetime
    by: str


@dataclass(slots=True)
class Warnings:
    """All warnings by id. Expiry is read off the clock, so `WarningExpired` adds nothing."""

    rows: dict[str, Warned] = field(default_factory=dict)
    superseded: dict[str, Superseded] = field(default_factory=dict)
    """By the id of the warning that does not speak any more."""
    whole_since: datetime | None = None
    """Of what was over before this moment only the outline is left; moved on once a day."""

    def folds(self) -> Iterator[Binding]:
        yield on(WarningIssued, self._said)
        yield on(WarningUpdated, self._said)
        yield on(WarningCancelled, self._said)
        yield on(WarningSuperseded, self._superseded)

    def in_force_at(self, venue: str, at: datetime) -> list[tuple[str, Warned]]:
        """Return the warnings that are meant and hold at a venue at a moment, newest first, by what
        is known now: they may be asked of the future. Of the past ask the picture as of then.
        """
        found = [
            (id, row)
            for id, row in self.rows.items()
            if row.message.status == "Actual" and venue in row.message.venues and row.in_force(at)
        ]
        return sorted(found, key=lambda one: (-one[1].message.sent.timestamp(), one[0]))

    def _said(self, event: Event, fact: WarningIssued | WarningUpdated | WarningCancelled) -> None:
        said = _said_by(event, fact)
        known = self.rows.get(event.key)
        end = self.superseded.get(event.key)
        new = Warned(event.site, fact.message, event.id, said.precedence)
        newest = new if known is None or _rank(new) > _rank(known) else known
        history = _with(known.history if known else (), said)
        self.rows[event.key] = newest._replace(
            history=history, superseded_by=end.by if end else None
        )
        self._let_go(event)

    def _superseded(self, event: Event, fact: WarningSuperseded) -> None:
        end = Superseded(event.occurred_at, fact.by)
        end = max(end, self.superseded.get(event.key, end))
        self.superseded[event.key] = end
        row = self.rows.get(event.key)
        if row is not None:
            self.rows[event.key] = row._replace(superseded_by=end.by)
            self._let_go(event)

    def _let_go(self, event: Event) -> None:
        """Let go of what nobody is warned by any more, in a picture of this moment or a later one.

        What happened last tells the moment, not what was recorded last: a picture of the past has
        what was recorded after it.
        """
        day = event.occurred_at.replace(hour=0, minute=0, second=0, microsecond=0) - KEPT_WHOLE
        touched: list[str] = [event.key]
        if self.whole_since is None or day > self.whole_since:
            self.whole_since = day
            touched = list(self.rows)
        for id in touched:
            row = self.rows[id]
            over = self._over_since(id, row)
            if over is not None and over < self.whole_since and row.message.areas:
                self.rows[id] = row._replace(message=_outlined(row.message))

    def _over_since(self, id: str, row: Warned) -> datetime | None:
        end = self.superseded.get(id)
        if end is not None:
            return end.since
        return row.message.sent if row.precedence == 2 else row.message.expires


def _outlined(message: WarningMessage) -> WarningMessage:
    """Return a message without where it held and without its long texts."""
    texts = tuple(
        text.model_copy(update={"description": "", "instruction": ""}) for text in message.texts
    )
    return message.model_copy(update={"areas": (), "texts": texts})


def _said_by(event: Event, fact: WarningIssued | WarningUpdated | WarningCancelled) -> Said:
    message = fact.message
    return Said(
        message.sent,
        _PRECEDENCE[type(fact)],
        message.identifier,
        message.sender,
        event.id,
        event.occurred_at,
        fact.changed if isinstance(fact, WarningUpdated) else (),
        message.colour,
        message.severity,
        message.expires,
        message.document,
        message.signature,
    )


def _with(history: tuple[Said, ...], said: Said) -> tuple[Said, ...]:
    """Add a message; of two of one name the one that would speak stays."""
    same = [one for one in history if _name(one) == _name(said)]
    rest = [one for one in history if _name(one) != _name(said)]
    return tuple(sorted((*rest, max((*same, said), key=lambda one: one[:5])), key=_order))


def _name(said: Said) -> tuple[str, str]:
    return said.sender, said.identifier


def _order(said: Said) -> tuple[datetime, int, str, str]:
    return said[:4]


def _rank(warned: Warned) -> tuple[datetime, int, str, str, str]:
    message = warned.message
    return message.sent, warned.precedence, message.identifier, message.sender, warned.id
