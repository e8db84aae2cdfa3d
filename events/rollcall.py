"""A roll call: is everybody accounted for? The answers are presence evidence, not part of it."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Instant, Line, Ref, Text, Value, Words
from events.lane import Lane
from events.presence import Method, Whereabouts
from events.volunteer import Role

REMIND = "remind"
"""The deadline at which those who have not answered are asked again."""

REMIND_AFTER_MAX_S = 86_400
"""Nobody waits for answers longer than a day."""

LAST_KNOWN_MAX = 2000
"""People of whom a closing summary says what was last known; it names all the others, too."""

Excuse: TypeAlias = Literal["leave", "off-shift", "other-duty", "gone-home", "other"]
"""Why somebody need not answer. Never a word about their health."""

People = Annotated[tuple[Id, ...], Field(max_length=50_000)]


class Scope(Value):
    """Whom a roll call asks for: each field that is said narrows it; nothing said is everyone."""

    venue: Id | None = None
    site: Id | None = None
    role: Role | None = None
    lane: Lane | None = None


class LastKnown(Value):
    """What was last known of somebody who is missing."""

    person: Id
    at: Instant | None = None
    venue: Id | None = None
    whereabouts: Whereabouts | None = None
    method: Method | None = None


class RollCallOpened(Fact):
    """From now on everyone in `expected` must be accounted for. The list is frozen here."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "opened"
    VERSION: ClassVar[int] = 2
    title: Text
    venue: Id | None = None
    expected: People
    about: Ref | None = None
    scope: Scope | None = None
    remind_after_s: Annotated[int, Field(ge=1, le=REMIND_AFTER_MAX_S)] | None = None
    """How long answers are waited for before those missing are asked again; none is for ever."""
    remind_at: Instant | None = None
    """When they are asked again for the first time."""

    def binds(self) -> tuple[str, datetime] | None:
        """Return when to remind."""
        return (REMIND, self.remind_at) if self.remind_at else None


class RollCallWalkUpAdded(Fact):
    """Somebody who was not expected is there, and counts from now on."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "walk-up-added"
    person: Id
    name: Line | None = None
    """What they say they are called, where nobody registered them."""


class RollCallExcused(Fact):
    """Somebody need not answer. Should they, their answer counts."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "excused"
    person: Id
    reason: Excuse


class RollCallReminded(Fact):
    """Those who have not answered are asked again; from round 3 on their leads are told."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "reminded"
    round: Annotated[int, Field(ge=1)]
    remind_at: Instant | None = None
    """When the next round is; none is never."""

    def binds(self) -> tuple[str, datetime] | None:
        """Return when to remind again."""
        return (REMIND, self.remind_at) if self.remind_at else None


class RollCallClosed(Fact):
    """A person ended it, and these were the counts and the people still missing."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "closed"
    VERSION: ClassVar[int] = 2
    safe: Annotated[int, Field(ge=0)]
    need_help: Annotated[int, Field(ge=0)]
    excused: Annotated[int, Field(ge=0)] = 0
    unaccounted: People
    last_known: Annotated[tuple[LastKnown, ...], Field(max_length=LAST_KNOWN_MAX)] = ()
    """Of those missing, the ones without evidence and with the oldest first."""
    note: Words = ""


class RollCallReopened(Fact):
    """It was ended too early: answers count again."""

    NOUN: ClassVar[str] = "rollcall"
    TYPE: ClassVar[str] = "reopened"
    reason: Words


RollCallFact = (
    RollCallOpened
    | RollCallWalkUpAdded
    | RollCallExcused
    | RollCallReminded
    | RollCallClosed
    | RollCallReopened
)
FACTS: tuple[type[Fact], ...] = (
    RollCallOpened,
    RollCallWalkUpAdded,
    RollCallExcused,
    RollCallReminded,
    RollCallClosed,
    RollCallReopened,
)
