"""How near an area must come: margins in metres, grounds with an outline, and what takes long."""

import time
import tracemalloc
from collections.abc import Callable, Sequence
from math import cos, pi, sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.weather.cap import CapArea
from services.weather.cap.model import Point, Ring
from services.weather.match import Hit, VenueGround
from services.weather.match import matcher as matcher_module
from tests.slow_matching import metres, slow_causes, slow_distance_m
from tests.unit.weather.matched import hits, venues_in

BOX = ((40.0, 115.0), (40.0, 116.0), (41.0, 116.0), (41.0, 115.0), (40.0, 115.0))
SECONDS_MAX = 15.0
"""Of a core: other work on the machine does not count."""
PEAK_BYTES_MAX = 256 * 1024 * 1024


def outlined(*rings: Ring) -> CapArea:
    return CapArea("", polygons=rings)


def point(lat: float, lon: float, margin_m: float = 0.0, id: str = "v") -> VenueGround:
    return VenueGround(id, lat, lon, margin_m=margin_m)


def ground(*corners: Point, margin_m: float = 0.0) -> VenueGround:
    return VenueGround("v", *corners[0], outline=corners, margin_m=margin_m)


def only(areas: Sequence[CapArea], venue: VenueGround) -> Hit | None:
    found = hits(areas, [venue])
    return found[0] if found else None


# Distances


WGS84 = [
    # Latitude, degrees north, degrees east, and the metres on the ellipsoid between.
    (0.0, -0.8, 0.0, 88_459.4),
    (0.0, 0.0, 0.8, 89_055.6),
    (40.0, -0.8, 0.0, 88_822.1),
    (40.0, 0.0, 0.8, 68_313.1),
    (79.9, 0.8, 0.0, 89_330.0),
    (79.9, 0.0, -0.8, 15_667.0),
]


@pytest.mark.parametrize(("lat", "north", "east", "real_m"), WGS84)
def test_a_margin_is_metres_on_the_ground_to_one_per_cent(
    lat: float, north: float, east: float, real_m: float
) -> None:
    edge = (lat + north, 20.0 + east)
    small = 1e-5
    speck = outlined((edge, (edge[0] + small, edge[1]), (edge[0], edge[1] + small), edge))
    found = only([speck], point(lat, 20.0, margin_m=real_m * 1.01))
    assert found is not None
    assert found.distance_m == pytest.approx(real_m, rel=0.01)
    assert only([speck], point(lat, 20.0, margin_m=real_m)) is not None
    assert only([speck], point(lat, 20.0, margin_m=real_m * 0.98)) is None


def test_a_long_edge_runs_along_its_parallel_and_not_along_a_great_circle() -> None:
    north = outlined(((60, -40), (70, -40), (70, 40), (60, 40), (60, -40)))
    found = only([north], point(59.9, 0.0, margin_m=20_000))
    assert found is not None
    assert found.distance_m == pytest.approx(metres((59.9, 0), (60, 0)), rel=0.01)
    assert only([north], point(59.9, 0.0, margin_m=10_900)) is None


def test_a_margin_reaches_over_the_antimeridian_and_over_a_pole() -> None:
    fiji = outlined(((-20, 179.5), (-20, 179.99), (-15, 179.99), (-15, 179.5), (-20, 179.5)))
    assert only([fiji], point(-18, -179.99, margin_m=3_000)) is not None
    assert only([fiji], point(-18, -179.99, margin_m=1_000)) is None
    ice = outlined(((89.5, 10), (89.6, 10), (89.6, 30), (89.5, 30), (89.5, 10)))
    across = only([ice], point(89.7, -160, margin_m=100_000))
    assert across is not None
    assert across.distance_m == pytest.approx(metres((89.7, -160), (89.6, 20)), rel=0.01)


