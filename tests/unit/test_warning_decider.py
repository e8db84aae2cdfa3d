from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact
from events.weather import (
    Changed,
    WarningArea,
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningText,
    WarningUpdated,
)
from services.deadlines import MissDeadline
from services.weather.commands import Move, Supersede, TakeMessage, WarningCommand
from services.weather.decider import WARNING, WarningState
from tests.given import Given, lived, state_after
from tests.moments import NOON, at

given = partial(Given, WARNING)
WHO: dict[str, Any] = {"site": "hq", "id": "w1", "at": NOON, "by": "service:weather"}


def message(identifier: str, sent: float = 0, expires: float | None = 60) -> WarningMessage:
    """A message sent, and expiring, so many minutes after noon."""
    return WarningMessage(
        sender="cma", identifier=identifier, sent=at(sent), status="Actual",
        expires=None if expires is None else at(expires),
    )  # fmt: skip


def take(move: Move, identifier: str, sent: float = 0, expires: float | None = 60) -> TakeMessage:
    return TakeMessage(**WHO, move=move, message=message(identifier, sent, expires))


def miss(minutes: float, name: str = "expires") -> MissDeadline:
    return MissDeadline(**(WHO | {"at": at(minutes)}), kind="warning", name=name)


def until(minutes: float) -> DeadlineSet:
    return DeadlineSet(name="expires", due_at=at(minutes))


def missed(minutes: float) -> list[Fact]:
    return [
        DeadlineMissed(name="expires", due_at=at(minutes)),
        WarningExpired(expires=at(minutes)),
    ]


issued: list[Fact] = [WarningIssued(message=message("a")), until(60)]
met = DeadlineMet(name="expires")


def status(facts: list[Fact]) -> str:
    return state_after(WARNING, facts).status


def test_a_first_message_issues_the_warning_and_sets_its_end() -> None:
    given([]).when(take("issue", "a")).then(*issued)
    assert status(issued) == "in-force"


def test_a_warning_without_an_end_has_no_deadline() -> None:
    given([]).when(take("issue", "a", expires=None)).then(
        WarningIssued(message=message("a", expires=None))
    )


@pytest.mark.parametrize("move", ["issue", "update", "cancel"])
def test_the_same_message_again_records_nothing(move: Move) -> None:
    given(issued).when(take(move, "a")).then()


def test_the_same_identifier_of_another_sender_is_another_message() -> None:
    other = message("a", 5).model_copy(update={"sender": "aemet"})
    given(issued).when(TakeMessage(**WHO, move="update", message=other)).then(
        WarningUpdated(message=other)
    )


def test_an_update_moves_the_end() -> None:
    given(issued).when(take("update", "b", 10, 90)).then(
        WarningUpdated(message=message("b", 10, 90), changed=("times",)), until(90)
    )


def test_an_update_with_the_same_end_leaves_the_deadline() -> None:
    given(issued).when(take("update", "b", 10, 60)).then(WarningUpdated(message=message("b", 10)))


def test_an_update_without_an_end_lifts_the_deadline() -> None:
    given(issued).when(take("update", "b", 10, None)).then(
        WarningUpdated(message=message("b", 10, None), changed=("times",)), met
    )


def test_a_cancel_ends_the_warning() -> None:
    facts: list[Fact] = [WarningCancelled(message=message("b", 10)), met]
    given(issued).when(take("cancel", "b", 10)).then(*facts)
    assert status([*issued, *facts]) == "cancelled"


def test_a_late_message_is_recorded_but_does_not_speak() -> None:
    updated: list[Fact] = [WarningUpdated(message=message("b", 10, 90)), until(90)]
    given(updated).when(take("issue", "a")).then(WarningIssued(message=message("a")))


def test_a_cancel_may_come_first() -> None:
    cancelled: list[Fact] = [WarningCancelled(message=message("c", 20))]
    given([]).when(take("cancel", "c", 20)).then(*cancelled)
    given(cancelled).when(take("update", "b", 10)).then(WarningUpdated(message=message("b", 10)))
    assert status([*cancelled, WarningUpdated(message=message("b", 10))]) == "cancelled"


