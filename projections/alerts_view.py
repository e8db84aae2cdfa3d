"""Alerts as they are read."""

from datetime import datetime
from typing import Any

from events.fact import SEVERITIES
from projections.alerts import Alert
from projections.moment import Moment, iso, iso_or_none


def show_alerts(moment: Moment) -> list[dict[str, Any]]:
    """Return the unanswered ones, the worst and longest first, then those somebody owns."""
    seen = [
        (key, row)
        for key, row in moment.picture.alerts.rows.items()
        if row.status != "closed"
        and moment.sees_at(row.site, row.venue)
        and row.about.kind != "care"  # those are for a lane alone, and listed with its requests
    ]
    return [_show_alert(moment, key, row) for key, row in sorted(seen, key=_alert_order)]


def _alert_order(alert: tuple[str, Alert]) -> tuple[bool, int, datetime, str]:
    key, row = alert
    return row.status != "raised", -SEVERITIES.index(row.severity), row.raised_at, key


def _show_alert(moment: Moment, id: str, row: Alert) -> dict[str, Any]:
    due = row.answer_due_at if row.status == "raised" else None
    return {
        "id": id,
        "site": row.site,
        "severity": row.severity,
        "title": row.title.model_dump(),
        "body": row.body.model_dump(),
        "venue": row.venue,
        "about": row.about.model_dump(),
        "level": row.level,
        "to": list(row.to),
        "to_count": len(row.to),
        "raised_at": iso(row.raised_at),
        "age_s": moment.age_s(row.raised_at),
        "answer_due_at": iso_or_none(due),
        "overdue_s": moment.age_s(due) if due is not None and due <= moment.at else None,
        "acknowledged_by": row.acknowledged_by,
        "acknowledged_at": iso_or_none(row.acknowledged_at),
        "comment": row.comment,
        "status": row.status,
    }
