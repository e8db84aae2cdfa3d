"""Finds the people that a row names: leads and helpers, by id or by what they are called."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from projections.people import Volunteer
from services.roster.entries import Entry
from services.roster.headers import Field
from services.roster.problems import Problems
from services.roster.texts import shown, shown_value
from services.roster.tidy import key


class Everyone:
    """The people of the roster and those of the file, which go before them.

    `readable` is no where whole columns of the file are swapped: then nobody is missed in it.
    """

    def __init__(
        self, known: Mapping[str, Volunteer], entries: Sequence[Entry], *, readable: bool = True
    ) -> None:
        self._known = known
        self._readable = readable
        self._entries = {entry.id: entry for entry in entries if entry.id}

    def find(
        self, entry: Entry, field: Field, named: str, kept: Sequence[str], problems: Problems
    ) -> str | None:
        """Return the id of somebody who is named, None with a problem where that is nobody.

        `kept` are the ids that stood there before: they may stay, whoever they are.
        """
        if named in self._entries or named in self._known:
            return named
        found = self._by_name.get(key(named), set())
        if len(found) == 1:
            return next(iter(found))
        if not self._readable:
            return None
        spot, value = entry.spot(field), shown_value(field, named)
        if found:
            problems.error("ambiguous-person", spot, value, count=len(found), shown=shown(named))
            return None
        if named in kept:
            problems.note("lead-not-on-roster", spot, value, shown=shown(named))
            return named
        code = "unknown-lead" if field == "lead" else "unknown-helper"
        problems.error(code, spot, value, shown=shown(named))
        return None

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for id, row in self._known.items():
            if id not in self._entries:
                for name in (row.name, row.latin):
                    names.setdefault(key(name), set()).add(id)
        for id, entry in self._entries.items():
            for said in (entry.name, entry.latin):
                if said:
                    names.setdefault(key(said), set()).add(id)
        return names
