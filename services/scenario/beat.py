"""A story is a list of beats: one request each, at its moment, with the answer that is expected."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Literal, TypeAlias

import orjson

from events.access import AccessRole
from events.fact import Text
from events.lane import Lane

Door: TypeAlias = Literal[
    "roster", "phase", "shift", "reach", "report", "cap", "incident", "alert", "rollcall",
    "journey", "care", "feed", "read",
]  # fmt: skip
Expect: TypeAlias = Literal["accepted", "rejected", "conflict"]

JSON = "application/json"
NDJSON = "application/x-ndjson"
CAP = "application/cap+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One request. `path` is below /api/v1, but for the links in messages, which stand alone; path
    and body may hold references (references.py).

    `body` is JSON, or bytes that are sent as they are, or None for nothing; a list goes as NDJSON
    if its `content_type` says so.
    """

    id: str
    """The idempotency key; for a single report the report's own id."""
    at: datetime
    door: Door
    path: str
    body: Any
    who: str
    """The name of the token it is sent with."""
    filename: str = ""
    """What a file that is sent is called."""
    note: Text
    method: str = "POST"
    content_type: str = JSON
    expect: Expect = "accepted"
    field: str = ""
    """For `rejected`: the field that the answer must name, where only one can be at fault."""
    rejects: tuple[int, ...] = ()
    """For a list: the places of the reports in it that must be rejected."""
    times: int = 1
    """How often it is sent; every answer must be as the first."""
    opens: str = ""
    """The name by which later beats refer to the incident, warning or roll call that it opens."""
    optional: bool = False
    """If its references lead to nothing, it is passed over without a word."""
    prints: bool = False
    """Its answer is a text for whoever looks on."""

    def content(self, body: Any) -> bytes | None:
        """Return `body`, which is this beat's with its references resolved, as it is sent."""
        if body is None:
            return None
        if isinstance(body, bytes):
            return body
        if self.content_type == NDJSON:
            return b"".join(orjson.dumps(one) + b"\n" for one in body)
        return orjson.dumps(body)

    def reports(self) -> list[dict[str, Any]]:
        """Return the reports it sends; none if it goes through another door or is not JSON."""
        if self.door != "report" or self.body is None or isinstance(self.body, bytes):
            return []
        return list(self.body) if isinstance(self.body, list) else [self.body]


@dataclass(frozen=True, slots=True)
class Part:
    """A token the story needs: its name is who acts. No sites means all of them.

    One that is a person's own is made when it is first used: nobody is on the roster before.
    """

    name: str
    role: AccessRole
    sites: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A whole day: the tokens it needs, and its beats from the first to the last."""

    seed: int
    starts_at: datetime
    ends_at: datetime
    cast: tuple[Part, ...]
    beats: tuple[Beat, ...]
    remarks: tuple[Text, ...] = ()
    """What whoever plays it should be told beforehand."""

    def until(self, last: time) -> "Story":
        """Return the story as far as a time of its day, that minute included."""
        ends_at = datetime.combine(self.starts_at.date(), last, self.starts_at.tzinfo)
        beats = tuple(beat for beat in self.beats if beat.at <= ends_at)
        return replace(self, ends_at=min(ends_at, self.ends_at), beats=beats)

    def canonical(self) -> bytes:
        """Return the story as bytes: two stories are the same if these are."""
        return b"\n".join(self._lines())

    def _lines(self) -> Iterator[bytes]:
        yield orjson.dumps([self.seed, self.starts_at, self.ends_at, self.cast])
        for beat in self.beats:
            yield orjson.dumps(beat, default=_plain, option=orjson.OPT_SORT_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Text):
        return value.model_dump()
    raise TypeError(f"write a story: no way to write {type(value).__name__}")
