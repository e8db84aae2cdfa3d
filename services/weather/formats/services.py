"""Warnings in the JSON of single weather services, each one's names brought to CAP's.

What a service does not say but a warning needs is taken from what it does say, and named so.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.weather.cap.model import CapLimits
from services.weather.cap.refusals import refuse
from services.weather.cap.xml import Node
from services.weather.formats.nodes import Element, Found, collected, outlines, written

Odd = tuple[tuple[str, str], ...]
_GERMANY: Final = "opendata@dwd.de"
_CANADA: Final = "cap-pac@canada.ca"
_IRELAND: Final = "metwarn@met.ie"
_NORWAY: Final = "noreply@met.no"
_OID_TIME: Final = re.compile(r"\.(?:20)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.")
_CANADIAN_SEVERITY: Final = {"yellow": "Moderate", "orange": "Severe", "red": "Extreme"}
_CANADIAN_CERTAINTY: Final = {"high": "Likely", "moderate": "Possible", "low": "Unlikely"}
_CANADIAN_STATUS: Final = {"issued": "Alert", "ended": "Cancel", "cancelled": "Cancel"}


def read_brightsky(items: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """Germany's warnings as Bright Sky passes them on."""
    return collected("brightsky-json", items, _brightsky, limits, odd)


def _brightsky(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    said = _object(item)
    alert = Element("alert", limits)
    alert.text("identifier", said.get("alert_id"))
    alert.text("sender", _GERMANY)
    alert.text("sent", said.get("effective"))
    alert.text("status", said.get("status"))
    alert.text("msgType", "Alert")
    alert.text("scope", "Public")
    for short, language in (("de", "de-DE"), ("en", "en-GB")):
        if not written(said.get(f"event_{short}")):
            continue
        info = alert.child("info")
        info.text("language", language)
        info.text("category", said.get("category"))
        info.text("event", said.get(f"event_{short}"))
        info.text("responseType", said.get("response_type"))
        for name in ("urgency", "severity", "certainty"):
            info.text(name, said.get(name))
        info.pair("eventCode", "II", said.get("event_code"))
        for name in ("effective", "onset", "expires"):
            info.text(name, said.get(name))
        for name in ("headline", "description", "instruction"):
            info.text(name, said.get(f"{name}_{short}"))
    return alert.node, _assumed("sender", "sent", "msgType")


def read_canada(items: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """Canada's warnings from its GeoJSON service."""
    return collected("eccc-geojson", items, _canada, limits, odd)


def _canada(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    said = _object(_object(item).get("properties"))
    alert = Element("alert", limits)
    alert.text("identifier", said.get("id") or _object(item).get("id"))
    alert.text("sender", _CANADA)
    alert.text("sent", said.get("publication_datetime"))
    alert.text("status", "Actual")
    status = written(said.get("status_en")).casefold()
    alert.text("msgType", _CANADIAN_STATUS.get(status, "Update"))
    alert.text("scope", "Public")
    shapes, holes = outlines(_object(item).get("geometry"))
    for short, language in (("en", "en-CA"), ("fr", "fr-CA")):
        if not written(said.get(f"alert_name_{short}")):
            continue
        info = alert.child("info")
        info.text("language", language)
        info.text("category", "Met")
        info.text("event", said.get(f"alert_name_{short}"))
        info.text("urgency", "Unknown")
        colour = written(said.get("risk_colour_en")).casefold()
        info.text("severity", _CANADIAN_SEVERITY.get(colour, "Unknown"))
        confidence = written(said.get("confidence_en")).casefold()
        info.text("certainty", _CANADIAN_CERTAINTY.get(confidence, "Unknown"))
        info.text("effective", said.get("publication_datetime"))
        info.text("onset", said.get("validity_datetime"))
        info.text("expires", said.get("expiration_datetime"))
        name = written(said.get(f"alert_name_{short}"))
        info.text("headline", f"{colour} {name}".strip() if short == "en" else name)
        info.text("description", said.get(f"alert_text_{short}"))
        for key in ("alert_code", "alert_type", "event_end_datetime", "risk_colour_en"):
            info.pair("parameter", key, said.get(key))
        area = info.child("area")
        area.text("areaDesc", said.get(f"feature_name_{short}"))
        area.text("polygon", shapes)
    return alert.node, (*_assumed("sender", "severity"), *_filled(holes))


def read_norway(items: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """Norway's warnings from its GeoJSON service."""
    return collected("metno-geojson", items, _norway, limits, odd)


def _norway(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    said = _object(_object(item).get("properties"))
    identifier = written(said.get("id"))
    made = _OID_TIME.search(identifier)
    sent = "20{}-{}-{}T{}:{}:{}+00:00".format(*made.groups()) if made else ""
    alert = Element("alert", limits)
    alert.text("identifier", identifier)
    alert.text("sender", _NORWAY)
    alert.text("sent", sent)
    alert.text("status", said.get("status"))
    alert.text("msgType", said.get("type"))
    alert.text("scope", "Public")
    info = alert.child("info")
    info.text("language", "no")
    info.text("category", "Met")
    info.text("event", said.get("event"))
    info.text("urgency", "Unknown")
    info.text("severity", said.get("severity"))
    info.text("certainty", said.get("certainty"))
    interval = _object(_object(item).get("when")).get("interval")
    times = interval if isinstance(interval, list) else []
    info.text("onset", times[:1])
    info.text("expires", times[1:2])
    info.text("headline", said.get("title"))
    info.text("description", said.get("description"))
    info.text("instruction", said.get("instruction"))
    info.text("web", said.get("web"))
    info.text("contact", said.get("contact"))
    for key in ("awareness_level", "awareness_type", "consequences", "eventEndingTime"):
        info.pair("parameter", key, said.get(key))
    shapes, holes = outlines(_object(item).get("geometry"))
    area = info.child("area")
    area.text("areaDesc", said.get("area"))
    area.text("polygon", shapes)
    return alert.node, (*_assumed("sender", "sent"), *_filled(holes))


def read_ireland(items: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """Ireland's warnings from its open data."""
    return collected("meteireann-json", items, _ireland, limits, odd)


def _ireland(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    said = _object(item)
    alert = Element("alert", limits)
    alert.text("identifier", said.get("capId"))
    alert.text("sender", _IRELAND)
    alert.text("sent", said.get("updated") or said.get("issued"))
    alert.text("status", "Actual")
    alert.text("msgType", "Alert")
    alert.text("scope", "Public")
    info = alert.child("info")
    info.text("language", "en-IE")
    info.text("category", "Met")
    level = written(said.get("level"))
    info.text("event", " ".join(filter(None, (level, written(said.get("type")), "warning"))))
    info.text("urgency", "Unknown")
    info.text("severity", said.get("severity") or "Unknown")
    info.text("certainty", said.get("certainty") or "Unknown")
    info.text("effective", said.get("issued"))
    info.text("onset", said.get("onset"))
    info.text("expires", said.get("expiry"))
    info.text("headline", said.get("headline"))
    info.text("description", said.get("description"))
    info.pair("parameter", "level", level)
    regions = said.get("regions")
    area = info.child("area")
    area.text("areaDesc", ", ".join(map(written, regions)) if isinstance(regions, list) else "")
    area.pair("geocode", "FIPS", regions)
    return alert.node, _assumed("sender", "msgType")


def _assumed(*names: str) -> Odd:
    return tuple(("value-assumed", name) for name in names)


def _filled(holes: object) -> Odd:
    return (("polygon-hole-filled", ""),) if holes else ()


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise refuse("item-unreadable", "list")
    return value
