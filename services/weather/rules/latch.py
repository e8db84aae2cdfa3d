"""One conjunction of thresholds at one station: since when it stands, and whether it still does.

Pure.
"""

from datetime import datetime
from typing import NamedTuple, TypeAlias

from services.weather.rules.rule import Rule, Threshold, Verdict


class Reading(NamedTuple):
    """What was measured, and the threshold it was held against."""

    threshold: Threshold
    value: float | str
    at: datetime
    station: str
    verdict: Verdict


Readings: TypeAlias = tuple[Reading, ...]


class Latch(NamedTuple):
    """It stands where `since` is set: from the first of the points that met it.

    `ran_out`: it stood, and was not lowered by what was measured, but by nothing being measured.
    """

    since: datetime | None = None
    confirmed_at: datetime | None = None
    gone_since: datetime | None = None
    in_a_row: int = 0
    row_since: datetime | None = None
    met: Readings = ()
    ran_out: bool = False

    def after(self, rule: Rule, at: datetime, verdict: Verdict, readings: Readings) -> "Latch":
        """Return it after one more measurement."""
        latch = self.until(rule, at)._replace(ran_out=False)
        match verdict:
            case "met":
                return _meets(latch, rule, at, readings)
            case "kept":
                return _keeps(latch, at)
            case "gone":
                return _goes(latch, rule, at)

    def until(self, rule: Rule, at: datetime) -> "Latch":
        """Return it at a moment: it runs out where nothing has confirmed it for too long."""
        if self.confirmed_at is None or at < self.confirmed_at + rule.holds:
            return self
        return Latch(ran_out=True)


def _meets(latch: Latch, rule: Rule, at: datetime, readings: Readings) -> Latch:
    row_since = latch.row_since or at
    latch = latch._replace(
        in_a_row=latch.in_a_row + 1, row_since=row_since, gone_since=None, met=readings
    )
    if latch.since is not None:
        return latch._replace(confirmed_at=at)
    if latch.in_a_row >= rule.consecutive:
        return latch._replace(since=row_since, confirmed_at=at)
    return latch


def _keeps(latch: Latch, at: datetime) -> Latch:
    latch = latch._replace(in_a_row=0, row_since=None, gone_since=None)
    return latch if latch.since is None else latch._replace(confirmed_at=at)


def _goes(latch: Latch, rule: Rule, at: datetime) -> Latch:
    latch = latch._replace(in_a_row=0, row_since=None)
    if latch.since is None:
        return latch
    gone_since = latch.gone_since or at
    if at - gone_since >= rule.hold_for:
        return Latch()
    return latch._replace(gone_since=gone_since)
