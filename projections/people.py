"""The people: who they are and when they are on shift, and the evidence of where and how they are.

What was decided of a person comes in the order of the log. Evidence does not: the newest by
(occurred_at, event id) counts, so any order of arrival leaves the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Place
from events.lane import Helper, Lane
from events.presence import Method, PresenceReported, SafetyReported, Whereabouts
from events.sealed import Sealed
from events.volunteer import (
    PersonErased,
    Role,
    ShiftAssigned,
    ShiftCancelled,
    VolunteerChanged,
    VolunteerRegistered,
)
from projections.fold import Binding, on

ANSWERS_KEPT = 16
"""Newest safety answers kept of a person: enough for the roll calls of a day, and 200 MB where all
of 45,000 people gave so many. The newest call for help is kept besides, however many follow it."""

CANCELLED_KEPT = 32
"""Newest cancelled shifts kept of a person."""

SafetyAnswer: TypeAlias = Literal["safe", "need-help"]


class Volunteer(NamedTuple):
    """A person of the roster, at their home site."""

    site: str
    name: str
    latin: str
    role: Role
    leads: tuple[str, ...]
    languages: tuple[str, ...] = ()
    lead: str | None = None
    helpers: tuple[Helper, ...] = ()
    lanes: tuple[Lane, ...] = ()
    phases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contact: Sealed | None = None
    erased: bool = False
    """Their details are destroyed: the id stands where the name was."""


class Shift(NamedTuple):
    """A time at a venue, `ends_at` not included."""

    id: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    role: Role | None = None
    """What they do on it, where that is not their own role."""
    instead_of: str | None = None
    planned_at: datetime | None = None
    """When it was recorded."""


class Cancelled(NamedTuple):
    """A shift that was taken back, and when that was recorded."""

    shift: Shift
    at: datetime
    reason: str


class Evidence(NamedTuple):
    """Where a person was at `at`. The first two fields are its rank."""

    at: datetime
    id: str
    recorded_at: datetime
    site: str
    whereabouts: Whereabouts
    venue: str | None
    place: Place | None
    method: Method


class Answer(NamedTuple):
    """How a person was at `at`. The first two fields are its rank."""

    at: datetime
    id: str
    recorded_at: datetime
    site: str
    answer: SafetyAnswer
    venue: str | None
    place: Place | None
    method: Method


@dataclass(slots=True)
class People:
    """What is known of each person, by their id. Evidence may name a person nobody registered."""

    volunteers: dict[str, Volunteer] = field(default_factory=dict)
    shifts: dict[str, tuple[Shift, ...]] = field(default_factory=dict)
    cancelled: dict[str, tuple[Cancelled, ...]] = field(default_factory=dict)
    """The last ones of each person: whoever follows a calendar must hear of them."""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    answers: dict[str, tuple[Answer, ...]] = field(default_factory=dict)
    """Newest first."""
    pleas: dict[str, Answer] = field(default_factory=dict)
    """The newest `need-help` of each person."""

    def folds(self) -> Iterator[Binding]:
        yield on(VolunteerRegistered, self._described)
        yield on(VolunteerChanged, self._described)
        yield on(PersonErased, self._erased)
        yield on(ShiftAssigned, self._assigned)
        yield on(ShiftCancelled, self._cancelled)
        yield on(PresenceReported, self._seen)
        yield on(SafetyReported, self._answered)

    def _described(self, event: Event, fact: VolunteerRegistered | VolunteerChanged) -> None:
        self.volunteers[event.key] = Volunteer(
            intern(event.site),
            fact.name,
            fact.latin,
            fact.role,
            fact.leads,
            fact.languages,
            fact.lead,
            fact.helpers,
            fact.lanes,
            fact.phases,
            fact.channels,
            fact.contact,
        )

    def forget(self, person: str) -> None:
        """Leave of a person only what says nothing of them: id, site, role, who led them."""
        row = self.volunteers.get(person)
        if row is not None:
            self.volunteers[person] = row._replace(
                name=person, latin=person, languages=(), channels=(), contact=None, erased=True
            )

    def _erased(self, event: Event, _: PersonErased) -> None:
        self.forget(event.key)

    def _assigned(self, event: Event, fact: ShiftAssigned) -> None:
        shift = Shift(
            fact.shift,
            intern(fact.venue),
            fact.starts_at,
            fact.ends_at,
            fact.role,
            fact.instead_of,
            event.recorded_at,
        )
        self.shifts[event.key] = (*self._other_shifts(event.key, fact.shift), shift)

    def _cancelled(self, event: Event, fact: ShiftCancelled) -> None:
        gone = [
            Cancelled(shift, event.recorded_at, fact.reason)
            for shift in self.shifts.get(event.key, ())
            if shift.id == fact.shift
        ]
        if gone:
            kept = (*self.cancelled.get(event.key, ()), *gone)
            self.cancelled[event.key] = kept[-CANCELLED_KEPT:]
        self.shifts[event.key] = self._other_shifts(event.key, fact.shift)

    def _other_shifts(self, person: str, id: str) -> tuple[Shift, ...]:
        return tuple(shift for shift in self.shifts.get(person, ()) if shift.id != id)

    def _seen(self, event: Event, fact: PresenceReported) -> None:
        person = event.key
        newest = self.evidence.get(person)
        at = event.occurred_at
        if newest is not None and (at < newest.at or (at == newest.at and event.id <= newest.id)):
            return
        self.evidence[person] = Evidence(
            at,
            event.id,
            event.recorded_at,
            intern(event.site),
            fact.whereabouts,
            _shared(fact.venue),
            fact.place,
            fact.method,
        )

    def _answered(self, event: Event, fact: SafetyReported) -> None:
        answer = Answer(
            event.occurred_at,
            event.id,
            event.recorded_at,
            intern(event.site),
            fact.answer,
            _shared(fact.venue),
            fact.place,
            fact.method,
        )
        known = self.answers.get(event.key, ())
        if not known or _rank(answer) > _rank(known[0]):
            self.answers[event.key] = (answer, *known[: ANSWERS_KEPT - 1])
        elif all(other.id != answer.id for other in known):
            ranked = sorted((*known, answer), key=_rank, reverse=True)
            self.answers[event.key] = tuple(ranked[:ANSWERS_KEPT])
        if fact.answer == "need-help" and not event.drill:
            plea = self.pleas.get(event.key)
            if plea is None or _rank(answer) > _rank(plea):
                self.pleas[event.key] = answer


def _shared(text: str | None) -> str | None:
    """Return a text of which there is one in memory, however many rows say it."""
    return intern(text) if text is not None else None


def _rank(answer: Answer) -> tuple[datetime, str]:
    return answer.at, answer.id
