"""Which warning a message belongs to: messages of one chain name one another, in any order.

A sender speaks for its own warnings; for another sender's only within the feed that brings both.
Only what is meant can touch what is meant: a test or an exercise that refers to a real warning is a
chain of its own. Warnings of Muster's own rules are no chain of messages, and are left out.

What has long been over leaves memory, but for the smallest that tells its names: they may be said
again.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, NamedTuple, TypeAlias

from events.envelope import Event
from events.ids import derive
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from services.weather.changes import area_of
from services.weather.old_names import OldNames

Name: TypeAlias = tuple[str, ...]
"""Sender and identifier: a message's own, or one it refers to. Times are left out, they lie. Of
what is not meant (a test, an exercise) the status comes third. Before them `feed` and a feed's id:
a name that counts among the messages of that feed only.
"""
About: TypeAlias = tuple[str, ...]
"""Status, sender, hazard and area."""
Rank: TypeAlias = tuple[datetime, int, str, str]
"""When a message was sent, what it does (0 issue, 1 update, 2 cancel), identifier, sender: the
greatest speaks.
"""

KEPT_EVENTS = 100_000
"""For so many events of the log what is over stays in memory whole, as aggregates do."""
_LEAVE_AT_ONCE = 4
"""Per event. At most one begins to wait with each event, so the line does not grow."""
_ALIKE_MAX = 20
"""Messages remembered of one sender, hazard and area."""


class Word(NamedTuple):
    """A message that warns, as far as another one may be the same warning anew."""

    rank: Rank
    warning: str
    starts: datetime
    expires: datetime | None
    is_first: bool
    """It refers to no other message, and does not say that it updates one."""

    def renews(self, old: "Word") -> bool:
        """Tell whether it says anew, while the old one holds, what that one said."""
        sent = self.rank[0]
        holds = old.expires is None or old.expires > max(sent, self.starts)
        return self.is_first and old.rank[0] < sent and holds


class Chains:
    """A fold: the warning of every message that was met or referred to."""

    kinds: ClassVar[frozenset[str]] = frozenset({"warning"})

    def __init__(self) -> None:
        self.kept_events = KEPT_EVENTS
        self._warning_of: dict[Name, str] = {}
        self._old = OldNames()
        self._names_of: dict[str, set[Name]] = {}
        self._subjects_of: dict[str, set[About]] = {}
        """Of the warnings that are in memory whole, as the names are."""
        self._newest: dict[str, int] = {}
        """Their last events, by sequence."""
        self._over: deque[tuple[int, str]] = deque()
        """The event by which a warning was over, and the warning."""
        self._linked: dict[str, tuple[str, ...]] = {}
        """Warnings that turned out to be one chain, sorted, under each of them."""
        self._opened: dict[str, int] = {}
        """The place of each warning in the order of the log."""
        self._successor: dict[str, str] = {}
        self._successors: set[str] = set()
        self._last: dict[str, Rank] = {}
        """Of each warning the last message that warns."""
        self._alike: dict[About, tuple[Word, ...]] = {}
        self._feeds_of: dict[str, frozenset[str]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case WarningIssued(message=message) if not message.rule:
                self._take(message, 0, event.key)
            case WarningUpdated(message=message) if not message.rule:
                self._take(message, 1, event.key)
            case WarningCancelled(message=message) if not message.rule:
                self._join(message, event.key)
            case WarningSuperseded(by=by):
                self._successor[event.key] = by
                self._successors.add(by)
        if event.key in self._names_of:
            self._newest[event.key] = event.seq
            if isinstance(event.data, WarningCancelled | WarningExpired | WarningSuperseded):
                self._over.append((event.seq, event.key))
        self._let_go(event.seq)

    def feeds_of(self, sender: str) -> frozenset[str]:
        """Return the feeds that ever brought a message of a sender."""
        return self._feeds_of.get(sender, frozenset())

    def met(self, message: WarningMessage) -> list[str]:
        """Return the warnings that a message speaks of, in the order they were opened. There are
        several when a message in the middle of a chain comes after both its ends.
        """
        known = (self._known(name) for name in names_of(message))
        return self.linked(one for one in known if one is not None)

    def linked(self, warnings: Iterable[str]) -> list[str]:
        """Return warnings and all that are one chain with them, in the order they were opened."""
        found = {other for one in warnings for other in (one, *self._linked.get(one, ()))}
        return sorted(found, key=lambda one: (self._opened.get(one, 0), one))

    def living(self, members: list[str]) -> str:
        """Return which warning of a chain speaks: the first opened of those that nothing of the
        chain has superseded, and of these one that nothing has.
        """
        free = [one for one in members if one not in self._successor]
        outside = [one for one in members if self._successor.get(one) not in members]
        return (free or outside or members)[0]

    def successor(self, warning: str) -> str | None:
        """Return the warning that speaks in another's place, as it was said of that one."""
        return self._successor.get(warning)

    def last_successor(self, warning: str) -> str:
        """Return the warning that speaks in the end in another's place, or that one itself."""
        passed = {warning}
        while (after := self._successor.get(warning)) is not None and after not in passed:
            passed.add(after)
            warning = after
        return warning

    def last_warned(self, warnings: Iterable[str]) -> Rank | None:
        """Return the rank of the last message of these warnings that warns; None without one."""
        ranks = (self._last.get(one) for one in warnings)
        return max((rank for rank in ranks if rank is not None), default=None)

    def alike(self, message: WarningMessage, rank: Rank) -> list[str]:
        """Return the warnings that a message says anew, or that say anew what it said."""
        new = word_of(message, rank, "")
        return list(
            dict.fromkeys(
                old.warning
                for old in self._alike.get(about(message), ())
                if new.renews(old) or old.renews(new)
            )
        )

    def parted(self) -> Iterator[list[str]]:
        """Yield every chain of which more than one warning still speaks."""
        for members in {tuple(linked) for linked in self._linked.values()}:
            if sum(one not in self._successor for one in members) > 1:
                yield self.linked(members)

    def _take(self, message: WarningMessage, precedence: int, warning: str) -> None:
        self._join(message, warning)
        rank = rank_of(message, precedence)
        self._last[warning] = max(rank, self._last.get(warning, rank))
        subject = about(message)
        words = {*self._alike.get(subject, ()), word_of(message, rank, warning)}
        self._alike[subject] = tuple(sorted(words, key=lambda one: one.rank)[-_ALIKE_MAX:])
        self._subjects_of.setdefault(warning, set()).add(subject)

    def _join(self, message: WarningMessage, warning: str) -> None:
        self._opened.setdefault(warning, len(self._opened))
        names = self._names_of.setdefault(warning, set())
        if message.feed is not None and message.feed not in self.feeds_of(message.sender):
            self._feeds_of[message.sender] = self.feeds_of(message.sender) | {message.feed}
        for name in names_of(message):
            known = self._known(name)
            if known is None:
                self._warning_of[name] = warning
                names.add(name)
            elif known != warning:
                self._link(known, warning)

    def _known(self, name: Name) -> str | None:
        found = self._warning_of.get(name)
        return self._old.get(name) if found is None else found

    def _let_go(self, newest: int) -> None:
        """Let what has been over for long enough, and said nothing since, leave memory."""
        for _ in range(_LEAVE_AT_ONCE):
            if not self._over or self._over[0][0] + self.kept_events > newest:
                return
            since, warning = self._over.popleft()
            if self._newest.get(warning) == since:
                self._leave(warning)

    def _leave(self, warning: str) -> None:
        """What it was linked to, what it speaks for and what speaks for it stays: a text or two."""
        del self._newest[warning]
        for name in self._names_of.pop(warning):
            if self._old.put(name, warning):
                del self._warning_of[name]
        for subject in self._subjects_of.pop(warning, ()):
            words = tuple(one for one in self._alike.get(subject, ()) if one.warning != warning)
            if words:
                self._alike[subject] = words
            else:
                self._alike.pop(subject, None)
        if warning not in self._linked and warning not in self._successors:
            self._last.pop(warning, None)

    def _link(self, one: str, other: str) -> None:
        linked = {one, other, *self._linked.get(one, ()), *self._linked.get(other, ())}
        for warning in linked:
            self._linked[warning] = tuple(sorted(linked))


