"""References: how a beat names what has no id before the story is played.

`{incident:slip}`, `{warning:snow}` and `{rollcall:count}` are what the beat that `opens` that name
was answered. `{alert:slip}` is the alert about it, `{alert:snow@wukesong}` the one for that venue;
`{rollcall:wukesong}` is the roll call open at a venue; `{alerts:unanswered}` is the list of all
alerts that nobody has acknowledged; `{alert:rollcall@wukesong}` is the alert about people missing
in a roll call there, `{alert:rule-gale@wukesong}` the one about what a weather rule measured there,
and an alert about what the story gave an id is found by that id. These are
found in the picture. `{care:v012@s01}` is the request to look after somebody, as whose token it is
sees it; `{link:v012}` is where the newest message on somebody's phone leads, and `{phones:v}` where
all those phones are.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

REFERENCE: Final = re.compile(
    r"\{(incident|warning|alert|alerts|rollcall|care|link|phones):([a-z0-9@-]+)\}"
)

_RULE: Final = "rule-"


class Reference(NamedTuple):
    """What is meant: a kind, the name it was opened by (or its venue, or a person), and an alert's
    venue, or whose token is shown a request for care.
    """

    kind: str
    name: str
    venue: str

    @property
    def in_picture(self) -> bool:
        """It is looked up in what is shown unless an answer has told it."""
        return self.kind in ("alert", "alerts", "rollcall", "care")


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
            rules = {row["id"]: row["rule"] for row in picture.get("warnings", ())}
            for row in picture.get("alerts", ()):
                if _is_about(row, reference, known, rules) and reference.venue in (
                    "",
                    row["venue"],
                ):
                    return row["id"]
        case "rollcall":
            for row in picture.get("roll_calls", ()):
                if row["venue"] == reference.name and row["closed_at"] is None:
                    return row["id"]
    raise Unresolved(reference, "the picture shows none", may_come=True)


def find_care(shown: Mapping[str, Any], reference: Reference) -> Any:
    """Return the id of the request for care of a person, as its lane is shown them.

    Raises:
        Unresolved: it is not there.
    """
    for row in shown.get("requests", ()):
        if row["person"] == reference.name:
            return row["id"]
    raise Unresolved(reference, "the lane is shown none", may_come=True)


def _is_about(
    alert: Mapping[str, Any],
    reference: Reference,
    known: Mapping[str, str],
    rules: Mapping[str, str],
) -> bool:
    if reference.name.startswith(_RULE):
        rule = reference.name.removeprefix(_RULE)
        return alert["status"] == "raised" and rules.get(alert["about"]["id"]) == rule
    if reference.name == "rollcall":
        return bool(alert["about"]["kind"] == "rollcall" and alert["status"] == "raised")
    about: str = alert["about"]["id"]
    return about == known.get(reference.name, reference.name)


def _reference(match: re.Match[str]) -> Reference:
    name, _, venue = match[2].partition("@")
    return Reference(match[1], name, venue)