def test_an_update_may_come_first() -> None:
    given([]).when(take("update", "b", 10)).then(
        WarningUpdated(message=message("b", 10)), until(60)
    )


def test_of_two_messages_sent_at_once_the_cancel_counts() -> None:
    facts = lived(WARNING, [take("cancel", "a", 10), take("update", "z", 10)])
    assert status(facts) == "cancelled"


def test_a_warning_expires_at_its_end_and_not_before() -> None:
    given(issued).when(miss(59)).then()
    given(issued).when(miss(60)).then(*missed(60))
    assert status([*issued, *missed(60)]) == "expired"


def test_it_expires_once() -> None:
    given([*issued, *missed(60)]).when(miss(61)).then()


def test_another_deadline_is_not_its_own() -> None:
    given(issued).when(miss(90, "answer")).then()


def test_nothing_expires_that_never_was_or_was_cancelled() -> None:
    given([]).when(miss(90)).then()
    cancelled = WarningCancelled(message=message("b", 10))
    given([*issued, cancelled, met]).when(miss(90)).then()


def test_an_update_brings_an_expired_warning_back() -> None:
    moved = WarningUpdated(message=message("b", 70, 120), changed=("times",))
    later: list[Fact] = [moved, until(120)]
    given([*issued, *missed(60)]).when(take("update", "b", 70, 120)).then(*later)
    assert status([*issued, *missed(60), *later]) == "in-force"


def test_an_update_that_ends_no_later_does_not_bring_it_back() -> None:
    given([*issued, *missed(60)]).when(take("update", "b", 50, 60)).then(
        WarningUpdated(message=message("b", 50, 60))
    )


MOVES: st.SearchStrategy[Move] = st.sampled_from(["issue", "update", "cancel"])


@st.composite
def chains(draw: st.DrawFn) -> list[TakeMessage]:
    moves = draw(st.lists(MOVES, min_size=1, max_size=6))
    return [
        take(
            move, f"m{number}", draw(st.integers(0, 3)),
            draw(st.sampled_from([None, 30, 60, 90])),
        )
        for number, move in enumerate(moves)
    ]  # fmt: skip


def outcome(commands: list[TakeMessage]) -> tuple[str, object, datetime | None]:
    state = state_after(WARNING, lived(WARNING, commands))
    return state.status, state.latest, state.due_at


@given_any(chains(), st.data())
def test_messages_in_any_order_and_again_give_one_warning(
    chain: list[TakeMessage], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(chain), max_size=4))
    shuffled = data.draw(st.permutations([*chain, *repeats]))
    assert outcome(shuffled) == outcome(chain)


@given_any(chains(), st.data())
def test_the_message_sent_last_speaks(chain: list[TakeMessage], data: st.DataObject) -> None:
    ranks = {"issue": 0, "update": 1, "cancel": 2}
    last = max(chain, key=lambda c: (c.message.sent, ranks[c.move], c.message.identifier))
    latest = state_after(WARNING, lived(WARNING, data.draw(st.permutations(chain)))).latest
    assert latest is not None
    assert latest.identifier == last.message.identifier


@given_any(chains(), st.data())
def test_when_it_expired_does_not_hang_on_the_order_either(
    chain: list[TakeMessage], data: st.DataObject
) -> None:
    """After a last look at the clock the order of messages and looks before it is forgotten."""
    looks = data.draw(st.lists(st.builds(miss, st.integers(0, 60)), max_size=3))
    shuffled: list[WarningCommand] = data.draw(st.permutations([*chain, *looks]))
    in_order: list[WarningCommand] = [*chain, miss(60)]
    facts = lived(WARNING, [*shuffled, miss(60)])
    assert status(facts) == status(lived(WARNING, in_order))


