from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.care import CareAsked, CareEnded, CareTaken
from events.day import CHASE, CLOSE, DayChased, DayClosed, DayOpened
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact
from events.sealed import Sealed
from services.days.care_decider import CARE
from services.days.commands import (
    ChaseDay,
    CloseDay,
    DayCommand,
    EndCare,
    OpenCare,
    OpenDay,
    TakeCare,
)
from services.days.decider import DAY, LENGTH, PAUSE
from tests.given import Given, lived, state_after
from tests.moments import NOON, at

ID = "games-2022-02-04-yanqing"
BY: Any = {"site": "yanqing", "id": ID, "by": "service:days"}
given = partial(Given, DAY)


def open_day(**changed: Any) -> OpenDay:
    said = {
        "at": NOON,
        "phase": "games",
        "day": "2022-02-04",
        "due_at": NOON,
        "expected": ("v1", "v2", "v3"),
        "chase_at": at(60),
    }
    return OpenDay(**BY, **{**said, **changed})


def chase(minutes: float, *missing: str) -> ChaseDay:
    return ChaseDay(**BY, at=at(minutes), missing=missing)


def close(minutes: float, *missing: str) -> CloseDay:
    return CloseDay(**BY, at=at(minutes), missing=missing)


opened = DayOpened(
    phase="games",
    day="2022-02-04",
    due_at=NOON,
    expected=("v1", "v2", "v3"),
    chase_at=at(60),
)
ends = DeadlineSet(name=CLOSE, due_at=NOON + LENGTH)
missed = DeadlineMissed(name=CHASE, due_at=at(60))


def next_chase(minutes: float) -> DeadlineSet:
    return DeadlineSet(name=CHASE, due_at=at(minutes))


def chased(level: int, *missing: str) -> DayChased:
    return DayChased(level=level, missing=missing)


def test_a_day_opens_with_its_end() -> None:
    given([]).when(open_day()).then(opened, ends)


def test_somebody_named_twice_is_expected_once() -> None:
    given([]).when(open_day(expected=("v1", "v2", "v1", "v3"))).then(opened, ends)


def test_opening_again_records_nothing_even_if_somebody_came_since() -> None:
    given([opened, ends]).when(open_day(expected=("v1", "v9"))).then()


@pytest.mark.parametrize("other", [{"day": "2022-02-05"}, {"phase": "test-events"}])
def test_an_id_stands_for_one_day_of_one_phase(other: dict[str, str]) -> None:
    given([opened]).when(open_day(**other)).rejected("day-exists", naming=[ID])


def test_who_is_missing_after_an_hour_is_chased() -> None:
    given([opened, ends]).when(chase(60, "v2")).then(missed, chased(1, "v2"), next_chase(120))


def test_nobody_is_chased_before_the_time() -> None:
    given([opened, ends]).when(chase(59.9, "v2")).then()


def test_when_nobody_is_missing_nobody_is_chased() -> None:
    given([opened, ends]).when(chase(60)).then(DeadlineMet(name=CHASE))


def test_the_fourth_level_is_the_last() -> None:
    third = [chased(3, "v2"), next_chase(240)]
    last = DeadlineMissed(name=CHASE, due_at=at(240))
    given([opened, ends, *third]).when(chase(240, "v2")).then(last, chased(4, "v2"))
    given([opened, ends, *third, last, chased(4, "v2")]).when(chase(300, "v2")).then()


def test_after_an_outage_people_have_time_to_answer_before_the_next_level() -> None:
    late = 190.0
    again = next_chase(late + PAUSE / timedelta(minutes=1))
    given([opened, ends]).when(chase(late, "v2")).then(missed, chased(1, "v2"), again)


def test_no_level_is_planned_past_the_end_of_the_day() -> None:
    late = LENGTH / timedelta(minutes=1) - 5
    given([opened, ends]).when(chase(late, "v2")).then(missed, chased(1, "v2"))


def test_the_day_ends_with_who_never_checked_in() -> None:
    over = LENGTH / timedelta(minutes=1)
    closed = DayClosed(reported=2, missing=("v2",))
    met = DeadlineMet(name=CLOSE)
    given([opened, ends, chased(4, "v2"), DeadlineMet(name=CHASE)]).when(close(over, "v2")).then(
        closed, met
    )
    given([opened, ends]).when(close(over, "v2")).then(closed, met, DeadlineMet(name=CHASE))
    given([opened, ends, closed, met]).when(close(over, "v1")).then()
    given([opened, ends, closed, met]).when(chase(over, "v1")).then()


