"""What monitoring sees of the picture when it scrapes.

`/metrics` is open to all, so what only a lane may know of is not counted.
"""

from collections.abc import Iterable
from datetime import datetime

from services.metrics import METRICS
from services.node import Node


def measure(node: Node) -> None:
    """Set every gauge to what the picture says now."""
    now = node.clock.now()
    _alerts(node, now)
    _people(node, now)
    _messages(node, now)
    _feeds(node, now)
    incidents = node.picture.incidents.rows.values()
    METRICS.open_incidents.set(sum(row.ended_at is None for row in incidents))
    METRICS.ready.set(node.unready() is None)
    METRICS.checkpoint.set(node.reader.checkpoint)


def _alerts(node: Node, now: datetime) -> None:
    raised = [
        row.raised_at
        for row in node.picture.alerts.rows.values()
        if row.status == "raised" and row.about.kind != "care"
    ]
    METRICS.unanswered.set(len(raised))
    METRICS.oldest_unanswered.set(_age_s(raised, now))


def _people(node: Node, now: datetime) -> None:
    live, picture = node.live.refresh(now), node.picture
    calls = live.callers.open.values()
    METRICS.need_help.set(len(calls))
    METRICS.need_help_oldest.set(_age_s([call.since for call in calls], now))
    open_ones = [id for id, row in picture.rollcalls.rows.items() if row.closed_at is None]
    METRICS.unaccounted.set(sum(len(live.standings.of(id).result.unaccounted) for id in open_ones))
    METRICS.missing.set(live.headcount.people(None)["missing"])
    days = picture.days
    METRICS.check_ins_missing.set(sum(len(days.missing[id]) for id in days.newest.values()))


def _messages(node: Node, now: datetime) -> None:
    waiting = node.picture.messages
    oldest = waiting.oldest()
    METRICS.messages_waiting.set(len(waiting.open))
    METRICS.messages_oldest.set(_age_s([oldest] if oldest else [], now))


def _feeds(node: Node, now: datetime) -> None:
    rows = node.picture.feeds.rows
    METRICS.feed_age.clear()  # a feed that was removed has no age
    for id, row in rows.items():
        METRICS.feed_age.labels(id).set(_age_s([row.told_at], now))
    METRICS.feeds_failed.set(sum(row.is_blind(now) for row in rows.values()))


def _age_s(moments: Iterable[datetime], now: datetime) -> float:
    """Return the seconds since the first of some moments, 0 without one."""
    first = min(moments, default=now)
    return max(0.0, (now - first).total_seconds())
