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
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from services.weather.naming import About, Name, Rank, about, names_of, rank_of
from services.weather.old_names import OldNames

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
        self.doubtful: set[str] = set()
        """Warnings of which something was said that may leave more to do: another process may have
        taken what they are one chain with, or say anew, at the same time.
        """
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
        if event.key in self._linked or event.key in self._successor:
            self.doubtful.add(event.key)
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

    def said_anew(self, members: Iterable[str]) -> list[str]:
        """Return the other warnings that say anew what one of these said, or that it says anew."""
        ours = set(members)
        subjects = {subject for one in ours for subject in self._subjects_of.get(one, ())}
        found = (
            old.warning
            for subject in sorted(subjects)
            for new in self._alike.get(subject, ())
            for old in self._alike[subject]
            if new.warning in ours and old.warning not in ours
            if new.renews(old) or old.renews(new)
        )
        return list(dict.fromkeys(found))

    def parted(self) -> Iterator[list[str]]:
        """Yield every chain that is not one warning, see `split`."""
        found = (self.split(one) for one in (*self._linked, *self._successor))
        yield from map(list, dict.fromkeys(tuple(members) for members in found if members))

    def split(self, warning: str) -> list[str]:
        """Return the chain of a warning if two processes left it in parts: more than one of it
        speaks, or none does because each is superseded by another. Otherwise nothing.
        """
        members = self.linked([warning, *self._ring(warning)])
        free = sum(one not in self._successor for one in members)
        is_lost = not free and all(self._successor[one] in members for one in members)
        return members if free > 1 or is_lost else []

    def _ring(self, warning: str) -> list[str]:
        """Return the warnings that follow one another round to this one."""
        passed, after = [warning], self._successor.get(warning)
        while after is not None and after not in passed:
            passed.append(after)
            after = self._successor.get(after)
        return passed if after == warning else []

    def _take(self, message: WarningMessage, precedence: int, warning: str) -> None:
        self._join(message, warning)
        rank = rank_of(message, precedence)
        self._last[warning] = max(rank, self._last.get(warning, rank))
        subject = about(message)
        words = {*self._alike.get(subject, ()), word_of(message, rank, warning)}
        if any(one.warning != warning for one in words):
            self.doubtful.add(warning)
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


def word_of(message: WarningMessage, rank: Rank, warning: str) -> Word:
    """Return what is remembered of a message that warns."""
    return Word(
        rank,
        warning,
        message.onset or message.effective or message.sent,
        message.expires,
        rank[1] == 0 and not message.references,
    )
