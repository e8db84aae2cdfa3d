"""Which venues areas take in, by a second way: every point of every ring, one after another.

Nothing here is shared with `services/weather/match/` but the words of CAP. It is slow, and is what
the quick way is held against.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt

from services.weather.adcode import place_codes, takes_in
from services.weather.cap.model import CapArea, Point, Ring
from services.weather.cap.shapes import unwrap
from services.weather.match import VenueGround

RADIUS_M = 6371008.8
EDGE = 1e-8
"""Degrees: a millimetre. A venue this close to an edge is on it."""


def slow_causes(areas: Sequence[CapArea], venues: Sequence[VenueGround]) -> dict[str, str]:
    """How each venue whose point is inside is taken in; an outline is named before a circle."""
    rings = [unwrap(ring) for area in areas for ring in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    codes = [code for area in areas for code in place_codes(area.geocodes)]
    found = {}
    for venue in venues:
        point = (venue.lat, venue.lon)
        if any(_inside(ring, point) for ring in rings):
            found[venue.id] = "polygon"
        elif any(
            metres((lat, lon), point) <= radius_km * 1000 + 1 for lat, lon, radius_km in circles
        ):
            found[venue.id] = "circle"
        elif any(takes_in(code, venue.adcode) for code in codes):
            found[venue.id] = "geocode"
    return found


def slow_distance_m(areas: Sequence[CapArea], point: Point, steps: int) -> float:
    """How far a point is from the areas' outlines and circles; up to half a step too far."""
    if slow_causes(areas, [VenueGround("v", *point)]):
        return 0.0
    rings = [ring for area in areas for ring in area.polygons]
    to_rings = (metres(point, along) for ring in rings for along in _along(ring, steps))
    to_circles = (
        metres(point, (lat, lon)) - radius_km * 1000
        for area in areas
        for lat, lon, radius_km in area.circles
    )
    return min((*to_rings, *to_circles), default=float("inf"))


def metres(one: Point, other: Point) -> float:
    """Great-circle distance."""
    lat_one, lon_one, lat_other, lon_other = map(radians, (*one, *other))
    half = (
        sin((lat_other - lat_one) / 2) ** 2
        + cos(lat_one) * cos(lat_other) * sin((lon_other - lon_one) / 2) ** 2
    )
    return 2 * RADIUS_M * asin(sqrt(min(1.0, half)))


def _along(ring: Ring, steps: int) -> Iterator[Point]:
    for (x1, y1), (x2, y2) in pairwise(unwrap(ring)):
        for step in range(steps + 1):
            yield y1 + (y2 - y1) * step / steps, x1 + (x2 - x1) * step / steps


def _inside(ring: Sequence[tuple[float, float]], point: Point) -> bool:
    lat, lon = point
    xs, ys = zip(*ring, strict=True)
    if not min(ys) - EDGE <= lat <= max(ys) + EDGE:
        return False
    turned = (lon + turn for turn in (-360.0, 0.0, 360.0))
    return any(_winds_round(ring, x, lat) for x in turned if min(xs) - EDGE <= x <= max(xs) + EDGE)


def _winds_round(ring: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    winding = 0
    below, above = y - EDGE, y + EDGE
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 < below and y2 < below) or (y1 > above and y2 > above):
            continue
        side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        if y1 <= y < y2 and side > 0:
            winding += 1
        elif y2 <= y < y1 and side < 0:
            winding -= 1
        between = min(x1, x2) - EDGE <= x <= max(x1, x2) + EDGE
        if between and abs(side) <= EDGE * (hypot(x2 - x1, y2 - y1) or 1.0):
            return True
    return winding != 0