def test_the_nearest_of_several_areas_is_named_and_an_outline_before_a_circle() -> None:
    circle = CapArea("", circles=((41.1, 115.5, 5.0),))
    near = point(41.05, 115.5, margin_m=10_000)
    assert [hit.cause for hit in hits([outlined(BOX)], [near])] == ["polygon"]
    (nearer,) = hits([outlined(BOX), circle], [near])
    assert nearer.cause == "circle"
    assert nearer.distance_m == pytest.approx(metres((41.05, 115.5), (41.1, 115.5)) - 5_000, abs=2)
    inside = point(40.5, 115.5)
    both = [CapArea("", circles=((40.5, 115.5, 5.0),)), outlined(BOX)]
    assert hits(both, [inside]) == (Hit("v", "polygon", 0.0),)


# Grounds


def test_a_ground_meets_an_area_at_any_of_its_points() -> None:
    beside = ((40.4, 116.02), (40.6, 116.02), (40.6, 116.2), (40.4, 116.2))
    assert only([outlined(BOX)], ground(*beside)) is None
    found = only([outlined(BOX)], ground(*beside, margin_m=2_000))
    assert found is not None
    assert found.distance_m == pytest.approx(metres((40.5, 116.0), (40.5, 116.02)), rel=0.01)
    across = ((40.4, 115.98), *beside[1:])
    assert only([outlined(BOX)], ground(*across)) == Hit("v", "polygon", 0.0)
    within = ((40.4, 115.4), (40.6, 115.4), (40.6, 115.6))
    assert only([outlined(BOX)], ground(*within)) == Hit("v", "polygon", 0.0)
    round_it = ((39.0, 114.0), (42.0, 114.0), (42.0, 117.0), (39.0, 117.0))
    assert only([outlined(BOX)], ground(*round_it)) == Hit("v", "polygon", 0.0)


def test_an_area_within_a_ground_meets_it_though_it_is_far_from_every_corner() -> None:
    wide = ((39.0, 114.0), (42.0, 114.0), (42.0, 117.0), (39.0, 117.0))
    assert only([CapArea("", circles=((40.5, 115.5, 0.1),))], ground(*wide)) == Hit(
        "v", "circle", 0.0
    )
    speck = ((40.5, 115.5), (40.501, 115.5), (40.5, 115.501), (40.5, 115.5))
    assert only([outlined(speck)], ground(*wide)) == Hit("v", "polygon", 0.0)


def test_a_circle_reaches_the_edge_of_a_ground_before_its_middle() -> None:
    beside = ((40.4, 116.1), (40.6, 116.1), (40.6, 116.3), (40.4, 116.3))
    gap_km = metres((40.5, 116.0), (40.5, 116.1)) / 1000
    assert only([CapArea("", circles=((40.5, 116.0, gap_km + 0.01),))], ground(*beside))
    assert not only([CapArea("", circles=((40.5, 116.0, gap_km - 0.01),))], ground(*beside))


def test_the_point_is_ground_too_and_a_crossing_outline_takes_in_what_lies_between() -> None:
    apart = VenueGround("v", 40.5, 115.5, outline=((50.0, 10.0), (50.1, 10.0), (50.0, 10.1)))
    assert only([outlined(BOX)], apart) == Hit("v", "polygon", 0.0)
    bow = ground((40.4, 116.3), (40.6, 116.1), (40.4, 116.1), (40.6, 116.3))
    speck = ((40.5, 116.11), (40.501, 116.11), (40.501, 116.111), (40.5, 116.11))
    assert only([outlined(speck)], bow) == Hit("v", "polygon", 0.0)


def test_a_ground_across_the_antimeridian() -> None:
    taveuni = ground((-16.7, 179.8), (-16.7, -179.8), (-17.0, -179.8), (-17.0, 179.8))
    for lon in (179.9, -179.9):
        assert only([CapArea("", circles=((-16.9, lon, 0.1),))], taveuni) is not None
        box = ((-16.9, lon), (-16.9, lon + 0.01), (-16.8, lon + 0.01), (-16.9, lon))
        assert only([outlined(box)], taveuni) is not None
    assert only([CapArea("", circles=((-16.9, 179.0, 0.1),))], taveuni) is None


