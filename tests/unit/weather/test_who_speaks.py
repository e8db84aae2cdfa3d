"""Nobody changes or ends somebody else's warning by naming it."""

from itertools import permutations

import pytest

from services.weather.naming import new_id
from tests.unit.weather.living import Given, Weather
from tests.unit.weather.test_living_warning import BEIJING, CMA, said

STRANGER = "stranger@elsewhere.example"
A = said("issue", "a", 0)


def taken(order: tuple[Given, ...]) -> Weather:
    weather = Weather()
    for given in order:
        weather.take(given)
    return weather


@pytest.mark.parametrize("move", ["issue", "update", "cancel"])
def test_a_stranger_changes_nothing_about_a_warning_that_it_names(move: str) -> None:
    named = {"sender": STRANGER, "references": ((CMA, "a"),), "areas": (BEIJING,)}
    word = said(move, "x", 10, **named)  # type: ignore[arg-type]  # a Move, of the list above
    for order in permutations((A, word)):
        weather = taken(order)
        assert "a" in weather.in_force()
        assert "a" in weather.shown()
        assert weather.restarted().in_force() == weather.in_force()


def test_offices_of_one_feed_go_on_with_each_others_warnings() -> None:
    a = said("issue", "a", 0, feed="national")
    b = said("update", "b", 10, sender="office@other.example", references=((CMA, "a"),))
    b = Given(b.move, b.message.model_copy(update={"feed": "national"}))
    end = said("cancel", "c", 20, sender="third@other.example", feed="national")
    references = (("office@other.example", "b"),)
    end = Given(end.move, end.message.model_copy(update={"references": references}))
    for order in permutations((a, b)):
        assert taken(order).in_force() == taken(order).shown() == ["b"]
    for whole in permutations((a, b, end)):
        assert taken(whole).in_force() == taken(whole).restarted().shown() == []


def test_what_another_feed_brings_does_not_go_on_with_it() -> None:
    a = said("issue", "a", 0, feed="national")
    x = said("cancel", "x", 10, sender=STRANGER, references=((CMA, "a"),), feed="other")
    for order in permutations((a, x)):
        assert taken(order).in_force() == ["a"]


def test_the_same_message_by_hand_and_by_a_feed_is_the_same_warning() -> None:
    assert new_id(A.message) == new_id(A.message.model_copy(update={"feed": "national"}))


@pytest.mark.parametrize("junk", ["None", "N/A", "-", "cap:references"])
def test_a_reference_that_says_nothing_joins_nothing(junk: str) -> None:
    one = said("issue", "one", 0, references=(("", junk),))
    two = said("issue", "two", 5, references=(("", junk),), areas=(BEIJING,))
    other = said("issue", "three", 9, references=(("", junk),), sender=STRANGER)
    for order in permutations((one, two, other)):
        assert taken(order).in_force() == taken(order).shown() == ["one", "three", "two"]


def test_a_reference_of_the_identifier_alone_is_its_senders_own() -> None:
    one = said("issue", "w-1", 0)
    two = said("update", "w-2", 10, references=(("", "w-1"),))
    stranger = said("cancel", "x-2", 20, references=(("", "w-1"),), sender=STRANGER)
    for order in permutations((one, two, stranger)):
        assert taken(order).in_force() == taken(order).shown() == ["w-2"]


def test_other_words_under_a_known_name_change_nothing_whatever_they_join() -> None:
    """Two warnings, made one by a third message; then the second's name comes with other words."""
    one, two = said("issue", "one", 0), said("issue", "two", 5, areas=(BEIJING,))
    both = said("update", "both", 10, "one", "two")
    weather = taken((one, two, both))
    before = list(weather.log)
    forged = said("update", "two", 500, "one", severity="minor")
    placing = weather.take(forged)
    assert placing.other_words
    assert weather.log == before
    assert weather.in_force() == weather.shown() == ["both"]
    assert not weather.take(two).other_words
