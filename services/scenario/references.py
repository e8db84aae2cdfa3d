"""References: how a beat names what has no id before the story is played.

`{incident:slip}`, `{warning:snow}` and `{rollcall:count}` are what the beat that `opens` that name
was answered. `{alert:slip}` is the alert about it, `{alert:snow@wukesong}` the one for that venue;
`{rollcall:wukesong}` is the roll call open at a venue; `{alerts:unanswered}` is the list of all
alerts that nobody has acknowledged. These are found in the picture.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

REFERENCE: Final = re.compile(r"\{(incident|warning|alert|alerts|rollcall):([a-z0-9@-]+)\}")


class Reference(NamedTuple):
    """What is meant: a kind, the name it was opened by (or its venue), and an alert's venue."""

    kind: str
    name: str
    venue: str

    @property
    def in_picture(self) -> bool:
        """It is looked up in the picture unless an answer has told it."""
        return self.kind in ("alert", "alerts", "rollcall")


Resolve: TypeAlias = Callable[[Reference], Any]


class Unresolved(LookupError):
    """A reference leads to nothing. It may do so later, if `may_come`."""

    def __init__(self, reference: Reference, reason: str, *, may_come: bool) -> None:
        venue = f"@{reference.venue}" if reference.venue else ""
        super().__init__(f"find {reference.kind} {reference.name}{venue}: {reason}")
        self.may_come = may_come


def references(value: Any) -> Iterator[Reference]:
    """Return every reference in a path or a body."""
    if isinstance(value, str):
        yield from map(_reference, REFERENCE.finditer(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def resolved(value: Any, resolve: Resolve) -> Any:
    """Return a path or a body with its references replaced.

    Raises:
        Unresolved: by `resolve`.
    """
    if isinstance(value, str):
        if (whole := REFERENCE.fullmatch(value)) is not None:
            return resolve(_reference(whole))
        return REFERENCE.sub(lambda match: str(resolve(_reference(match))), value)
    if isinstance(value, Mapping):
        return {name: resolved(part, resolve) for name, part in value.items()}
    if isinstance(value, list):
        return [resolved(part, resolve) for part in value]
    return value


def find(picture: Mapping[str, Any], reference: Reference, known: Mapping[str, str]) -> Any:
    """Return the id (or ids) that a reference leads to in the picture.

    `known` are the ids of what was opened, by name.

    Raises:
        Unresolved: it is not there.
    """
    match reference.kind:
        case "alerts":
            rows = picture.get("alerts", ())
            found = [row["id"] for row in rows if row["status"] == "raised"]
            if found:
                return found
        case "alert":
            about = known.get(reference.name)
            for row in picture.get("alerts", ()):
                if row["about"]["id"] == about and reference.venue in ("", row["venue"]):
                    return row["id"]
        case "rollcall":
            for row in picture.get("roll_calls", ()):
                if row["venue"] == reference.name and row["closed_at"] is None:
                    return row["id"]
    raise Unresolved(reference, "the picture shows none", may_come=True)


def _reference(match: re.Match[str]) -> Reference:
    name, _, venue = match[2].partition("@")
    return Reference(match[1], name, venue)