@given_any(chains(), st.data())
def test_a_deadline_is_set_while_and_only_while_an_end_is_awaited(
    chain: list[TakeMessage], data: st.DataObject
) -> None:
    looks = data.draw(st.lists(st.builds(miss, st.integers(0, 120)), max_size=3))
    shuffled: list[WarningCommand] = data.draw(st.permutations([*chain, *looks]))
    facts = lived(WARNING, shuffled)
    state: WarningState = state_after(WARNING, facts)
    assert state.latest is not None
    assert state.due_at == (state.latest.expires if state.status == "in-force" else None)
    assert sum(isinstance(fact, WarningExpired) for fact in facts) == sum(
        isinstance(fact, DeadlineMissed) for fact in facts
    )


YANQING = WarningArea(description="延庆区", geocodes=(("areacode", "110119"), ("SAME", "x")))
WORDS = WarningText(language="zh-CN", event="暴雪", headline="暴雪蓝色预警")
CHANGES: dict[Changed, dict[str, Any]] = {
    "area": {"areas": (WarningArea(description="延庆区", geocodes=(("areacode", "110108"),)),)},
    "venues": {"venues": ("alpine",)},
    "level": {"severity": "severe", "colour": "orange"},
    "times": {"onset": at(30)},
    "words": {"texts": (WORDS.model_copy(update={"headline": "暴雪橙色预警"}),)},
}  # fmt: skip


def described(identifier: str, sent: float, **other: Any) -> WarningMessage:
    said = {"areas": (YANQING,), "venues": ("track",), "texts": (WORDS,), **other}
    return message(identifier, sent).model_copy(update=said)


@pytest.mark.parametrize("name", CHANGES)
def test_an_update_says_what_it_changes(name: Changed) -> None:
    before: list[Fact] = [WarningIssued(message=described("a", 0)), until(60)]
    after = described("b", 10, **CHANGES[name])
    given(before).when(TakeMessage(**WHO, move="update", message=after)).then(
        WarningUpdated(message=after, changed=(name,))
    )


def test_an_update_that_repeats_everything_changes_nothing() -> None:
    turned = YANQING.model_copy(
        update={"geocodes": YANQING.geocodes[::-1], "description": "延庆 Yanqing"}
    )
    again = described("b", 10, areas=(turned, turned))
    given([WarningIssued(message=described("a", 0)), until(60)]).when(
        TakeMessage(**WHO, move="update", message=again)
    ).then(WarningUpdated(message=again))


def test_what_changed_is_told_of_the_message_that_spoke_not_of_the_last_one_taken() -> None:
    red = described("c", 20, **CHANGES["level"])
    history: list[Fact] = [
        WarningUpdated(message=red),
        until(60),
        WarningIssued(message=described("a", 0)),
    ]
    last = described("d", 30, **CHANGES["level"])
    given(history).when(TakeMessage(**WHO, move="update", message=last)).then(
        WarningUpdated(message=last)
    )


def test_a_late_update_changes_nothing_any_more() -> None:
    history: list[Fact] = [WarningUpdated(message=described("c", 20)), until(60)]
    late = described("b", 10, **CHANGES["level"])
    given(history).when(TakeMessage(**WHO, move="update", message=late)).then(
        WarningUpdated(message=late)
    )


def supersede(successor: str = "w2") -> Supersede:
    return Supersede(**WHO, successor=successor)


def test_a_superseded_warning_is_over_and_no_end_is_awaited_any_more() -> None:
    facts: list[Fact] = [WarningSuperseded(by="w2"), met]
    given(issued).when(supersede()).then(*facts)
    assert status([*issued, *facts]) == "superseded"


def test_it_is_superseded_once_by_one_and_never_by_itself() -> None:
    over: list[Fact] = [*issued, WarningSuperseded(by="w2"), met]
    given(over).when(supersede()).then()
    given(over).when(supersede("w3")).then(WarningSuperseded(by="w3"))
    given(issued).when(supersede("w1")).then()
    given([]).when(supersede()).then()


@pytest.mark.parametrize("move", ["issue", "update", "cancel"])
def test_nothing_brings_a_superseded_warning_back(move: Move) -> None:
    commands: list[WarningCommand] = [take("issue", "a"), supersede(), take(move, "z", 50, 300)]
    facts = lived(WARNING, commands)
    assert status(facts) == "superseded"
    assert sum(isinstance(fact, DeadlineSet) for fact in facts) == 1
