"""Tests of rules are histories: given facts, when a command, then facts or a refusal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic

import pytest

from events.fact import Fact
from services.decider import C, Decider, Rejected, S


@dataclass(frozen=True, slots=True)
class When:
    """A command that is about to be decided."""

    decide: Callable[[], Sequence[Fact]]

    def then(self, *facts: Fact) -> None:
        assert list(self.decide()) == list(facts)

    def rejected(self, code: str, *, naming: Sequence[str] = ()) -> None:
        """Assert the refusal's code, that it speaks both languages, and what it names in them."""
        with pytest.raises(Rejected) as refusal:
            self.decide()
        reason = refusal.value.reason
        assert refusal.value.code == code
        assert any("\u4e00" <= character <= "\u9fff" for character in reason.zh)
        assert reason.en.isascii()
        assert reason.en[0].islower()
        for words in naming:
            assert words in reason.zh + "\n" + reason.en


@dataclass(frozen=True, slots=True)
class Given(Generic[S, C]):
    """An aggregate with a history."""

    decider: Decider[S, C]
    history: Sequence[Fact]

    def when(self, command: C) -> When:
        return When(lambda: self.decider.decide(state_after(self.decider, self.history), command))


def state_after(decider: Decider[S, C], facts: Iterable[Fact]) -> S:
    return reduce(decider.evolve, facts, decider.initial)


def answer(decider: Decider[S, C], state: S, command: C) -> Sequence[Fact] | str:
    """Return the facts that follow, or the code of the refusal."""
    try:
        return list(decider.decide(state, command))
    except Rejected as refusal:
        return refusal.code


def lived(decider: Decider[S, C], commands: Iterable[C]) -> list[Fact]:
    """Return all facts that follow from the commands, one after the other; refused ones are lost.

    On the way every command is decided again right after it was: nothing more may follow from it,
    and a refusal stays the same refusal.
    """
    facts: list[Fact] = []
    state = decider.initial
    for command in commands:
        outcome = answer(decider, state, command)
        if isinstance(outcome, str):
            assert answer(decider, state, command) == outcome
            continue
        state = reduce(decider.evolve, outcome, state)
        facts.extend(outcome)
        assert answer(decider, state, command) == [], command
    return facts
