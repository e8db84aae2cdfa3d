"""What may be asked about a swap."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Line, Text
from services.decider import Command


class ProposeSwap(Command):
    """`giver` gives `shift` to `taker`, and gets `in_return` for it, if anything.

    The one of them who proposes it, `proposer`, agrees by that; None when it is somebody else.
    """

    KIND: ClassVar[str] = "swap"
    type: Literal["propose-swap"] = "propose-swap"
    giver: Id
    shift: Id
    taker: Id
    in_return: Id | None = None
    proposer: Id | None = None


class AgreeSwap(Command):
    KIND: ClassVar[str] = "swap"
    type: Literal["agree-swap"] = "agree-swap"
    person: Id


class DeclineSwap(Command):
    """One of the two does not want it, or no longer. Once both agreed it is too late."""

    KIND: ClassVar[str] = "swap"
    type: Literal["decline-swap"] = "decline-swap"
    person: Id
    reason: Line


class CompleteSwap(Command):
    """Both shifts are planned anew."""

    KIND: ClassVar[str] = "swap"
    type: Literal["complete-swap"] = "complete-swap"


class FailSwap(Command):
    """A rule stood against it, and everything is as it was."""

    KIND: ClassVar[str] = "swap"
    type: Literal["fail-swap"] = "fail-swap"
    reason: Text


SwapCommand: TypeAlias = Annotated[
    ProposeSwap | AgreeSwap | DeclineSwap | CompleteSwap | FailSwap, Field(discriminator="type")
]
