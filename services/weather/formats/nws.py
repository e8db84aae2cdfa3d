"""Alerts as api.weather.gov answers them: GeoJSON, one feature or many, or JSON-LD with a graph."""

from collections.abc import Mapping
from typing import Any, Final

from services.weather.cap.model import CapLimits
from services.weather.cap.refusals import refuse
from services.weather.cap.xml import Node
from services.weather.formats.nodes import LIST_MAX, Element, Found, collected, outlines, written

Odd = tuple[tuple[str, str], ...]
_OWN: Final = frozenset({"messageType", "affectedZones"})
_TEXTS: Final = ("effective", "onset", "expires", "senderName", "headline", "description")


def is_nws(properties: Any) -> bool:
    """Whether these are an alert's properties as this service names them."""
    if not isinstance(properties, Mapping):
        return False
    return bool(_OWN & set(properties)) or str(properties.get("@type")).endswith("Alert")


def read(items: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """The alerts of features, or of the objects of a graph."""
    return collected("nws-geojson", items, _alert, limits, odd)


def _alert(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    if not isinstance(item, Mapping):
        raise refuse("item-unreadable", "features")
    properties = item.get("properties")
    said: Mapping[str, Any] = properties if isinstance(properties, Mapping) else item
    alert = Element("alert", limits)
    alert.text("identifier", _identifier(said, item))
    alert.text("sender", said.get("sender"))
    alert.text("sent", said.get("sent"))
    alert.text("status", said.get("status"))
    alert.text("msgType", said.get("messageType") or said.get("msgType"))
    alert.text("scope", said.get("scope") or "Public")
    alert.text("code", said.get("code"))
    alert.text("note", said.get("note"))
    alert.text("references", _references(said.get("references")))
    return alert.node, _info(alert.child("info"), said, item.get("geometry"))


def _identifier(said: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    for name in ("id", "identifier", "@id"):
        if text := written(said.get(name)) or written(item.get(name)):
            return text.rpartition("/alerts/")[2]
    return ""


def _references(references: Any) -> str:
    """As CAP's triples. A time with blanks could not be told from the next triple."""
    triples = []
    for each in references[:LIST_MAX] if isinstance(references, list) else ():
        if isinstance(each, Mapping):
            parts = (written(each.get(name)) for name in ("sender", "identifier", "sent"))
            triples.append(",".join("_".join(part.replace(",", "_").split()) for part in parts))
    return " ".join(triples)


def _info(info: Element, said: Mapping[str, Any], geometry: Any) -> Odd:
    info.text("language", said.get("language") or "en-US")
    info.text("category", said.get("category"))
    info.text("event", said.get("event"))
    info.text("responseType", said.get("response"))
    for name in ("urgency", "severity", "certainty"):
        info.text(name, said.get(name))
    info.pairs("eventCode", said.get("eventCode"))
    for name in (*_TEXTS, "instruction", "web"):
        info.text(name, said.get(name))
    info.pair("parameter", "ends", said.get("ends"))
    info.pairs("parameter", said.get("parameters"))
    shapes, holes = outlines(geometry)
    area = info.child("area")
    area.text("areaDesc", said.get("areaDesc"))
    area.text("polygon", shapes)
    area.pairs("geocode", said.get("geocode"))
    return (("polygon-hole-filled", ""),) if holes else ()
