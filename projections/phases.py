"""The phases of the operation, which one runs at a moment, and who is ready for one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.fact import Text
from events.phase import Gate, PhaseDayBegun, PhasePlanned, RoleRule
from events.volunteer import Role
from projections.fold import Binding, on


class Phase(NamedTuple):
    """A phase as it is planned now, and the newest of its days."""

    site: str
    name: Text
    starts_at: datetime
    ends_at: datetime
    timezone: str
    check_in_at: str
    """The hour of the check-in, in the time zone."""
    gates: tuple[Gate, ...]
    rules: tuple[RoleRule, ...]
    work_hours_max: float
    rest_hours_min: float
    day: str | None = None
    due_at: datetime | None = None
    """When the check-in of `day` was due."""

    def runs(self, at: datetime) -> bool:
        """Tell whether it runs at a moment; the one at which it ends is not part of it."""
        return self.starts_at <= at < self.ends_at

    def rule(self, role: Role) -> RoleRule | None:
        """Return what it asks of a role, None if nothing."""
        return next((rule for rule in self.rules if rule.role == role), None)


@dataclass(slots=True)
class Phases:
    """All phases by their id. They are few: every look goes through all of them."""

    rows: dict[str, Phase] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(PhasePlanned, self._planned)
        yield on(PhaseDayBegun, self._begun)

    def running(self, at: datetime) -> list[tuple[str, Phase]]:
        """Return the phases that run at a moment, the one that began last first."""
        found = [(id, row) for id, row in self.rows.items() if row.runs(at)]
        return sorted(found, key=lambda of: (-of[1].starts_at.timestamp(), of[0]))

    def of(self, serves: tuple[str, ...], at: datetime) -> tuple[str, Phase] | None:
        """Return the phase that counts for somebody at a moment, if any runs.

        `serves` are the phases that they are on the roster of; none is all of them. Of several it
        is the one that began last, one of theirs before one of others.
        """
        found = self.running(at)
        theirs = [of for of in found if not serves or of[0] in serves]
        return next(iter(theirs or found), None)

    def _planned(self, event: Event, fact: PhasePlanned) -> None:
        known = self.rows.get(event.key)
        self.rows[event.key] = Phase(
            event.site,
            fact.name,
            fact.starts_at,
            fact.ends_at,
            fact.timezone,
            fact.check_in_at,
            fact.gates,
            fact.rules,
            fact.work_hours_max,
            fact.rest_hours_min,
            known.day if known else None,
            known.due_at if known else None,
        )

    def _begun(self, event: Event, fact: PhaseDayBegun) -> None:
        known = self.rows.get(event.key)
        if known is not None:
            self.rows[event.key] = known._replace(day=fact.day, due_at=fact.due_at)
