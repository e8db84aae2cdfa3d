"""What may happen to a swap: it is proposed, both agree or one declines, and it is carried out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

from events.fact import Fact
from events.swap import (
    SwapAgreed,
    SwapDeclined,
    SwapDone,
    SwapFact,
    SwapFailed,
    SwapProposed,
)
from services.decider import Decider, Rejected
from services.volunteers.swap_commands import (
    AgreeSwap,
    CompleteSwap,
    DeclineSwap,
    FailSwap,
    ProposeSwap,
    SwapCommand,
)

End: TypeAlias = Literal["declined", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap as far as a decision needs it."""

    proposed: SwapProposed | None = None
    agreed: frozenset[str] = frozenset()
    end: End | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """The giver and the taker."""
        return (self.proposed.giver, self.proposed.taker) if self.proposed is not None else ()

    @property
    def is_agreed(self) -> bool:
        """Both agreed: from now on it is carried out."""
        return self.proposed is not None and self.agreed.issuperset(self.people)


def decide(state: Swap, command: SwapCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case ProposeSwap():
            return _propose(state, command)
        case _ if state.proposed is None:
            raise _refused("unknown-swap", command.id, "没有这次换班", "there is no such swap")
        case AgreeSwap(person=person):
            return _agree(state, command.id, person)
        case DeclineSwap():
            return _decline(state, command)
        case CompleteSwap():
            return [] if state.end or not state.is_agreed else [SwapDone()]
        case FailSwap(reason=reason):
            return [] if state.end or not state.is_agreed else [SwapFailed(reason=reason)]
        case unhandled:
            assert_never(unhandled)


def evolve(state: Swap, fact: Fact) -> Swap:
    """Return the swap after one fact."""
    if not isinstance(fact, SwapFact):
        return state
    match fact:
        case SwapProposed():
            return replace(state, proposed=fact)
        case SwapAgreed(person=person):
            return replace(state, agreed=state.agreed | {person})
        case SwapDeclined():
            return replace(state, end="declined")
        case SwapDone():
            return replace(state, end="done")
        case SwapFailed():
            return replace(state, end="failed")
        case unhandled:
            assert_never(unhandled)


def _propose(state: Swap, command: ProposeSwap) -> Sequence[Fact]:
    fact = SwapProposed(
        giver=command.giver,
        shift=command.shift,
        taker=command.taker,
        in_return=command.in_return,
    )
    if state.proposed == fact:
        return []
    if state.proposed is not None:
        raise _refused("swap-exists", command.id, "该编号已用于另一次换班", "the id is taken")
    if command.giver == command.taker:
        zh, en = f"{command.giver} 不能与自己换班", f"{command.giver} cannot swap with themselves"
        raise _refused("swap-with-oneself", command.id, zh, en, "taker")
    if command.proposer is None:
        return [fact]
    _check_part(command.id, (command.giver, command.taker), command.proposer)
    return [fact, SwapAgreed(person=command.proposer)]


def _agree(state: Swap, id: str, person: str) -> Sequence[Fact]:
    _check_part(id, state.people, person)
    if person in state.agreed:
        return []
    if state.end is not None:
        raise _ended(id, state.end)
    return [SwapAgreed(person=person)]


def _decline(state: Swap, command: DeclineSwap) -> Sequence[Fact]:
    _check_part(command.id, state.people, command.person)
    if state.end == "declined":
        return []
    if state.end is not None:
        raise _ended(command.id, state.end)
    if state.is_agreed:
        zh, en = "双方均已同意，正在换班", "both agreed and it is being carried out"
        raise _refused("swap-agreed", command.id, zh, en)
    return [SwapDeclined(person=command.person, reason=command.reason)]


def _check_part(id: str, people: Sequence[str], person: str) -> None:
    if person not in people:
        zh, en = f"{person} 不在其中", f"{person} has no part in it"
        raise _refused("not-in-swap", id, zh, en, "person")


def _ended(id: str, end: End) -> Rejected:
    zh = {"declined": "已被拒绝", "done": "已完成", "failed": "未成"}[end]
    en = {"declined": "it was declined", "done": "it is done", "failed": "it failed"}[end]
    return _refused("swap-ended", id, zh, en)


def _refused(code: str, id: str, zh: str, en: str, field: str = "id") -> Rejected:
    return Rejected(code, zh=f"换班 {id}：{zh}", en=f"swap {id}: {en}", field=field)


def over(state: Swap) -> bool:
    """Tell whether it has ended."""
    return state.end is not None


SWAP: Decider[Swap, SwapCommand] = Decider("swap", Swap(), decide, evolve, over)