# Against a second way

degrees = st.integers(-200, 200).map(lambda steps: steps / 200)
"""No point is nearer to an edge than a centimetre without being on it."""
centres = st.tuples(st.floats(-75.0, 75.0), st.sampled_from([0.0, 115.0, 179.9, -179.9, -60.0]))
offsets = st.lists(st.tuples(degrees, degrees), min_size=3, max_size=9, unique=True)


def placed(centre: Point, offset: Point, size: float) -> Point:
    lon = centre[1] + offset[1] * size
    return centre[0] + offset[0] * size, (lon + 180.0) % 360.0 - 180.0


def ring_of(centre: Point, corners: list[Point], size: float) -> Ring:
    ring = [placed(centre, corner, size) for corner in corners]
    return (*ring, ring[0])


@settings(max_examples=300)
@given(
    centres,
    st.sampled_from([0.1, 1.0, 10.0]),
    st.lists(offsets, min_size=1, max_size=3),
    st.lists(st.tuples(degrees, degrees), max_size=8),
    st.floats(0, 200),
)
def test_without_margins_it_is_as_point_by_point(
    centre: Point,
    size: float,
    rings: list[list[Point]],
    spots: list[Point],
    radius_km: float,
) -> None:
    areas = [outlined(*(ring_of(centre, ring, size) for ring in rings))]
    areas.append(CapArea("", circles=((*centre, radius_km),)))
    # Corners and what lies on an edge are asked about too.
    spots = [*spots, *rings[0]]
    venues = [point(*placed(centre, at, size), id=f"{n:03}") for n, at in enumerate(spots)]
    found = {hit.venue: (hit.cause, hit.distance_m) for hit in hits(areas, venues)}
    slow = slow_causes(areas, venues)
    assert found == {venue: (cause, 0.0) for venue, cause in slow.items()}


@settings(max_examples=60, deadline=None)
@given(centres, st.sampled_from([0.05, 0.5]), offsets, st.tuples(degrees, degrees))
def test_distances_are_as_by_many_steps_along_each_edge(
    centre: Point, size: float, corners: list[Point], spot: Point
) -> None:
    area = outlined(ring_of(centre, corners, size))
    at = placed(centre, (spot[0] * 1.5, spot[1] * 1.5), size)
    slow = slow_distance_m([area], at, steps=400)
    step_m = metres(placed(centre, (-1, -1), size), placed(centre, (1, 1), size)) / 400
    found = only([area], point(*at, margin_m=100_000))
    if found is None:
        assert slow > 100_000
    else:
        assert found.distance_m <= slow * 1.001 + 0.01
        assert found.distance_m >= min(slow, 100_000) * 0.99 - step_m


