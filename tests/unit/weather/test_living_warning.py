"""However the messages of a chain come, they are one warning in one state."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.weather import CapStatus, WarningArea, WarningMessage, WarningText
from projections.warnings import MOVES
from services.weather.commands import Move
from services.weather.naming import rank_of
from tests.moments import at
from tests.unit.weather.living import Given, Interrupted, Weather, taken

YANQING = WarningArea(description="延庆区", geocodes=(("areacode", "110119"),))
BEIJING = WarningArea(description="北京", geocodes=(("areacode", "110000"),))
CMA = "cma"


def said(
    move: Move, identifier: str, sent: float, *refers: str, sender: str = CMA, **other: Any
) -> Given:
    """A message sent so many minutes after noon, which ends nine hours later."""
    event = other.pop("event", "暴雪")
    fields: dict[str, Any] = {
        "status": "Actual",
        "hazard": "snowstorm",
        "areas": (YANQING,),
        "texts": (WarningText(language="zh-CN", event=event),),
        "expires": at(sent + 540),
        "references": tuple((sender, one) for one in refers),
    }
    return Given(
        move,
        WarningMessage(sender=sender, identifier=identifier, sent=at(sent), **(fields | other)),
    )


A = said("issue", "a", 0)
B = said("update", "b", 10, "a")
C = said("update", "c", 20, "b")
END = said("cancel", "d", 30, "c")
CHAINS: dict[str, tuple[Given, ...]] = {
    "issue and update": (A, B),
    "issue, two updates, cancel": (A, B, C, END),
    "without a cancel": (A, B, C),
    "a fork": (A, B, said("update", "c", 20, "a"), said("update", "d", 30, "a")),
    "a fork that is closed": (A, B, said("update", "c", 20, "a"), said("cancel", "d", 30, "b")),
    "the first message never came": (C, said("update", "e", 25, "c"), said("update", "f", 27, "c")),
    "the middle never came": (A, said("update", "e", 25, "c", "b", "a")),
    "all name only the first": (A, B, said("update", "c", 20, "a"), said("cancel", "d", 30, "a")),
    "all name all": (
        A, B, said("update", "c", 20, "b", "a"), said("cancel", "d", 30, "c", "b", "a")
    ),
    "all in one second": (A, said("update", "b", 0, "a"), said("cancel", "c", 0, "a")),
    "a cancel before its warning by its clock": (A, B, said("cancel", "d", -5, "b")),
    "two issues made one": (
        A, said("issue", "z", 5, areas=(BEIJING,)), said("update", "c", 20, "a", "z")
    ),
    "two issues ended by one cancel": (
        A, said("issue", "z", 5, areas=(BEIJING,)), said("cancel", "c", 20, "a", "z")
    ),
    "an issue that refers": (A, said("issue", "b", 10, "a"), said("update", "c", 20, "b")),
}  # fmt: skip


def last_word(chain: Sequence[Given]) -> Given:
    return max(chain, key=lambda one: rank_of(one.message, MOVES.index(one.move)))


def is_one_warning(weather: Weather, chain: Sequence[Given]) -> None:
    """Check that one warning speaks, and says the last word, for all who are asked."""
    last = last_word(chain)
    expected = [] if last.move == "cancel" else [last.message.identifier]
    assert weather.in_force() == weather.shown() == expected
    (speaking,) = weather.speaking()
    row = weather.warnings.rows[speaking]
    assert row.message.identifier == last.message.identifier
    latest = weather.states[speaking].latest
    assert latest is not None
    assert (latest.sent, latest.rank) == (row.message.sent, row.precedence)


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_one_warning_in_every_order(name: str) -> None:
    for order in permutations(CHAINS[name]):
        weather = taken(order)
        is_one_warning(weather, order)
        is_one_warning(weather.restarted(), order)


@pytest.mark.parametrize("name", CHAINS)
def test_once_it_is_whole_repeats_record_nothing(name: str) -> None:
    for order in permutations(CHAINS[name]):
        weather = taken(order)
        before = list(weather.log)
        for given_again in (*order, *order[::-1]):
            weather.take(given_again)
        assert weather.log == before


@pytest.mark.parametrize("name", CHAINS)
def test_who_is_interrupted_at_any_step_and_begins_again_makes_one_warning(name: str) -> None:
    for order in permutations(CHAINS[name]):
        for number, steps_max in ((n, s) for n in range(len(order)) for s in range(3)):
            weather = taken(order[:number])
            try:
                weather.take(order[number], steps_max=steps_max)
            except Interrupted:
                weather = weather.restarted()
                weather.take(order[number])
            for one in order[number + 1 :]:
                weather.take(one)
            is_one_warning(weather, order)


def test_what_was_left_undone_is_done_at_the_next_start() -> None:
    weather = taken([A, C])
    assert len(weather.speaking()) == 2
    with pytest.raises(Interrupted):
        weather.take(B, steps_max=1)
    weather = weather.restarted()
    weather.mend()
    is_one_warning(weather, [A, B, C])
    before = list(weather.log)
    weather.mend()
    assert weather.log == before


def test_the_first_opened_goes_on_and_hears_the_last_word() -> None:
    weather = taken([A, C, B])
    (speaking,) = weather.speaking()
    assert speaking == weather.log[0].key
    others = [id for id in weather.states if id != speaking]
    assert [weather.warnings.rows[id].superseded_by for id in others] == [speaking]
    history = weather.warnings.rows[speaking].history
    assert [one.identifier for one in history] == ["a", "b", "c"]


# Messages of one chain: each refers to some of those before it, or to messages that never came.


@st.composite
def chains(draw: st.DrawFn) -> list[Given]:
    count = draw(st.integers(1, 6))
    made: list[Given] = []
    for number in range(count):
        earlier = [one.message.identifier for one in made]
        references = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        if earlier and not references:
            references = [draw(st.sampled_from(earlier))]
        if draw(st.booleans()):
            references.append(draw(st.sampled_from(("lost", "gone"))))
        move: Move = draw(st.sampled_from(MOVES)) if made else "issue"
        made.append(said(move, f"m{number}", draw(st.integers(0, 5)), *references))
    return made


@settings(max_examples=400, deadline=None)
@given(chains(), st.data())
def test_any_chain_in_any_order_with_repeats_is_one_warning(
    chain: list[Given], data: st.DataObject
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(chain), max_size=4))
    order = data.draw(st.permutations([*chain, *repeated]))
    weather = taken(order)
    is_one_warning(weather, chain)
    is_one_warning(weather.restarted(), chain)


@settings(max_examples=200, deadline=None)
@given(chains(), st.data())
def test_any_two_orders_come_to_the_same_word(chain: list[Given], data: st.DataObject) -> None:
    one, other = (taken(data.draw(st.permutations(chain))) for _ in range(2))
    assert one.in_force() == other.in_force() == one.shown() == other.shown()
    assert set(one.speaking().values()) == set(other.speaking().values())


# The same sender warns anew without saying of what.

ANEW = said("issue", "x", 60)


def test_the_same_warned_anew_is_one_warning_in_either_order() -> None:
    for order in permutations([A, ANEW, said("issue", "y", 120)]):
        weather = taken(order)
        assert weather.in_force() == weather.shown() == ["y"]
        assert weather.restarted().in_force() == ["y"]


OTHERS: dict[str, Given] = {
    "another hazard": said("issue", "x", 60, hazard="gale", event="大风"),
    "another place": said("issue", "x", 60, areas=(BEIJING,)),
    "another sender": said("issue", "x", 60, sender="other"),
    "after the first has ended": said("issue", "x", 600),
    "for after the first has ended": said("issue", "x", 60, onset=at(545), expires=at(900)),
    "an update of something else": said("update", "x", 60, "unknown"),
    **{
        f"an {status}": said("issue", "x", 60, status=status)
        for status in get_args(CapStatus)
        if status != "Actual"
    },
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_looks_alike_stands_beside_it(name: str) -> None:
    for order in ([A, OTHERS[name]], [OTHERS[name], A]):
        weather = taken(order)
        assert len(weather.speaking()) == 2
        assert all(row.superseded_by is None for row in weather.warnings.rows.values())


def test_elsewhere_the_name_of_the_event_tells_warnings_apart() -> None:
    def english(identifier: str, sent: float, event: str) -> Given:
        texts = (WarningText(language="en-GB", event=event),)
        return said("issue", identifier, sent, texts=texts, hazard="gale")

    yellow, orange = english("a", 0, "Yellow wind warning"), english("b", 5, "Orange wind warning")
    assert taken([yellow, orange]).in_force() == ["a", "b"]
    assert taken([yellow, english("c", 5, "Yellow Wind Warning")]).in_force() == ["c"]


def test_a_cancel_of_the_old_one_leaves_the_new_one() -> None:
    for order in permutations([A, ANEW, said("cancel", "d", 70, "a")]):
        weather = taken(order)
        assert weather.in_force() == weather.shown() == ["x"]


def test_an_update_of_the_old_one_is_the_last_word_on_both() -> None:
    update = said("update", "u", 70, "a")
    for order in permutations([A, ANEW, update]):
        assert taken(order).in_force() == ["u"], [one.message.identifier for one in order]


def test_an_update_from_before_the_new_one_does_not_speak() -> None:
    update = said("update", "u", 30, "a")
    for order in permutations([A, ANEW, update]):
        assert taken(order).in_force() == ["x"], [one.message.identifier for one in order]


def test_a_cancelled_warning_is_not_superseded() -> None:
    for order in permutations([A, said("cancel", "d", 30, "a"), ANEW]):
        weather = taken(order)
        assert weather.in_force() == ["x"]


@pytest.mark.parametrize("status", [one for one in get_args(CapStatus) if one != "Actual"])
def test_what_is_not_meant_ends_nothing_that_is(status: CapStatus) -> None:
    for move in ("update", "cancel"):
        drill = said(move, "t", 60, "a", status=status)
        for order in permutations([A, drill]):
            rows = taken(order).warnings.rows.values()
            live = [row.message.identifier for row in rows if row.is_live(_later())]
            assert live == ["a"]


def _later() -> datetime:
    return at(61)
