"""The newest weather measured at each venue, whatever order the measurements came in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from events.weather import WeatherObserved
from projections.fold import Binding, on


class Observation(NamedTuple):
    """What was measured at `at`. The first two fields are its rank."""

    at: datetime
    id: str
    recorded_at: datetime
    weather: WeatherObserved


@dataclass(slots=True)
class Observations:
    """The newest measurement by venue."""

    newest: dict[str, Observation] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(WeatherObserved, self._observed)

    def _observed(self, event: Event, fact: WeatherObserved) -> None:
        known = self.newest.get(event.key)
        if known is None or (known.at, known.id) < (event.occurred_at, event.id):
            self.newest[event.key] = Observation(
                event.occurred_at, event.id, event.recorded_at, fact
            )
