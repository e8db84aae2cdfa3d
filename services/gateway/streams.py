"""Server-sent events: alerts for responders, changes for the page."""

import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Annotated, ClassVar

import structlog
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from events.access import TokenRevoked
from events.envelope import Event
from events.fact import Id, Severity
from events.incident import IncidentReported
from events.weather import WarningIssued
from services.auth import Grant
from services.foldable import kinds_of
from services.gateway.errors import Refused
from services.gateway.hub import (
    PING,
    PING_S,
    Hub,
    Listener,
    Notice,
    Topics,
    Wanted,
    goodbye,
    hello,
    sse,
)
from services.gateway.reads import SEQ_MAX, sites_of
from services.gateway.rules import Listening, LookingOn
from services.log.load import stretch
from services.metrics import METRICS
from services.node import Node
from services.problems import Problem

_log = structlog.get_logger()

_COALESCE_S = 0.5
"""The least time between two words to a page of what changed, in seconds: in a storm of events it
fetches the picture so often and no more.
"""
_SEQ = re.compile(r"[0-9]{1,20}")
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_CAUSES_KEPT = 20_000

_FULL = Problem(
    "too-many-streams", "", "打开的实时连接过多", "too many live streams are open already"
)


class EventStream(StreamingResponse):
    """Server-sent events that are ready as they come."""

    media_type = "text/event-stream"


class Causes:
    """A fold: when each report that may lead to an alert was read, to tell how long that took."""

    kinds: ClassVar[frozenset[str]] = frozenset({"incident", "warning"})

    def __init__(self) -> None:
        self._at: OrderedDict[str, float] = OrderedDict()

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if isinstance(event.data, IncidentReported | WarningIssued):
            self._at[event.correlation_id] = perf_counter()
            if len(self._at) > _CAUSES_KEPT:
                self._at.popitem(last=False)

    def sent(self, told: Notice) -> None:
        """Measure a notice that was written to a stream, the first time."""
        since = self._at.pop(told.correlation_id, None)
        if since is not None:
            METRICS.alert_seconds.observe(perf_counter() - since)


class Streams:
    """The live streams of one gateway."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._limits = node.settings.limits
        self.hub = Hub(node.picture, node.settings.limits.sse_backlog)
        self.topics = Topics()
        self._causes = Causes()
        self._open = 0
        for fold in (self._causes, self.hub):
            node.reader.add(fold.apply, kinds_of(fold))
        node.reader.add(self._changed)
        node.reader.add(self._revoked, frozenset({"token"}))

    def _changed(self, event: Event) -> None:
        """Tell everyone of a change, unless only a lane may know that there was one."""
        if self._node.discreet.shows(event, ()):
            self.topics.apply(event)

    def _revoked(self, event: Event) -> None:
        """Have every stream look whether its token still opens it."""
        if isinstance(event.data, TokenRevoked):
            self.hub.wake()
            self.topics.wake()

    def stop(self) -> None:
        """End every stream."""
        self.hub.stop()
        self.topics.stop()

    def admit(self) -> None:
        """Raise Refused when too many streams are open."""
        if self._open >= self._limits.sse_clients:
            raise Refused(503, _FULL)

    async def alerts(self, wanted: Wanted, after: int | None, grant: Grant) -> AsyncIterator[bytes]:
        """Yield alerts, from after a sequence or from now on."""
        listener = self.hub.join(wanted, self._limits.sse_backlog)
        sent = self._node.reader.checkpoint
        self._open += 1
        METRICS.sse_clients.labels("alerts").inc()
        try:
            yield hello()
            if after is not None:
                async for told in self._missed(wanted, after, sent):
                    yield told.body
            async for piece in self._live(listener, sent, grant):
                yield piece
        finally:
            self.hub.leave(listener)
            self._open -= 1
            METRICS.sse_clients.labels("alerts").dec()

    async def _missed(self, wanted: Wanted, after: int, upto: int) -> AsyncIterator[Notice]:
        """Yield what a resuming listener has missed: from memory, or else from the log."""
        kept = self.hub.recent_after(after)
        if kept is not None:
            for told in kept:
                if told.seq <= upto and wanted.takes(told):
                    yield told
            return
        async for event in stretch(self._node.nc, "ev.*.alert.>", after=after):
            if event.seq > upto:
                return
            old = self.hub.put(event)
            if old is not None and wanted.takes(old):
                yield old

    async def _live(self, listener: Listener, sent: int, grant: Grant) -> AsyncIterator[bytes]:
        while not self.hub.stopping:
            found = await listener.next(PING_S)
            if not self._node.grants.holds(grant):
                return
            fresh = [told for told in found if told.seq > sent]
            for told in fresh:
                self._causes.sent(told)
                _log.debug("alert streamed", correlation_id=told.correlation_id, seq=told.seq)
            if fresh:
                sent = fresh[-1].seq
                yield b"".join(told.body for told in fresh)
            elif not found and not self.hub.stopping:
                yield PING
            if listener.dropped:
                METRICS.sse_dropped.labels("alerts").inc()
                return
        yield goodbye()

    async def changes(self, grant: Grant) -> AsyncIterator[bytes]:
        """Yield which parts of the picture have changed, at most twice a second."""
        self._open += 1
        METRICS.sse_clients.labels("page").inc()
        try:
            yield hello()
            sent = 0
            while not self.topics.stopping and self._node.grants.holds(grant):
                yield sse("clock", self._node.clock_now())
                if topics := self.topics.since(sent):
                    sent = self.topics.seq
                    yield sse("changed", {"seq": sent, "topics": topics}, str(sent))
                await self.topics.pause(_COALESCE_S)
                await self.topics.wait(sent, PING_S)
            yield goodbye()
        finally:
            self._open -= 1
            METRICS.sse_clients.labels("page").dec()


def routes(streams: Streams) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["live"])

    @router.get("/alerts/stream", response_class=EventStream)
    async def alerts(
        grant: Listening,
        site: Annotated[Id | None, Query()] = None,
        venue: Annotated[Id | None, Query()] = None,
        severity: Annotated[Severity | None, Query()] = None,
        after: Annotated[int | None, Query(ge=0, le=SEQ_MAX)] = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> EventStream:
        """Alerts as they are raised, acknowledged, escalated and closed.

        The id of each is its sequence in the log; `Last-Event-ID`, or `after`, goes on after it.
        `severity` means this bad or worse.
        """
        streams.admit()
        if last_event_id and _SEQ.fullmatch(last_event_id):
            after = min(int(last_event_id), SEQ_MAX)
        wanted = Wanted(sites_of(grant, site), venue, severity, grant.lanes)
        return EventStream(streams.alerts(wanted, after, grant), headers=_HEADERS)

    @router.get("/stream", response_class=EventStream)
    async def changes(grant: LookingOn) -> EventStream:
        """Which parts of the picture have changed, for a page that then reads it again."""
        streams.admit()
        return EventStream(streams.changes(grant), headers=_HEADERS)

    return router
