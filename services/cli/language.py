"""Which language a person reads, and how a text in both is said to them."""

import os
from collections.abc import Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """The same words in both languages, perhaps with `{names}` of values to fill in."""

    zh: str
    en: str

    def fill(self, **values: object) -> "Said":
        """Return the words with the values in them, each language with its own of a Said."""
        zh, en = (
            {
                name: value[at] if isinstance(value, Said) else value
                for name, value in values.items()
            }
            for at in (0, 1)
        )
        return Said(self.zh.format(**zh), self.en.format(**en))

    def __str__(self) -> str:
        return self.zh if is_chinese() else self.en


def is_chinese() -> bool:
    """Tell whether MUSTER_LANG, or else the locale, asks for Chinese. Anything else is English."""
    for name in ("MUSTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if asked := os.environ.get(name):
            return asked.lower().startswith("zh")
    return False


def both(zh: str, en: str) -> str:
    """Return the one of two texts that is read here: for help, which stands beside its option."""
    return str(Said(zh, en))


def read(text: Mapping[str, str] | str | None) -> str:
    """Return a text that Muster answered, in the person's language where it has it."""
    if text is None or isinstance(text, str):
        return text or ""
    first, second = ("zh", "en") if is_chinese() else ("en", "zh")
    return text.get(first) or text.get(second) or next(iter(text.values()), "")
