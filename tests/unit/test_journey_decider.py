from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Text
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from services.deadlines import MissDeadline
from services.journeys.commands import (
    ArriveJourney,
    CancelJourney,
    DeclareOverdue,
    DepartJourney,
    JourneyCommand,
    PlanJourney,
    ReplanJourney,
)
from services.journeys.decider import JOURNEY, NOTHING, Journey
from tests.given import Given, lived, state_after
from tests.moments import at

given = partial(Given, JOURNEY)
SEEN = Text(zh="最后在途", en="last seen on the way")


def who(minutes: float = 0) -> dict[str, Any]:
    return {"site": "yanqing", "id": "j1", "at": at(minutes), "by": "ana"}


def plan(*people: str, arrives: float = 120, margin_s: int = 1800, vehicle: str = "bus") -> Any:
    return Itinerary(
        origin="campus",
        destination="alpine",
        departs_at=at(0),
        arrives_at=at(arrives),
        margin_s=margin_s,
        vehicle=vehicle,
        driver="zhao",
        people=people or ("a", "b", "c"),
    )


def planned(itinerary: Any, minutes: float = 150) -> JourneyPlanned:
    return JourneyPlanned(plan=itinerary, overdue_at=at(minutes))


def replanned(itinerary: Any, minutes: float) -> JourneyReplanned:
    return JourneyReplanned(plan=itinerary, overdue_at=at(minutes), reason="snow")


def arrived(*people: str, venue: str = "alpine") -> JourneyArrived:
    return JourneyArrived(venue=venue, people=people)


def arrive(*people: str, venue: str | None = None) -> ArriveJourney:
    return ArriveJourney(**who(), people=people, venue=venue)


def overdue(minutes: float, name: str = "arrive") -> DeclareOverdue:
    return DeclareOverdue(**who(minutes), name=name, last_known=SEEN)


def late(*missing: str, due: float = 150) -> list[Fact]:
    fact = JourneyOverdue(due_at=at(due), missing=missing, last_known=SEEN)
    return [DeadlineMissed(name="arrive", due_at=at(due)), fact]


PLAN = plan()
OPEN: list[Fact] = [planned(PLAN)]
LEFT: list[Fact] = [*OPEN, JourneyDeparted()]
met = DeadlineMet(name="arrive")
depart = DepartJourney(**who())
cancel = CancelJourney(**who(), reason="snow")


def test_a_journey_is_planned_and_overdue_after_its_margin() -> None:
    given([]).when(PlanJourney(**who(), plan=PLAN)).then(planned(PLAN))
    assert planned(PLAN).binds() == ("arrive", at(150))
    prompt = plan(margin_s=0)
    given([]).when(PlanJourney(**who(), plan=prompt)).then(planned(prompt, 120))


def test_planning_it_twice_records_nothing_and_otherwise_is_refused() -> None:
    given(OPEN).when(PlanJourney(**who(), plan=PLAN)).then()
    given(OPEN).when(PlanJourney(**who(), plan=plan("a"))).rejected("journey-exists", naming=["j1"])


def test_who_is_named_twice_travels_once() -> None:
    given([]).when(PlanJourney(**who(), plan=plan("a", "b", "a"))).then(planned(plan("a", "b")))


@pytest.mark.parametrize("arrives", [0, -5])
def test_it_does_not_arrive_before_it_departs(arrives: float) -> None:
    itinerary = plan(arrives=arrives)
    given([]).when(PlanJourney(**who(), plan=itinerary)).rejected("arrives-before-departure")
    changed = ReplanJourney(**who(), plan=itinerary, reason="snow")
    given(OPEN).when(changed).rejected("arrives-before-departure")


def test_a_changed_plan_moves_the_deadline() -> None:
    later = plan(arrives=200)
    given(LEFT).when(ReplanJourney(**who(), plan=later, reason="snow")).then(
        moved := replanned(later, 230)
    )
    given([*LEFT, moved]).when(overdue(150)).then()
    given([*LEFT, moved]).when(overdue(230)).then(*late("a", "b", "c", due=230))
    given([*LEFT, moved]).when(ReplanJourney(**who(), plan=later, reason="again")).then()


