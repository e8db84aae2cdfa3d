"""A rule's warning as a message: its level, its area, and what it says in both languages. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from string import Template
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from events.fact import Severity, Text
from events.weather import Affected, WarningArea, WarningMessage, WarningText
from projections.day_report import DEFAULT_ZONE
from projections.own_warnings import SENDER, Told
from projections.places import Venue
from services.weather.match.globe import distance_km
from services.weather.rules.evaluate import Wanted
from services.weather.rules.latch import Reading
from services.weather.rules.measures import named, shown
from services.weather.rules.rule import Rule, RuleColour, Threshold

Change: TypeAlias = Literal["raised", "lowered", "renewed", "lifted"]

SEVERITY: Final[Mapping[RuleColour, Severity]] = {
    "blue": "minor",
    "yellow": "moderate",
    "orange": "severe",
    "red": "extreme",
}
COLOUR_ZH: Final[Mapping[RuleColour, str]] = {
    "blue": "蓝色",
    "yellow": "黄色",
    "orange": "橙色",
    "red": "红色",
}
SENDER_NAME: Final = Text(zh="Muster（本站实测）", en="Muster (measured here)")
_BEFORE: Final[Mapping[Change, Text]] = {
    "lifted": Text(zh="解除：", en="Lifted: "),
    "lowered": Text(zh="降级：", en="Lowered: "),
}
RADIUS_KM: Final = 1.0
"""The least that a rule's warning takes in around a venue's point, in kilometres."""
_NAMED: Final = 200
_ZONE: Final = ZoneInfo(DEFAULT_ZONE)
_SIGNS: Final = (("at_least", "≥"), ("at_most", "≤"), ("below", "<"))


def message_of(  # noqa: PLR0913 - all that a message is made of, by name
    rule: Rule,
    wanted: Wanted,
    change: Change,
    *,
    venue: str,
    place: Venue,
    people: tuple[str, ...],
    sent: datetime,
    before: Told | None,
    name: str,
) -> WarningMessage:
    """Return the message. `before` is what the same warning said last.

    `onset` is when the level was first met; `effective` when it became what it is: later than
    `onset` where it was lowered.
    """
    colour = wanted.colour or _colour_of(before)
    onset, effective = _since(wanted, change, before, sent)
    expires = None if change == "lifted" else wanted.expires
    values = {
        "since": _clock(onset),
        "until": _clock(expires) if expires is not None else "-",
    }
    return WarningMessage(
        sender=SENDER,
        identifier=name,
        sent=sent,
        status="Actual",
        texts=tuple(
            _text(rule, wanted, change, colour, place.name, language, values)
            for language in ("zh", "en")
        ),
        severity=SEVERITY[colour],
        urgency="Past" if change == "lifted" else "Immediate",
        certainty="Observed",
        colour=colour,
        hazard=rule.hazard,
        effective=effective,
        onset=onset,
        expires=expires,
        areas=(
            WarningArea(
                description=place.name.zh,
                circles=((place.place.lat, place.place.lon, _radius_km(place)),),
            ),
        ),
        references=() if before is None else ((SENDER, before.identifier),),
        venues=(venue,),
        affected=(Affected(venue=venue, cause="circle", people=len(people), ids=people[:_NAMED]),),
        responses=_responses(change, colour),
        rule=rule.id,
    )


def values_of(readings: Iterable[Reading]) -> Text:
    """Return measurements in words, each with its threshold, its station and its time."""
    said = [_reading(reading) for reading in readings]
    return Text(
        zh="；".join(text.zh for text in said) or "无数据",
        en="; ".join(text.en for text in said) or "nothing measured",
    )


def _colour_of(before: Told | None) -> RuleColour:
    colour = before.colour if before is not None else None
    return "blue" if colour is None or colour == "white" else colour


def _since(
    wanted: Wanted, change: Change, before: Told | None, sent: datetime
) -> tuple[datetime, datetime]:
    if change in ("renewed", "lifted") and before is not None:
        effective = before.message.effective or before.sent
        return before.since, effective if change == "renewed" else sent
    onset = wanted.since or sent
    return onset, (wanted.measured_at or sent) if change == "lowered" else onset


def _text(
    rule: Rule,
    wanted: Wanted,
    change: Change,
    colour: RuleColour,
    venue: Text,
    language: Literal["zh", "en"],
    values: Mapping[str, str],
) -> WarningText:
    met = [reading for reading in wanted.met if reading.verdict == "met"]
    readings = met if met and change in ("raised", "renewed") else wanted.latest
    filled = {
        **values,
        "venue": getattr(venue, language),
        "colour": COLOUR_ZH[colour] if language == "zh" else colour,
        "values": getattr(values_of(readings), language),
    }

    def fill(text: Text) -> str:
        return Template(getattr(text, language)).substitute(filled)

    headline = fill(rule.texts.headline)
    is_over = change == "lifted"
    before = _BEFORE.get(change)
    return WarningText(
        language={"zh": "zh-CN", "en": "en-US"}[language],
        event=getattr(rule.name, language),
        headline=f"{getattr(before, language)}{headline}" if before else headline,
        description=fill(rule.texts.lifted if is_over else rule.texts.description),
        instruction="" if is_over else fill(rule.texts.instruction),
        sender_name=getattr(SENDER_NAME, language),
    )


def _reading(reading: Reading) -> Text:
    threshold = reading.threshold
    name = named(threshold.measure, threshold.over_h)
    value = shown(threshold.measure, reading.value)
    where = f"{reading.station} {_clock(reading.at)}".strip()
    limit = limit_of(threshold)
    return Text(
        zh=f"{name.zh} {value.zh}（标准 {limit.zh}，{where}）",
        en=f"{name.en} {value.en} (threshold {limit.en}, {where})",
    )


def limit_of(threshold: Threshold) -> Text:
    """Return a threshold's limit in words."""
    if threshold.is_:
        kinds = [shown("precipitation", kind) for kind in threshold.is_]
        return Text(zh="、".join(k.zh for k in kinds), en=" or ".join(k.en for k in kinds))
    limit = shown(threshold.measure, threshold.limit)
    sign = next(sign for name, sign in _SIGNS if getattr(threshold, name) is not None)
    return Text(zh=f"{sign} {limit.zh}", en=f"{sign} {limit.en}")


def _clock(at: datetime) -> str:
    return f"{at.astimezone(_ZONE):%m-%d %H:%M}"


def _radius_km(place: Venue) -> float:
    """Return how far the ground reaches from its point, at least `RADIUS_KM`."""
    middle = (place.place.lat, place.place.lon)
    corners = [distance_km(middle, (corner.lat, corner.lon)) for corner in place.outline]
    return round(max([RADIUS_KM, *corners]), 3)


def _responses(change: Change, colour: RuleColour) -> tuple[str, ...]:
    if change == "lifted":
        return ("AllClear",)
    return ("Avoid",) if colour in ("orange", "red") else ("Monitor",)
