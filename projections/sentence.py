"""What sentences about facts are made of."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from events.fact import Fact, Text
from projections.moment import iso

F = TypeVar("F", bound=Fact)
Sentence: TypeAlias = tuple[type[Fact], Callable[[Any], Text]]


def says(kind: type[F], sentence: Callable[[F], Text]) -> Sentence:
    """Return a kind of fact with the sentence for it."""
    return kind, sentence


def plain(zh: str, en: str) -> Callable[[Fact], Text]:
    """Return a sentence that is always the same."""
    return lambda _: Text(zh=zh, en=en)


def told(zh: str, en: str, words: str) -> Text:
    """Return a sentence followed by what a person wrote, if they wrote anything."""
    if not words:
        return Text(zh=zh, en=en)
    return text(f"{zh}：{words}", f"{en}: {words}")


def text(zh: str, en: str) -> Text:
    """Return a text within the limit of `Words`."""
    return Text(zh=zh[:4000], en=en[:4000])


def where(venue: str | None) -> tuple[str, str]:
    """Return where something was, to be put behind a sentence; nothing where it is unknown."""
    return (f"，{venue}", f" at {venue}") if venue else ("", "")


def span(starts_at: datetime, ends_at: datetime) -> tuple[str, str]:
    """Return from when to when."""
    return f"{iso(starts_at)} 至 {iso(ends_at)}", f"{iso(starts_at)} to {iso(ends_at)}"
