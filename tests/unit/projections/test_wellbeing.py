"""The numbers of what people said, and what they do not give away."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.wellbeing import FEVER_C, Health, Wellbeing, has_fever, is_shown, summed
from services.sealing import open_box, seal
from tests.unit.projections.build import said
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


def folded(*events: Event) -> Wellbeing:
    wellbeing = Wellbeing()
    for event in events:
        wellbeing.apply(event)
    return wellbeing


def health(wellbeing: Wellbeing, *people: str, keys: Keys | None = None) -> Health:
    keys = keys or Keys()
    for person in list(wellbeing.unopened(DAY, people)):
        wellbeing.learn(DAY, person, keys.open)
    return wellbeing.health(DAY, people)


def test_every_answer_is_counted_once_and_a_fever_on_top() -> None:
    known = folded(
        gave("a"), gave("b", "not-fine"), gave("c", "talk", temperature_c=37.3), gave("d")
    )
    assert health(known, "a", "b", "c", "d", "nobody") == Health(2, 1, 1, 1, 0)


@pytest.mark.parametrize("temperature", [FEVER_C, 41.0, 38])
def test_a_fever_begins_at_its_threshold(temperature: float) -> None:
    assert has_fever({"temperature_c": temperature})


@pytest.mark.parametrize("temperature", [None, 37.2, "38", 36])
def test_below_it_is_none(temperature: Any) -> None:
    assert not has_fever({"temperature_c": temperature})


def test_the_newest_counts_whatever_order_it_came_in() -> None:
    early, late = gave("a", "fine", 1), gave("a", "talk", 2)
    assert health(folded(early, late), "a") == health(folded(late, early), "a")
    assert health(folded(late, early), "a").talk == 1


def test_one_that_was_sealed_for_somebody_else_is_unreadable() -> None:
    assert health(folded(gave("a", owner="b")), "a") == Health(0, 0, 0, 0, 1)


def test_a_box_that_is_none_breaks_nothing() -> None:
    broken = CheckInGiven(day=DAY, sealed=Sealed(owner="a", topic="check-in", box="A"))
    assert health(folded(said(broken, "a")), "a").unreadable == 1


def test_only_what_is_new_is_opened() -> None:
    keys, known = Keys(), folded(gave("a"), gave("b"))
    health(known, "a", "b", keys=keys)
    known.apply(gave("b", "talk", 5))
    known.apply(gave("c", minutes=6))
    assert health(known, "a", "b", "c", keys=keys) == Health(2, 0, 1, 0, 0)
    assert keys.opened == 4


def test_what_was_opened_is_not_kept_and_what_was_sealed_is() -> None:
    known = folded(gave("a", "talk"))
    health(known, "a")
    kept = known.keep()
    assert b"talk" not in repr(kept).encode()
    again = Wellbeing()
    again.take_up(kept)
    assert health(again, "a").talk == 1


def test_whoever_is_erased_counts_no_more() -> None:
    known = folded(gave("a", "talk"))
    health(known, "a")
    known.apply(said(PersonErased(reason="asked"), "a", 5))
    assert health(known, "a") == Health(0, 0, 0, 0, 0)
    assert known.sealed(DAY, "a") is None


def test_days_that_are_gone_are_not_kept() -> None:
    days = [f"2022-02-{number:02}" for number in (9, 10, 11, 12, 13)]
    known = folded(*(gave("a", day=day) for day in days), gave("b", day=days[0]))
    assert [known.knows(day) for day in days] == [False, False, True, True, True]


def test_45_000_people_are_counted_in_well_under_a_second_and_again_in_no_time() -> None:
    people = [f"v{number:05}" for number in range(45_000)]
    box = seal(KEY, "x", "check-in", {"answer": "fine"}, bytes(12)).box
    known = Wellbeing()
    at = datetime(2022, 2, 13, tzinfo=UTC)
    known.take_up({DAY: {person: (at, "e", box.encode()) for person in people}})
    opened = orjson.loads(b'{"answer":"fine","temperature_c":36.5}')
    for person in list(known.unopened(DAY, people)):
        known.learn(DAY, person, lambda _: opened)
    began = perf_counter()
    assert not list(known.unopened(DAY, people))
    assert known.health(DAY, people).fine == 45_000
    assert perf_counter() - began < 0.5


def test_numbers_that_point_to_one_person_are_not_shown() -> None:
    assert [is_shown(size) for size in (0, 1, 2, 3)] == [False, False, False, True]


def test_the_sum_leaves_out_what_could_be_subtracted() -> None:
    large, small = (10, Health(8, 1, 1, 0, 0)), (2, Health(0, 2, 0, 0, 0))
    assert summed([large, small]) == large
    assert summed([small]) == (0, Health(0, 0, 0, 0, 0))
    assert summed([large, small, (1, Health(0, 0, 1, 0, 0))]) == (13, Health(8, 3, 2, 0, 0))


groups = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
        lambda two: (sum(two), Health(two[0], two[1], 0, 0, 0))
    ),
    max_size=6,
)


@thorough
@given(groups)
def test_what_is_summed_beside_what_is_shown_is_nobody_or_at_least_three(
    found: list[tuple[int, Health]],
) -> None:
    shown = sum(size for size, _ in found if is_shown(size))
    people, numbers = summed(found)
    assert people - shown == 0 or people - shown >= 3
    assert numbers.fine + numbers.not_fine == people
