"""What happened to an incident and to a person, in the order it happened.

The fold keeps sequences only, so that a roster of tens of thousands and a long log stay small; who
reads a timeline fetches these events from the log and hands them to `entries`.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson
from pydantic import TypeAdapter, ValidationError

from events.alert import AlertRaised
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.fact import Fact
from events.incident import IncidentMerged, IncidentReported
from events.journey import (
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from events.message import MessageFact
from events.rollcall import RollCallClosed, RollCallExcused, RollCallOpened, RollCallWalkUpAdded
from events.run import RunStarted
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from projections.moment import iso, seconds
from projections.picture import StaleSnapshot
from projections.words import describe

SCHEMA = 2

Seqs: TypeAlias = "array[int]"
"""Sequences in rising order, eight bytes each."""

_DEADLINES: frozenset[type[Fact]] = frozenset({DeadlineSet, DeadlineMet, DeadlineMissed})
_OF_A_PERSON = frozenset({"volunteer", "presence", "checkin", "details"})
_ABOUT = frozenset({"alert", "run"})
_LONG = {"expected", "unaccounted", "last_known"}
"""Fields of a roll call that may list a whole roster; `what` has the counts."""
_SECRET = {"code", "sealed", "detail", "contact"}
"""What proves that a message came, and what only its lane may read."""


@dataclass(slots=True)
class Index:
    """The sequences of each subject, and what must be known to find the subject of an event."""

    schema: int = SCHEMA
    seq: int = 0
    incidents: dict[str, list[int]] = field(default_factory=dict)
    people: dict[str, list[int]] = field(default_factory=dict)
    person_of: dict[str, str] = field(default_factory=dict)
    """The person an incident is about."""
    incident_of: dict[str, str] = field(default_factory=dict)
    """The incident an alert or a run is about, by `kind/id`."""
    expected: dict[str, list[str]] = field(default_factory=dict)
    """Whom each open roll call asks for."""
    travel: dict[str, list[str]] = field(default_factory=dict)
    """Who is to travel on each journey."""
    swaps: dict[str, list[str]] = field(default_factory=dict)
    """The two of each swap that is not over."""


_INDEX = TypeAdapter(Index)


class Timelines:
    """The index of the timelines. Events without a sequence have no place to be read from."""

    def __init__(self) -> None:
        self.seq = 0
        self._incidents: dict[str, Seqs] = {}
        self._people: dict[str, Seqs] = {}
        self._person_of: dict[str, str] = {}
        self._incident_of: dict[str, str] = {}
        self._expected: dict[str, tuple[str, ...]] = {}
        self._travel: dict[str, tuple[str, ...]] = {}
        self._swaps: dict[str, tuple[str, ...]] = {}

    def apply(self, event: Event) -> None:
        """Take one event in. One whose sequence has been passed is ignored."""
        if event.seq <= self.seq:
            return
        self.seq = event.seq
        kind = event.kind
        if kind in _OF_A_PERSON:
            _append(self._people, event.key, event.seq)
        elif kind == "incident":
            self._incident(event)
        elif kind in _ABOUT:
            self._about(event)
        elif kind == "rollcall":
            self._roll_call(event)
        else:
            for person in self._concerned(event):
                _append(self._people, person, event.seq)

    def incident(self, id: str) -> list[int]:
        """Return the sequences of an incident, its alerts and its runs; [] if unknown."""
        return list(self._incidents.get(id, ()))

    def person(self, id: str) -> list[int]:
        """Return the sequences of what concerns a person; [] if unknown."""
        return list(self._people.get(id, ()))

    def _incident(self, event: Event) -> None:
        fact = event.data
        if isinstance(fact, IncidentReported) and fact.person is not None:
            self._person_of.setdefault(event.key, fact.person)
        _append(self._incidents, event.key, event.seq)
        if isinstance(fact, IncidentMerged) and fact.into != event.key:
            _append(self._incidents, fact.into, event.seq)
        if person := self._person_of.get(event.key):
            _append(self._people, person, event.seq)

    def _about(self, event: Event) -> None:
        fact, name = event.data, f"{event.kind}/{event.key}"
        if isinstance(fact, AlertRaised | RunStarted) and fact.about.kind == "incident":
            self._incident_of[name] = fact.about.id
        incident = self._incident_of.get(name)
        if incident is not None and type(fact) not in _DEADLINES:
            _append(self._incidents, incident, event.seq)

    def _roll_call(self, event: Event) -> None:
        fact = event.data
        if isinstance(fact, RollCallOpened):
            people = self._expected[event.key] = tuple(dict.fromkeys(fact.expected))
        elif isinstance(fact, RollCallClosed):
            people = self._expected.pop(event.key, ())
        elif isinstance(fact, RollCallWalkUpAdded | RollCallExcused):
            people = (fact.person,)
        else:
            return
        for person in people:
            _append(self._people, person, event.seq)

    def _concerned(self, event: Event) -> tuple[str, ...]:
        """Return the people whom an event of a journey, a swap or a message concerns."""
        fact, key = event.data, event.key
        match fact:
            case JourneyPlanned(plan=plan) | JourneyReplanned(plan=plan):
                before = self._travel.get(key, ())
                self._travel[key] = tuple(dict.fromkeys(plan.people))
                return tuple(dict.fromkeys((*before, *plan.people)))
            case JourneyArrived(people=people) | JourneyOverdue(missing=people):
                return people
            case JourneyDeparted() | JourneyCancelled():
                return self._travel.get(key, ())
            case SwapProposed(giver=giver, taker=taker):
                self._swaps[key] = (giver, taker)
                return (giver, taker)
            case SwapDone() | SwapFailed() | SwapDeclined():
                return self._swaps.pop(key, ())
            case SwapAgreed():
                return self._swaps.get(key, ())
            case _:
                return (fact.person,) if isinstance(fact, MessageFact) else ()

    def snapshot(self) -> bytes:
        """Return what `load` reads back."""
        index = Index(
            SCHEMA,
            self.seq,
            {key: list(seqs) for key, seqs in self._incidents.items()},
            {key: list(seqs) for key, seqs in self._people.items()},
            self._person_of,
            self._incident_of,
            {key: list(people) for key, people in self._expected.items()},
            {key: list(people) for key, people in self._travel.items()},
            {key: list(people) for key, people in self._swaps.items()},
        )
        return orjson.dumps(index, option=orjson.OPT_SORT_KEYS)

    @classmethod
    def load(cls, snapshot: bytes) -> "Timelines":
        """Read a snapshot; raise StaleSnapshot when it is of another schema or damaged."""
        try:
            index = _INDEX.validate_json(snapshot)
        except ValidationError as error:
            raise StaleSnapshot(
                f"load timelines: {error.error_count()} fields do not fit"
            ) from error
        if index.schema != SCHEMA:
            raise StaleSnapshot(f"load timelines: schema {index.schema}, not {SCHEMA}")
        timelines = cls()
        timelines.seq = index.seq
        timelines._incidents = {key: array("Q", seqs) for key, seqs in index.incidents.items()}
        timelines._people = {key: array("Q", seqs) for key, seqs in index.people.items()}
        timelines._person_of = index.person_of
        timelines._incident_of = index.incident_of
        timelines._expected = {key: tuple(people) for key, people in index.expected.items()}
        timelines._travel = {key: tuple(people) for key, people in index.travel.items()}
        timelines._swaps = {key: tuple(people) for key, people in index.swaps.items()}
        return timelines


def _append(index: dict[str, Seqs], subject: str, seq: int) -> None:
    seqs = index.get(subject)
    if seqs is None:
        index[subject] = array("Q", (seq,))
    else:
        seqs.append(seq)


def entries(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the events as the entries of a timeline, JSON-ready, in the order they happened."""
    ordered = sorted(events, key=lambda event: (event.occurred_at, event.seq))
    return [_entry(event) for event in ordered]


def _entry(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "id": event.id,
        "type": f"{event.kind}.{event.type}",
        "subject": {"kind": event.kind, "id": event.key},
        "site": event.site,
        "occurred_at": iso(event.occurred_at),
        "recorded_at": iso(event.recorded_at),
        "late_by_s": seconds(event.recorded_at - event.occurred_at),
        "actor": event.actor,
        "what": describe(event).model_dump(),
        "data": event.data.model_dump(mode="json", exclude_none=True, exclude=_LONG | _SECRET),
        "causation_id": event.causation_id,
        "correlation_id": event.correlation_id,
        "drill": event.drill,
    }