def test_a_day_that_nobody_opened_is_not_chased_and_not_closed() -> None:
    given([]).when(chase(60, "v1")).then()
    given([]).when(close(6000, "v1")).then()


people = st.lists(st.sampled_from(("v1", "v2", "v3")), unique=True).map(tuple)


@st.composite
def commands(draw: st.DrawFn) -> list[DayCommand]:
    """Deadlines as a wheel fires them, some of them twice or too early, and openings between."""
    found: list[DayCommand] = []
    for minutes in sorted(draw(st.lists(st.integers(0, 1100), max_size=15))):
        moment = at(minutes)
        found.append(
            draw(
                st.one_of(
                    st.just(open_day(at=moment)),
                    st.builds(partial(ChaseDay, **BY, at=moment), missing=people),
                    st.builds(partial(CloseDay, **BY, at=moment), missing=people),
                )
            )
        )
    return found


@for_all(commands())
def test_every_level_happens_once_in_order_and_nothing_after_the_end(
    asked: list[DayCommand],
) -> None:
    facts = lived(DAY, asked)
    levels = [fact.level for fact in facts if isinstance(fact, DayChased)]
    assert levels == list(range(1, len(levels) + 1))
    assert len(levels) <= 4
    ended = [n for n, fact in enumerate(facts) if isinstance(fact, DayClosed)]
    assert len(ended) <= 1
    if ended:
        assert not any(isinstance(fact, DayChased) for fact in facts[ended[0] :])
        state = state_after(DAY, facts)
        assert (state.chase_at, state.close_at) == (None, None)
    assert all(fact.missing for fact in facts if isinstance(fact, DayChased))


# Care.

CARE_ID = "5f0c"
SEALED = Sealed(owner=CARE_ID, topic="care", box="QUJD")
asks = OpenCare(
    site="yanqing", id=CARE_ID, at=NOON, by="service:days", lane="mental-health", sealed=SEALED
)
asked = CareAsked(lane="mental-health", sealed=SEALED)
care = partial(Given, CARE)


def act(kind: type[TakeCare | EndCare], by: str = "liu") -> Any:
    return kind(site="yanqing", id=CARE_ID, at=NOON, by=by)


def test_a_request_is_opened_taken_and_ended() -> None:
    care([]).when(asks).then(asked)
    care([asked]).when(act(TakeCare)).then(CareTaken(by="liu"))
    care([asked, CareTaken(by="liu")]).when(act(EndCare)).then(CareEnded(by="liu"))


def test_it_may_be_ended_by_who_never_took_it() -> None:
    care([asked]).when(act(EndCare)).then(CareEnded(by="liu"))


def test_a_repeat_in_another_box_records_nothing() -> None:
    other = Sealed(owner=CARE_ID, topic="care", box="REVG")
    care([asked]).when(asks.model_copy(update={"sealed": other})).then()


@pytest.mark.parametrize("kind", [TakeCare, EndCare])
def test_what_nobody_asked_for_is_not_there(kind: type[TakeCare | EndCare]) -> None:
    care([]).when(act(kind)).rejected("unknown-care", naming=[CARE_ID])


@pytest.mark.parametrize("kind", [TakeCare, EndCare])
def test_a_machine_looks_after_nobody(kind: type[TakeCare | EndCare]) -> None:
    care([asked]).when(act(kind, "service:days")).rejected("needs-person")


def test_one_person_looks_after_them() -> None:
    taken: list[Fact] = [asked, CareTaken(by="liu")]
    care(taken).when(act(TakeCare)).then()
    care(taken).when(act(TakeCare, "wang")).rejected("care-taken", naming=["liu"])
    care([*taken, CareEnded(by="liu")]).when(act(TakeCare, "wang")).rejected("care-ended")
    care([*taken, CareEnded(by="liu")]).when(act(EndCare)).then()


@for_all(
    st.lists(
        st.sampled_from(
            [asks, act(TakeCare), act(TakeCare, "wang"), act(EndCare), act(EndCare, "wang")]
        ),
        max_size=8,
    )
)
def test_it_is_taken_at_most_once_and_ended_at_most_once(done: list[Any]) -> None:
    facts = lived(CARE, done)
    assert sum(isinstance(fact, CareTaken) for fact in facts) <= 1
    assert sum(isinstance(fact, CareEnded) for fact in facts) <= 1
