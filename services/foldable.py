"""Folds whose state can be kept and taken up again."""

from typing import Any, Protocol, runtime_checkable

from events.envelope import Event


class Foldable(Protocol):
    """Something that takes one event after another."""

    def apply(self, event: Event) -> None:
        """Fold one event."""
        ...


def kinds_of(fold: Foldable) -> frozenset[str] | None:
    """Return the kinds of events that concern a fold, where it says so in `kinds`."""
    found: frozenset[str] | None = getattr(fold, "kinds", None)
    return found


@runtime_checkable
class Keeping(Protocol):
    """A fold that holds more than its state, and says itself what is to be kept."""

    def keep(self) -> Any:
        """Return its state."""
        ...

    def take_up(self, state: Any) -> None:
        """Go on from a state."""
        ...


def state_of(fold: Foldable) -> Any:
    """Return the state of a fold: what it says, or else everything it holds."""
    return fold.keep() if isinstance(fold, Keeping) else vars(fold)


def restore_state(fold: Foldable, state: Any) -> None:
    """Let a fold go on from a state that was kept."""
    if isinstance(fold, Keeping):
        fold.take_up(state)
    else:
        vars(fold).update(state)
