"""The reports that could not be taken, where a person sees them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.report import ReportSetAside
from projections.fold import Binding, on

REPORTS_KEPT = 50


class SetAside(NamedTuple):
    """A report that was not taken."""

    id: str
    site: str
    field: str
    reason: str
    body: str
    at: datetime
    actor: str
    sealed: bool = False
    """What was sent may be read only through the endpoint for details."""


@dataclass(slots=True)
class Aside:
    """The last reports of each site in the order of the log, and how many there ever were."""

    last: dict[str, tuple[SetAside, ...]] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(ReportSetAside, self._set_aside)

    def _set_aside(self, event: Event, fact: ReportSetAside) -> None:
        site = event.site
        report = SetAside(
            event.key,
            site,
            fact.field,
            fact.reason,
            fact.body,
            event.occurred_at,
            event.actor,
            fact.sealed is not None,
        )
        self.last[site] = (*self.last.get(site, ()), report)[-REPORTS_KEPT:]
        self.total[site] = self.total.get(site, 0) + 1
