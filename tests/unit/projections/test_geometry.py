from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from events.weather import WarningArea
from projections.geometry import CIRCLE_POINTS, EARTH_RADIUS_KM, Ring, warning_geometry
from tests.unit.projections.build import message, picture, warned

Positions = tuple[tuple[float, float], ...]


def rings(*areas: WarningArea) -> list[Ring]:
    feature = warning_geometry(picture(warned("w1", message("m1", 0, areas=areas))), "w1")
    assert feature is not None
    return [polygon[0] for polygon in feature["geometry"]["coordinates"]]


def turn(ring: Ring) -> float:
    """Twice the area, positive when the ring runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def area(*polygons: Positions) -> WarningArea:
    return WarningArea(description="north", polygons=polygons)


def test_a_polygon_has_longitude_first_runs_anticlockwise_and_is_closed() -> None:
    (ring,) = rings(area(((40.0, 115.0), (41.0, 115.0), (41.0, 117.0), (40.0, 117.0))))
    assert ring[0] == ring[-1]
    assert turn(ring) > 0
    assert sorted(ring[1:]) == [[115, 40], [115, 41], [117, 40], [117, 41]]


def test_one_that_runs_anticlockwise_already_is_left_as_it_is() -> None:
    (ring,) = rings(area(((40.0, 115.0), (40.0, 117.0), (41.0, 117.0), (40.0, 115.0))))
    assert ring == [[115, 40], [117, 40], [117, 41], [115, 40]]


def test_a_circle_is_a_ring_of_points_at_its_radius() -> None:
    (ring,) = rings(WarningArea(description="c", circles=((40.5, 115.8, 30.0),)))
    assert len(ring) == CIRCLE_POINTS + 1
    assert turn(ring) > 0
    for lon, lat in ring:
        assert abs(distance_km(40.5, 115.8, lat, lon) - 30) < 0.001


def test_what_encloses_nothing_is_left_out() -> None:
    line = ((40.0, 115.0), (41.0, 115.0), (40.0, 115.0))
    point = WarningArea(description="p", circles=((40.0, 115.0, 0.0),))
    feature = warning_geometry(
        picture(warned("w1", message("m1", 0, areas=(area(line), point)))), "w1"
    )
    assert feature is not None
    assert feature["geometry"] is None
    assert feature["properties"]["areas"] == ["north", "p"]


def test_no_such_warning_has_no_area() -> None:
    assert warning_geometry(picture(), "w1") is None


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """By the haversine formula."""
    north, east = radians(other_lat - lat), radians(other_lon - lon)
    half = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
