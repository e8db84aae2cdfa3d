"""The phases as they are read."""

from datetime import datetime
from typing import Any

from projections.moment import Moment, iso, iso_or_none
from projections.phases import Phase


def show_phases(moment: Moment) -> list[dict[str, Any]]:
    """Return the phases, those that run first, then those to come, then those that are over."""
    at = moment.at
    rows = moment.picture.phases.rows.items()
    ordered = sorted(rows, key=lambda of: (not of[1].runs(at), of[1].ends_at <= at, *_since(of)))
    return [show_phase(id, row, at) for id, row in ordered]


def _since(phase: tuple[str, Phase]) -> tuple[datetime, str]:
    return phase[1].starts_at, phase[0]


def show_phase(id: str, row: Phase, at: datetime) -> dict[str, Any]:
    """Return one phase, JSON-ready."""
    return {
        "id": id,
        "name": row.name.model_dump(),
        "runs": row.runs(at),
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "timezone": row.timezone,
        "check_in_at": row.check_in_at,
        "day": row.day,
        "due_at": iso_or_none(row.due_at),
        "gates": list(row.gates),
        "rules": [rule.model_dump() for rule in row.rules],
        "work_hours_max": row.work_hours_max,
        "rest_hours_min": row.rest_hours_min,
    }
