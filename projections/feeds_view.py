"""Feeds as they are read."""

from datetime import datetime
from typing import Any

from events.fact import Text
from events.feed import Trouble
from projections.feeds import Feed, Health
from projections.moment import Moment, iso, iso_or_none

_NOBODY_ASKS = Text(
    zh="没有进程在关注该数据源：请检查天气服务是否运行",
    en="no process follows it: see whether the weather service runs",
)
_ORDER: tuple[Health, ...] = ("failed", "late", "waiting", "ok")
"""The worst first."""


def show_feed(moment: Moment, id: str, row: Feed) -> dict[str, Any]:
    """Return a feed as the picture shows it: not where it is, for an address may hold a key.

    `trouble`, `reason` and `since` are of trouble that is there now, `last_trouble` of the last one
    somebody was told of.
    """
    last = row.reason.model_dump() if row.reason else None
    trouble, reason, since = _trouble(moment, row)
    return {
        "id": id,
        "name": row.name.model_dump(),
        "adapter": row.adapter,
        "interval_s": row.interval_s,
        "state": row.health(moment.at),
        "heard_at": iso_or_none(row.heard_at),
        "age_s": moment.age_s(row.told_at),
        "entries": row.entries,
        "taken": row.taken,
        "refused": row.refused,
        "brought_at": iso_or_none(row.brought_at),
        "trouble": trouble,
        "reason": reason.model_dump() if reason else None,
        "since": iso_or_none(since),
        "last_trouble": _last_trouble(row, last),
        "registered_at": iso(row.registered_at),
    }


def _trouble(moment: Moment, row: Feed) -> tuple[Trouble | None, Text | None, datetime | None]:
    """Return what the trouble is now, why, and since when; nothing where there is none."""
    if row.failed_at is not None:
        return row.trouble, row.reason, row.since
    if row.is_blind(moment.at):
        return "silent", _NOBODY_ASKS, row.told_at
    return None, None, None


def _last_trouble(row: Feed, reason: dict[str, Any] | None) -> dict[str, Any] | None:
    if row.trouble is None:
        return None
    return {
        "trouble": row.trouble,
        "reason": reason,
        "since": iso_or_none(row.since),
        "recovered_at": iso_or_none(row.recovered_at),
    }


def show_feeds(moment: Moment) -> list[dict[str, Any]]:
    """Return the feeds, those in trouble first, for whoever sees headquarters."""
    if not moment.sees("hq"):
        return []
    rows = moment.picture.feeds.rows
    shown = [show_feed(moment, id, row) for id, row in sorted(rows.items())]
    return sorted(shown, key=lambda row: _ORDER.index(row["state"]))
