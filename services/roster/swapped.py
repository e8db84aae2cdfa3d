"""Recognises columns whose contents have changed places, in one row or in all of them."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations

from services.roster.entries import Entry, Words
from services.roster.fields import ID, MAIL, MOBILE, is_latin, is_name
from services.roster.headers import Field, Header, words_of
from services.roster.problems import Problems
from services.roster.sheets import letters
from services.roster.texts import named
from services.roster.vocabulary import ROLES

Pair = tuple[Field, Field]

_LOOKED_AT = ("id", "name", "latin", "role", "site", "venue", "phone", "mail")


class Swaps:
    """The pairs that were found in a table; whether it is the columns is known at its end."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._found: list[tuple[Entry, Pair]] = []
        self._rows = 0

    def look(self, entry: Entry, texts: Mapping[Field, str | None]) -> frozenset[Field]:
        """Return the fields of a row that have changed places with another one."""
        self._rows += 1
        given = {field: text for field in _LOOKED_AT if (text := texts.get(field))}
        odd = {field for field, text in given.items() if not self._fits(field, text)}
        if not odd:
            return frozenset()
        for one, other in combinations(given, 2):
            if not odd & {one, other}:
                continue
            if self._is(given[one], other) and self._is(given[other], one):
                self._found.append((entry, (one, other)))
                return frozenset((one, other))
        return frozenset()

    def tell(self, header: Header, problems: Problems) -> None:
        """Add what was found: a column once, where most of its rows are swapped."""
        counted = Counter(pair for _, pair in self._found)
        whole = {pair for pair, rows in counted.items() if rows > 1 and rows * 2 > self._rows}
        for one, other in whole:
            entry = next(entry for entry, pair in self._found if pair == (one, other))
            spot = entry.spot(one)._replace(row=header.row)
            problems.error("columns-swapped", spot, **_with(entry, one, other))
        for entry, pair in self._found:
            if pair not in whole:
                problems.error("swapped", entry.spot(pair[0]), **_with(entry, *pair))

    def _fits(self, field: Field, text: str) -> bool:
        """Tell whether a text may stand in a field."""
        match field:
            case "id":
                return ID.fullmatch(text) is not None
            case "phone":
                return sum(character.isdigit() for character in text) > 4 and not is_name(text)
            case "name":
                return text in self._words.names or (is_name(text) and ROLES.find(text) is None)
            case _:
                return self._is(text, field)

    def _is(self, text: str, field: Field) -> bool:
        """Tell whether a text is surely what a field is for."""
        match field:
            case "id":
                return ID.fullmatch(text) is not None and any(c.isdigit() for c in text)
            case "name":
                return is_name(text)
            case "latin":
                return is_latin(text)
            case "phone":
                return MOBILE.fullmatch(text.replace(" ", "").replace("-", "")) is not None
            case "mail":
                return MAIL.fullmatch(text) is not None
            case "role":
                return ROLES.find(text) is not None
            case "site":
                return self._words.sites.find(text) is not None
            case _:
                return self._words.venues.find(text) is not None


def _with(entry: Entry, one: Field, other: Field) -> dict[str, str]:
    zh, en = words_of(other)
    column = letters(entry.header.fields[other])
    return {**named(one), "other": column, "other_zh": zh, "other_en": en}
