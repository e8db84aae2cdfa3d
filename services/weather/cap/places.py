"""The `area` elements of one part of a message."""

from collections.abc import Iterable
from typing import Final

from services.weather.cap.fields import Fields
from services.weather.cap.model import CapArea, CapLimits
from services.weather.cap.refusals import refuse
from services.weather.cap.shapes import note_nested, read_circle, read_polygon
from services.weather.cap.xml import Node

_CHUNK: Final = 65_536


def read_areas(info: Fields, limits: CapLimits) -> tuple[CapArea, ...]:
    """Every area of `info`.

    Raises:
        CapRefused: too many areas, or an outline of one point.
    """
    found = info.each("area")
    if not found:
        info.notes.add("area-missing", info.path)
    if len(found) > limits.areas_max:
        raise refuse("too-many", info.at("area"), count=len(found), limit=limits.areas_max)
    return tuple(_read_area(fields) for fields in found)


def check_shapes(alerts: Iterable[Node], limits: CapLimits) -> None:
    """Refuse a document with too much geometry before anything is made of it.

    A point counts as a comma or as two words, whichever gives more; only lists that separate
    everything by commas are counted twice over.
    """
    shapes = points = 0
    for node in (node for alert in alerts for node in alert.walk()):
        if node.name in {"polygon", "circle"}:
            shapes += 1
            points += max(node.text.count(","), _words(node.text) // 2)
    if shapes > limits.shapes_max:
        raise refuse("too-many", "alert/info/area", count=shapes, limit=limits.shapes_max)
    if points > limits.points_max:
        raise refuse("too-many-points", "alert/info/area", limit=limits.points_max)


def _words(text: str) -> int:
    """How many words `text` has, or a few more, without a list of them all."""
    chunks = (text[begin : begin + _CHUNK] for begin in range(0, len(text), _CHUNK))
    return sum(len(chunk.split()) for chunk in chunks)


def _read_area(fields: Fields) -> CapArea:
    description = fields.text("areaDesc")
    if description is None:
        fields.note_absence("areaDesc")
    polygons = [
        ring
        for child in fields.each("polygon")
        if (ring := read_polygon(child.node.text, child.path, fields.notes)) is not None
    ]
    circles = [
        circle
        for child in fields.each("circle")
        if (circle := read_circle(child.node.text, child.path, fields.notes)) is not None
    ]
    note_nested(polygons, fields.path, fields.notes)
    altitude, ceiling = fields.number("altitude"), fields.number("ceiling")
    _note_heights(fields, altitude, ceiling)
    area = CapArea(
        description=description or "",
        polygons=tuple(polygons),
        circles=tuple(circles),
        geocodes=fields.pairs("geocode"),
        altitude=altitude,
        ceiling=ceiling,
    )
    if not (area.polygons or area.circles or area.geocodes):
        fields.notes.add("area-without-shape", fields.path, area.description)
    return area


def _note_heights(fields: Fields, altitude: float | None, ceiling: float | None) -> None:
    if ceiling is None:
        return
    if altitude is None:
        fields.notes.add("ceiling-without-altitude", fields.at("ceiling"), str(ceiling))
    elif ceiling <= altitude:
        fields.notes.add("ceiling-below-altitude", fields.at("ceiling"), str(ceiling))
