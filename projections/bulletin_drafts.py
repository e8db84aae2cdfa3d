"""What a bulletin begins with that is made from an alert, a warning, or what was told before.

People's own words are taken as they are. What is not there in both languages stays empty, and
whoever drafts is asked for it by name.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from events.bulletin import Content
from events.fact import Ref, Text
from events.weather import WarningMessage, WarningText
from projections import terms
from projections.alerts import Alert
from projections.picture import Picture
from projections.places import Places

Fields = dict[str, Any]
"""The fields of a content, JSON-ready, some of them perhaps missing."""

LASTS: Final = timedelta(hours=6)
"""How long a bulletin holds that is made from something without an end."""
ENDS: Final = timedelta(hours=1)
"""How long a cancellation is told of something that would be over by now."""
_HEADLINE_MAX: Final = 160
_TEXTS: Final = ("event", "headline", "description", "area")
_CODES: Final = ("zh", "en")
_CAP_CATEGORY: Final[Mapping[str, str]] = {
    "medical": "Health",
    "need-help": "Rescue",
    "missing-person": "Rescue",
    "fire": "Fire",
    "security": "Security",
    "transport": "Transport",
    "weather": "Met",
    "equipment": "Infra",
    "accommodation": "Infra",
}
"""CAP's category for ours; what is not named is `Safety`."""


def from_warning(message: WarningMessage, places: Places, at: datetime) -> Fields:
    """Return what a warning says, for the public."""
    known = [id for id in message.venues if id in places.venues]
    return {
        "event": _in_both(message.texts, "event"),
        "headline": _in_both(message.texts, "headline", "event"),
        "description": _in_both(message.texts, "description", "headline", "event"),
        "instruction": _in_both(message.texts, "instruction"),
        "category": "Met",
        "severity": message.severity,
        "urgency": message.urgency,
        "certainty": message.certainty,
        "colour": message.colour,
        "response": next(iter(message.responses), None),
        "onset": _or_none(message.onset),
        "expires": (message.expires or at + LASTS).isoformat(),
        "area": _area_names(message, known, places),
        "venues": known,
        "areas": [area.model_dump(mode="json") for area in message.areas],
        "status": message.status,
    }


def from_alert(alert: Alert, picture: Picture, at: datetime) -> Fields:
    """Return what an alert says, for the public. Of one about a warning the warning's fields stand,
    below the alert's words.
    """
    said = _about(alert.about, picture, at)
    body = alert.body if alert.body.zh.strip() or alert.body.en.strip() else alert.title
    words = {"headline": _both(alert.title), "description": _both(body)}
    venues = [alert.venue] if alert.venue in picture.places.venues else []
    fields = {**said, **words, "severity": alert.severity}
    if venues or "areas" not in said:
        venues = venues or _venues_of(alert.site, picture.places)
        fields |= {"venues": venues, "areas": [], "area": _names(venues, picture.places)}
    if alert.drill:
        fields["status"] = "Exercise"
    return fields


def _about(about: Ref, picture: Picture, at: datetime) -> Fields:
    warned = picture.warnings.rows.get(about.id) if about.kind == "warning" else None
    if warned is not None:
        return from_warning(warned.message, picture.places, at)
    incident = picture.incidents.rows.get(about.id) if about.kind == "incident" else None
    category = incident.category if incident else "other"
    event = terms.term(terms.CATEGORY, category) if incident else _EMERGENCY
    return {
        "event": _both(event),
        "instruction": {"zh": "", "en": ""},
        "category": _CAP_CATEGORY.get(category, "Safety"),
        "urgency": "Immediate",
        "certainty": "Observed",
        "expires": (at + LASTS).isoformat(),
    }


_EMERGENCY: Final = Text(zh="突发事件", en="emergency")


def again(content: Content) -> Fields:
    """Return a content as the next draft begins with it."""
    return content.model_dump(mode="json")


def cancelling(content: Content, at: datetime, reason: Fields | None) -> Fields:
    """Return what a cancellation says unless its author says otherwise. `reason` is why, in both
    languages, in place of what the warning described.
    """
    fields = again(content)
    headline = {
        "zh": f"解除：{content.headline.zh}",
        "en": f"Cancelled: {content.headline.en}",
    }
    if max(map(len, headline.values())) <= _HEADLINE_MAX:
        fields["headline"] = headline
    if reason:
        fields["description"] = reason
    if content.expires <= at:
        fields["expires"] = (at + ENDS).isoformat()
    if content.onset is not None and content.onset > at:
        fields["onset"] = None
    return {**fields, "response": "AllClear", "urgency": "Past", "instruction": dict(_NOTHING)}


_NOTHING: Final = {"zh": "", "en": ""}


def merged(fields: Fields, said: Fields) -> Fields:
    """Return the fields with what somebody said in their place; of a text one language may be
    said.
    """
    both = dict(fields)
    for name, value in said.items():
        before = both.get(name)
        is_text = isinstance(value, dict) and isinstance(before, dict)
        both[name] = {**before, **value} if is_text and isinstance(before, dict) else value
    return both


def missing(fields: Fields) -> list[str]:
    """Return the texts that are not there, such as `headline.en`. Of what may be left out only the
    other language of what is said.
    """
    wanted = [name for name in _TEXTS if isinstance(fields.get(name, {}), dict)]
    instruction = fields.get("instruction")
    if isinstance(instruction, dict) and any(_is_said(instruction, code) for code in _CODES):
        wanted.append("instruction")
    return [
        f"{name}.{code}"
        for name in wanted
        for code in _CODES
        if not _is_said(fields.get(name, {}), code)
    ]


def _is_said(text: Fields, code: str) -> bool:
    said = text.get(code, "")
    return not isinstance(said, str) or bool(said.strip())


def _in_both(texts: Iterable[WarningText], *names: str) -> dict[str, str]:
    """Return the first of some texts that is there, in each language."""
    found = dict(_NOTHING)
    for text in texts:
        code = text.language.casefold().split("-")[0]
        said = next((word for name in names if (word := getattr(text, name)).strip()), "")
        if code in found and not found[code]:
            found[code] = said
    return found


def _area_names(message: WarningMessage, venues: list[str], places: Places) -> dict[str, str]:
    """Return what the warning calls its place, in the language it has letters of; else our
    venues' names.
    """
    found = dict(_NOTHING)
    for area in message.areas:
        code = "zh" if _has_chinese(area.description) else "en"
        found[code] = found[code] or area.description.strip()
    ours = _names(venues, places)
    return {code: found[code] or ours[code] for code in _CODES}


def _has_chinese(words: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


def _names(venues: list[str], places: Places) -> dict[str, str]:
    names = [places.venues[id].name for id in venues]
    return {
        "zh": "、".join(name.zh for name in names),
        "en": ", ".join(name.en for name in names),
    }


def _venues_of(site: str, places: Places) -> list[str]:
    return sorted(id for id, venue in places.venues.items() if venue.site == site)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _or_none(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
