"""What comes back over HTTP, cut into answers and events. Pure, and cheap: it shares two cores with
what it measures.
"""

import re
from typing import NamedTuple

import orjson

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ACCEPTED = re.compile(rb'"accepted": *(\d+)')


class Malformed(ValueError):
    """Bytes that are no HTTP answer with a length, or no chunk."""


class Answer(NamedTuple):
    """One answer. `body` is whole."""

    status: int
    body: bytes


class Answers:
    """Cuts the bytes of a connection into answers that carry a content-length."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers that these bytes complete. Raises Malformed."""
        rest = self._rest + data if self._rest else data
        found: list[Answer] = []
        while (end := rest.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(rest, 0, end)
            if length is None or not rest.startswith(b"HTTP/1.1 "):
                raise Malformed(f"read answer: {rest[: min(end, 200)]!r} has no length")
            upto = end + 4 + int(length[1])
            if len(rest) < upto:
                break
            found.append(Answer(int(rest[9:12]), rest[end + 4 : upto]))
            rest = rest[upto:]
        self._rest = rest
        return found


def accepted_in(answer: Answer) -> int:
    """Return how many reports an answer says were accepted: of one report, or of a list."""
    if answer.status != 200:
        return 0
    if count := _ACCEPTED.search(answer.body):
        return int(count[1])
    return answer.body.count(b'"status":"accepted"')


class Chunks:
    """Takes the chunked transfer coding off a body, as it comes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Return what is whole of the body so far and was not returned before. Raises Malformed."""
        rest = self._rest + data
        body: list[bytes] = []
        while (end := rest.find(b"\r\n")) >= 0:
            try:
                size = int(rest[:end].partition(b";")[0], 16)
            except ValueError:
                raise Malformed(f"read chunk: {rest[:end]!r} is no size") from None
            upto = end + 2 + size + 2
            if len(rest) < upto:
                break
            body.append(rest[end + 2 : upto - 2])
            rest = rest[upto:]
        self._rest = rest
        return b"".join(body)


class Happening(NamedTuple):
    """One server-sent event."""

    event: str
    data: bytes


class Happenings:
    """Cuts a stream into server-sent events."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Happening]:
        """Return the events that these bytes complete; comments and the like are left out."""
        *whole, self._rest = (self._rest + data).split(b"\n\n")
        read = (_happening(block) for block in whole)
        return [happening for happening in read if happening.data]


def _happening(block: bytes) -> Happening:
    event, data = "message", []
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"event":
            event = value.removeprefix(b" ").decode()
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    return Happening(event, b"\n".join(data))


def raised_by(happening: Happening) -> str | None:
    """Return the correlation id of an alert that this event says was raised, None otherwise."""
    if happening.event != "alert":
        return None
    told = orjson.loads(happening.data)
    return str(told["correlation_id"]) if told["type"] == "raised" else None
