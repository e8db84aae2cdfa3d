"""What holds of a roll call whatever happens, in whatever order it is told."""

from datetime import timedelta
from functools import reduce
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.fact import Fact, Text
from events.incident import (
    IncidentClosed,
    IncidentMerged,
    IncidentReopened,
    IncidentReported,
    IncidentTriaged,
)
from events.presence import PresenceReported, SafetyReported
from events.rollcall import (
    RollCallClosed,
    RollCallExcused,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
)
from projections.answers import Result, last_known, result
from projections.calls import by_person, calls_for_help
from projections.picture import Picture
from services.volunteers.commands import CloseRollCall
from services.volunteers.rollcall import ROLLCALL
from tests.unit.projections.build import at, numbered, said
from tests.unit.projections.histories import interleaved, thorough

EXPECTED = ("p0", "p1", "p2", "p3")
ANYBODY = (*EXPECTED, "w0", "w1")
OPENED_AT = 20
OPENED = said(
    RollCallOpened(title=Text(zh="点名", en="Roll call"), venue="alpine", expected=EXPECTED),
    "r1",
    OPENED_AT,
    id="opening",
)
ENDS: tuple[type[Fact], ...] = (IncidentClosed, RollCallClosed)

Told: TypeAlias = tuple[Fact, str]
people = st.sampled_from(ANYBODY)
incidents = st.sampled_from(("i0", "i1", "i2"))


def answers() -> st.SearchStrategy[Told]:
    facts = st.builds(SafetyReported, answer=st.sampled_from(("safe", "safe", "need-help")))
    return st.tuples(facts, people)


def sightings() -> st.SearchStrategy[Told]:
    states = st.sampled_from(("present", "left", "off-duty"))
    return st.tuples(st.builds(PresenceReported, whereabouts=states), people)


def of_incidents() -> st.SearchStrategy[Told]:
    reported = st.builds(
        IncidentReported,
        category=st.sampled_from(("need-help", "medical")),
        severity=st.just("severe"),
        text=st.just("x"),
        person=st.one_of(st.none(), people),
    )
    triaged = st.builds(
        IncidentTriaged,
        severity=st.just("minor"),
        category=st.sampled_from(("need-help", "other")),
    )
    merged = st.builds(IncidentMerged, into=incidents)
    ended = st.builds(IncidentClosed)
    reopened = st.builds(IncidentReopened, reason=st.just("r"))
    return st.tuples(st.one_of(reported, reported, triaged, merged, ended, reopened), incidents)


def of_the_call() -> st.SearchStrategy[Told]:
    facts = st.one_of(
        st.builds(RollCallWalkUpAdded, person=people),
        st.builds(RollCallExcused, person=people, reason=st.just("leave")),
        st.builds(RollCallReminded, round=st.integers(1, 4)),
        st.just(RollCallClosed(safe=0, need_help=0, unaccounted=EXPECTED)),
        st.builds(RollCallReopened, reason=st.just("r")),
    )
    return st.tuples(facts, st.just("r1"))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """The opening and what else happens, from before it until long after; some things twice."""
    told = draw(
        st.lists(st.one_of(answers(), answers(), sightings(), of_incidents(), of_the_call()))
    )
    events = [OPENED]
    for number, (fact, key) in enumerate(told):
        minutes = draw(st.sampled_from((5, 12, 19, 20, 21, 30, 40, 50)))
        events.append(said(fact, key, minutes, id=f"e{number}", late=draw(st.integers(0, 60))))
    return events


def folded(events: list[Event]) -> Picture:
    picture = Picture()
    for event in numbered(events):
        picture.apply(event)
    return picture


def standing(picture: Picture) -> Result:
    row = picture.rollcalls.rows["r1"]
    return result(picture.people, row, by_person(calls_for_help(picture)))


def arriving(events: list[Event], data: st.DataObject) -> list[Event]:
    """Return the events as told in another order: decisions keep theirs, evidence goes anywhere."""
    return interleaved(events, data.draw(st.permutations(range(len(events)))))


@thorough
@given(histories())
def test_everyone_is_counted_once_after_each_event(events: list[Event]) -> None:
    for length in range(1, len(events) + 1):
        picture = folded(events[:length])
        row = picture.rollcalls.rows["r1"]
        stands = [person for those in standing(picture) for person in those]
        assert sorted(stands) == sorted({*row.expected, *row.walk_ups})


@thorough
@given(histories(), st.data())
def test_no_order_of_arrival_makes_a_difference(events: list[Event], data: st.DataObject) -> None:
    here, there = folded(events), folded(arriving(events, data))
    assert standing(here) == standing(there)
    missing = standing(here).unaccounted
    assert last_known(here.people, missing) == last_known(there.people, missing)


@thorough
@given(histories(), st.data())
def test_told_twice_is_told_once(events: list[Event], data: st.DataObject) -> None:
    evidence = [event for event in events if isinstance(event.data, SafetyReported)]
    again = data.draw(st.lists(st.sampled_from(evidence))) if evidence else []
    assert standing(folded([*events, *again])) == standing(folded(events))


@thorough
@given(histories(), st.data())
def test_need_help_becomes_nothing_else_before_a_person_closes_it(
    events: list[Event], data: st.DataObject
) -> None:
    kept = arriving([event for event in events if not isinstance(event.data, ENDS)], data)
    if OPENED in kept:
        kept = [OPENED, *(event for event in kept if event is not OPENED)]
    needed: set[str] = set()
    for length in range(1, len(kept) + 1):
        need_help = set(standing(folded(kept[:length])).need_help)
        assert needed <= need_help
        needed = need_help


@thorough
@given(histories())
def test_counted_from_the_answers_it_can_always_be_closed(events: list[Event]) -> None:
    picture = folded(events)
    facts = [event.data for event in events if event.kind == "rollcall"]
    state = reduce(ROLLCALL.evolve, facts, ROLLCALL.initial)
    stands = standing(picture)
    who: dict[str, Any] = {"site": "yanqing", "id": "r1", "at": at(90), "by": "ana"}
    command = CloseRollCall(
        **who,
        safe=len(stands.safe),
        need_help=len(stands.need_help),
        excused=len(stands.excused),
        unaccounted=tuple(stands.unaccounted),
        last_known=last_known(picture.people, stands.unaccounted),
    )
    if state.is_open:
        [closed] = ROLLCALL.decide(state, command)
        assert isinstance(closed, RollCallClosed)
        heard = [one.at for one in closed.last_known]
        assert heard == sorted(heard, key=lambda at_: (at_ is not None, at_ or at(0)))


@thorough
@given(histories(), people)
def test_only_what_was_said_from_shortly_before_the_opening_counts(
    events: list[Event], person: str
) -> None:
    early = [
        event
        for event in events
        if event.key == person and event.occurred_at < at(OPENED_AT) - timedelta(minutes=10)
    ]
    safe = [event for event in early if event.data == SafetyReported(answer="safe")]
    without = [event for event in events if event not in safe]
    assert standing(folded(events)).safe == standing(folded(without)).safe
