"""Warnings in JSON as the elements that CAP has for them, so that one reader judges them all."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from services.weather.cap.model import CapLimits, CapRefused
from services.weather.cap.parts import Alert
from services.weather.cap.refusals import refuse
from services.weather.cap.xml import Node
from services.weather.cap_write import NAMESPACE

# JSON can carry what CAP cannot: control characters, and halves of a letter.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WELL_KNOWN: Final = re.compile(r"\s*(?:MULTI)?POLYGON\s*\(", re.IGNORECASE)
_RING: Final = re.compile(r"(\)\s{0,9},\s{0,9})?\(([^()]+)(?=\))")
GEOMETRY_DEPTH_MAX: Final = 4
LIST_MAX: Final = 1_000
"""Values of one name in one warning."""


@dataclass(frozen=True, slots=True)
class Found:
    """The warnings of a list, what they are called as a format, and those that were refused."""

    format: str
    alerts: tuple[Alert, ...]
    refused: tuple[CapRefused, ...] = ()
    odd: tuple[tuple[str, str], ...] = ()


class Element:
    """Builds an element; values that are missing or empty leave nothing behind."""

    def __init__(self, name: str, limits: CapLimits) -> None:
        self.node = Node(name, NAMESPACE)
        self._limits = limits

    def text(self, name: str, value: Any) -> None:
        """A child with the text `value`; a list makes several."""
        for each in value[:LIST_MAX] if isinstance(value, list) else [value]:
            text = written(each)
            if text:
                most = self._limits.text_chars_max
                if len(text) > most and name != "polygon":
                    raise refuse("text-too-long", f"{self.node.name}/{name}", limit=most)
                self.node.children.append(Node(name, NAMESPACE, text=text, chars=len(text)))

    def child(self, name: str) -> "Element":
        """An empty child, to be filled."""
        below = Element(name, self._limits)
        self.node.children.append(below.node)
        return below

    def pair(self, name: str, key: str, value: Any) -> None:
        """A child that names a value; a list makes several, and an empty value none."""
        for each in value[:LIST_MAX] if isinstance(value, list) else [value]:
            if text := written(each):
                below = self.child(name)
                below.text("valueName", key)
                below.text("value", text)

    def pairs(self, name: str, values: Any) -> None:
        """As `pair`, for every key of `values`, if it is an object."""
        if isinstance(values, Mapping):
            for key, value in list(values.items())[:LIST_MAX]:
                self.pair(name, str(key), value)


def written(value: Any) -> str:
    """A value of JSON as text; objects, lists and null are none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _NOT_XML.sub("", value).strip()
    if isinstance(value, int | float):
        return str(value)
    return ""


def outlines(geometry: Any, depth: int = 0) -> tuple[list[str], bool]:
    """The outlines of a GeoJSON geometry as CAP writes them, and whether one had holes.

    CAP knows no holes; they are filled, so that rather too many are warned than too few.
    """
    if isinstance(geometry, str):
        return _of_well_known_text(geometry)
    if not isinstance(geometry, Mapping) or depth > GEOMETRY_DEPTH_MAX:
        return [], False
    kind, shape = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return _rings([shape])
    if kind == "MultiPolygon":
        return _rings(shape)
    if kind == "GeometryCollection":
        found: list[str] = []
        holes = False
        for below in _list(geometry.get("geometries")):
            texts, has = outlines(below, depth + 1)
            found += texts
            holes = holes or has
        return found, holes
    return [], False


def _of_well_known_text(text: str) -> tuple[list[str], bool]:
    """As `outlines`, of `POLYGON((lon lat,...))` and `MULTIPOLYGON`, which JSON-LD has."""
    if not _WELL_KNOWN.match(text):
        return [], False
    texts, holes = [], False
    for ring in _RING.finditer(text):
        # A ring behind the first of its polygon is a hole in it.
        if ring[1]:
            holes = True
            continue
        points = (point.split() for point in ring[2].split(","))
        texts.append(" ".join(f"{p[1]},{p[0]}" if len(p) >= 2 else "?" for p in points))
    return texts, holes


def _rings(polygons: Any) -> tuple[list[str], bool]:
    texts, holes = [], False
    for rings in _list(polygons):
        if isinstance(rings, list) and rings:
            texts.append(" ".join(_points(rings[0])))
            holes = holes or len(rings) > 1
    return texts, holes


def _points(ring: Any) -> Iterable[str]:
    for point in _list(ring):
        if not isinstance(point, list) or len(point) < 2:
            yield "?"
            continue
        lon, lat = point[:2]
        numbers = all(isinstance(each, int | float) and isfinite(each) for each in (lat, lon))
        yield f"{lat},{lon}" if numbers else "?"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def collected(
    format: str,
    items: Sequence[Any],
    make: Callable[[Any, CapLimits], tuple[Node, tuple[tuple[str, str], ...]]],
    limits: CapLimits,
    odd: tuple[tuple[str, str], ...] = (),
) -> Found:
    """Every item of a list made an alert by `make(item, limits)`, which returns element and odd."""
    if len(items) > limits.alerts_max:
        raise refuse("too-many", "alert", count=len(items), limit=limits.alerts_max)
    alerts: list[Alert] = []
    refused: list[CapRefused] = []
    for item in items:
        try:
            node, own = make(item, limits)
        except CapRefused as error:
            refused.append(error)
        else:
            alerts.append(Alert(node, odd=(*odd, *own)))
    return Found(format, tuple(alerts), tuple(refused), odd)
