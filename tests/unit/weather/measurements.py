"""Measurements, made quickly: minutes after noon, at a venue, by a station."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from events.envelope import Event
from events.ids import derive
from events.weather import WeatherObserved
from projections.measured import Measurements, measured
from services.weather.rules.evaluate import Standing, Wanted, evaluate
from services.weather.rules.load import load_rules
from services.weather.rules.rule import Rule
from tests.moments import at

VENUE = "sliding-centre"
RULES = {rule.id: rule for rule in load_rules()}
GALE = RULES["gale"]


def observed(minute: float, *, station: str = "mast", drill: bool = False, **said: Any) -> Event:
    """Return the event of a measurement at a minute."""
    when: datetime = at(minute)
    fact = WeatherObserved(station=station, source="station", **said)
    id = derive("observed", station, str(minute), fact.model_dump_json())
    return Event(
        id=id,
        site="yanqing",
        kind="observation",
        key=VENUE,
        data=fact,
        occurred_at=when,
        recorded_at=when,
        actor="desk",
        causation_id=id,
        correlation_id=id,
        drill=drill,
    )


def gusts(*readings: tuple[float, float]) -> list[Event]:
    """Return measurements of gusts: (minute, m/s)."""
    return [observed(minute, gust_ms=gust) for minute, gust in readings]


def of(events: Iterable[Event]) -> Measurements:
    """Return what a venue's measurements come to."""
    return measured(events).of(VENUE)


def wanted(
    events: Iterable[Event],
    rule: Rule = GALE,
    *,
    minute: float,
    standing: Standing | None = None,
) -> Wanted:
    """Return what a rule makes of measurements at a minute."""
    return evaluate(rule, of(events), standing, at(minute))
