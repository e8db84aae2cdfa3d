"""An event: a fact with its two clocks, who said it, and what it follows from.

On the wire it is a CloudEvents 1.0 message in structured JSON. CloudEvents attribute names are
lower-case letters and digits only, so `recorded_at` travels as `recordedat`, and so on.
"""

from datetime import datetime
from typing import NamedTuple

import orjson

from events import catalogue, subjects
from events.fact import Fact

CONTENT_TYPE = "application/cloudevents+json"


class Unreadable(ValueError):
    """A message in the log is not an event this reader understands."""


class Event(NamedTuple):
    """One fact in the log.

    `occurred_at` is when it happened, by the reporter's clock, and never later than `recorded_at`,
    when the log took it; `seq` is its place in its home log, 0 before it has one.
    """

    id: str
    site: str
    kind: str
    key: str
    data: Fact
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation_id: str
    correlation_id: str
    source: str = "muster"
    device: str | None = None
    clock_offset_ms: int | None = None
    """How far the device's clock was ahead of ours, in milliseconds, where it is known."""
    drill: bool = False
    digest: str | None = None
    """Short hash of the report or the request this event was made from: tells a repeat from a
    reused id or key.
    """
    seq: int = 0

    @property
    def type(self) -> str:
        """The last token of its subject."""
        return self.data.token()

    @property
    def subject(self) -> str:
        """Its address in the log."""
        return subjects.event(self.site, self.kind, self.key, self.data.token())


def encode(event: Event) -> bytes:
    """Return the event as a structured CloudEvents message."""
    body = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.data.wire_type(),
        "subject": f"{event.kind}/{event.key}",
        "time": event.occurred_at,
        "recordedat": event.recorded_at,
        "datacontenttype": "application/json",
        "site": event.site,
        "actor": event.actor,
        "causationid": event.causation_id,
        "correlationid": event.correlation_id,
    }
    if event.device is not None:
        body["device"] = event.device
    if event.clock_offset_ms is not None:
        body["clockoffsetms"] = event.clock_offset_ms
    if event.drill:
        body["drill"] = True
    if event.digest is not None:
        body["reportdigest"] = event.digest
    body["data"] = event.data.model_dump(mode="json", exclude_none=True)
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def decode(message: bytes, seq: int = 0) -> Event:
    """Read an event of any version; raise Unreadable, which names what is wrong."""
    try:
        body = orjson.loads(message)
        get = body.get
        kind, _, key = body["subject"].partition("/")
        return Event(
            body["id"],
            body["site"],
            kind,
            key,
            catalogue.reader(body["type"])(body["data"]),
            _moment(body["time"]),
            _moment(body["recordedat"]),
            body["actor"],
            body["causationid"],
            body["correlationid"],
            body["source"],
            get("device"),
            get("clockoffsetms"),
            get("drill", False),
            get("reportdigest"),
            seq,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"read event {seq}: {type(error).__name__}: {error}") from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return moment
