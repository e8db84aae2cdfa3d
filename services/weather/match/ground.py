"""Where a venue is, and how near to it a warning's area must come to concern it."""

from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from services.weather.cap.model import Circle, Point
from services.weather.match.globe import (
    Floats,
    centre_of,
    distance_km,
    distances_m,
    flat,
    reach_degrees,
)
from services.weather.match.ring import TURNS

MARGIN_ERROR: Final = 0.01
"""A margin is taken so much wider: more than all errors of this package's distances together."""
EDGE_M: Final = 0.002
"""A venue two millimetres from an edge is on it: degrees as doubles are not more exact than that
after a few sums.
"""
CIRCLE_EDGE_M: Final = 1.0
"""The same for a circle, whose radius is sent in kilometres."""
PIECES: Final = 64
"""An edge that passes a venue by is bent on the flat map; this many straight pieces follow it."""
STEP_DEGREES: Final = 0.05
"""The edge of a ground that is no longer is straight on the flat map, to a few metres."""
EDGES_MAX: Final = 1_000
"""Edges that are near enough to matter, of which every single one is measured."""
FLAT_KM_MAX: Final = 5_000.0
"""From further away an outline is taken to be as near as its nearest point could be."""


@dataclass(frozen=True, slots=True)
class VenueGround:
    """A venue as areas are matched against it.

    `lat` and `lon` are WGS-84 degrees; `outline` the corners of its ground, closed or not, none
    where only the point is known; the point is ground too, even outside the outline. `margin_m` is
    in metres, `adcode` the six digits of its district (GB/T 2260), or empty.
    """

    id: str
    lat: float
    lon: float
    outline: tuple[Point, ...] = ()
    margin_m: float = 0.0
    adcode: str = ""


