"""Who checked in for a day, whatever order it was told in."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed, DayOpened
from events.envelope import Event
from events.sealed import Sealed
from projections.days import DAYS_KEPT, Days
from projections.picture import Picture
from projections.travel import fold
from tests.unit.projections.build import at, picture, said
from tests.unit.projections.histories import thorough

DAY = "2022-02-13"
BOX = "QUJDREVGR0g="
PEOPLE = ("a", "b", "c", "d")
_ids = count()


def opened(
    *expected: str, day: str = DAY, minutes: float = 0, site: str = "yanqing", phase: str = "games"
) -> Event:
    fact = DayOpened(phase=phase, day=day, due_at=at(0), expected=expected, chase_at=at(60))
    return said(fact, f"{phase}-{day}-{site}", minutes, site=site)


def gave(person: str, minutes: float, *, day: str = DAY, late: float = 0, id: str = "") -> Event:
    fact = CheckInGiven(day=day, sealed=Sealed(owner=person, topic="check-in", box=BOX))
    return said(fact, person, minutes, late=late, id=id or f"g{next(_ids)}", site="yanqing")


def standing(folded: Picture, id: str = f"games-{DAY}-yanqing") -> tuple[int, list[str], list[str]]:
    days = folded.days
    return days.reported(id), sorted(days.missing[id]), sorted(days.late[id])


def test_at_first_everyone_is_missing() -> None:
    assert standing(picture(opened("a", "b"))) == (0, ["a", "b"], [])


def test_who_checks_in_is_missing_no_more() -> None:
    assert standing(picture(opened("a", "b"), gave("a", -5))) == (1, ["b"], [])


def test_a_check_in_before_the_day_opened_counts() -> None:
    assert standing(picture(gave("a", -90), opened("a", "b"))) == (1, ["b"], [])


def test_who_checks_in_after_the_first_chase_was_due_is_late() -> None:
    assert standing(picture(opened("a", "b"), gave("a", 60))) == (1, ["b"], [])
    assert standing(picture(opened("a", "b"), gave("a", 61))) == (1, ["b"], ["a"])
    assert standing(picture(gave("a", 61), opened("a", "b", minutes=62))) == (1, ["b"], ["a"])


def test_one_that_happened_in_time_and_arrives_late_takes_the_mark_back() -> None:
    events = (opened("a"), gave("a", 90), gave("a", -3, late=200))
    assert standing(picture(*events)) == (1, [], [])


def test_one_who_was_in_time_and_checks_in_again_was_in_time() -> None:
    assert standing(picture(opened("a"), gave("a", -3), gave("a", 300))) == (1, [], [])


def test_who_is_not_expected_counts_for_nothing() -> None:
    assert standing(picture(opened("a"), gave("z", 5))) == (0, ["a"], [])


def test_a_check_in_is_for_its_day_only_and_for_every_phase_of_it() -> None:
    both = picture(
        opened("a"), opened("a", phase="para"), gave("a", 5), gave("a", 9, day="2022-02-12")
    )
    assert standing(both)[0] == standing(both, f"para-{DAY}-yanqing")[0] == 1


def test_a_day_that_has_begun_nowhere_is_a_slip() -> None:
    folded = picture(opened("a"), gave("a", 5, day="2099-01-01"), gave("a", 5, day="2022-02-31"))
    assert standing(folded) == (0, ["a"], [])
    assert list(folded.days.given) == [DAY]


def test_chases_and_the_end_are_remembered() -> None:
    id = f"games-{DAY}-yanqing"
    folded = picture(
        opened("a", "b"),
        said(DayChased(level=1, missing=("a", "b")), id, 60),
        said(DayClosed(reported=1, missing=("b",)), id, 960),
    )
    row = folded.days.rows[id]
    assert [(chase.level, chase.missing) for chase in row.chases] == [(1, 2)]
    assert (row.level, row.closed_at) == (1, at(960))


def test_after_days_only_numbers_are_left_and_a_late_check_in_still_counts() -> None:
    days = [f"2022-02-{number:02}" for number in range(8, 14)]
    events = [
        event
        for day in days
        for event in (opened("a", "b", day=day), gave("a", -5, day=day), gave("b", 5, day=day))
    ]
    forgotten = picture(opened("a", "b", "c", day="2022-02-07"), *events)
    assert len(forgotten.days.given) == DAYS_KEPT
    assert sorted(forgotten.days.expected) == [f"games-{day}-yanqing" for day in days[-DAYS_KEPT:]]
    id = "games-2022-02-07-yanqing"
    assert standing(forgotten, id) == (0, ["a", "b", "c"], [])
    late = picture(
        opened("a", "b", "c", day="2022-02-07"), *events, gave("c", -3, day="2022-02-07", late=900)
    )
    assert standing(late, id) == (1, ["a", "b"], [])


@st.composite
def mornings(draw: st.DrawFn) -> list[Event]:
    """Check-ins of some people on two days, early and late, some told late and some twice."""
    given: list[Event] = []
    for number in range(draw(st.integers(0, 14))):
        event = gave(
            draw(st.sampled_from((*PEOPLE, "stranger"))),
            draw(st.integers(-120, 300)),
            day=draw(st.sampled_from((DAY, DAY, "2022-02-12", "2031-01-01"))),
            late=draw(st.integers(0, 400)),
            id=f"m{number}",
        )
        given.extend([event] * draw(st.integers(1, 2)))
    return given


@thorough
@given(mornings(), st.data())
def test_any_order_leaves_the_same_days_that_add_up(
    given: list[Event], data: st.DataObject
) -> None:
    opening = [opened(*PEOPLE), opened(*PEOPLE[:2], day="2022-02-12", site="beijing")]
    told = [*opening, *given]
    first = fold(told)
    again = fold(data.draw(st.permutations(told)))
    assert first.canonical() == again.canonical()
    _adds_up(first.days, given)


def _adds_up(days: Days, given: list[Event]) -> None:
    for id, row in days.rows.items():
        people = days.expected[id]
        came: dict[str, float] = {}
        for event in given:
            if event.data.day == row.day and event.key in people:  # type: ignore[attr-defined]  # all of them are CheckInGiven
                first = came.get(event.key, float("inf"))
                came[event.key] = min(first, event.occurred_at.timestamp())
        assert days.reported(id) == len(came)
        assert set(days.missing[id]) == set(people) - set(came)
        assert days.reported(id) + len(days.missing[id]) == row.expected == len(people)
        assert set(days.late[id]) == {p for p, t in came.items() if t > row.late_from.timestamp()}


@thorough
@given(mornings())
def test_a_snapshot_in_the_middle_changes_nothing(given: list[Event]) -> None:
    told = [event._replace(seq=seq) for seq, event in enumerate([opened(*PEOPLE), *given], 1)]
    half = fold(told[: len(told) // 2])
    resumed = fold(told, start=Picture.load(half.snapshot()))
    assert resumed.canonical() == fold(told).canonical()


def test_no_word_of_what_they_said_is_in_the_picture() -> None:
    assert BOX.encode() not in picture(opened("a"), gave("a", 5)).snapshot()
