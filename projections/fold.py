"""How a kind of fact is bound to the function that takes it in."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from events.envelope import Event
from events.fact import Fact

F = TypeVar("F", bound=Fact)

Fold: TypeAlias = Callable[[Event, Any], None]
Binding: TypeAlias = tuple[type[Fact], Fold]


def on(kind: type[F], fold: Callable[[Event, F], None]) -> Binding:
    """Bind `fold` to facts of exactly this kind; mypy refuses a fold that takes another one."""
    return kind, fold
