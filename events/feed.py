"""Where warnings come from by themselves, and whether anything still comes."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Instant, Line, Text, Words

Adapter: TypeAlias = Literal["atom", "rss", "index", "folder", "push", "cap", "nws", "cma"]
"""How a feed is read: `cap` is one document at an address, `push` is handed in over HTTP, `folder`
is on this machine's disk, `index` a page that links documents, `nws` GeoJSON, `cma` JSON lists.
"""
Trouble: TypeAlias = Literal["silent", "empty", "broken"]
"""Nothing answers; an answer without anything in it; an answer that cannot be read."""

PUSHERS_MAX: Final = 20
HEARD_BY = "heard-by"
"""The deadline by which a feed must be heard again."""


class FeedRegistered(Fact):
    """A feed is to be followed. Registering it again replaces what was said of it."""

    NOUN: ClassVar[str] = "feed"
    TYPE: ClassVar[str] = "registered"
    VERSION: ClassVar[int] = 2
    name: Text
    adapter: Adapter
    url: Annotated[str, Field(max_length=2000)] = ""
    """Where it is; a folder's name below the folder of feeds; empty for `push`."""
    interval_s: Annotated[int, Field(ge=5, le=86_400)]
    """How often it is asked, or how often it is expected to say something."""
    may_be_empty: bool = False
    """A feed that lists nothing while nothing is in force."""
    private: bool = False
    """It may be at, and redirect to, an address of one's own network."""
    silent_at: Instant
    """When it counts as silent unless it was heard."""
    pushers: Annotated[tuple[Line, ...], Field(max_length=PUSHERS_MAX)] = ()
    """The names of the tokens that may hand in for it, besides those of commanders."""

    def binds(self) -> tuple[str, datetime]:
        return HEARD_BY, self.silent_at


class FeedRemoved(Fact):
    """It is followed no longer. What it brought stays."""

    NOUN: ClassVar[str] = "feed"
    TYPE: ClassVar[str] = "removed"
    reason: Words = ""


class FeedHeard(Fact):
    """It answered, and what it said could be read."""

    NOUN: ClassVar[str] = "feed"
    TYPE: ClassVar[str] = "heard"
    entries: Annotated[int, Field(ge=0)] = 0
    """What it lists now."""
    taken: Annotated[int, Field(ge=0)] = 0
    """Messages that were new and were taken."""
    refused: Annotated[int, Field(ge=0)] = 0
    """Documents that were new and could not be; they are set aside."""
    silent_at: Instant
    """When it counts as silent unless it was heard again."""

    def binds(self) -> tuple[str, datetime]:
        return HEARD_BY, self.silent_at


class FeedFailed(Fact):
    """For two of its intervals nothing could be had from it: whoever relies on it is blind."""

    NOUN: ClassVar[str] = "feed"
    TYPE: ClassVar[str] = "failed"
    trouble: Trouble
    reason: Text
    since: Instant
    """When it was last heard, or registered."""


class FeedRecovered(Fact):
    """It is heard again."""

    NOUN: ClassVar[str] = "feed"
    TYPE: ClassVar[str] = "recovered"
    trouble: Trouble
    since: Instant
    """When it was last heard before."""


FeedFact = FeedRegistered | FeedRemoved | FeedHeard | FeedFailed | FeedRecovered
FACTS: tuple[type[Fact], ...] = (
    FeedRegistered,
    FeedRemoved,
    FeedHeard,
    FeedFailed,
    FeedRecovered,
)
