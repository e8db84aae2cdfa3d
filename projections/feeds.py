"""The feeds that warnings come from: how each was when it was last heard, and how it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Text
from events.feed import (
    Adapter,
    FeedFailed,
    FeedHeard,
    FeedRecovered,
    FeedRegistered,
    FeedRemoved,
    Trouble,
)
from projections.fold import Binding, on

Health: TypeAlias = Literal["ok", "waiting", "late", "failed"]
"""Heard in time; registered and not heard yet; not heard when it should have been; in trouble for
two of its intervals, so that somebody was told, or for three without a word of it: then nobody is
left to tell, and whoever looks must see it.
"""
_SILENT = 3.0
_LATE = 1.5
"""Intervals without a word after which a feed turns grey, before anybody is told."""


class Feed(NamedTuple):
    """A feed as it was registered last, and what was heard of it since it was first."""

    name: Text
    adapter: Adapter
    url: str
    interval_s: int
    may_be_empty: bool
    private: bool
    registered_at: datetime
    heard_at: datetime | None = None
    entries: int = 0
    """What it listed when it was last heard."""
    taken: int = 0
    """Messages that it brought, in all."""
    refused: int = 0
    """Documents of it that were refused, in all."""
    brought_at: datetime | None = None
    """When it last brought a message that was new."""
    trouble: Trouble | None = None
    """The last trouble somebody was told of; over if `failed_at` is none."""
    reason: Text | None = None
    since: datetime | None = None
    """When it was last heard before that trouble."""
    failed_at: datetime | None = None
    recovered_at: datetime | None = None
    pushers: tuple[str, ...] = ()
    """The names of the tokens that may hand in for it, besides those of commanders."""

    @property
    def told_at(self) -> datetime:
        """When it was last heard, or registered."""
        return max(self.heard_at, self.registered_at) if self.heard_at else self.registered_at

    def is_blind(self, at: datetime) -> bool:
        """Tell whether nothing was had of it for too long, also where nobody is left to say so."""
        silent = timedelta(seconds=self.interval_s * _SILENT)
        return self.failed_at is not None or at - self.told_at > silent

    def health(self, at: datetime) -> Health:
        """Return how it is at a moment."""
        if self.is_blind(at):
            return "failed"
        if at - self.told_at > timedelta(seconds=self.interval_s * _LATE):
            return "late"
        return "waiting" if self.heard_at is None else "ok"


_SAID = ("name", "adapter", "url", "interval_s", "may_be_empty", "private", "registered_at",
         "pushers")  # fmt: skip
"""What registering it again replaces; what was heard of it stays."""


@dataclass(slots=True)
class Feeds:
    """The feeds that are followed, by id."""

    rows: dict[str, Feed] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(FeedRegistered, self._registered)
        yield on(FeedRemoved, self._removed)
        yield on(FeedHeard, self._heard)
        yield on(FeedFailed, self._failed)
        yield on(FeedRecovered, self._recovered)

    def _registered(self, event: Event, fact: FeedRegistered) -> None:
        fresh = Feed(
            fact.name,
            fact.adapter,
            fact.url,
            fact.interval_s,
            fact.may_be_empty,
            fact.private,
            event.occurred_at,
            pushers=fact.pushers,
        )
        known = self.rows.get(event.key, fresh)
        said = {name: getattr(fresh, name) for name in _SAID}
        self.rows[event.key] = known._replace(**said)

    def _removed(self, event: Event, _: FeedRemoved) -> None:
        self.rows.pop(event.key, None)

    def _heard(self, event: Event, fact: FeedHeard) -> None:
        row = self.rows.get(event.key)
        if row is None:
            return
        at = event.occurred_at
        newest = row.heard_at is None or at >= row.heard_at
        self.rows[event.key] = row._replace(
            heard_at=at if newest else row.heard_at,
            entries=fact.entries if newest else row.entries,
            taken=row.taken + fact.taken,
            refused=row.refused + fact.refused,
            brought_at=_later(row.brought_at, at) if fact.taken else row.brought_at,
        )

    def _failed(self, event: Event, fact: FeedFailed) -> None:
        row = self.rows.get(event.key)
        if row is not None:
            self.rows[event.key] = row._replace(
                trouble=fact.trouble,
                reason=fact.reason,
                since=fact.since,
                failed_at=event.occurred_at,
                recovered_at=None,
            )

    def _recovered(self, event: Event, _: FeedRecovered) -> None:
        row = self.rows.get(event.key)
        if row is not None:
            self.rows[event.key] = row._replace(failed_at=None, recovered_at=event.occurred_at)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
