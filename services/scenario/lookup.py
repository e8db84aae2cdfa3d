"""Finds what references lead to: among ids that were told, in what is shown, and on phones."""

from typing import Any

from services.scenario.phones import Phones
from services.scenario.references import Reference, Unresolved, find, find_care


class Lookup:
    """Finds ids among those told, those found before, in what was last shown, and on phones."""

    def __init__(
        self,
        told: dict[str, str],
        found: dict[Reference, str],
        shown: dict[str, Any] | None,
        phones: Phones | None,
    ) -> None:
        self._told = told
        self._found = found
        self._shown = shown
        self._phones = phones

    def __call__(self, reference: Reference) -> Any:
        if reference in self._found:
            return self._found[reference]
        if reference.kind in ("phones", "link"):
            return self._on_phone(reference)
        if reference.kind not in ("alert", "alerts", "care") and reference.name in self._told:
            return self._told[reference.name]
        if self._shown is None or not reference.in_picture:
            raise Unresolved(reference, "no answer has told it", may_come=reference.in_picture)
        if reference.kind == "care":
            found = find_care(self._shown, reference)
        else:
            found = find(self._shown, reference, self._told)
        if reference.kind != "alerts":
            self._found[reference] = found
        return found

    def _on_phone(self, reference: Reference) -> str:
        if self._phones is None:
            raise Unresolved(reference, "the story is played without phones", may_come=False)
        if reference.kind == "phones":
            return self._phones.url
        link = self._phones.link(reference.name)
        if link is None:
            raise Unresolved(reference, "no message came with a link", may_come=True)
        return link
