"""Distances and a flat map of what lies round one point. Degrees are WGS-84, lengths metres.

The Earth is a sphere of its mean radius here: real distances differ from a sphere's by 0.6 % at
most.
"""

from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from services.weather.cap.model import Point

Floats: TypeAlias = npt.NDArray[np.float64]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the Earth (IUGG)."""
EARTH_RADIUS_M: Final = EARTH_RADIUS_KM * 1000


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance (haversine)."""
    lat_one, lon_one, lat_other, lon_other = map(radians, (*one, *other))
    half = (
        sin((lat_other - lat_one) / 2) ** 2
        + cos(lat_one) * cos(lat_other) * sin((lon_other - lon_one) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


def distances_m(lat: float, lon: float, lats: Floats, lons: Floats) -> Floats:
    """As `distance_km`, from one point to many, in metres."""
    from_lat, to_lat = np.radians(lat), np.radians(lats)
    half = (
        np.sin((to_lat - from_lat) / 2) ** 2
        + np.cos(from_lat) * np.cos(to_lat) * np.sin(np.radians(lons - lon) / 2) ** 2
    )
    found: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return found


def centre_of(points: tuple[Point, ...]) -> Point:
    """The middle of points that lie near one another, across the antimeridian and at poles too."""
    lats, lons = np.radians(np.array(points)).T
    x = float((np.cos(lats) * np.cos(lons)).mean())
    y = float((np.cos(lats) * np.sin(lons)).mean())
    return degrees(atan2(float(np.sin(lats).mean()), hypot(x, y))), degrees(atan2(y, x))


def flat(lat: float, lon: float, lons: Floats, lats: Floats) -> Floats:
    """Points on a map round (`lat`, `lon`): metres to the east and to the north, shape (n, 2).

    The azimuthal equidistant projection (Snyder, Map Projections, 1987, chapter 25). Distances from
    the middle are exact; between points within 500 km of it they are right to 0.1 %, at every
    latitude.
    """
    turn, at, to = np.radians(lons - lon), np.radians(lat), np.radians(lats)
    away = distances_m(lat, lon, lats, lons) / EARTH_RADIUS_M
    sines = np.sin(away)
    scale = np.divide(away, sines, out=np.ones_like(away), where=sines > 1e-12) * EARTH_RADIUS_M
    east = scale * np.cos(to) * np.sin(turn)
    north = scale * (np.cos(at) * np.sin(to) - np.sin(at) * np.cos(to) * np.cos(turn))
    return np.stack((east, north), axis=1)


def reach_degrees(lat: float, reach_m: float) -> tuple[float, float]:
    """How many degrees north and east a circle of `reach_m` metres round a point at `lat` goes.

    East, it is 180 where the circle takes in a pole.
    """
    angle = reach_m / EARTH_RADIUS_M
    north = degrees(angle)
    if abs(lat) + north >= 90.0:
        return north, 180.0
    return north, degrees(asin(min(1.0, sin(angle) / cos(radians(lat)))))
