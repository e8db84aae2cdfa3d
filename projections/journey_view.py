"""Journeys as they are read."""

from datetime import datetime
from typing import Any

from events.journey import Itinerary
from projections.journeys import Journey
from projections.moment import Moment, iso, iso_or_none, seconds


def sees(moment: Moment, row: Journey) -> bool:
    """Tell whether a journey may be seen: written at a site that is seen, or bound for it."""
    return moment.sees_at(row.site, row.plan.destination)


def show_journeys(moment: Moment) -> list[dict[str, Any]]:
    """Return the journeys that go on or ended lately: the overdue first, then the next to arrive,
    then those that are over.
    """
    seen = [
        (id, row)
        for id, row in moment.picture.journeys.rows.items()
        if moment.recent(row.ended_at) and sees(moment, row)
    ]
    return [show_journey(moment, id, row) for id, row in sorted(seen, key=_order)]


def _order(journey: tuple[str, Journey]) -> tuple[int, datetime, str]:
    id, row = journey
    rank = {"overdue": 0, "under-way": 1, "planned": 1, "arrived": 2, "cancelled": 2}
    return rank[row.status], row.overdue_at, id


def show_journey(moment: Moment, id: str, row: Journey) -> dict[str, Any]:
    """Return a journey; `late_by_s` is how long after its planned arrival it came, or is now."""
    return {
        "id": id,
        "site": row.site,
        "status": row.status,
        "plan": show_plan(row.plan),
        "former_plans": len(row.former),
        "overdue_at": iso(row.overdue_at),
        "departed_at": iso_or_none(row.departed_at),
        "people": len(row.arrived) + len(row.missing),
        "arrived": list(row.arrived),
        "missing": list(row.missing),
        "late_by_s": _late_by_s(moment, row),
        "last_known": row.last_known.model_dump() if row.last_known else None,
        "ended_at": iso_or_none(row.ended_at),
        "reason": row.cancelled_because,
    }


def show_plan(plan: Itinerary) -> dict[str, Any]:
    """Return a plan."""
    return {
        "origin": plan.origin,
        "destination": plan.destination,
        "departs_at": iso(plan.departs_at),
        "arrives_at": iso(plan.arrives_at),
        "margin_s": plan.margin_s,
        "vehicle": plan.vehicle,
        "driver": plan.driver,
        "people": list(plan.people),
    }


def show_history(moment: Moment, id: str, row: Journey) -> dict[str, Any]:
    """Return a journey with every plan it ever had, the oldest first, and every arrival."""
    return {
        **show_journey(moment, id, row),
        "planned_by": row.planned_by,
        "former": [
            {
                "plan": show_plan(former.plan),
                "changed_at": iso(former.changed_at),
                "changed_by": former.changed_by,
                "reason": former.reason,
            }
            for former in row.former
        ],
        "arrivals": [
            {"at": iso(each.at), "venue": each.venue, "people": list(each.people)}
            for each in row.arrivals
        ],
    }


def _late_by_s(moment: Moment, row: Journey) -> float:
    if row.cancelled_because is not None:
        return 0.0
    until = row.ended_at or moment.at
    return max(0.0, seconds(until - row.plan.arrives_at))
