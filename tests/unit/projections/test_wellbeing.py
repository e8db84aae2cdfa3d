"""The numbers of what people said, and what they do not give away."""

import pickle
from collections.abc import Iterable, Mapping
from itertools import count
from time import perf_counter
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.day import DayOpened
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.mood import FEVER_C, has_fever
from projections.rounds import ON_ITS_WAY, ROUND
from projections.wellbeing import Health, Wellbeing, is_shown, summed
from services.sealing import open_box, seal
from tests.unit.projections.build import at, said
from tests.unit.projections.histories import thorough

DAY = "2022-02-13"
KEY = bytes(range(32))
_ids = count()


def gave(
    person: str,
    answer: str = "fine",
    minutes: float = 0,
    *,
    temperature_c: float | None = None,
    day: str = DAY,
    owner: str | None = None,
) -> Event:
    number = next(_ids)
    details = {"answer": answer, "temperature_c": temperature_c, "text": ""}
    sealed = seal(KEY, owner or person, "check-in", details, number.to_bytes(12))
    return said(CheckInGiven(day=day, sealed=sealed), person, minutes, id=f"w{number:06}")


class Keys:
    """A keyring of one key for everybody, that counts what it opens."""

    def __init__(self) -> None:
        self.opened = 0

    def open(self, sealed: Sealed) -> Mapping[str, Any] | None:
        self.opened += 1
        try:
            return open_box(KEY, sealed)
        except Exception:  # noqa: BLE001 - as the gateway does
            return None


ROW = f"games-{DAY}-yanqing"
LATER = 24 * 60.0


def opened(*people: str, id: str = ROW, day: str = DAY, minutes: float = -10) -> Event:
    fact = DayOpened(phase="games", day=day, due_at=at(0), expected=people, chase_at=at(60))
    return said(fact, id, minutes)


def folded(*events: Event) -> Wellbeing:
    """Return what is known of a day of six people, who are all expected."""
    wellbeing = Wellbeing()
    for event in (opened(*"abcdef"), *events):
        wellbeing.apply(event)
    return wellbeing


def health(
    wellbeing: Wellbeing, minutes: float = LATER, keys: Keys | None = None, id: str = ROW
) -> Health | None:
    """Return the numbers so many minutes after noon."""
    keys = keys or Keys()
    wellbeing.close(at(minutes))
    for person in list(wellbeing.unopened(id)):
        wellbeing.learn(id, person, keys.open)
    return wellbeing.health(id)


FINE = (gave("e"), gave("f"))
"""Two more, so that there are enough for a round."""


def test_every_answer_is_counted_once_and_a_fever_on_top() -> None:
    known = folded(
        gave("a"),
        gave("b", "not-fine"),
        gave("c", "talk", temperature_c=37.3),
        gave("d"),
        gave("nobody", "talk"),
    )
    assert health(known) == Health(2, 1, 1, 1, 0)


@pytest.mark.parametrize("temperature", [FEVER_C, 41.0, 38])
def test_a_fever_begins_at_its_threshold(temperature: float) -> None:
    assert has_fever({"temperature_c": temperature})


@pytest.mark.parametrize("temperature", [None, 37.2, "38", 36])
def test_below_it_is_none(temperature: Any) -> None:
    assert not has_fever({"temperature_c": temperature})


def test_the_newest_counts_whatever_order_it_came_in() -> None:
    early, late = gave("a", "fine", 1), gave("a", "talk", 2)
    assert health(folded(*FINE, early, late)) == health(folded(*FINE, late, early))
    assert health(folded(*FINE, late, early)) == Health(2, 0, 1, 0, 0)


def test_one_that_was_sealed_for_somebody_else_is_unreadable() -> None:
    assert health(folded(*FINE, gave("a", owner="b"))) == Health(2, 0, 0, 0, 1)


def test_a_box_that_is_none_breaks_nothing() -> None:
    broken = CheckInGiven(day=DAY, sealed=Sealed(owner="a", topic="check-in", box="A"))
    assert health(folded(*FINE, said(broken, "a"))) == Health(2, 0, 0, 0, 1)


def test_only_what_is_new_is_opened() -> None:
    keys, known = Keys(), folded(gave("a"), gave("b"), gave("c"))
    health(known, 10, keys=keys)
    assert keys.opened == 3
    for event in (gave("b", "talk", 15), gave("d", minutes=16), gave("e", minutes=16)):
        known.apply(event)
    assert health(known, keys=keys) == Health(4, 0, 1, 0, 0)
    assert keys.opened == 6


def test_what_was_opened_is_not_kept_and_what_was_sealed_is() -> None:
    known = folded(*FINE, gave("a", "talk"))
    health(known, 10)
    known.apply(gave("b", "talk", 20))
    kept = pickle.dumps(known.keep())
    assert b"talk" not in kept
    again = Wellbeing()
    again.take_up(pickle.loads(kept))
    assert health(again) == Health(2, 0, 1, 0, 0)
    for event in (gave("c", minutes=30), gave("d", minutes=30)):
        again.apply(event)
    assert health(again) == Health(4, 0, 2, 0, 0)


def test_whoever_is_erased_counts_no_more() -> None:
    known = folded(*FINE, gave("a", "talk"), gave("b"))
    health(known)
    known.apply(said(PersonErased(reason="asked"), "a", 5))
    assert health(known) == Health(3, 0, 0, 0, 0)
    assert known.sealed(DAY, "a") is None


def test_numbers_stand_still_between_the_rounds() -> None:
    known = folded(*FINE, gave("a", "talk"))
    assert health(known, 9.9) == Health(0, 0, 0, 0, 0)
    assert health(known, 10) == Health(2, 0, 1, 0, 0)


