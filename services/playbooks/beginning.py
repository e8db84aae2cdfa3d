"""When something begins, as conditions and texts of playbooks need it. Pure."""

from datetime import datetime
from math import ceil
from typing import Any, Final
from zoneinfo import ZoneInfo

from projections.moment import iso
from projections.picture import Picture

_ZONE: Final = "Asia/Shanghai"
"""Where no phase of the operation runs that says another."""


def of_beginning(picture: Picture, begins_at: datetime, at: datetime) -> dict[str, Any]:
    """Return the variables that tell when a warning's weather begins, looked at from a moment."""
    zones = sorted(row.timezone for row in picture.phases.rows.values() if row.runs(at))
    local = begins_at.astimezone(ZoneInfo(zones[0] if zones else _ZONE))
    offset = f"UTC{local.isoformat()[-6:]}"
    return {
        "warning.begins": iso(begins_at),
        "warning.begins_zh": f"{local.month}月{local.day}日{local:%H:%M}（{offset}）",
        "warning.begins_en": f"{local:%Y-%m-%d %H:%M} ({offset})",
        "warning.begins_in_s": max(0, ceil((begins_at - at).total_seconds())),
    }
