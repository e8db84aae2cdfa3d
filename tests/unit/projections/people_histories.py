"""Random facts of people's days for the histories: journeys, check-ins, care, messages, phases.

A few ids meet again and again, so that facts are about one another: who travels is who answers.
"""

from typing import TypeAlias

from hypothesis import strategies as st

from events.care import CareAsked, CareEnded, CareTaken
from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed, DayOpened
from events.fact import Fact, Ref, Text
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from events.message import (
    MessageBegun,
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from events.phase import PhaseDayBegun, PhasePlanned
from events.reach import ReachJudged, ReachTested
from events.sealed import Sealed
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from events.volunteer import (
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    PersonErased,
    ShiftAssigned,
    TrainingRecorded,
)
from tests.unit.projections.build import at

Told: TypeAlias = tuple[Fact, str, str]

TEXT = Text(zh="词", en="word")
PEOPLE = ("p0", "p1", "p2", "p3")
TODAY = ("2022-02-13", "2022-02-12")
OBSERVED: tuple[type[Fact], ...] = (CheckInGiven,)
"""Facts whose order of arrival must not matter."""

people = st.sampled_from(PEOPLE)
some = st.lists(people, max_size=4).map(tuple)
venues = st.sampled_from(("sliding", "alpine"))
minutes = st.integers(0, 120)
keys = st.sampled_from(("k0", "k1"))


@st.composite
def volunteer_facts(draw: st.DrawFn) -> Told:
    starts_at = at(start := draw(minutes))
    ends_at = at(start + draw(st.integers(1, 120)))
    shift = draw(st.sampled_from(("s1", "s2", "s9")))
    facts: list[Fact] = [
        ShiftAssigned(shift=shift, venue=draw(venues), starts_at=starts_at, ends_at=ends_at),
        ShiftAssigned(
            shift=shift,
            venue=draw(venues),
            starts_at=starts_at,
            ends_at=ends_at,
            instead_of=draw(people),
        ),
        GuardOverridden(shift=shift, guards=("rest",), reason="r"),
        LeaveApproved(leave=draw(keys), starts_at=starts_at, ends_at=ends_at),
        LeaveWithdrawn(leave=draw(keys), reason="r"),
        TrainingRecorded(course=draw(keys), valid_until=draw(st.sampled_from((None, at(30))))),
        PersonErased(reason="r"),
    ]
    return draw(st.sampled_from(facts)), "volunteer", draw(people)


@st.composite
def journey_facts(draw: st.DrawFn) -> Told:
    leaves = draw(minutes)
    plan = Itinerary(
        origin="x",
        destination=draw(venues),
        departs_at=at(leaves),
        arrives_at=at(leaves + 30),
        people=draw(st.lists(people, min_size=1, max_size=3).map(tuple)),
    )
    due = at(leaves + 60)
    facts: list[Fact] = [
        JourneyPlanned(plan=plan, overdue_at=due),
        JourneyPlanned(plan=plan, overdue_at=due),
        JourneyReplanned(plan=plan, overdue_at=due, reason="r"),
        JourneyDeparted(),
        JourneyArrived(venue=draw(venues), people=draw(some)),
        JourneyOverdue(due_at=due, missing=draw(some), last_known=TEXT),
        JourneyCancelled(reason="r"),
    ]
    return draw(st.sampled_from(facts)), "journey", draw(keys)


@st.composite
def day_facts(draw: st.DrawFn) -> Told:
    day, owner = draw(st.sampled_from(TODAY)), draw(people)
    opened = DayOpened(
        phase="games", day=day, due_at=at(30), expected=draw(some), chase_at=at(draw(minutes))
    )
    sealed = Sealed(owner=owner, topic="check-in", box="QUJD")
    facts: list[Told] = [
        (CheckInGiven(day=day, sealed=sealed), "checkin", owner),
        (CheckInGiven(day=day, sealed=sealed), "checkin", owner),
        (opened, "day", f"d-{day}"),
        (DayChased(level=draw(st.integers(1, 4)), missing=draw(some)), "day", f"d-{day}"),
        (DayClosed(reported=1, missing=draw(some)), "day", f"d-{day}"),
        (PhaseDayBegun(day=day, due_at=at(30)), "phase", "games"),
    ]
    return draw(st.sampled_from(facts))


@st.composite
def plan_facts(draw: st.DrawFn) -> Told:
    phase = PhasePlanned(
        name=TEXT,
        starts_at=at(-600),
        ends_at=at(draw(minutes)),
        timezone="Asia/Shanghai",
        check_in_at="08:00",
        first_day_at=draw(st.sampled_from((None, at(10)))),
        gates=("training",),
    )
    swap = SwapProposed(
        giver=draw(people), shift="s1", taker=draw(people), in_return=draw(st.none() | keys)
    )
    facts: list[Told] = [
        (phase, "phase", "games"),
        (swap, "swap", "w0"),
        (swap, "swap", "w0"),
        (SwapAgreed(person=draw(people)), "swap", "w0"),
        (SwapDeclined(person=draw(people), reason="r"), "swap", "w0"),
        (SwapDone(), "swap", "w0"),
        (SwapFailed(reason=TEXT), "swap", "w0"),
    ]
    return draw(st.sampled_from(facts))


@st.composite
def care_facts(draw: st.DrawFn) -> Told:
    sealed = Sealed(owner="c0", topic="care", box="QUJD")
    facts: list[Fact] = [
        CareAsked(lane="mental-health", sealed=sealed),
        CareTaken(by="li"),
        CareEnded(by="li"),
    ]
    return draw(st.sampled_from(facts)), "care", draw(keys)


@st.composite
def message_facts(draw: st.DrawFn) -> Told:
    key, person = draw(st.sampled_from((("m0", "p0"), ("m1", "p0"), ("m2", "p1"))))
    to = {"person": person, "channel": draw(st.sampled_from(("sms", "page")))}
    asked = MessageRequested(
        person=person,
        purpose="roll-call",
        about=Ref(kind="rollcall", id="x0"),
        channels=("sms", "page"),
        text=TEXT,
        code="c0",
    )
    facts: list[Told] = [
        (asked, "message", key),
        (asked, "message", key),
        (MessageBegun(**to), "message", key),
        (MessageDelivered(**to), "message", key),
        (MessageFailed(**to, reason="r"), "message", key),
        (MessageUnknown(**to), "message", key),
        (MessageConfirmed(**to), "message", key),
        (ReachTested(day=TODAY[0], people=draw(some), prove_by=at(30)), "reach", "yanqing"),
        (
            ReachJudged(day=TODAY[0], unproven=draw(some), unreachable=draw(some), shifts=("s1",)),
            "reach",
            "yanqing",
        ),
    ]
    return draw(st.sampled_from(facts))


def people_facts() -> st.SearchStrategy[Told]:
    """Return any of these facts, with its kind and aggregate."""
    return st.one_of(
        volunteer_facts(),
        journey_facts(),
        day_facts(),
        plan_facts(),
        care_facts(),
        message_facts(),
    )
