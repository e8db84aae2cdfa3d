from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.fact import Fact, Text
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from services.volunteers.commands import (
    AgreeSwap,
    CompleteSwap,
    DeclineSwap,
    FailSwap,
    ProposeSwap,
)
from services.volunteers.swap import SWAP
from tests.given import Given, lived
from tests.moments import NOON

given = partial(Given, SWAP)
WHO: dict[str, Any] = {"site": "yanqing", "id": "w1", "at": NOON, "by": "ana"}
WHY = Text(zh="休息不足", en="too little rest")

proposed = SwapProposed(giver="ana", shift="s1", taker="bo", in_return="s2")
ana, bo = SwapAgreed(person="ana"), SwapAgreed(person="bo")
declined = SwapDeclined(person="bo", reason="exam")
complete, fail = CompleteSwap(**WHO), FailSwap(**WHO, reason=WHY)


def propose(proposer: str | None = "ana", **said: Any) -> ProposeSwap:
    swap = {"giver": "ana", "shift": "s1", "taker": "bo", "in_return": "s2", **said}
    return ProposeSwap(**WHO, **swap, proposer=proposer)


def agree(person: str) -> AgreeSwap:
    return AgreeSwap(**WHO, person=person)


def decline(person: str) -> DeclineSwap:
    return DeclineSwap(**WHO, person=person, reason="exam")


def test_who_proposes_agrees_by_proposing() -> None:
    given([]).when(propose()).then(proposed, ana)
    given([]).when(propose("bo")).then(proposed, bo)


def test_somebody_else_may_propose_and_agrees_for_nobody() -> None:
    given([]).when(propose(None)).then(proposed)


def test_the_same_proposal_again_records_nothing() -> None:
    given([proposed, ana]).when(propose()).then()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"taker": "ana"}, "swap-with-oneself"),
        ({"proposer": "cy"}, "not-in-swap"),
    ],
)
def test_a_swap_is_between_two_people(said: dict[str, Any], code: str) -> None:
    given([]).when(propose(**said)).rejected(code, naming=["w1"])


def test_an_id_stands_for_one_swap() -> None:
    given([proposed, ana]).when(propose(in_return=None)).rejected("swap-exists", naming=["w1"])


def test_both_must_agree_and_each_does_once() -> None:
    given([proposed, ana]).when(agree("bo")).then(bo)
    given([proposed, ana]).when(agree("ana")).then()
    given([proposed, ana, bo, SwapDone()]).when(agree("bo")).then()


@pytest.mark.parametrize("command", [agree("cy"), decline("cy")])
def test_nobody_else_agrees_or_declines(command: Any) -> None:
    given([proposed, ana]).when(command).rejected("not-in-swap", naming=["cy"])


@pytest.mark.parametrize("person", ["ana", "bo"])
def test_either_declines_until_both_agreed(person: str) -> None:
    given([proposed, ana]).when(decline(person)).then(SwapDeclined(person=person, reason="exam"))
    given([proposed, ana, bo]).when(decline(person)).rejected("swap-agreed", naming=["w1"])


def test_a_swap_that_was_declined_stays_declined() -> None:
    given([proposed, ana, declined]).when(decline("ana")).then()
    given([proposed, ana, declined]).when(agree("bo")).rejected("swap-ended", naming=["declined"])


def test_it_is_carried_out_only_when_both_agreed() -> None:
    for history in ([proposed, ana], [proposed, ana, declined]):
        given(history).when(complete).then()
        given(history).when(fail).then()
    given([proposed, ana, bo]).when(complete).then(SwapDone())
    given([proposed, ana, bo]).when(fail).then(SwapFailed(reason=WHY))


@pytest.mark.parametrize("end", [SwapDone(), SwapFailed(reason=WHY)])
def test_it_ends_once(end: Fact) -> None:
    history = [proposed, ana, bo, end]
    given(history).when(complete).then()
    given(history).when(fail).then()
    given(history).when(decline("bo")).rejected("swap-ended")


@pytest.mark.parametrize("command", [agree("ana"), decline("ana"), complete, fail])
def test_what_nobody_proposed_is_not_there(command: Any) -> None:
    given([]).when(command).rejected("unknown-swap", naming=["w1"])


PEOPLE = st.sampled_from(["ana", "bo", "cy"])


@given_any(
    st.lists(
        st.one_of(
            st.builds(propose, PEOPLE),
            st.builds(agree, PEOPLE),
            st.builds(decline, PEOPLE),
            st.sampled_from([complete, fail]),
        ),
        max_size=15,
    )
)
def test_it_ends_at_most_once_and_is_carried_out_only_when_both_agreed(commands: list[Any]) -> None:
    facts = lived(SWAP, commands)
    ends = [fact for fact in facts if isinstance(fact, SwapDeclined | SwapDone | SwapFailed)]
    assert len(ends) <= 1
    if ends and not isinstance(ends[0], SwapDeclined):
        assert {fact.person for fact in facts if isinstance(fact, SwapAgreed)} == {"ana", "bo"}