def test_whoever_was_missing_may_be_taken_out_of_the_plan() -> None:
    fewer = plan("a")
    changed = ReplanJourney(**who(), plan=fewer, reason="stayed at home")
    given([*LEFT, arrived("a")]).when(changed).then(
        JourneyReplanned(plan=fewer, overdue_at=at(150), reason="stayed at home"), met
    )


def test_it_departs_once() -> None:
    given(OPEN).when(DepartJourney(**who(), note="full")).then(JourneyDeparted(note="full"))
    given(LEFT).when(depart).then()
    given([*OPEN, arrived("a", "b", "c"), met]).when(depart).then(JourneyDeparted())


def test_it_arrives_with_everyone() -> None:
    given(LEFT).when(arrive()).then(arrived("a", "b", "c"), met)
    given(OPEN).when(arrive("c", "b", "a")).then(arrived("a", "b", "c"), met)


def test_it_arrives_elsewhere() -> None:
    given(LEFT).when(arrive(venue="village")).then(arrived("a", "b", "c", venue="village"), met)


def test_who_is_missing_stays_on_the_way_until_they_arrive() -> None:
    half: list[Fact] = [*LEFT, arrived("b")]
    given(LEFT).when(arrive("b")).then(arrived("b"))
    given(half).when(arrive("b")).then()
    given(half).when(overdue(150)).then(*late("a", "c"))
    given(half).when(arrive("b", "c")).then(arrived("c"))
    given([*half, *late("a", "c"), arrived("c")]).when(arrive()).then(arrived("a"))


def test_nobody_arrives_who_did_not_travel() -> None:
    given(LEFT).when(arrive("a", "z")).rejected("not-on-journey", naming=["z"])


def test_it_is_overdue_once_with_what_was_last_known_of_the_missing() -> None:
    given(LEFT).when(overdue(149)).then()
    given(LEFT).when(overdue(150)).then(*late("a", "b", "c"))
    given([*LEFT, *late("a", "b", "c")]).when(overdue(150)).then()


def test_without_anybody_to_look_at_the_picture_it_is_overdue_all_the_same() -> None:
    fired = MissDeadline(**who(150), kind="journey", name="arrive")
    given(LEFT).when(fired).then(
        DeadlineMissed(name="arrive", due_at=at(150)),
        JourneyOverdue(due_at=at(150), missing=("a", "b", "c"), last_known=NOTHING),
    )


def test_another_deadline_is_not_its_own() -> None:
    given(LEFT).when(overdue(999, "answer")).then()
    given([]).when(overdue(999)).then()


@pytest.mark.parametrize(
    "ending", [[arrived("a", "b", "c"), met], [JourneyCancelled(reason="x"), met]]
)
def test_what_is_over_is_not_overdue(ending: list[Fact]) -> None:
    given([*OPEN, *ending]).when(overdue(999)).then()


def test_after_it_was_overdue_a_new_plan_sets_a_new_deadline() -> None:
    later = plan(arrives=300)
    history = [*LEFT, *late("a", "b", "c"), replanned(later, 330)]
    given(history).when(overdue(330)).then(*late("a", "b", "c", due=330))


def test_it_is_cancelled_before_it_departs() -> None:
    cancelled = JourneyCancelled(reason="snow")
    given(OPEN).when(cancel).then(cancelled, met)
    given([*OPEN, *late("a", "b", "c")]).when(cancel).then(cancelled)
    given([*OPEN, cancelled, met]).when(cancel).then()


@pytest.mark.parametrize("begun", [LEFT, [*OPEN, arrived("a")]])
def test_who_is_under_way_is_not_forgotten_by_cancelling(begun: list[Fact]) -> None:
    given(begun).when(cancel).rejected("under-way")


