"""Two people exchange shifts, or one stands in for another. Both must agree."""

from typing import ClassVar

from events.fact import Fact, Id, Line, Text


class SwapProposed(Fact):
    """`giver` gives `shift` to `taker`, and gets `in_return` for it, if anything.

    Written at the home site of the giver.
    """

    NOUN: ClassVar[str] = "swap"
    TYPE: ClassVar[str] = "proposed"
    giver: Id
    shift: Id
    taker: Id
    in_return: Id | None = None


class SwapAgreed(Fact):
    """One of the two agrees."""

    NOUN: ClassVar[str] = "swap"
    TYPE: ClassVar[str] = "agreed"
    person: Id


class SwapDeclined(Fact):
    """One of the two does not want it, or no longer."""

    NOUN: ClassVar[str] = "swap"
    TYPE: ClassVar[str] = "declined"
    person: Id
    reason: Line


class SwapDone(Fact):
    """Both shifts are planned anew."""

    NOUN: ClassVar[str] = "swap"
    TYPE: ClassVar[str] = "done"


class SwapFailed(Fact):
    """Both agreed, but a rule stood against it; everything is as it was."""

    NOUN: ClassVar[str] = "swap"
    TYPE: ClassVar[str] = "failed"
    reason: Text


SwapFact = SwapProposed | SwapAgreed | SwapDeclined | SwapDone | SwapFailed
FACTS: tuple[type[Fact], ...] = (SwapProposed, SwapAgreed, SwapDeclined, SwapDone, SwapFailed)
