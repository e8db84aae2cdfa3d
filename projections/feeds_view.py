"""Feeds as they are read."""

from typing import Any

from projections.feeds import Feed, Health
from projections.moment import Moment, iso, iso_or_none

_ORDER: tuple[Health, ...] = ("failed", "late", "waiting", "ok")
"""The worst first."""


def show_feed(moment: Moment, id: str, row: Feed) -> dict[str, Any]:
    """Return a feed as the picture shows it: not where it is, for an address may hold a key.

    `trouble`, `reason` and `since` are of trouble that is there now, `last_trouble` of the last one
    somebody was told of.
    """
    reason = row.reason.model_dump() if row.reason else None
    failed = row.failed_at is not None
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
        "trouble": row.trouble if failed else None,
        "reason": reason if failed else None,
        "since": iso_or_none(row.since) if failed else None,
        "last_trouble": _last_trouble(row, reason),
        "registered_at": iso(row.registered_at),
    }


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