class Ground:
    """A venue's ground on a flat map round its middle, and the box that its margin reaches to."""

    def __init__(self, venue: VenueGround) -> None:
        self.venue = venue
        point = (venue.lat, venue.lon)
        corners = tuple(dict.fromkeys(venue.outline))
        self.lat, self.lon = centre_of((*corners, point)) if corners else point
        self.anchors = np.array([(lon, lat) for lat, lon in (point, (*corners, point)[0])])
        """Longitude and latitude of two points of the ground: a ring that crosses no edge of it and
        winds round neither of them takes in nothing of it.
        """
        self._lines = _followed(corners) if len(corners) > 2 else None
        self._points = np.array([(lon, lat) for lat, lon in (*corners, point)])
        self._on_map = self._seen_from(self.lat, self.lon)
        ends = self._points if self._lines is None else np.concatenate((self._lines, self._points))
        self.radius_m = float(distances_m(self.lat, self.lon, ends[:, 1], ends[:, 0]).max())
        self.limit_m = venue.margin_m * (1 + MARGIN_ERROR) + EDGE_M
        self.reach_m = self.radius_m * (1 + MARGIN_ERROR) + self.limit_m

    def boxes(self) -> list[shapely.Polygon]:
        """What its margin reaches to in degrees, once for each of `TURNS`."""
        north, east = reach_degrees(self.lat, self.reach_m)
        return [
            shapely.box(
                self.lon + turn - east, self.lat - north, self.lon + turn + east, self.lat + north
            )
            for turn in TURNS
        ]

    def edge_m(self, line: Floats, turn: float) -> float | None:
        """How far from the ground the nearest edge of `line` passes, None if beyond its margin.

        `line` is longitude and latitude, shape (n, 2); `turn` where on it the venue is looked for.
        """
        from_middle = line - np.array((self.lon + turn, self.lat))
        starts, ends = self._touching(from_middle[:-1], from_middle[1:], self.reach_m)
        if not len(starts):
            return None
        bound = self._nearest_m(starts, ends) + 2 * self.radius_m + EDGE_M
        if bound < self.reach_m:
            starts, ends = self._touching(starts, ends, bound)
        if len(starts) > EDGES_MAX:
            return self.venue.margin_m
        return self._within(self._measured(starts, ends, min(bound, self.reach_m)))

    def circle_m(self, circle: Circle) -> float | None:
        """How far from the ground a circle's edge is, 0 if they meet, None if beyond its margin."""
        lat, lon, radius_km = circle
        between_km = distance_km((lat, lon), (self.lat, self.lon))
        if self._lines is None or between_km > FLAT_KM_MAX:
            nearest_m = between_km * 1000 - self.radius_m
        else:
            nearest_m = self._seen_from(lat, lon).distance(shapely.Point(0.0, 0.0))
        return self._within(nearest_m - radius_km * 1000 - CIRCLE_EDGE_M)

    def _within(self, distance_m: float) -> float | None:
        if distance_m > self.limit_m:
            return None
        return 0.0 if distance_m <= EDGE_M else min(distance_m, self.venue.margin_m)

    def _seen_from(self, lat: float, lon: float) -> BaseGeometry:
        points = shapely.MultiPoint(flat(lat, lon, *self._points.T))
        if self._lines is None:
            return points
        outline = shapely.Polygon(flat(lat, lon, *self._lines.T))
        # One that crosses itself is refused where venues are registered; a log may hold it still.
        whole = outline if outline.is_valid else points.convex_hull
        return shapely.GeometryCollection([whole, points])

    def _touching(self, starts: Floats, ends: Floats, reach_m: float) -> tuple[Floats, Floats]:
        """Those edges, in degrees from the middle, that meet the box `reach_m` goes to."""
        reach = np.array(reach_degrees(self.lat, reach_m)[::-1])
        near = ((np.minimum(starts, ends) <= reach) & (np.maximum(starts, ends) >= -reach)).all(
            axis=1
        )
        starts, ends = starts[near], ends[near]
        ways = ends - starts
        aside = np.abs(ways[:, 0] * starts[:, 1] - ways[:, 1] * starts[:, 0])
        crossing = aside <= (np.abs(ways) * (reach[::-1] + 1e-9)).sum(axis=1)
        return starts[crossing], ends[crossing]

    def _nearest_m(self, starts: Floats, ends: Floats) -> float:
        """A distance that the middle is not further from the edges than: of one point on each."""
        scale = np.array((max(cos(radians(self.lat)), 1e-6), 1.0))
        ways, begins = (ends - starts) * scale, starts * scale
        lengths = np.maximum((ways * ways).sum(axis=1), 1e-300)
        along = np.clip(-(ways * begins).sum(axis=1) / lengths, 0.0, 1.0)
        east, north = (starts + (ends - starts) * along[:, None]).T
        return float(distances_m(self.lat, 0.0, self.lat + north, east).min())

    def _measured(self, starts: Floats, ends: Floats, reach_m: float) -> float:
        """The least distance from the ground to those parts of edges that are within reach."""
        north, east = reach_degrees(self.lat, reach_m)
        size = np.array((east, north)) * 1.001 + 1e-9
        begins, ways = starts / size, (ends - starts) / size
        enters, leaves = _within_square(begins, ways)
        kept = enters <= leaves
        if not kept.any():
            return np.inf
        begins, ways = begins[kept], ways[kept]
        enters, shares = enters[kept], (leaves - enters)[kept]
        counts = np.ceil(np.abs(ways).max(axis=1) * shares * PIECES / 2).astype(np.intp)
        counts = np.clip(counts, 1, PIECES) + 1
        owners = np.repeat(np.arange(len(counts)), counts)
        steps = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        along = enters[owners] + shares[owners] * steps / (counts[owners] - 1)
        east, north = ((begins[owners] + ways[owners] * along[:, None]) * size).T
        # To a thousandth of a millimetre: numbers of no size at all are none to GEOS.
        on_map = np.round(flat(self.lat, 0.0, east, self.lat + north), 6)
        pieces = shapely.linestrings(on_map, indices=owners)
        return float(shapely.distance(pieces, self._on_map).min())


def _within_square(begins: Floats, ways: Floats) -> tuple[Floats, Floats]:
    """Where on its way (0 to 1) each edge enters and leaves the square from -1 to 1; it enters
    behind where it leaves if it misses it (Liang and Barsky, 1984).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (-1.0 - begins) / ways, (1.0 - begins) / ways
    still = ways == 0.0
    inside = np.abs(begins) <= 1.0
    low = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(one, other))
    high = np.where(still, np.inf, np.maximum(one, other))
    return np.maximum(low.max(axis=1), 0.0), np.minimum(high.min(axis=1), 1.0)


def _followed(corners: tuple[Point, ...]) -> Floats:
    """A closed outline's corners, longitude and latitude, with steps between those far apart."""
    ends = np.array([*corners, corners[0]])[:, ::-1]
    steps = np.diff(ends, axis=0)
    steps[:, 0] = (steps[:, 0] + 180.0) % 360.0 - 180.0
    counts = np.clip(np.ceil(np.abs(steps).max(axis=1) / STEP_DEGREES), 1, PIECES).astype(int)
    between = [
        start + step * np.arange(count)[:, None] / count
        for start, step, count in zip(ends[:-1], steps, counts.tolist(), strict=True)
    ]
    return np.concatenate((*between, between[0][:1]))
