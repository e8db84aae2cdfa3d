"""The area of a warning as GeoJSON (RFC 7946): longitude first, outer rings anticlockwise."""

from collections.abc import Sequence
from itertools import pairwise
from math import asin, atan2, cos, degrees, radians, sin, tau
from typing import Any, TypeAlias

from events.weather import WarningArea
from projections.moment import Moment
from projections.picture import Picture
from projections.weather import show_warning

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

CIRCLE_POINTS = 64

Ring: TypeAlias = list[list[float]]
"""A closed ring of [longitude, latitude] in degrees."""


def warning_geometry(
    picture: Picture, id: str, *, sites: frozenset[str] | None = None
) -> dict[str, Any] | None:
    """Return a warning as a GeoJSON Feature, or None when there is no such warning.

    `sites` limits the venues it names to these sites.

    A circle becomes a polygon of 64 points. A warning whose areas have geocodes only has the
    geometry null. Longitudes of a circle across the 180th meridian run on beyond 180.
    """
    row = picture.warnings.rows.get(id)
    if row is None:
        return None
    rings = [ring for area in row.message.areas for ring in _rings(area)]
    return {
        "type": "Feature",
        "id": id,
        "properties": {
            **show_warning(Moment(picture, row.starts_at, sites), id, row),
            "areas": [area.description for area in row.message.areas],
        },
        "geometry": (
            {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]} if rings else None
        ),
    }


def _rings(area: WarningArea) -> list[Ring]:
    polygons = [_closed(polygon) for polygon in area.polygons if len(set(polygon)) > 2]
    circles = [_circle(*circle) for circle in area.circles if circle[2] > 0]
    return polygons + circles


def _closed(polygon: Sequence[tuple[float, float]]) -> Ring:
    ring = [[lon, lat] for lat, lon in polygon]
    if ring[0] != ring[-1]:
        ring.append(list(ring[0]))
    turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    # The sum is twice the area, negative when the ring runs anticlockwise.
    return ring[::-1] if turn > 0 else ring


def _circle(lat: float, lon: float, radius_km: float) -> Ring:
    """Return the ring at a distance from a point on the sphere, from the north by the west."""
    angle, north = radius_km / EARTH_RADIUS_KM, radians(lat)
    ring: Ring = []
    for step in range(CIRCLE_POINTS):
        bearing = -tau * step / CIRCLE_POINTS
        there = asin(sin(north) * cos(angle) + cos(north) * sin(angle) * cos(bearing))
        east = atan2(sin(bearing) * sin(angle) * cos(north), cos(angle) - sin(north) * sin(there))
        ring.append([round(lon + degrees(east), 6), round(degrees(there), 6)])
    return [*ring, list(ring[0])]
