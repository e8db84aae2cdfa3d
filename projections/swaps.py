"""Swaps: who would exchange which shifts, who agreed, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from events.envelope import Event
from events.fact import Text
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from projections.fold import Binding, on

SwapStatus: TypeAlias = Literal["proposed", "declined", "done", "failed"]


class Swap(NamedTuple):
    """A swap, at the home site of the giver."""

    site: str
    giver: str
    shift: str
    taker: str
    in_return: str | None
    proposed_at: datetime
    proposed_by: str
    agreed: tuple[str, ...] = ()
    """Those of the two who agreed, sorted."""
    status: SwapStatus = "proposed"
    ended_at: datetime | None = None
    reason: Text | None = None

    @property
    def people(self) -> tuple[str, str]:
        """The giver and the taker."""
        return self.giver, self.taker


@dataclass(slots=True)
class Swaps:
    """All swaps by their id; those that have not ended again, so that reading them is cheap."""

    rows: dict[str, Swap] = field(default_factory=dict)
    open: dict[str, bool] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(SwapProposed, self._proposed)
        yield on(SwapAgreed, self._agreed)
        yield on(SwapDeclined, self._declined)
        yield on(SwapDone, self._done)
        yield on(SwapFailed, self._failed)

    def _proposed(self, event: Event, fact: SwapProposed) -> None:
        self.rows[event.key] = Swap(
            event.site,
            fact.giver,
            fact.shift,
            fact.taker,
            fact.in_return,
            event.occurred_at,
            event.actor,
        )
        self.open[event.key] = True

    def _agreed(self, event: Event, fact: SwapAgreed) -> None:
        row = self.rows.get(event.key)
        if row is not None:
            agreed = tuple(sorted({*row.agreed, fact.person}))
            self.rows[event.key] = row._replace(agreed=agreed)

    def _declined(self, event: Event, fact: SwapDeclined) -> None:
        said = f"{fact.person}: {fact.reason}"
        self._end(event, "declined", Text(zh=said, en=said))

    def _done(self, event: Event, _: SwapDone) -> None:
        self._end(event, "done", None)

    def _failed(self, event: Event, fact: SwapFailed) -> None:
        self._end(event, "failed", fact.reason)

    def _end(self, event: Event, status: SwapStatus, reason: Text | None) -> None:
        row = self.rows.get(event.key)
        if row is not None:
            self.open.pop(event.key, None)
            self.rows[event.key] = row._replace(
                status=status, ended_at=event.occurred_at, reason=reason
            )