@settings(max_examples=100, deadline=None)
@given(
    centres,
    st.lists(offsets, min_size=1, max_size=3),
    st.lists(st.tuples(degrees, degrees), min_size=1, max_size=6, unique=True),
    st.floats(0, 50_000),
    st.floats(0, 50_000),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_a_margin_only_ever_adds_and_no_order_matters(
    centre: Point,
    rings: list[list[Point]],
    spots: list[Point],
    one_m: float,
    more_m: float,
    wide: bool,
    chance: Random,
) -> None:
    areas = [outlined(ring_of(centre, ring, 0.5)) for ring in rings]
    areas.append(CapArea("", circles=((*centre, 10.0),)))

    def venues(margin_m: float) -> list[VenueGround]:
        made = []
        for number, spot in enumerate(spots):
            lat, lon = placed(centre, spot, 0.8)
            corners = ((lat, lon), (lat + 0.02, lon), (lat, (lon + 0.02 + 180) % 360 - 180))
            outline = corners if wide else ()
            made.append(VenueGround(f"{number:03}", lat, lon, outline, margin_m))
        return made

    narrow, far = hits(areas, venues(one_m)), hits(areas, venues(one_m + more_m))
    assert {hit.venue for hit in narrow} <= {hit.venue for hit in far}
    known = {hit.venue: hit for hit in far}
    for hit in narrow:
        assert hit.distance_m <= one_m
        assert known[hit.venue].distance_m == pytest.approx(hit.distance_m, rel=0.011, abs=0.01)
    mixed_areas, mixed_venues = [*areas, *areas], venues(one_m)
    chance.shuffle(mixed_areas)
    chance.shuffle(mixed_venues)
    assert hits(mixed_areas, mixed_venues) == narrow


# What is made to take long


def star(points: int, step: int, radius: float = 0.5) -> Ring:
    turns = (2 * pi * (n * step % points) / points for n in range(points))
    ring = [(40.5 + radius * cos(turn), 115.5 + radius * sin(turn)) for turn in turns]
    return (*ring, ring[0])


def grid() -> list[VenueGround]:
    return [
        VenueGround(f"{n:03}", 40.0 + n % 25 / 25, 115.0 + n // 25 / 20, margin_m=n % 4 * 10_000.0)
        for n in range(500)
    ]


def shut(ring: list[Point]) -> Ring:
    return (*ring, ring[0])


# Made when they are wanted: whoever only collects the tests need not wait for a million points.
RINGS: dict[str, Callable[[], Ring]] = {
    "93,000 points, every edge crosses every other": lambda: star(93_001, 46_500),
    "200,000 points, the same": lambda: star(200_001, 99_999),
    "200,000 points, none crosses": lambda: star(199_999, 1),
    "200,000 points to and fro": lambda: shut(
        [(39.9 + n % 2 * 1.2, 115 + n / 2e5) for n in range(200_000)]
    ),
    "200,000 points just beside the venues": lambda: shut(
        [(39.99 + n % 2 / 1e3, 115 + n * 7919 % 2e5 / 2e5) for n in range(200_000)]
    ),
}


@pytest.mark.parametrize("ring", RINGS)
@pytest.mark.timeout(120)
def test_a_ring_made_to_be_slow_costs_neither_memory_nor_time(ring: str) -> None:
    venues = grid()
    areas = [outlined(RINGS[ring]())]
    begun = time.thread_time()
    found = hits(areas, venues)
    assert time.thread_time() - begun < SECONDS_MAX
    assert 0 < len(found) <= len(venues)
    few = venues[::50]
    tracemalloc.start()
    some = hits(areas, few)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < PEAK_BYTES_MAX
    assert {hit.venue for hit in some} <= {hit.venue for hit in found}
    inside = {hit.venue for hit in some if hit.distance_m == 0}
    assert set(slow_causes(areas, few)) <= inside


@pytest.mark.timeout(120)
def test_many_rings_beside_many_venues_take_them_in_without_being_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rings = [
        ((41.0, 115 + n / 5e3), (41.1, 115 + n / 5e3), (41.1, 115.9), (41.0, 115 + n / 5e3))
        for n in range(4_000)
    ]
    venues = [point(40.9, 115 + n / 500, margin_m=20_000, id=f"{n:03}") for n in range(500)]
    begun = time.thread_time()
    found = venues_in([outlined(*rings)], venues)
    assert time.thread_time() - begun < SECONDS_MAX
    monkeypatch.setattr(matcher_module, "WORK_MAX", 10**12)
    assert set(venues_in([outlined(*rings[::1000])], venues)) <= set(found)


def test_a_ring_that_goes_round_and_round_is_a_band_round_the_earth() -> None:
    spiral = [(10 + n / 100, (n * 100 + 180) % 360 - 180) for n in range(400)]
    ring = (*spiral, spiral[0])
    assert venues_in([outlined(ring)], [point(12, lon, id=f"{lon}") for lon in (0, 77, 180)])
    assert venues_in([outlined(ring)], [point(-10, 5)]) == ()
