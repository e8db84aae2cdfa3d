"""The `area` elements of one part of a message."""

from services.weather.cap.fields import Fields
from services.weather.cap.model import CapArea, CapLimits
from services.weather.cap.refusals import refuse
from services.weather.cap.shapes import note_nested, read_circle, read_polygon


def read_areas(info: Fields, limits: CapLimits) -> tuple[CapArea, ...]:
    """Every area of `info`.

    Raises:
        CapRefused: too many areas or points, or an outline of one point.
    """
    found = info.each("area")
    if not found:
        info.notes.add("area-missing", info.path)
    if len(found) > limits.areas_max:
        raise refuse("too-many", info.at("area"), count=len(found), limit=limits.areas_max)
    areas = []
    points_left = limits.points_max
    for fields in found:
        area = _read_area(fields, points_left)
        points_left -= sum(map(len, area.polygons))
        if points_left < 0:
            raise refuse("too-many-points", fields.path, limit=limits.points_max)
        areas.append(area)
    return tuple(areas)


def _read_area(fields: Fields, points_max: int) -> CapArea:
    description = fields.text("areaDesc")
    if description is None:
        fields.note_absence("areaDesc")
    polygons = []
    for child in fields.each("polygon"):
        _count_points(child, points_max)
        if (ring := read_polygon(child.node.text, child.path, fields.notes)) is not None:
            polygons.append(ring)
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


def _count_points(polygon: Fields, points_max: int) -> None:
    """Refuse an outline that is too long before anything is made of it. However its points are
    separated, a point comes with at most three commas and blanks.
    """
    text = polygon.node.text
    if text.count(",") + len(text.split()) > 3 * (points_max + 1):
        raise refuse("too-many-points", polygon.path, limit=points_max)


def _note_heights(fields: Fields, altitude: float | None, ceiling: float | None) -> None:
    if ceiling is None:
        return
    if altitude is None:
        fields.notes.add("ceiling-without-altitude", fields.at("ceiling"), str(ceiling))
    elif ceiling <= altitude:
        fields.notes.add("ceiling-below-altitude", fields.at("ceiling"), str(ceiling))
