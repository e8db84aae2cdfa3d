"""An area's outline made ready to be asked about many points. It may cross the antimeridian.

A point is inside if the ring winds round it, however often and in whatever direction, so a ring
that crosses itself takes in each of its loops. A long ring is neither mended nor judged: both can
cost the square of its points. Its edges run straight on a map of latitude and longitude.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from services.weather.cap.model import Ring
from services.weather.match.globe import Floats

JUDGED_POINTS_MAX: Final = 1_000
"""Up to here shapely says whether a ring crosses itself; that takes it a millisecond at most."""
TURNS: Final = (-720.0, -360.0, 0.0, 360.0, 720.0)
"""A ring may run on beyond 180 degrees; each venue is looked for at all of these too."""
SPAN_MAX: Final = 720.0
"""Degrees. A ring that goes further round than twice is taken to be a band round the Earth."""

_SHORT: Final = 100

Box: TypeAlias = tuple[float, float, float, float]
Flags: TypeAlias = npt.NDArray[np.bool_]


class Outline:
    """A ring with the holes in it; CAP has none, a table of places may have some."""

    def __init__(self, ring: Ring, holes: Iterable[Ring] = ()) -> None:
        self._ring = ring
        self._holes = tuple(holes)
        # Most rings are short, cross nothing and are near no venue: then this is all the work.
        self.west, self.south, self.east, self.north = _bounds(ring) or _box_of(self.lines[0])

    @cached_property
    def lines(self) -> tuple[Floats, ...]:
        """Longitude and latitude without the jump at the antimeridian, each of shape (n, 2)."""
        outer = unwrapped(self._ring)
        west, south, east, north = _box_of(outer)
        if east - west > SPAN_MAX:
            band = shapely.box(TURNS[0] - 180.0, south, TURNS[-1] + 180.0, north)
            outer, west = shapely.get_coordinates(band), TURNS[0] - 180.0
        return (outer, *(_turned(unwrapped(hole), west) for hole in self._holes))

    @property
    def size(self) -> int:
        """Points in all."""
        return sum(map(len, self.lines))

    def box(self) -> shapely.Polygon:
        """The box that bounds it."""
        box: shapely.Polygon = shapely.box(self.west, self.south, self.east, self.north)
        return box

    def edges(self) -> shapely.MultiLineString:
        """All its edges, prepared."""
        edges = shapely.MultiLineString(list(self.lines))
        shapely.prepare(edges)
        return edges

    def takes_in(self, points: Floats) -> Flags:
        """Which of `points` (longitude and latitude; shape (n, 2)) are inside.

        On an edge the answer may be either: an edge is measured to.
        """
        inside, *in_holes = (
            _winds_round(line, points) if polygon is None else _covers(polygon, points)
            for line, polygon in zip(self.lines, map(_judged, self.lines), strict=True)
        )
        for in_hole in in_holes:
            inside &= ~in_hole
        return inside


def _bounds(ring: Ring) -> Box | None:
    """West, south, east and north of a short ring that crosses no antimeridian."""
    if len(ring) > _SHORT or ring[0] != ring[-1]:
        return None
    lats, lons = zip(*ring, strict=True)
    west, east = min(lons), max(lons)
    return (west, min(lats), east, max(lats)) if east - west <= 180.0 else None


def _box_of(line: Floats) -> Box:
    west, south = line.min(axis=0).tolist()
    east, north = line.max(axis=0).tolist()
    return west, south, east, north


def _judged(line: Floats) -> shapely.Polygon | None:
    """The polygon of a short ring that does not cross itself."""
    if not 4 <= len(line) <= JUDGED_POINTS_MAX:
        return None
    polygon = shapely.Polygon(line)
    return polygon if polygon.is_valid else None


def _covers(polygon: shapely.Polygon, points: Floats) -> Flags:
    found: Flags = shapely.intersects_xy(polygon, points)
    return found


def _winds_round(line: Floats, points: Floats) -> Flags:
    x1, y1 = line[:-1].T
    x2, y2 = line[1:].T
    (west, south), (east, north) = line.min(axis=0), line.max(axis=0)
    inside = np.zeros(len(points), dtype=np.bool_)
    for number, (x, y) in enumerate(points):
        if not (west <= x <= east and south <= y <= north):
            continue
        begun, ended = y1 <= y, y2 <= y
        (over,) = np.nonzero(begun != ended)
        side = (x2[over] - x1[over]) * (y - y1[over]) - (x - x1[over]) * (y2[over] - y1[over])
        up = begun[over]
        inside[number] = np.count_nonzero(up & (side > 0)) != np.count_nonzero(~up & (side < 0))
    return inside


def _turned(hole: Floats, west: float) -> Floats:
    """A hole where its ring runs, which may be round the Earth from where it was written."""
    turns = np.ceil((west - hole[:, 0].min() - 1e-9) / 360.0)
    turned: Floats = hole + np.array((360.0 * turns, 0.0))
    return turned


def unwrapped(ring: Ring) -> Floats:
    """As `services.weather.cap.shapes.unwrap`, which tells how; shape (n, 2)."""
    # Rounded to a ten-thousandth of a millimetre: GEOS stumbles over numbers of no size at all.
    line: Floats = np.round(np.array(ring, dtype=np.float64)[:, ::-1], 12)
    steps = np.diff(line[:, 0])
    far = np.abs(steps)
    jumps = (far > 180.0) & (far < 360.0)
    if jumps.any():
        line[1:, 0] -= np.cumsum(np.where(jumps, np.sign(steps), 0.0)) * 360.0
    if line[0, 0] != line[-1, 0]:
        pole = 90.0 if line[:, 1].sum() >= 0 else -90.0
        over = [(line[-1, 0], pole), (line[0, 0], pole), (line[0, 0], line[0, 1])]
        line = np.concatenate((line, np.array(over)))
    return line
