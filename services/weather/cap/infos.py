"""The `info` elements: what a message says about a hazard, a part for each language."""

from collections import Counter
from datetime import datetime
from typing import Final, cast, get_args

from services.weather.cap import model
from services.weather.cap.deviations import Notes
from services.weather.cap.endings import ends_warning
from services.weather.cap.fields import Fields
from services.weather.cap.model import (
    CATEGORIES,
    RESPONSE_TYPES,
    CapInfo,
    CapLimits,
    CapMessage,
    CapResource,
)
from services.weather.cap.places import read_areas
from services.weather.cap.refusals import refuse
from services.weather.cap.times import optional_time

HEADLINE_CHARS_MAX: Final = 160
"""CAP 1.2, section 3.2.2: some displays show no more."""
GSM7_CHARS_MAX: Final = 1395
UCS2_CHARS_MAX: Final = 615
"""3GPP TS 23.041: fifteen pages of 93 characters in the GSM alphabet, 41 in any other."""
_GSM7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_NEEDS_REFERENCES: Final = frozenset({"Update", "Cancel", "Ack", "Error"})


def read_info(fields: Fields, sent: datetime, limits: CapLimits) -> CapInfo:
    """One part.

    Raises:
        CapRefused: it names no event and has no headline, or its areas cannot be taken.
    """
    headline = fields.text("headline")
    event = fields.text("event")
    if event is None:
        fields.note_absence("event")
        if headline is None:
            raise refuse(
                "element-empty" if fields.has("event") else "element-missing", fields.at("event")
            )
        fields.notes.add("event-missing", fields.at("event"), headline)
    if not fields.texts("category"):
        fields.note_absence("category")
    info = CapInfo(
        event=event or headline or "",
        urgency=cast("model.Urgency", _level(fields, "urgency", model.Urgency)),
        severity=cast("model.Severity", _level(fields, "severity", model.Severity)),
        certainty=cast("model.Certainty", _level(fields, "certainty", model.Certainty)),
        language=fields.text("language") or "en-US",
        categories=fields.choices("category", CATEGORIES),
        response_types=fields.choices("responseType", RESPONSE_TYPES),
        effective=optional_time(fields, "effective"),
        onset=optional_time(fields, "onset"),
        expires=optional_time(fields, "expires"),
        sender_name=fields.text("senderName"),
        headline=headline,
        description=fields.prose("description"),
        instruction=fields.prose("instruction"),
        web=fields.text("web"),
        contact=fields.prose("contact"),
        audience=fields.text("audience"),
        event_codes=fields.pairs("eventCode"),
        parameters=fields.pairs("parameter"),
        resources=tuple(_read_resource(resource) for resource in fields.each("resource")),
        areas=read_areas(fields, limits),
    )
    _note_times(info, fields, sent)
    _note_lengths(info, fields)
    return info


def _level(fields: Fields, name: str, allowed: object) -> str:
    return fields.choice(name, get_args(allowed), "Unknown")


def _read_resource(fields: Fields) -> CapResource:
    for content in fields.each("derefUri"):
        if content.node.chars:
            characters = f"{content.node.chars} characters"
            fields.notes.add("resource-content-dropped", content.path, characters)
    return CapResource(
        description=fields.text("resourceDesc"),
        mime_type=fields.text("mimeType"),
        uri=fields.text("uri"),
        size=fields.whole_number("size"),
    )


def _note_times(info: CapInfo, fields: Fields, sent: datetime) -> None:
    expires = info.expires
    if expires is None:
        if not fields.texts("expires"):
            fields.notes.add("expires-missing", fields.at("expires"))
        return
    if expires <= sent:
        fields.notes.add("expires-not-after-sent", fields.at("expires"), expires.isoformat())
    if info.onset is not None and info.onset > expires:
        fields.notes.add("onset-after-expires", fields.at("onset"), info.onset.isoformat())
    if info.effective is not None and info.effective > expires:
        effective = info.effective.isoformat()
        fields.notes.add("effective-after-expires", fields.at("effective"), effective)


def _note_lengths(info: CapInfo, fields: Fields) -> None:
    if info.headline is not None and len(info.headline) > HEADLINE_CHARS_MAX:
        fields.notes.add("headline-long", fields.at("headline"), str(len(info.headline)))
    text = info.description or ""
    if len(text) > (GSM7_CHARS_MAX if _GSM7.issuperset(text) else UCS2_CHARS_MAX):
        fields.notes.add("text-over-broadcast-length", fields.at("description"), str(len(text)))


def note_infos(message: CapMessage, *, has_references: bool, notes: Notes) -> None:
    """Note what does not fit between the parts of a message and what kind of message it is."""
    infos, kind = message.infos, message.msg_type
    if not infos and kind in {"Alert", "Update"}:
        notes.add("info-missing", "alert/info")
    warns = [info for info in infos if "AllClear" not in info.response_types]
    if warns and kind == "Cancel":
        notes.add("info-in-cancel", "alert/info", warns[0].event)
    if kind != "Cancel" and ends_warning(message):
        notes.add("cancel-sent-as-update", "alert/msgType", infos[0].event)
    if kind in _NEEDS_REFERENCES and not has_references:
        notes.add("references-missing", "alert/references", kind)
    if kind == "Alert" and has_references:
        notes.add("references-on-alert", "alert/references", message.references[0].identifier)
    for language, count in Counter(info.language.casefold() for info in infos).items():
        if count > 1:
            notes.add("language-repeated", "alert/info/language", f"{language} {count}")
    if len({(info.categories, info.event_codes) for info in infos}) > 1:
        notes.add("infos-differ", "alert/info")
