"""Finds people by what somebody types: a part of a name, in characters or in Latin letters without
spaces and tones, or how an id begins.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

_FIELD = "\x1f"
_LINE = "\n"


@lru_cache(maxsize=1 << 15)
def key(text: str) -> str:
    """Return what names are compared by: neither case, width, accents, spaces nor signs count."""
    if text.isascii() and text.isalnum():
        return text.lower()
    wide = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in wide if character.isalnum())


class Finder:
    """The people who can be found. All are one text, which is searched faster than any list."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._ids: list[str] | None = None
        self._text = ""
        self._starts: list[int] = []

    def put(self, id: str, *names: str) -> None:
        """Let a person be found by these names, and no others."""
        line = _FIELD.join((id.casefold(), *(key(name) for name in names)))
        if self._lines.get(id) != line:
            self._lines[id] = line
            self._ids = None

    def drop(self, id: str) -> None:
        """Let a person be found no more."""
        if self._lines.pop(id, None) is not None:
            self._ids = None

    def find(self, query: str, after: str = "") -> Iterator[str]:
        """Yield the ids of whom a query may mean, sorted, from the one after `after` on.

        Each word of the query must be in a name, or begin the id.
        """
        words = query.split()
        wanted = [(word.casefold(), key(word)) for word in words]
        whole = key(query)
        # Every line that is meant has one of these in it: the longest word as it was typed in the
        # id, or in a name, or the whole without its signs in a name.
        longest = max(wanted, key=lambda pair: len(pair[0]), default=())
        needles = {each for each in (*longest, whole) if each}
        ids = self._sorted()
        at = bisect_left(ids, after)
        if at < len(ids) and ids[at] == after:
            at += 1
        if not needles:
            yield from ids[at:]
            return
        while at < len(ids):
            begin = self._starts[at]
            found = [place for each in needles if (place := self._text.find(each, begin)) >= 0]
            if not found:
                return
            at = bisect_left(self._starts, min(found) + 1) - 1
            if _means(self._lines[ids[at]], wanted, whole):
                yield ids[at]
            at += 1

    def means(self, query: str, id: str) -> bool:
        """Tell whether a query may mean a person."""
        wanted = [(word.casefold(), key(word)) for word in query.split()]
        return id in self._lines and _means(self._lines[id], wanted, key(query))

    def _sorted(self) -> list[str]:
        if self._ids is None:
            self._ids = sorted(self._lines)
            self._starts = []
            size = 0
            for id in self._ids:
                self._starts.append(size)
                size += len(self._lines[id]) + 1
            self._text = _LINE.join(self._lines[id] for id in self._ids)
        return self._ids


def _means(line: str, wanted: list[tuple[str, str]], whole: str) -> bool:
    id, *names = line.split(_FIELD)
    if whole and any(whole in name for name in names):
        return True
    return all(
        id.startswith(word) or (short and any(short in name for name in names))
        for word, short in wanted
    )
