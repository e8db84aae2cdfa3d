"""Which venues a warning takes in: by outline, by circle, or by administrative code.

All three count. Where an area has both an outline and a code, a venue in either is taken in: being
warned without need is preferred to not being warned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Final, Literal, TypeAlias

from services.weather.adcode import place_codes, takes_in
from services.weather.cap.model import CapArea, Circle, Point, Ring
from services.weather.cap.shapes import unwrap

Cause: TypeAlias = Literal["polygon", "circle", "geocode"]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the Earth (IUGG). Real distances differ from a sphere's by 0.5 % at most."""
EDGE_KM: Final = 0.001
EDGE_DEGREES: Final = 1e-8
"""A metre and a millimetre. A venue this close to an edge is on it."""


@dataclass(frozen=True, slots=True)
class VenuePoint:
    """A venue: WGS-84 degrees, and the six digits of its district."""

    id: str
    lat: float
    lon: float
    adcode: str


def venues_in(areas: Sequence[CapArea], venues: Sequence[VenuePoint]) -> tuple[str, ...]:
    """Ids of the venues that any of `areas` takes in, sorted."""
    return tuple(sorted(venue_causes(areas, venues)))


def venue_causes(areas: Sequence[CapArea], venues: Sequence[VenuePoint]) -> dict[str, Cause]:
    """As `venues_in`, with how each was found; an outline is named before a circle or a code."""
    outlines = [Outline(ring) for area in areas for ring in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    codes = [code for area in areas for code in place_codes(area.geocodes)]
    found: dict[str, Cause] = {}
    for venue in venues:
        point = (venue.lat, venue.lon)
        if any(outline.takes_in(point) for outline in outlines):
            found[venue.id] = "polygon"
        elif any(in_circle(circle, point) for circle in circles):
            found[venue.id] = "circle"
        elif any(takes_in(code, venue.adcode) for code in codes):
            found[venue.id] = "geocode"
    return found


def in_circle(circle: Circle, point: Point) -> bool:
    """Whether `point` is inside or on the edge, by great-circle distance."""
    lat, lon, radius_km = circle
    return distance_km((lat, lon), point) <= radius_km + EDGE_KM


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance on a sphere (haversine)."""
    lat_one, lon_one, lat_other, lon_other = map(radians, (*one, *other))
    half = (
        sin((lat_other - lat_one) / 2) ** 2
        + cos(lat_one) * cos(lat_other) * sin((lon_other - lon_one) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


class Outline:
    """A ring made ready to be asked about many points. It may cross the antimeridian.

    A point is inside if the ring winds round it, however often and in whatever direction, so a ring
    that crosses itself takes in each of its loops. Such rings are not mended, and no ring is
    judged: both can cost the square of its points, this only ever costs the points.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = unwrap(ring)
        self._west, self._south = map(min, zip(*self._ring, strict=True))
        self._east, self._north = map(max, zip(*self._ring, strict=True))

    def takes_in(self, point: Point) -> bool:
        """Whether `point` is inside or on the edge."""
        lat, lon = point
        if not self._south - EDGE_DEGREES <= lat <= self._north + EDGE_DEGREES:
            return False
        west, east = self._west - EDGE_DEGREES, self._east + EDGE_DEGREES
        turned = (lon + turn for turn in (-360.0, 0.0, 360.0))
        return any(self._winds_round(x, lat) for x in turned if west <= x <= east)

    def _winds_round(self, x: float, y: float) -> bool:
        winding = 0
        below, above = y - EDGE_DEGREES, y + EDGE_DEGREES
        for (x1, y1), (x2, y2) in pairwise(self._ring):
            if (y1 < below and y2 < below) or (y1 > above and y2 > above):
                continue
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            if y1 <= y < y2 and side > 0:
                winding += 1
            elif y2 <= y < y1 and side < 0:
                winding -= 1
            if _on_edge(x, (x1, y1, x2, y2), side):
                return True
        return winding != 0


def _on_edge(x: float, edge: tuple[float, float, float, float], side: float) -> bool:
    """Whether a point at `x`, between the edge's ends in height, is within `EDGE_DEGREES` of it.

    `side` is the cross product of the edge and the way from its start to the point.
    """
    x1, y1, x2, y2 = edge
    if not min(x1, x2) - EDGE_DEGREES <= x <= max(x1, x2) + EDGE_DEGREES:
        return False
    return abs(side) <= EDGE_DEGREES * (hypot(x2 - x1, y2 - y1) or 1.0)
