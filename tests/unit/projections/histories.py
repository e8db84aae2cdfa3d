"""Random histories for the properties: every kind of fact, two clocks, ties in time."""

from itertools import count
from typing import TypeAlias

from hypothesis import settings
from hypothesis import strategies as st

from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised, Step
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.fact import Fact, Ref, Severity, Text
from events.feed import FeedFailed, FeedHeard, FeedRecovered, FeedRegistered, FeedRemoved
from events.incident import (
    Category,
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentMerged,
    IncidentNoted,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from events.presence import Method, PresenceReported, SafetyReported, Whereabouts
from events.report import ReportSetAside
from events.rollcall import (
    RollCallClosed,
    RollCallExcused,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
)
from events.run import ConditionFailed, RunAwaited, RunEnded, RunStarted, RunStep, RunStepEnded
from events.volunteer import ShiftCancelled, VolunteerChanged
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningSuperseded,
    WarningUpdated,
    WeatherObserved,
)
from projections.people import SafetyAnswer
from tests.unit.projections import people_histories
from tests.unit.projections.build import (
    at,
    message,
    said,
    shift,
    site,
    venue,
    volunteer,
)

thorough = settings(max_examples=40, deadline=None)
"""No deadline: a busy machine is no failure."""

PEOPLE = ("p0", "p1", "p2", "p3")
VENUES = ("sliding", "alpine")
SPAN = 60
"""Minutes that the moving part of a history lasts; whole minutes, and some twice as often, so
that things tie."""
END = at(3 * SPAN)
"""After everything was recorded."""
OBSERVED: tuple[type[Fact], ...] = (
    PresenceReported,
    SafetyReported,
    WeatherObserved,
    WarningIssued,
    WarningUpdated,
    WarningCancelled,
    WarningSuperseded,
    *people_histories.OBSERVED,
)
"""Facts whose order of arrival must not matter, not even within one aggregate."""
LISTED: tuple[type[Fact], ...] = (ConditionFailed, ReportSetAside)
"""Facts that are shown as the tail of the log, so their order is the log's by definition."""

Told: TypeAlias = tuple[Fact, str, str]

TEXT = Text(zh="词", en="word")
PROLOGUE = (
    site(),
    site("beijing"),
    venue("sliding", "beijing"),
    venue("alpine"),
    volunteer("p2", "beijing"),
    *map(volunteer, PEOPLE[:2]),
    shift("p0", 0, 45),
    shift("p1", 10, 200, id="s2", venue="sliding"),
    shift("p1", 230, 300, id="s3"),
)

STATES: tuple[Whereabouts, ...] = ("on-the-way", "present", "resting", "left")
METHODS: tuple[Method, ...] = ("self", "lead", "badge")
ANSWERS: tuple[SafetyAnswer, ...] = ("safe", "need-help")
CATEGORIES: tuple[Category, ...] = ("need-help", "medical", "other")
SOME: tuple[Severity, ...] = ("unknown", "minor", "extreme")
people = st.sampled_from(PEOPLE)
venues = st.sampled_from((*VENUES, None))
minutes = st.one_of(st.integers(0, SPAN), st.sampled_from((10, 11)))


@st.composite
def observations(draw: st.DrawFn) -> Told:
    """A fact whose place in the order of arrival means nothing."""
    who, where = draw(people), draw(venues)
    said_by = draw(st.sampled_from(METHODS))
    match draw(st.sampled_from(("presence", "presence", "safety", "safety", "weather", "warning"))):
        case "presence":
            state = draw(st.sampled_from(STATES))
            fact: Fact = PresenceReported(whereabouts=state, venue=where, method=said_by)
            return fact, "presence", who
        case "safety":
            answer = draw(st.sampled_from(ANSWERS))
            return SafetyReported(answer=answer, venue=where, method=said_by), "presence", who
        case "weather":
            wind = WeatherObserved(wind_ms=draw(st.integers(0, 40)))
            return wind, "observation", draw(st.sampled_from(VENUES))
        case _:
            key = draw(st.sampled_from(("w0", "w1")))
            if draw(st.integers(0, 7)) == 7:
                return WarningSuperseded(by=draw(st.sampled_from(("w2", "w3")))), "warning", key
            kind = draw(st.sampled_from((WarningIssued, WarningUpdated, WarningCancelled)))
            cap = message(
                draw(st.sampled_from("mnopq")),
                draw(st.integers(0, 9)),
                expires=draw(st.sampled_from((None, 20, 400))),
                status=draw(st.sampled_from(("Actual", "Actual", "Exercise"))),
                venues=draw(st.sampled_from(((), ("alpine",), VENUES))),
            )
            return kind(message=cap), "warning", key


@st.composite
def incident_facts(draw: st.DrawFn) -> Told:
    key, other = draw(st.sampled_from(("i0", "i1"))), draw(st.sampled_from(("i0", "i1", "i2")))
    category = draw(st.sampled_from(CATEGORIES))
    severity = draw(st.sampled_from(SOME))
    reported = IncidentReported(
        category=category,
        severity=severity,
        text="x",
        venue=draw(venues),
        person=draw(st.one_of(st.none(), people)),
    )
    facts: list[Fact] = [
        reported,
        reported,
        IncidentTriaged(severity=severity, category=category),
        IncidentAssigned(to="team"),
        IncidentAccepted(by="li"),
        IncidentContained(),
        IncidentResolved(),
        IncidentClosed(),
        IncidentReopened(reason="again"),
        IncidentMerged(into=other),
        IncidentNoted(text="n"),
    ]
    return draw(st.sampled_from(facts)), "incident", key