@pytest.mark.parametrize(
    "command", [depart, arrive(), ReplanJourney(**who(), plan=plan("a"), reason="x")]
)
def test_what_was_cancelled_does_not_take_place(command: JourneyCommand) -> None:
    given([*OPEN, JourneyCancelled(reason="snow"), met]).when(command).rejected("journey-cancelled")


def test_a_journey_that_is_over_is_not_planned_anew() -> None:
    changed = ReplanJourney(**who(), plan=plan("a", "z"), reason="x")
    given([*LEFT, arrived("a", "b", "c"), met]).when(changed).rejected("journey-over")


@pytest.mark.parametrize(
    "command", [depart, arrive(), cancel, ReplanJourney(**who(), plan=PLAN, reason="x")]
)
def test_nothing_happens_to_a_journey_that_nobody_planned(command: JourneyCommand) -> None:
    given([]).when(command).rejected("unknown-journey", naming=["j1"])


PEOPLE = ("a", "b", "c", "d")
some = st.lists(st.sampled_from(PEOPLE), max_size=4).map(tuple)
PLANS = st.builds(
    lambda people, arrives, margin: plan(*people, arrives=arrives, margin_s=margin),
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5),
    st.sampled_from([-10, 60, 120, 180]),
    st.sampled_from([0, 1800]),
)
MINUTES = st.integers(0, 300)
TRIES: st.SearchStrategy[list[JourneyCommand]] = st.lists(
    st.one_of(
        st.builds(lambda plan: PlanJourney(**who(), plan=plan), PLANS),
        st.builds(lambda plan: ReplanJourney(**who(), plan=plan, reason="snow"), PLANS),
        st.just(depart),
        st.builds(lambda people: arrive(*people), some),
        st.just(cancel),
        st.builds(overdue, MINUTES),
        st.builds(lambda m: MissDeadline(**who(m), kind="journey", name="arrive"), MINUTES),
    ),
    max_size=20,
)


def deadline(facts: list[Fact]) -> Any:
    """Return the deadline that is set, by the facts alone."""
    due = None
    for fact in facts:
        if isinstance(fact, JourneyPlanned | JourneyReplanned):
            due = fact.overdue_at
        elif isinstance(fact, DeadlineSet):
            due = fact.due_at
        elif isinstance(fact, DeadlineMet | DeadlineMissed):
            assert due is not None or isinstance(fact, DeadlineMet)
            due = None
    return due


@given_any(TRIES)
def test_everyone_of_the_plan_has_arrived_or_is_missing(tries: list[JourneyCommand]) -> None:
    facts = lived(JOURNEY, [PlanJourney(**who(), plan=PLAN), *tries])
    state: Journey = state_after(JOURNEY, facts)
    people = next(
        fact.plan.people
        for fact in reversed(facts)
        if isinstance(fact, JourneyPlanned | JourneyReplanned)
    )
    here = {one for fact in facts if isinstance(fact, JourneyArrived) for one in fact.people}
    assert sorted([*state.missing, *(here & set(people))]) == sorted(people)
    came = [one for fact in facts if isinstance(fact, JourneyArrived) for one in fact.people]
    assert len(came) == len(set(came)), "nobody arrives twice"


@given_any(TRIES)
def test_a_deadline_is_set_as_long_as_somebody_is_missing_and_it_was_not_missed(
    tries: list[JourneyCommand],
) -> None:
    facts = lived(JOURNEY, [PlanJourney(**who(), plan=PLAN), *tries])
    state = state_after(JOURNEY, facts)
    assert state.due_at == deadline(facts)
    alarmed = 0
    for number, fact in enumerate(facts):
        if isinstance(fact, JourneyReplanned):
            alarmed = 0
        if isinstance(fact, JourneyOverdue):
            alarmed += 1
            before = state_after(JOURNEY, facts[: number - 1])
            assert fact.missing == before.missing
            assert fact.missing
            assert fact.due_at == before.due_at, "a stale deadline never fires"
    assert alarmed <= 1
    assert (state.due_at is not None) == (state.is_open and not alarmed)
