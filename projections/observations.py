"""The weather measured at each venue: the newest, and the last two days of it.

Both are the same whatever order the measurements came in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from events.envelope import Event
from events.weather import WeatherObserved
from projections.fold import Binding, on

WINDOW = timedelta(hours=48)
"""How far back from a venue's newest measurement the others are kept."""
SLOT = timedelta(minutes=5)
"""Of one station the newest measurement in each slot of the clock is kept."""
POINTS_MAX = 600
"""Measurements kept of one venue: with many stations, the window reaches less far back."""

_SLOT_DIGITS = 9


class Observation(NamedTuple):
    """What was measured at `at`. The first two fields are its rank."""

    at: datetime
    id: str
    recorded_at: datetime
    weather: WeatherObserved

    @property
    def rank(self) -> tuple[datetime, str]:
        """The greatest of those that stand for the same thing counts."""
        return self.at, self.id


@dataclass(slots=True)
class Observations:
    """The newest measurement by venue, and by venue those of the window."""

    newest: dict[str, Observation] = field(default_factory=dict)
    points: dict[str, dict[str, Observation]] = field(default_factory=dict)
    """By venue, then by slot and station; without what was sent, which only the newest shows."""

    def folds(self) -> Iterator[Binding]:
        yield on(WeatherObserved, self._observed)

    def window(
        self, venue: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Observation]:
        """Return what is kept of a venue from `since` to `until`, both included, by time.

        Of each station that is its newest measurement every five minutes, over two days at most.
        """
        return sorted(
            (
                point
                for point in self.points.get(venue, {}).values()
                if (since is None or since <= point.at) and (until is None or point.at <= until)
            ),
            key=lambda point: point.rank,
        )

    def _observed(self, event: Event, fact: WeatherObserved) -> None:
        seen = Observation(event.occurred_at, event.id, event.recorded_at, fact)
        known = self.newest.get(event.key)
        if known is None or known.rank < seen.rank:
            self.newest[event.key] = seen
        self._keep(event.key, seen)

    def _keep(self, venue: str, seen: Observation) -> None:
        """Keep a measurement among the greatest slots: which those are, no order of arrival
        changes.
        """
        points = self.points.setdefault(venue, {})
        first = _slot(_before(self.newest[venue].at))
        slot = f"{_slot(seen.at)} {seen.weather.station}"
        if slot >= first and ((known := points.get(slot)) is None or known.rank < seen.rank):
            points[slot] = _without_original(seen)
        for old in [key for key in points if key < first]:
            del points[old]
        while len(points) > POINTS_MAX:
            del points[min(points)]


def _slot(at: datetime) -> str:
    """Return a slot's number, written so that a later one is the greater text."""
    number = int(at.timestamp() // SLOT.total_seconds())
    return f"{max(number, 0):0{_SLOT_DIGITS}}"


def _before(at: datetime) -> datetime:
    """Return the begin of the window that ends then; clocks that were never set stand still."""
    return at - WINDOW if at.year > 1 else at


def _without_original(seen: Observation) -> Observation:
    if not seen.weather.original:
        return seen
    return seen._replace(weather=seen.weather.model_copy(update={"original": ""}))
