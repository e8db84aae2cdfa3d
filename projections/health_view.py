"""The numbers of how people are, as they are shown: withheld where they could point to one."""

from collections.abc import Iterable
from typing import Any

from projections.rounds import GROUP_MIN
from projections.wellbeing import Health, is_shown, summed

WITHHELD = f"<{GROUP_MIN}"
"""Stands for a number of a group that is too small, whatever the number is."""


def show_health(health: Health | None) -> dict[str, Any] | None:
    """Return a group's numbers; None where there are none any more."""
    if health is None:
        return None
    if not is_shown(health.answers):
        return dict.fromkeys(Health._fields, WITHHELD)
    return health._asdict()


def show_sum(groups: Iterable[tuple[int, Health | None]]) -> dict[str, Any] | None:
    """Return the numbers of all groups together, and of how many answers they are. With each group
    comes how many have checked in by now.

    `withheld` are the answers that are left out because they could be told apart.
    """
    known = [(reported, health) for reported, health in groups if health is not None]
    if not known:
        return None
    health = summed([health for _, health in known])
    left_out = max(0, sum(reported for reported, _ in known) - health.answers)
    shown = show_health(health) or {}
    return {**shown, "answers": health.answers, "withheld": left_out}
