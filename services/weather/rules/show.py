"""The rules and where they stand, as JSON. Pure."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from projections.moment import iso, iso_or_none
from projections.own_warnings import Told
from services.weather.rules.evaluate import Wanted
from services.weather.rules.latch import Reading
from services.weather.rules.measures import MEASURES, named
from services.weather.rules.message import limit_of
from services.weather.rules.rule import COLOURS, Rule, Threshold

Found: TypeAlias = tuple[str, str, Wanted, Told | None]
"""A rule and a venue, what the rule makes of the measurements, and what it said that stands."""


def show(rules: Sequence[Rule], found: Sequence[Found]) -> dict[str, Any]:
    """Return the rules with their thresholds, and where they stand."""
    return {
        "rules": [_rule(rule) for rule in rules],
        "standing": [_standing(*one) for one in found],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "hazard": rule.hazard,
        "name": rule.name.model_dump(),
        "scale": rule.scale.model_dump(),
        "source": rule.source,
        "levels": [
            {
                "colour": colour,
                "when": "any" if rule.levels[colour].any else "all",
                "thresholds": [
                    _threshold(rule, one)
                    for one in (*rule.levels[colour].any, *rule.levels[colour].all)
                ],
            }
            for colour in COLOURS
            if colour in rule.levels
        ],
        "hold_for_min": rule.hold_for_min,
        "holds_h": rule.holds_h,
        "consecutive": rule.consecutive,
    }


def _threshold(rule: Rule, threshold: Threshold) -> dict[str, Any]:
    return {
        "measure": threshold.measure,
        "name": named(threshold.measure, threshold.over_h).model_dump(),
        "unit": MEASURES[threshold.measure].unit.model_dump(),
        "limit": limit_of(threshold).model_dump(),
        "at_least": threshold.at_least,
        "at_most": threshold.at_most,
        "below": threshold.below,
        "is": list(threshold.is_),
        "over_h": threshold.over_h,
        "margin": None if threshold.is_ else rule.margin(threshold),
    }


def _standing(rule: str, venue: str, wanted: Wanted, told: Told | None) -> dict[str, Any]:
    return {
        "rule": rule,
        "venue": venue,
        "colour": told.colour if told else None,
        "warning": told.warning if told else None,
        "since": iso(told.since) if told else None,
        "expires": iso_or_none(told.message.expires) if told else None,
        "measured_at": iso_or_none(wanted.measured_at),
        "values": [_value(reading) for reading in wanted.latest],
    }


def _value(reading: Reading) -> dict[str, Any]:
    threshold = reading.threshold
    return {
        "measure": threshold.measure,
        "name": named(threshold.measure, threshold.over_h).model_dump(),
        "unit": MEASURES[threshold.measure].unit.model_dump(),
        "value": reading.value,
        "limit": limit_of(threshold).model_dump(),
        "at": iso(reading.at),
        "station": reading.station,
    }
