"""What may happen to a feed: it is heard, or somebody is told that it is not.

Trouble is no fact before it has lasted for two of the feed's intervals; then it is one, once. A
feed that nobody asks any more falls silent by its deadline, a little later than the poller itself
would say what is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Text
from events.feed import (
    HEARD_BY,
    FeedFact,
    FeedFailed,
    FeedHeard,
    FeedRecovered,
    FeedRegistered,
    FeedRemoved,
    Trouble,
)
from services.deadlines import MissDeadline
from services.decider import Decider, Rejected
from services.weather.commands import (
    AskFeed,
    FeedCommand,
    HearFeed,
    RegisterFeed,
    RemoveFeed,
    TroubleFeed,
)
from services.weather.feeds.address import check_address

_INTERVALS = 2
_GRACE_MAX_S = 30.0
_AGAIN = 4
"""An answer that says nothing new within this part of the interval is not worth an event."""

_NOT_HEARD = Text(
    zh="两个周期内没有收到任何内容",
    en="nothing was heard of it for two intervals",
)


def intervals(interval_s: int) -> timedelta:
    """Return how long a feed may be in trouble before somebody is told."""
    return timedelta(seconds=_INTERVALS * interval_s)


def silent_after(interval_s: int) -> timedelta:
    """Return how long a feed may say nothing at all: two intervals, and half of one, at most half
    a minute, for an answer that is on its way.
    """
    return intervals(interval_s) + timedelta(seconds=min(_GRACE_MAX_S, interval_s / 2))


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as far as a decision needs it."""

    registered: FeedRegistered | None = None
    removed: bool = False
    told_at: datetime | None = None
    """When it was last heard, or registered."""
    heard: FeedHeard | None = None
    """The last answer since it was registered, None before the first."""
    due_at: datetime | None = None
    """The deadline that is set, where one is."""
    failed: Trouble | None = None
    failed_since: datetime | None = None

    @property
    def followed(self) -> FeedRegistered | None:
        """What was said of it, as long as it is followed."""
        return None if self.removed else self.registered


def decide(state: FeedState, command: FeedCommand) -> Sequence[Fact]:
    """Return what follows from a command. Raises Rejected."""
    match command:
        case RegisterFeed():
            return _register(state, command)
        case RemoveFeed():
            return _remove(state, command)
        case HearFeed():
            return _hear(state, command)
        case TroubleFeed(trouble=trouble, reason=reason, at=at):
            return _trouble(state, trouble, reason, at)
        case MissDeadline(name=name, at=at):
            return _miss(state, name, at)
        case AskFeed():
            return []  # Whoever follows it asks it; what it then says is another command.
        case unhandled:
            assert_never(unhandled)


def evolve(state: FeedState, fact: Fact) -> FeedState:
    """Return the feed after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, FeedFact):
        return state
    match fact:
        case FeedRegistered(silent_at=silent_at, interval_s=interval_s):
            told = silent_at - silent_after(interval_s)
            return replace(
                state, registered=fact, removed=False, told_at=told, heard=None, due_at=silent_at
            )
        case FeedRemoved():
            return replace(state, removed=True, failed=None, failed_since=None)
        case FeedHeard(silent_at=silent_at):
            interval_s = state.registered.interval_s if state.registered else 0
            told = silent_at - silent_after(interval_s)
            return replace(state, told_at=told, heard=fact, due_at=silent_at)
        case FeedFailed(trouble=trouble, since=since):
            return replace(state, failed=trouble, failed_since=since)
        case FeedRecovered():
            return replace(state, failed=None, failed_since=None)
        case unhandled:
            assert_never(unhandled)


def _bind(state: FeedState, fact: DeadlineFact) -> FeedState:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == HEARD_BY:
            return replace(state, due_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == HEARD_BY:
            return replace(state, due_at=None)
        case _:
            return state


def _register(state: FeedState, command: RegisterFeed) -> Sequence[Fact]:
    check_address(command)
    fact = FeedRegistered(
        name=command.name,
        adapter=command.adapter,
        url=command.url,
        interval_s=command.interval_s,
        may_be_empty=command.may_be_empty,
        private=command.private,
        pushers=command.pushers if command.adapter == "push" else (),
        silent_at=command.at + silent_after(command.interval_s),
    )
    known = state.followed
    if known is not None and known == fact.model_copy(update={"silent_at": known.silent_at}):
        return []
    return [fact]


def _remove(state: FeedState, command: RemoveFeed) -> Sequence[Fact]:
    if state.registered is None:
        raise Rejected(
            "unknown-feed",
            zh=f"停用数据源 {command.id}：没有这个数据源",
            en=f"remove feed {command.id}: there is no such feed",
            field="id",
        )
    if state.removed:
        return []
    met = [DeadlineMet(name=HEARD_BY)] if state.due_at is not None else []
    return [FeedRemoved(reason=command.reason), *met]


def _hear(state: FeedState, command: HearFeed) -> Sequence[Fact]:
    known = state.followed
    if known is None or state.told_at is None or command.at < state.told_at:
        return []
    heard = FeedHeard(
        entries=command.entries,
        taken=command.taken,
        refused=command.refused,
        silent_at=command.at + silent_after(known.interval_s),
    )
    if state.failed is not None and state.failed_since is not None:
        return [heard, FeedRecovered(trouble=state.failed, since=state.failed_since)]
    return [] if _says_nothing_new(state, heard, known.interval_s) else [heard]


def _says_nothing_new(state: FeedState, heard: FeedHeard, interval_s: int) -> bool:
    """Tell whether an answer came right after another, as when several processes ask, and says no
    more than that one.
    """
    last = state.heard
    if last is None:
        return False
    if heard == last:
        return True
    soon = heard.silent_at - last.silent_at < timedelta(seconds=interval_s / _AGAIN)
    brings = heard.taken or heard.refused or heard.entries != last.entries
    return soon and not brings


def _trouble(state: FeedState, trouble: Trouble, reason: Text, at: datetime) -> Sequence[Fact]:
    known = state.followed
    if known is None or state.told_at is None or state.failed is not None:
        return []
    if at - state.told_at < intervals(known.interval_s):
        return []
    return [FeedFailed(trouble=trouble, reason=reason, since=state.told_at)]


def _miss(state: FeedState, name: str, at: datetime) -> Sequence[Fact]:
    if name != HEARD_BY or state.due_at is None or at < state.due_at:
        return []
    missed = DeadlineMissed(name=HEARD_BY, due_at=state.due_at)
    if state.followed is None or state.told_at is None or state.failed is not None:
        return [missed]
    return [missed, FeedFailed(trouble="silent", reason=_NOT_HEARD, since=state.told_at)]


FEED: Decider[FeedState, FeedCommand] = Decider("feed", FeedState(), decide, evolve)
