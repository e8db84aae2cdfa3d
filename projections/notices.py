"""What responders are told of an alert, on NATS subjects and live streams alike."""

from collections.abc import Mapping
from typing import Any

from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised
from events.envelope import Event
from events.fact import SEVERITIES, Fact, Severity
from projections.alerts import Alert
from projections.moment import iso, iso_or_none
from projections.picture import Picture

_NOBODYS = "-"
"""A lane that no token is of."""

TOLD: frozenset[type[Fact]] = frozenset(
    {AlertRaised, AlertAcknowledged, AlertEscalated, AlertClosed}
)
"""The facts of an alert that responders hear of. Deadlines are not among them."""


def notice(picture: Picture, event: Event) -> dict[str, Any] | None:
    """Return what to tell of an alert's event, with the alert as it stands; None for other
    events.
    """
    if type(event.data) not in TOLD:
        return None
    row = picture.alerts.rows.get(event.key)
    if row is None:
        return None
    return {
        "seq": event.seq,
        "event": event.id,
        "type": event.type,
        "alert": show_alert(event.key, row),
        "occurred_at": iso(event.occurred_at),
        "recorded_at": iso(event.recorded_at),
        "correlation_id": event.correlation_id,
        "drill": event.drill,
    }


def show_alert(id: str, row: Alert) -> dict[str, Any]:
    """Return an alert without anything that depends on the time it is looked at."""
    return {
        "id": id,
        "site": row.site,
        "severity": row.severity,
        "title": {"zh": row.title.zh, "en": row.title.en},
        "body": {"zh": row.body.zh, "en": row.body.en},
        "venue": row.venue,
        "about": {"kind": row.about.kind, "id": row.about.id},
        "level": row.level,
        "to": row.to,
        "to_count": len(row.to),
        "raised_at": iso(row.raised_at),
        "answer_due_at": iso_or_none(row.answer_due_at if row.status == "raised" else None),
        "acknowledged_by": row.acknowledged_by,
        "acknowledged_at": iso_or_none(row.acknowledged_at),
        "comment": row.comment,
        "status": row.status,
    }


def lane_alone(picture: Picture, about: Mapping[str, str]) -> str | None:
    """Return the lane that alone may hear of an alert, None for one that everybody may."""
    if about["kind"] != "care":
        return None
    row = picture.cares.rows.get(about["id"])
    return row.lane if row else _NOBODYS


def is_at_least(severity: Severity, floor: Severity | None) -> bool:
    """Tell whether an alert is as bad as `floor` or worse. Unknown passes: it is not ranked."""
    if floor is None or severity == "unknown":
        return True
    return SEVERITIES.index(severity) >= SEVERITIES.index(floor)
