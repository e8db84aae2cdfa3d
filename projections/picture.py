"""The picture: what the events come to. It is a fold, so it can be thrown away and folded again."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from events import bulletin, details
from events.access import TokenCreated, TokenRevoked
from events.envelope import Event
from events.fact import Fact
from events.message import MessageBegun
from events.volunteer import SwapStepTaken
from events.weather import WarningExpired
from projections.alerts import Alerts
from projections.aside import Aside
from projections.cares import Cares
from projections.clearances import Clearances
from projections.days import Days
from projections.feeds import Feeds
from projections.fold import Fold
from projections.incidents import Incidents
from projections.journeys import Journeys
from projections.messages import Messages
from projections.observations import Observations
from projections.people import People
from projections.phases import Phases
from projections.places import Places
from projections.reach import Reach
from projections.rollcalls import RollCalls
from projections.runs import Runs
from projections.swaps import Swaps
from projections.warnings import Warnings

SCHEMA = 3
"""Of the snapshot. One more whenever a row changes; a snapshot of another schema is not read."""

UNSEEN: frozenset[type[Fact]] = frozenset(
    {
        WarningExpired,
        *bulletin.FACTS,
        MessageBegun,
        TokenCreated,
        TokenRevoked,
        *details.FACTS,
        SwapStepTaken,
    }
)
"""Facts that change nothing in the picture."""


class StaleSnapshot(ValueError):
    """A snapshot that this version cannot read. It is disposable: fold from the beginning."""


@dataclass(slots=True)
class State:
    """Everything in the picture, and how far the log is folded into it."""

    schema: int = SCHEMA
    seq: int = 0
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    places: Places = field(default_factory=Places)
    people: People = field(default_factory=People)
    phases: Phases = field(default_factory=Phases)
    clearances: Clearances = field(default_factory=Clearances)
    swaps: Swaps = field(default_factory=Swaps)
    incidents: Incidents = field(default_factory=Incidents)
    warnings: Warnings = field(default_factory=Warnings)
    observations: Observations = field(default_factory=Observations)
    alerts: Alerts = field(default_factory=Alerts)
    journeys: Journeys = field(default_factory=Journeys)
    rollcalls: RollCalls = field(default_factory=RollCalls)
    runs: Runs = field(default_factory=Runs)
    aside: Aside = field(default_factory=Aside)
    messages: Messages = field(default_factory=Messages)
    reach: Reach = field(default_factory=Reach)
    days: Days = field(default_factory=Days)
    cares: Cares = field(default_factory=Cares)
    feeds: Feeds = field(default_factory=Feeds)


_STATE = TypeAdapter(State)


class Picture:
    """A fold of events. `apply` is the only thing that changes it; `view` (beside) reads it."""

    __slots__ = (
        "_folds",
        "alerts",
        "aside",
        "cares",
        "clearances",
        "days",
        "feeds",
        "incidents",
        "journeys",
        "messages",
        "observations",
        "occurred_at",
        "people",
        "phases",
        "places",
        "reach",
        "recorded_at",
        "rollcalls",
        "runs",
        "seq",
        "swaps",
        "warnings",
    )

    def __init__(self, state: State | None = None) -> None:
        state = state or State()
        self.seq = state.seq
        """The sequence of the last event applied."""
        self.occurred_at = state.occurred_at
        """The latest moment that anything applied happened at."""
        self.recorded_at = state.recorded_at
        """The latest moment that anything applied was recorded at."""
        self.places = state.places
        self.people = state.people
        self.phases = state.phases
        self.clearances = state.clearances
        self.swaps = state.swaps
        self.incidents = state.incidents
        self.warnings = state.warnings
        self.observations = state.observations
        self.alerts = state.alerts
        self.journeys = state.journeys
        self.rollcalls = state.rollcalls
        self.runs = state.runs
        self.aside = state.aside
        self.messages = state.messages
        self.reach = state.reach
        self.days = state.days
        self.cares = state.cares
        self.feeds = state.feeds
        parts = (
            self.places,
            self.people,
            self.phases,
            self.clearances,
            self.swaps,
            self.incidents,
            self.warnings,
            self.observations,
            self.alerts,
            self.journeys,
            self.rollcalls,
            self.runs,
            self.aside,
            self.messages,
            self.reach,
            self.days,
            self.cares,
            self.feeds,
        )
        self._folds: dict[type[Fact], tuple[Fold, ...]] = {}
        for part in parts:
            for kind, fold in part.folds():
                self._folds[kind] = (*self._folds.get(kind, ()), fold)

    def apply(self, event: Event) -> None:
        """Take one event in. One whose sequence has been passed is ignored."""
        seq = event.seq
        if seq:
            if seq <= self.seq:
                return
            self.seq = seq
        if self.recorded_at is None or event.recorded_at > self.recorded_at:
            self.recorded_at = event.recorded_at
        if self.occurred_at is None or event.occurred_at > self.occurred_at:
            self.occurred_at = event.occurred_at
        for fold in self._folds.get(type(event.data), ()):
            fold(event, event.data)

    def folds(self, kind: type[Fact]) -> bool:
        """Tell whether facts of this kind change the picture."""
        return kind in self._folds

    def keep(self) -> State:
        """Return its state, still shared with the picture."""
        return State(**{f.name: getattr(self, f.name) for f in fields(State) if f.name != "schema"})

    def take_up(self, state: State) -> None:
        """Go on from a state that was kept, in place of its own."""
        self.__init__(state)  # type: ignore[misc]  # a picture is nothing but its state

    def canonical(self) -> bytes:
        """Return the whole picture as JSON with sorted keys: equal folds give equal bytes."""
        return orjson.dumps(
            self.keep(), default=plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
        )

    def snapshot(self) -> bytes:
        """Return what `load` reads back: the canonical picture, with its schema and sequence."""
        return self.canonical()

    @classmethod
    def load(cls, snapshot: bytes) -> "Picture":
        """Read a snapshot; raise StaleSnapshot when it is of another schema or damaged."""
        try:
            state = _STATE.validate_json(snapshot)
        except ValidationError as error:
            raise StaleSnapshot(
                f"load snapshot: {error.error_count()} fields do not fit"
            ) from error
        if state.schema != SCHEMA:
            raise StaleSnapshot(f"load snapshot: schema {state.schema}, not {SCHEMA}")
        return cls(state)


def plain(value: Any) -> Any:
    """Take apart what orjson does not know: rows are named tuples, facts are models."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, BaseModel):
        return value.__dict__
    raise TypeError(f"write snapshot: {type(value).__name__} is not part of a picture")
