"""A report as the events it becomes, or the reason why not. Pure: the moment and what is known
come in.

A call for help is never refused for its clock, its venue or its person: what is unknown is left
out, and the answer says so. Where a token does not take in its venue, it is written at the token's
own site and names the venue all the same, so that both see it.
"""

from datetime import datetime
from typing import Any, NamedTuple, TypeGuard

from events.checkin import CheckInGiven
from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from events.incident import IncidentReported
from events.presence import Method, PresenceReported, SafetyReported
from events.weather import WeatherObserved
from projections.picture import Picture
from services.problems import Problem
from services.reporting.doubts import Bounds, Reporter, doubts, not_their_own
from services.reporting.private import Seal, day_of, details_of, digest, seen
from services.reporting.report import (
    CheckInReport,
    IncidentReport,
    NeedHelpReport,
    PresenceReport,
    SafetyReport,
    WeatherReport,
)

HEADQUARTERS = "hq"


class Named(NamedTuple):
    """A report with what tells it from others: the same for every time it is sent."""

    report_id: str
    first_id: str
    """The id of its first event."""
    digest: str
    """A short hash of what it says."""


class Draft(NamedTuple):
    """The events of one report, not yet stored. `expected` as the log's append wants it."""

    report_id: str
    events: tuple[Event, ...]
    expected: int | None
    notes: tuple[Problem, ...] = ()


class Refusal(NamedTuple):
    """A report that is not taken."""

    report_id: str | None
    problem: Problem


def name(report: Any, report_id: str, reporter: Reporter, key: bytes | None = None) -> Named:
    """Return a report's names. `key` is of the person whose details it holds, if it does."""
    return Named(report_id, derive("report", reporter.actor, report_id), digest(report, key))


def draft(
    report: Any,
    named: Named,
    reporter: Reporter,
    picture: Picture,
    now: datetime,
    bounds: Bounds,
    seal: Seal,
) -> Draft | Refusal:
    """Return what becomes of a report. Raises what `seal` raises."""
    calls = is_call(report)
    if not calls and (foreign := not_their_own(report, reporter, picture)):
        return Refusal(named.report_id, foreign)
    notes: list[Problem] = []
    for problem in doubts(report, reporter, picture, now, bounds):
        if not calls:
            return Refusal(named.report_id, problem)
        notes.append(problem)
    unknown = {problem.field for problem in notes if problem.code != "site-not-allowed"}
    venue = None if "venue" in unknown else getattr(report, "venue", None)
    at = None if "at" in unknown else report.at
    person = getattr(report, "person", None)
    site = _site_of(venue, person, reporter, picture)
    envelope = _Envelope(report, named, reporter.actor, now, site, at)
    if calls:
        return _call(envelope, report, venue, None if "person" in unknown else person, notes)
    key, fact = _fact(report, envelope, picture, seal)
    expected = 0 if isinstance(fact, IncidentReported) else None
    return Draft(named.report_id, (envelope.event(key, fact, ""),), expected)


def is_call(report: Any) -> TypeGuard[NeedHelpReport | SafetyReport]:
    """Tell whether a report is a call for help."""
    return isinstance(report, NeedHelpReport) or (
        isinstance(report, SafetyReport) and report.answer == "need-help"
    )


def incident_id(report: Any, first_id: str) -> str | None:
    """Return the id of the incident a report opens, if it does."""
    if is_call(report) or isinstance(report, IncidentReport):
        return derive(first_id, "incident")
    return None


class _Envelope:
    """Puts facts of one report into their envelopes."""

    def __init__(
        self,
        report: Any,
        named: Named,
        actor: str,
        now: datetime,
        site: str,
        at: datetime | None,
    ) -> None:
        self._report = report
        self.report_id = named.report_id
        self.first_id = named.first_id
        self._digest = named.digest
        self._actor = actor
        self._now = now
        self._site = site
        self.at = min(at or now, now)

    def event(self, key: str, fact: Fact, part: str) -> Event:
        report = self._report
        offset = report.sent_at - self._now if report.sent_at else None
        return Event(
            id=derive(self.first_id, part) if part else self.first_id,
            site=self._site,
            kind=fact.NOUN,
            key=key,
            data=fact,
            occurred_at=self.at,
            recorded_at=self._now,
            actor=self._actor,
            causation_id=self.report_id,
            correlation_id=self.first_id,
            device=report.device,
            clock_offset_ms=round(offset.total_seconds() * 1000) if offset is not None else None,
            digest=self._digest,
        )


def _call(
    envelope: _Envelope, report: Any, venue: str | None, person: str | None, notes: list[Problem]
) -> Draft:
    """A call for help opens an incident, and is evidence of the person who calls."""
    incident = IncidentReported(
        category="need-help",
        severity="severe",
        text=report.text,
        venue=venue,
        place=report.place,
        person=report.person,
    )
    events = [envelope.event(derive(envelope.first_id, "incident"), incident, "")]
    if person is not None:
        method: Method = report.method if isinstance(report, SafetyReport) else "self"
        said = SafetyReported(answer="need-help", venue=venue, place=report.place, method=method)
        events.append(envelope.event(person, said, "safety"))
    return Draft(envelope.report_id, tuple(events), 0, tuple(notes))


def _fact(report: Any, envelope: _Envelope, picture: Picture, seal: Seal) -> tuple[str, Fact]:
    """Return the aggregate's id and the fact of a report that is not a call for help."""
    details = details_of(report)
    box = seal(*details) if details else None
    match report:
        case PresenceReport():
            return report.person, PresenceReported(
                whereabouts=seen(report.whereabouts),
                venue=report.venue,
                place=report.place,
                method=report.method,
                detail=box,
            )
        case CheckInReport() if box:
            day = day_of(report, picture, envelope.at)
            return report.person, CheckInGiven(day=day, sealed=box)
        case SafetyReport():
            return report.person, SafetyReported(
                answer=report.answer, venue=report.venue, place=report.place, method=report.method
            )
        case IncidentReport():
            return derive(envelope.first_id, "incident"), IncidentReported(
                category=report.category,
                severity=report.severity,
                text=report.text,
                venue=report.venue,
                place=report.place,
                person=report.person,
            )
        case WeatherReport():
            return report.venue, WeatherObserved(**report.measured(), text=report.text)
        case _:
            raise TypeError(f"take a report: {type(report).__name__} is none")


def _site_of(venue: str | None, person: str | None, reporter: Reporter, picture: Picture) -> str:
    """Return where a report is written: never outside what its sender's token takes in."""
    place = picture.places.venues.get(venue or "")
    volunteer = picture.people.volunteers.get(person or "")
    for known in (place, volunteer):
        if known is not None and (reporter.sites is None or known.site in reporter.sites):
            return known.site
    if reporter.sites and len(reporter.sites) == 1:
        return next(iter(reporter.sites))
    return HEADQUARTERS
