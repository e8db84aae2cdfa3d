"""What has long been over leaves memory, and what is said of it then comes to the same."""

import pickle
import random

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from events.ids import derive
from events.weather import CapStatus
from services.foldable import restore_state, state_of
from services.weather.chains import KEPT_EVENTS, Chains
from services.weather.commands import Move
from services.weather.old_names import OldNames
from tests.unit.projections.build import message
from tests.unit.weather.living import Given, Weather

MOVES: tuple[Move, ...] = ("issue", "update", "cancel")


def says(
    move: Move,
    name: str,
    minutes: int,
    *refers: str,
    sender: str = "cma",
    status: CapStatus = "Actual",
) -> Given:
    """A message of a hazard of its own, so that nothing is said anew."""
    return Given(
        move,
        message(name, minutes, expires=None, status=status).model_copy(
            update={
                "sender": sender,
                "references": tuple((sender, one) for one in refers),
                "hazard": name,
            }
        ),
    )


def forgetful(kept: int = 0) -> Weather:
    chains = Chains()
    chains.kept_events = kept
    return Weather(chains=chains)


@st.composite
def stories(draw: st.DrawFn) -> list[Given]:
    count = draw(st.integers(1, 8))
    told: list[Given] = []
    for number in range(count):
        move = draw(st.sampled_from(MOVES))
        names = st.integers(0, count - 1).map(lambda n: f"m{n}")
        refers = draw(st.lists(names, max_size=2)) if move != "issue" else []
        sender = draw(st.sampled_from(("cma", "nmc")))
        told.append(says(move, f"m{number}", number, *refers, sender=sender))
    order = draw(st.permutations(told))
    repeats = draw(st.lists(st.sampled_from(told), max_size=4))
    return [*order, *repeats]


@settings(max_examples=300)
@given_any(stories())
def test_whoever_forgets_comes_to_the_same_as_who_remembers(story: list[Given]) -> None:
    remembers, forgets = Weather(), forgetful()
    for given in story:
        remembers.take(given)
        forgets.take(given)
        assert forgets.states == remembers.states
        assert forgets.shown() == remembers.shown()


def chain(number: int) -> list[Given]:
    a, b, c = (f"{number}-{part}" for part in "abc")
    return [
        says("issue", a, 0),
        says("update", b, 1, a),
        says("cancel", c, 2, b),
    ]


def held(chains: Chains) -> int:
    """Return how many names and words are in memory whole."""
    words = sum(map(len, chains._alike.values()))
    return len(chains._warning_of) + words + len(chains._names_of) + len(chains._subjects_of)


def test_what_is_over_leaves_memory_and_is_known_all_the_same() -> None:
    of = forgetful(kept=20)
    for number in range(200):
        for given in chain(number):
            of.take(given)
    assert held(of.chains) < 150
    assert len(of.chains._old) > 500
    before = len(of.log)
    for number in range(200):
        for given in chain(number):
            of.take(given)
    assert len(of.log) == before, "a feed that lists it all again says nothing new"


def test_what_goes_on_after_it_left_is_the_same_warning() -> None:
    of = forgetful()
    first = of.take(says("issue", "a", 0))
    of.take(says("cancel", "b", 1, "a"))
    for number in range(5):
        of.take(says("issue", f"other-{number}", 2))
    assert held(of.chains) == 5 * 4
    assert of.take(says("update", "c", 3, "b")).warning == first.warning
    assert "c" in of.in_force()


def test_what_was_said_anew_goes_on_in_what_speaks_for_it() -> None:
    """A second message says the first anew and is over and gone; then the first is updated."""
    for weather in (Weather(), forgetful()):
        one, two = (
            Given("issue", message(name, sent, expires=ends)) for name, sent, ends in
            (("a", 0, 600), ("b", 5, 700))
        )  # fmt: skip
        weather.take(one)
        anew = weather.take(two).warning
        weather.take(
            Given("cancel", message("c", 6).model_copy(update={"references": (("cma", "b"),)}))
        )
        for number in range(5):
            weather.take(says("issue", f"other-{number}", 7))
        later = message("d", 9, expires=900).model_copy(update={"references": (("cma", "a"),)})
        assert weather.take(Given("update", later)).warning == anew
        assert "d" in weather.in_force()


def test_what_is_not_over_stays() -> None:
    of = forgetful()
    of.take(says("issue", "a", 0))
    for number in range(20):
        of.take(says("issue", f"other-{number}", 1))
    assert len(of.chains._old) == 0
    assert Chains().kept_events == KEPT_EVENTS


def test_it_goes_on_from_a_snapshot() -> None:
    of = forgetful()
    for given in chain(1):
        of.take(given)
    again = Chains()
    restore_state(again, pickle.loads(pickle.dumps(state_of(of.chains))))
    assert again.met(chain(1)[0].message) == of.chains.met(chain(1)[0].message) != []


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_a_name_is_found_and_others_are_not(count: int) -> None:
    names = [("sender", f"n-{number}") for number in range(count)]
    old = OldNames()
    for name in random.Random(1).sample(names, count):
        assert old.put(name, derive("warning", *name))
        assert old.put(name, derive("warning", "another")), "the first stays"
    assert len(old) == count
    assert [old.get(name) for name in names] == [derive("warning", *name) for name in names]
    assert [old.get(("sender", f"m-{number}")) for number in range(50)] == [None] * 50
    assert old.get(("sendern-0", "")) is None


def test_an_id_that_is_no_uuid_is_not_taken() -> None:
    old = OldNames()
    assert not old.put(("a", "b"), "w1")
    assert not old.put(("a", "b"), derive("x").upper())
    assert old.get(("a", "b")) is None