@st.composite
def alert_facts(draw: st.DrawFn) -> Told:
    due = at(draw(minutes))
    raised = AlertRaised(
        severity="severe",
        title=TEXT,
        body=TEXT,
        venue=draw(venues),
        about=Ref(kind="incident", id="i0"),
        way_up=(Step(to=("p0",), answer_within_s=60),),
    )
    facts: list[Fact] = [
        raised,
        raised,
        AlertAcknowledged(by="p0", comment="ok"),
        AlertEscalated(level=1, to=("p0", "p1")),
        AlertClosed(by="p0"),
        DeadlineSet(name="answer", due_at=due),
        DeadlineMissed(name="answer", due_at=due),
        DeadlineMet(name="answer"),
    ]
    return draw(st.sampled_from(facts)), "alert", draw(st.sampled_from(("a0", "a1")))


@st.composite
def other_facts(draw: st.DrawFn) -> Told:
    who, key = draw(people), draw(st.sampled_from(("x0", "x1")))
    asked = tuple(draw(st.lists(people, max_size=5)))
    opened = RollCallOpened(title=TEXT, venue=draw(venues), expected=asked)
    started = RunStarted(
        playbook="severe",
        playbook_version=1,
        name=TEXT,
        about=Ref(kind="incident", id="i1"),
        trigger="t",
        steps=(RunStep(name="s0", action="alert", target=Ref(kind="alert", id="a0")),),
    )
    awaited = RunAwaited(
        playbook="severe",
        playbook_version=1,
        name=TEXT,
        about=Ref(kind="warning", id="w0"),
        trigger="t",
        due_at=at(draw(st.integers(-60, 60))),
    )
    return draw(
        st.sampled_from(
            [
                (opened, "rollcall", key),
                (opened, "rollcall", key),
                (RollCallClosed(safe=0, need_help=0, unaccounted=asked), "rollcall", key),
                (RollCallReopened(reason="r"), "rollcall", key),
                (RollCallWalkUpAdded(person=who), "rollcall", key),
                (RollCallExcused(person=who, reason="leave"), "rollcall", key),
                (RollCallReminded(round=1), "rollcall", key),
                (started, "run", key),
                (awaited, "run", key),
                (DeadlineMet(name="begin"), "run", key),
                (RunStepEnded(step="s0", outcome="done"), "run", key),
                (RunEnded(), "run", key),
                (ConditionFailed(playbook="p", trigger="t", reason="r"), "run", key),
                (ReportSetAside(field="f", reason="r", body="b"), "report", key),
                (WarningExpired(expires=at(5)), "warning", "w0"),
                (
                    VolunteerChanged(name="新", latin="Xin", role="media", leads=("alpine",)),
                    "volunteer",
                    who,
                ),
                (ShiftCancelled(shift="s1", reason="r"), "volunteer", who),
            ]
        )
    )


@st.composite
def feed_facts(draw: st.DrawFn) -> Told:
    due = at(draw(minutes))
    registered = FeedRegistered(name=TEXT, adapter="atom", interval_s=60, silent_at=due)
    facts: list[Fact] = [
        registered,
        registered,
        FeedRemoved(),
        FeedHeard(entries=draw(st.integers(0, 3)), taken=draw(st.integers(0, 2)), silent_at=due),
        FeedFailed(trouble="silent", reason=TEXT, since=due),
        FeedRecovered(trouble="silent", since=due),
    ]
    return draw(st.sampled_from(facts)), "feed", draw(st.sampled_from(("f0", "f1")))


def facts() -> st.SearchStrategy[Told]:
    """Return any fact, with its kind and aggregate."""
    return st.one_of(
        observations(),
        observations(),
        incident_facts(),
        alert_facts(),
        other_facts(),
        feed_facts(),
        people_histories.people_facts(),
    )


@st.composite
def happenings(draw: st.DrawFn) -> list[Event]:
    """Events after the prologue, without sequences: whole minutes, told up to an hour late."""
    told = draw(
        st.lists(
            facts(),
            min_size=draw(st.integers(0, 25)),
            max_size=30,
        )
    )
    numbers = count()
    return [
        said(
            fact,
            key,
            draw(minutes),
            kind=kind,
            late=draw(st.integers(0, SPAN)),
            id=f"e{next(numbers)}",
            site=draw(st.sampled_from(("yanqing", "yanqing", "beijing"))),
        )
        for fact, kind, key in told
    ]


def as_log(events: list[Event]) -> list[Event]:
    """Return the prologue and these events with the sequences of one log."""
    return [event._replace(seq=seq) for seq, event in enumerate((*PROLOGUE, *events), start=1)]


logs = happenings().map(as_log)
"""Logs whose clocks run as they like: recorded in any order, as by many writers."""


def interleaved(events: list[Event], order: list[int]) -> list[Event]:
    """Return the events in the order asked for, as far as their aggregates allow.

    What was decided of one aggregate keeps its own order; observations go anywhere.
    """
    mixed = [events[place] for place in order]
    decided: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if not isinstance(event.data, OBSERVED):
            decided.setdefault((event.kind, event.key), []).append(event)
    queues = {subject: iter(queue) for subject, queue in decided.items()}
    return [
        event if isinstance(event.data, OBSERVED) else next(queues[event.kind, event.key])
        for event in mixed
    ]
