"""The live streams: each event is put into words once and handed to everyone who wants it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import orjson
from fastapi.sse import format_sse_event

from events.envelope import Event
from events.fact import Severity
from projections.notices import is_at_least, lane_alone, notice
from projections.picture import Picture

PING = b": ping\n\n"
PING_S = 15.0
_RETRY_MS = 1000


class Notice(NamedTuple):
    """An alert's event, ready to be sent, and what it is filtered by."""

    seq: int
    site: str
    venue: str | None
    severity: Severity
    body: bytes
    correlation_id: str
    lane: str | None = None
    """The lane that alone may see it, where it is one's."""


class Wanted(NamedTuple):
    """What one listener asked for. `sites` None is all of them."""

    sites: frozenset[str] | None = None
    venue: str | None = None
    severity: Severity | None = None
    lanes: frozenset[str] = frozenset()
    """Those of the listener."""

    def takes(self, told: Notice) -> bool:
        """Tell whether a notice is among what was asked for."""
        return (
            (self.sites is None or told.site in self.sites)
            and (self.venue is None or told.venue == self.venue)
            and is_at_least(told.severity, self.severity)
            and (told.lane is None or told.lane in self.lanes)
        )


class Listener:
    """One open stream. It is dropped when it falls too far behind; it then resumes by its last
    id.
    """

    def __init__(self, wanted: Wanted, backlog: int) -> None:
        self.wanted = wanted
        self._backlog = backlog
        self._waiting: deque[Notice] = deque()
        self._filled = asyncio.Event()
        self.dropped = False

    def offer(self, told: Notice) -> None:
        """Put a notice in line."""
        if len(self._waiting) >= self._backlog:
            self.dropped = True
        else:
            self._waiting.append(told)
        self._filled.set()

    def wake(self) -> None:
        """Let it look whether it should end."""
        self._filled.set()

    async def next(self, timeout_s: float) -> list[Notice]:
        """Return what has come, [] after `timeout_s` seconds without anything."""
        if not self._waiting and not self.dropped:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._filled.wait()
            except TimeoutError:
                return []
        self._filled.clear()
        found = list(self._waiting)
        self._waiting.clear()
        return found


class Hub:
    """A fold that tells listeners of alerts. Keeps the last ones for who resumes."""

    kinds: ClassVar[frozenset[str]] = frozenset({"alert"})

    def __init__(self, picture: Picture, keep: int) -> None:
        self._picture = picture
        self._recent: deque[Notice] = deque(maxlen=keep)
        self._listeners: set[Listener] = set()
        self._complete_from = 0
        self.stopping = False

    def apply(self, event: Event) -> None:
        """Fold one event, after the picture has it."""
        told = self.put(event)
        if told is None:
            return
        if len(self._recent) == self._recent.maxlen:
            self._complete_from = self._recent[0].seq
        self._recent.append(told)
        for listener in self._listeners:
            if listener.wanted.takes(told):
                listener.offer(told)

    def put(self, event: Event) -> Notice | None:
        """Return an alert's event ready to be sent; None for other events."""
        told = notice(self._picture, event)
        if told is None:
            return None
        alert = told["alert"]
        body = sse("alert", told, str(event.seq))
        return Notice(
            event.seq,
            alert["site"],
            alert["venue"],
            alert["severity"],
            body,
            event.correlation_id,
            lane_alone(self._picture, alert["about"]),
        )

    def begin_at(self, seq: int) -> None:
        """Say that nothing up to `seq` has been met here: who asks for it must read the log."""
        self._complete_from = max(self._complete_from, seq)

    def recent_after(self, seq: int) -> list[Notice] | None:
        """Return the kept notices after `seq`; None when some of them are no longer kept."""
        if seq < self._complete_from:
            return None
        return [told for told in self._recent if told.seq > seq]

    def join(self, wanted: Wanted, backlog: int) -> Listener:
        """Open a stream."""
        listener = Listener(wanted, backlog)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Close a stream."""
        self._listeners.discard(listener)

    def __len__(self) -> int:
        return len(self._listeners)

    def wake(self) -> None:
        """Let every stream look whether it should end."""
        for listener in self._listeners:
            listener.wake()

    def stop(self) -> None:
        """Let every stream end with a goodbye."""
        self.stopping = True
        self.wake()


class Topics:
    """A fold that tells the page which parts of the picture have changed."""

    _OF_KIND: ClassVar[Mapping[str, str]] = {
        "volunteer": "people",
        "presence": "people",
        "incident": "incidents",
        "warning": "warnings",
        "bulletin": "bulletins",
        "alert": "alerts",
        "rollcall": "rollcalls",
        "journey": "journeys",
        "phase": "phases",
        "checkin": "days",
        "day": "days",
        "care": "care",
        "message": "messages",
        "reach": "reach",
        "swap": "people",
        "run": "runs",
        "site": "venues",
        "venue": "venues",
        "observation": "venues",
        "report": "reports",
    }

    def __init__(self) -> None:
        self.seq = 0
        self._last: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def stopping(self) -> bool:
        """Tell whether every stream is to end."""
        return self._ended.is_set()

    def apply(self, event: Event) -> None:
        """Fold one event."""
        topic = self._OF_KIND.get(event.kind)
        if topic is not None:
            self._last[topic] = event.seq
            self.seq = event.seq
            self._changed.set()

    def since(self, seq: int) -> list[str]:
        """Return what has changed after `seq`."""
        return sorted(topic for topic, last in self._last.items() if last > seq)

    async def wait(self, seq: int, timeout_s: float) -> None:
        """Return when something changed after `seq` or `wake` was called, or after `timeout_s`
        seconds.
        """
        if self.seq > seq or self.stopping:
            return
        try:
            async with asyncio.timeout(timeout_s):
                self._changed.clear()
                await self._changed.wait()
        except TimeoutError:
            return

    async def pause(self, seconds: float) -> None:
        """Return after so many seconds, or when every stream is to end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    def wake(self) -> None:
        """Let every stream look whether it should end."""
        self._changed.set()

    def stop(self) -> None:
        """Let every stream end."""
        self._ended.set()
        self._changed.set()


def sse(event: str, data: Any, id: str | None = None) -> bytes:
    """Return one server-sent event."""
    return format_sse_event(data_str=orjson.dumps(data).decode(), event=event, id=id)


def hello() -> bytes:
    """Return what a stream begins with: how long to wait before coming back."""
    return format_sse_event(retry=_RETRY_MS, comment="muster")


def goodbye() -> bytes:
    """Return what a stream ends with when the server goes down."""
    return sse("bye", {"zh": "服务正在重启", "en": "the server is going down"})