def test_they_take_up_three_or_none_however_long_it_takes() -> None:
    known = folded(*FINE, gave("a"))
    health(known, 10)
    for person, minutes in (("b", 20), ("b", 45), ("c", 50)):
        known.apply(gave(person, "talk", minutes))
        assert health(known, minutes + 600) == Health(3, 0, 0, 0, 0)
    known.apply(gave("a", "not-fine", 700))
    assert health(known, 710) == Health(2, 1, 2, 0, 0)


def test_what_may_still_be_on_its_way_into_the_log_waits_for_the_next_round() -> None:
    known = folded(*FINE, gave("a", "talk", 9.6))
    assert health(known, 10) == Health(0, 0, 0, 0, 0)
    assert health(known, 20) == Health(2, 0, 1, 0, 0)


def test_who_checked_in_before_their_day_opened_is_counted() -> None:
    known = Wellbeing()
    for event in (*FINE, gave("a", "talk"), opened(*"abcdef", minutes=30)):
        known.apply(event)
    assert health(known, 39) == Health(0, 0, 0, 0, 0)
    assert health(known, 40) == Health(2, 0, 1, 0, 0)


answers = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(("fine", "not-fine", "talk")),
        st.integers(0, 12),
        st.booleans(),
    ),
    max_size=16,
)


def at_the_rounds(events: list[Event], upto: float) -> dict[str, Event]:
    """Return by person which check-in counts, gone through round by round."""
    counted: dict[str, Event] = {}
    since: dict[str, Event] = {}
    left = list(events)
    for moment in (at(minute) for minute in range(10, int(upto) + 1, 10)):
        while left and left[0].recorded_at < moment - ON_ITS_WAY:
            event = left.pop(0)
            since[event.key] = event
        if len(since) >= 3:
            counted, since = {**counted, **since}, {}
    return counted


def numbers(events: Iterable[Event]) -> Health:
    said_ = [open_box(KEY, event.data.sealed)["answer"] for event in events]  # type: ignore[attr-defined]  # they are check-ins
    return Health(said_.count("fine"), said_.count("not-fine"), said_.count("talk"), 0, 0)


@thorough
@given(answers)
def test_whenever_somebody_looks_the_numbers_are_those_of_the_last_round_of_three(
    given_: list[tuple[str, str, int, bool]],
) -> None:
    looked_at, known, replayed = folded(), folded(), folded()
    minutes, events = 0.0, list[Event]()
    for person, answer, pause, looks in given_:
        minutes += pause
        if looks:
            shown = health(looked_at, minutes)
            assert shown == numbers(at_the_rounds(events, minutes).values())
        events.append(gave(person, answer, minutes))
        for each in (looked_at, known, replayed):
            each.apply(events[-1])
        if pause % 2:
            again = Wellbeing()
            again.take_up(pickle.loads(pickle.dumps(replayed.keep())))
            replayed = again
    later = minutes + 2 * ROUND.total_seconds() / 60
    assert health(looked_at, later) == health(known, later) == health(replayed, later)


def test_days_that_are_gone_are_not_kept() -> None:
    days = [f"2022-02-{number:02}" for number in (9, 10, 11, 12, 13)]
    known = folded(*(gave("a", day=day) for day in days), gave("b", day=days[0]))
    kept = [known.newest(day, "a") is not None for day in days]
    assert kept == [False, False, True, True, True]


def test_nor_are_the_numbers_of_the_days_that_are_gone() -> None:
    days = [f"2022-02-{number:02}" for number in (10, 11, 12, 13)]
    rows = [opened("a", id=day, day=day) for day in days]
    known = folded(*rows, *(gave("a", day=day) for day in days))
    assert [known.health(day) is None for day in days] == [True, False, False, False]
    known.apply(opened("a", id="late", day=days[0]))
    assert known.health("late") is None


def test_45_000_people_are_counted_in_well_under_a_second_and_again_in_no_time() -> None:
    people = [f"v{number:05}" for number in range(45_000)]
    box = seal(KEY, "x", "check-in", {"answer": "fine"}, bytes(12)).box
    sealed = Sealed.model_construct(owner="x", topic="check-in", box=box)
    fact = CheckInGiven.model_construct(day=DAY, sealed=sealed)
    known = Wellbeing()
    known.apply(opened(*people))
    for number, person in enumerate(people):
        known.apply(said(fact, person, number / 1000, id=person))
    detail = orjson.loads(b'{"answer":"fine","temperature_c":36.5}')
    known.close(at(LATER))
    for person in list(known.unopened(ROW)):
        known.learn(ROW, person, lambda _: detail)
    began = perf_counter()
    known.close(at(LATER + 10))
    assert not list(known.unopened(ROW))
    assert known.health(ROW) == Health(45_000, 0, 0, 0, 0)
    assert perf_counter() - began < 0.5


def test_numbers_that_point_to_one_person_are_not_shown() -> None:
    assert [is_shown(size) for size in (0, 1, 2, 3)] == [False, False, False, True]


def test_the_sum_leaves_out_what_could_be_subtracted() -> None:
    large, small = Health(8, 1, 1, 0, 0), Health(0, 2, 0, 0, 0)
    assert summed([large, small]) == large
    assert summed([small]) == Health(0, 0, 0, 0, 0)
    assert summed([large, small, Health(0, 0, 1, 0, 0)]) == Health(8, 3, 2, 0, 0)


groups = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
        lambda two: Health(two[0], two[1], 0, 0, 0)
    ),
    max_size=6,
)


@thorough
@given(groups)
def test_what_is_summed_beside_what_is_shown_is_nobody_or_at_least_three(
    found: list[Health],
) -> None:
    shown = sum(group.answers for group in found if is_shown(group.answers))
    left = summed(found).answers - shown
    assert left == 0 or left >= 3