def names_of(message: WarningMessage) -> list[Name]:
    """Return a message's own name, what its feed calls it, then those it refers to; the first it
    refers to comes last.
    """
    own, *others = _spoken(message)
    return list(dict.fromkeys([own, *_by_feed(message), *others]))


def new_id(message: WarningMessage) -> str:
    """Return the id of a new warning. It follows from the oldest message known of the chain, so
    that whoever takes the same message makes the same warning.
    """
    return derive("warning", *_spoken(message)[-1])


def _spoken(message: WarningMessage) -> list[Name]:
    """Return the names of its own sender: nobody speaks for somebody else by naming them.

    A reference that is no triple is its sender's own, if it looks like an identifier: `None` and
    `N/A` are sent too, and have no digit.
    """
    own = (message.sender, message.identifier)
    named = (
        (message.sender, identifier)
        for sender, identifier in reversed(message.references)
        if sender == message.sender or (not sender and any(map(str.isdigit, identifier)))
    )
    return [(*name, *_unmeant(message)) for name in (own, *(one for one in named if one != own))]


def _by_feed(message: WarningMessage) -> list[Name]:
    """Return the names by which senders of one feed know each other's messages: offices of one
    service go on with each other's warnings, and whose feed is followed is somebody's decision.
    """
    if message.feed is None:
        return []
    others = [one for one in reversed(message.references) if one[0] not in {"", message.sender}]
    named = ((message.sender, message.identifier), *others)
    return [("feed", message.feed, *name, *_unmeant(message)) for name in named]


def _unmeant(message: WarningMessage) -> tuple[str, ...]:
    return () if message.status == "Actual" else (message.status,)


def rank_of(message: WarningMessage, precedence: int) -> Rank:
    """Return what decides which message of a chain speaks."""
    return message.sent, precedence, message.identifier, message.sender


def word_of(message: WarningMessage, rank: Rank, warning: str) -> Word:
    """Return what is remembered of a message that warns."""
    return Word(
        rank,
        warning,
        message.onset or message.effective or message.sent,
        message.expires,
        rank[1] == 0 and not message.references,
    )


def about(message: WarningMessage) -> About:
    """Return what must be equal for two messages to speak of the same.

    A Chinese station has one signal of a hazard at a time, whatever its colour. Elsewhere warnings
    of one hazard stand side by side, a yellow one for the day and an orange one for the evening,
    and the event's name tells them apart.
    """
    is_chinese = any(text.language.lower().startswith("zh") for text in message.texts)
    events = sorted({text.event.casefold() for text in message.texts})
    hazard = [message.hazard] if is_chinese and message.hazard else events
    return message.status, message.sender, area_of(message.areas), *hazard
