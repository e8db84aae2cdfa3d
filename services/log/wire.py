"""What JetStream wants to see on the wire for one append. The only place that knows these
headers.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import nats.errors
import orjson
from nats.aio.client import Client

from events import subjects
from events.envelope import CONTENT_TYPE, Event, encode
from services.log.errors import LogFull, LogUnavailable

BATCH_MAX = 1000
"""Messages in one atomic batch; the server's own limit."""

MESSAGE_BYTES_MAX = 8 << 20
"""What the stream takes in one message, headers included. A real warning may have 93,000 points."""
HEADER_BYTES_MAX = 64 << 10
EVENT_BYTES_MAX = MESSAGE_BYTES_MAX - HEADER_BYTES_MAX
"""The largest event, so that with its headers it is below what the stream takes.

It must be judged before it is sent: the server drops an oversized member of a batch and then says
only that the batch is incomplete, which looks like a message lost on the way.
"""

_CONFLICTS = {10071, 10164}
"""Wrong last sequence; another write in flight for the same filter (on a cluster, without a
number).
"""
_DUPLICATE_IN_BATCH = 10201
_TOO_LARGE = 10054
_FULL = {10077, 10047, 10023}
"""Maximum bytes exceeded; insufficient storage; insufficient resources."""


class Unit(NamedTuple):
    """Events that are stored together or not at all.

    `expected` is the last sequence of the first event's aggregate as the writer knows it, 0 for
    none
    yet, and None for an observation that nobody decides on. What follows the first event is of the
    same aggregate, or an observation.
    """

    events: tuple[Event, ...]
    expected: int | None

    @property
    def aggregate(self) -> str:
        """The filter of the first event's aggregate, byte for byte the same in every writer."""
        first = self.events[0]
        return subjects.aggregate(first.site, first.kind, first.key)


class Refused(Exception):
    """Nothing of what was sent is stored: a conflict, ids that are there already, or too many
    bytes.
    """

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.conflict = code in _CONFLICTS
        self.duplicate = code == _DUPLICATE_IN_BATCH
        self.too_large = code == _TOO_LARGE
        found = re.search(r"wrong last sequence: (\d+)", description)
        self.last = int(found[1]) if found else None


def headers_of(unit: Unit, place: int) -> dict[str, str]:
    """Return the headers of a unit's event. The expectation always carries the filter header."""
    headers = {"Nats-Msg-Id": unit.events[place].id, "Content-Type": CONTENT_TYPE}
    if place == 0 and unit.expected is not None:
        headers["Nats-Expected-Last-Subject-Sequence"] = str(unit.expected)
        headers["Nats-Expected-Last-Subject-Sequence-Subject"] = unit.aggregate
    return headers


async def send(nc: Client, units: Sequence[Unit], batch_id: str, timeout_s: float) -> list[int]:
    """Store all events of all units or none; return the sequence of each event, in order.

    Raises Refused (nothing was stored), LogFull, or LogUnavailable (nobody knows).
    """
    messages = [
        (event.subject, encode(event), headers_of(unit, place))
        for unit in units
        for place, event in enumerate(unit.events)
    ]
    count = len(messages)
    most = min(EVENT_BYTES_MAX, nc.max_payload - HEADER_BYTES_MAX)
    for subject, body, _ in messages:
        if len(body) > most:
            raise Refused(_TOO_LARGE, f"{subject} has {len(body)} bytes, {most} may be")
    try:
        if count == 1:
            subject, body, headers = messages[0]
            ack = await _request(nc, subject, body, headers, timeout_s)
        else:
            for number, (_, _, headers) in enumerate(messages, 1):
                headers["Nats-Batch-Id"] = batch_id
                headers["Nats-Batch-Sequence"] = str(number)
            for subject, body, headers in messages[:-1]:
                await nc.publish(subject, body, headers=headers)
            subject, body, headers = messages[-1]
            headers["Nats-Batch-Commit"] = "1"
            ack = await _request(nc, subject, body, headers, timeout_s)
    except (nats.errors.Error, TimeoutError, OSError) as error:
        raise LogUnavailable(f"append {count} events: {type(error).__name__}: {error}") from error
    last = int(ack["seq"])
    return list(range(last - count + 1, last + 1))


async def _request(
    nc: Client, subject: str, body: bytes, headers: dict[str, str], timeout_s: float
) -> dict[str, Any]:
    reply = await nc.request(subject, body, timeout=timeout_s, headers=headers)
    ack: dict[str, Any] = orjson.loads(reply.data)
    if error := ack.get("error"):
        code, description = int(error.get("err_code", 0)), str(error.get("description", ""))
        if code in _FULL:
            raise LogFull(f"append {subject}: {description} ({code})")
        if code in _CONFLICTS or code in {_DUPLICATE_IN_BATCH, _TOO_LARGE}:
            raise Refused(code, description)
        raise LogUnavailable(f"append {subject}: {description} ({code})")
    if "seq" not in ack:
        raise LogUnavailable(f"append {subject}: an answer without a sequence: {ack}")
    return ack
