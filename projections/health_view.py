"""The numbers of how people are, as they are shown: withheld where they could point to one."""

from collections.abc import Iterable
from typing import Any

from projections.wellbeing import GROUP_MIN, Health, is_shown, summed

WITHHELD = f"<{GROUP_MIN}"
"""Stands for a number of a group that is too small, whatever the number is."""


def show_health(reported: int, health: Health | None) -> dict[str, Any] | None:
    """Return a group's numbers; None where there are none any more."""
    if health is None:
        return None
    if not is_shown(reported):
        return dict.fromkeys(Health._fields, WITHHELD)
    return health._asdict()


def show_sum(groups: Iterable[tuple[int, Health | None]]) -> dict[str, Any] | None:
    """Return the numbers of all groups together, and of how many answers they are.

    `withheld` are the answers that are left out because they could be told apart.
    """
    known = [(reported, health) for reported, health in groups if health is not None]
    if not known:
        return None
    people, health = summed(known)
    left_out = sum(reported for reported, _ in known) - people
    shown = show_health(people, health) or {}
    return {**shown, "answers": people, "withheld": left_out}
