"""Which round takes up which check-in, and that this says nothing of what it says."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.rounds import ON_ITS_WAY, begin_of, round_at, round_for
from projections.unheard import DATES_KEPT, CheckIn, Unheard
from tests.unit.projections.build import at, said
from tests.unit.projections.histories import thorough

DAY = "2022-02-13"
WAIT_MAX = 30.0
HOMES = {"far": "beijing"}


def gave(
    person: str, minutes: float, *, late: float = 0, day: str = DAY, box: str = "QUJD"
) -> Event:
    """Return a check-in of some minutes after noon, which was told later."""
    fact = CheckInGiven(day=day, sealed=Sealed(owner=person, topic="check-in", box=box))
    return said(fact, person, minutes, late=late, id=f"{person}-{minutes}-{day}")


def folded(*events: Event) -> Unheard:
    unheard = Unheard(lambda person: HOMES.get(person, "yanqing"))
    for event in events:
        unheard.apply(event)
    return unheard


def due(unheard: Unheard, minutes: float) -> list[str]:
    """Return whose turn it is by then."""
    unheard.close(at(minutes))
    return sorted(check_in.person for check_in in unheard.due())


def test_a_round_begins_every_ten_minutes_of_the_clock() -> None:
    assert begin_of(round_at(at(0))) == at(0)
    assert [begin_of(round_at(at(minute))) for minute in (9.9, 10, 19)] == [at(0), at(10), at(10)]
    assert begin_of(round_for(at(0))) == at(10)
    assert begin_of(round_for(at(10) - ON_ITS_WAY)) == at(20)


def test_three_people_are_looked_at_together_at_the_next_round() -> None:
    unheard = folded(gave("a", 1), gave("b", 5), gave("c", 8))
    assert due(unheard, 9.99) == []
    assert due(unheard, 10) == ["a", "b", "c"]


def test_two_wait_for_a_third_and_one_who_says_it_again_is_no_third() -> None:
    unheard = folded(gave("a", 1), gave("b", 5), gave("b", 6), gave("b", 7, day="2022-02-12"))
    assert due(unheard, 10) == []
    unheard.apply(gave("c", 11))
    assert due(unheard, 19) == []
    assert due(unheard, 20) == ["a", "b", "b", "c"]


def test_people_of_another_site_are_no_third() -> None:
    unheard = folded(gave("a", 1), gave("b", 5), gave("far", 8))
    assert due(unheard, 10) == []


@pytest.mark.parametrize("minutes", [0, 0.5, 3, 9, 9.4, 9.5, 9.99])
def test_nobody_waits_longer_than_half_an_hour(minutes: float) -> None:
    unheard = folded(gave("a", minutes))
    waited = next(n for n in range(1, 100) if due(unheard, n) == ["a"]) - minutes
    assert 20 <= waited <= WAIT_MAX


def test_who_comes_late_to_a_round_waits_for_their_own() -> None:
    unheard = folded(gave("a", 1), gave("b", 2), gave("c", 3), gave("d", 12))
    assert due(unheard, 12) == ["a", "b", "c"]
    assert due(unheard, 20) == ["a", "b", "c"]
    assert due(unheard, 40) == ["a", "b", "c", "d"]


def test_what_was_seen_to_is_gone_and_comes_again_only_when_it_is_said_again() -> None:
    unheard = folded(gave("a", 1))
    unheard.close(at(60))
    [check_in] = unheard.due()
    assert (check_in.person, check_in.site, check_in.day) == ("a", "yanqing", DAY)
    unheard.done(check_in)
    assert unheard.due() == []
    unheard.apply(gave("a", 70))
    assert due(unheard, 100) == ["a"]
    unheard.done(check_in)
    assert due(unheard, 100) == ["a"]


def test_the_newest_counts_by_when_it_was_said() -> None:
    unheard = folded(gave("a", 5), gave("a", 2, late=4))
    unheard.close(at(60))
    [check_in] = unheard.due()
    assert check_in.at == at(5)


def test_one_that_was_told_days_later_is_looked_at_all_the_same() -> None:
    late = gave("a", -9 * 24 * 60, late=9 * 24 * 60, day="2022-02-04")
    assert due(folded(late), 30) == ["a"]


def test_whoever_is_erased_is_looked_at_no_more() -> None:
    unheard = folded(gave("a", 1), gave("b", 2), gave("c", 3))
    unheard.apply(said(PersonErased(reason="asked"), "b", 4))
    assert due(unheard, 40) == ["a", "c"]
    unheard.apply(said(PersonErased(reason="asked"), "a", 41))
    assert due(unheard, 41) == ["c"]


def test_what_nobody_saw_to_is_kept_for_days_and_not_for_ever() -> None:
    unheard = folded(*(gave(f"p{day}", day * 24 * 60, day="2022-02-13") for day in range(6)))
    assert len(due(unheard, 7 * 24 * 60)) == DATES_KEPT


told = st.lists(
    st.tuples(st.sampled_from(("a", "b", "c", "d", "far")), st.integers(0, 14), st.booleans()),
    max_size=20,
)


@thorough
@given(told)
def test_whenever_it_is_looked_at_and_whoever_starts_anew_the_rounds_are_the_same(
    happened: list[tuple[str, int, bool]],
) -> None:
    minutes, events = 0.0, list[Event]()
    looked, quiet, kept = folded(), folded(), folded()
    when: dict[str, float] = {}
    for person, pause, looks in happened:
        minutes += pause
        if looks:
            for check_in in closed(looked, minutes):
                when.setdefault(check_in.id, minutes)
        event = gave(person, minutes)
        events.append(event)
        for each in (looked, quiet, kept):
            each.apply(event)
        if looks:
            again = folded()
            again.take_up(pickle.loads(pickle.dumps(kept.keep())))
            kept = again
    assert closed(looked, minutes + 5) == closed(quiet, minutes + 5) == closed(kept, minutes + 5)
    everyone = {check_in.person for check_in in closed(folded(*events), minutes + WAIT_MAX)}
    assert everyone == {person for person, _, _ in happened}


@thorough
@given(told)
def test_a_round_takes_up_three_of_a_site_or_who_has_waited(
    happened: list[tuple[str, int, bool]],
) -> None:
    unheard, minutes, since = folded(), 0.0, dict[str, float]()
    for person, pause, _ in happened:
        minutes += pause
        taken(unheard, minutes, since)
        unheard.apply(gave(person, minutes))
        since.setdefault(HOMES.get(person, "yanqing"), minutes)
    for number in range(1, 6):
        taken(unheard, minutes + 10 * number, since)
    assert unheard.due() == []


def taken(unheard: Unheard, minutes: float, since: dict[str, float]) -> None:
    """See to what is due, and judge that it was many or old. `since` is when each site began."""
    people: dict[str, set[str]] = {}
    for check_in in closed(unheard, minutes):
        people.setdefault(check_in.site, set()).add(check_in.person)
        unheard.done(check_in)
    for site, found in people.items():
        assert len(found) >= 3 or minutes - since[site] >= 20
        del since[site]


def closed(unheard: Unheard, minutes: float) -> list[CheckIn]:
    unheard.close(at(minutes))
    return sorted(unheard.due())
