"""Swaps as they are read."""

from typing import Any

from projections.moment import Moment, iso, iso_or_none
from projections.swaps import Swap


def show_swaps(moment: Moment, *, ended: bool = False) -> list[dict[str, Any]]:
    """Return the open swaps that may be seen, the oldest first; with `ended` those that ended too,
    the newest first.
    """
    swaps = moment.picture.swaps
    found = [
        (id, swaps.rows[id])
        for id in (swaps.rows if ended else swaps.open)
        if _sees(moment, swaps.rows[id])
    ]
    found.sort(key=lambda of: (of[1].proposed_at, of[0]), reverse=ended)
    return [
        {
            **show_swap(id, row),
            "gives": _show_turn(moment, row.giver, row.shift),
            "returns": _show_turn(moment, row.taker, row.in_return),
        }
        for id, row in found
    ]


def show_swap(id: str, row: Swap) -> dict[str, Any]:
    """Return one swap, JSON-ready."""
    return {
        "id": id,
        "site": row.site,
        "giver": row.giver,
        "shift": row.shift,
        "taker": row.taker,
        "in_return": row.in_return,
        "proposed_at": iso(row.proposed_at),
        "proposed_by": row.proposed_by,
        "agreed": list(row.agreed),
        "status": row.status,
        "ended_at": iso_or_none(row.ended_at),
        "reason": row.reason.model_dump() if row.reason else None,
    }


def _show_turn(moment: Moment, person: str, shift: str | None) -> dict[str, Any] | None:
    """Return where and when somebody serves; None for a shift that they do not have any more."""
    shifts = moment.picture.people.shifts.get(person, ())
    for one in shifts:
        if one.id == shift:
            hours = {"starts_at": iso(one.starts_at), "ends_at": iso(one.ends_at)}
            return {"venue": one.venue, **hours}
    return None


def _sees(moment: Moment, row: Swap) -> bool:
    taker = moment.picture.people.volunteers.get(row.taker)
    return moment.sees(row.site) or (taker is not None and moment.sees(taker.site))
