"""Weather: warnings of the busiest hour a real feed had, matched with venues, beside plain ways."""

import gc
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter

import shapely

from services.weather.cap import CapArea, CapRefused, read_cap
from services.weather.cap.model import CapMessage
from services.weather.cap.shapes import unwrap
from services.weather.cap_write import write_cap
from services.weather.match import GeocodeTable, Matcher, VenueGround
from tests.benchmarks.busy_hour import busiest_hour, spread, venues_among
from tests.benchmarks.figures import Figure, quantile
from tests.slow_matching import slow_causes
from tests.unit.corpus import WHY_MISSING, rows

AREAS = 10_000
VENUES = 500
WANTED = 1_000
_ROUNDS = 3
_BESIDE = 500
"""Warnings that the plain ways match too; they are slow."""
_READ = 2_000

Found = list[tuple[str, ...]]


def measure() -> Iterator[Figure]:
    """Match 10,000 areas with 500 venues: alone, in the plain ways, and out of bytes."""
    hour = busiest_hour()
    if hour is None:
        yield Figure("not measured", 0, "", more=WHY_MISSING)
        return
    messages = spread(hour, AREAS)
    venues = venues_among(messages, VENUES)
    areas = [message.areas() for message in messages]
    begun = perf_counter()
    matcher = Matcher(venues, GeocodeTable())
    built = perf_counter() - begun
    yield from _matched(matcher, areas)
    yield from _whole_path(matcher, messages[:_READ])
    yield from _beside(venues, areas[:_BESIDE])
    yield _largest(matcher)
    yield Figure("venues made ready", built * 1e3, "ms", more=f"{VENUES} of them")
    yield Figure(
        "warnings with shapes in the feed's hour",
        len(hour.documents),
        "warnings",
        more=f"{hour.feed}, {hour.hour}h; {len(messages)} copies, each moved",
    )


def _matched(matcher: Matcher, areas: Sequence[tuple[CapArea, ...]]) -> Iterator[Figure]:
    found: Found = []

    def match() -> None:
        found[:] = [tuple(hit.venue for hit in matcher.affected(each)) for each in areas]

    rate = len(areas) / _seconds(match)
    hits = sum(map(len, found))
    concerned = sum(map(bool, found))
    yield Figure(
        "warnings matched, outlines and margins",
        rate,
        "/s",
        WANTED,
        more=f"{AREAS} areas, {VENUES} venues; {concerned} warnings concern {hits} venues",
    )
    took = []
    for each in areas:
        begun = perf_counter()
        matcher.affected(each)
        took.append((perf_counter() - begun) * 1e3)
    yield Figure("  of which the slowest in a hundred", quantile(took, 0.99), "ms")


def _whole_path(matcher: Matcher, messages: Sequence[CapMessage]) -> Iterator[Figure]:
    documents = [write_cap(message) for message in messages]
    expected = [matcher.affected(message.areas()) for message in messages]
    found: list[object] = []

    def read_and_match() -> None:
        found[:] = [
            matcher.affected(message.areas())
            for document in documents
            for message in read_cap(document)
        ]

    rate = len(documents) / _seconds(read_and_match)
    if found != expected:
        raise RuntimeError("match: what was read back is matched otherwise than what was written")
    yield Figure("CAP documents read and matched", rate, "/s", WANTED)


def _beside(
    venues: Sequence[VenueGround], areas: Sequence[tuple[CapArea, ...]]
) -> Iterator[Figure]:
    """Points without margins, which is what the plain ways can tell."""
    points = [VenueGround(venue.id, venue.lat, venue.lon) for venue in venues]
    matcher = Matcher(points, GeocodeTable())
    plain = [(venue.id, shapely.Point(venue.lon, venue.lat)) for venue in points]
    ways: dict[str, Callable[[tuple[CapArea, ...]], tuple[str, ...]]] = {
        "Muster": lambda each: tuple(hit.venue for hit in matcher.affected(each)),
        "shapely, every area with every venue": lambda each: _plain(each, plain),
        "pure Python, point by point": lambda each: tuple(sorted(slow_causes(each, points))),
    }
    rates: dict[str, float] = {}
    answers: dict[str, Found] = {}
    for name, way in ways.items():
        found: Found = []

        def match(way: Callable[..., tuple[str, ...]] = way, found: Found = found) -> None:
            found[:] = [way(each) for each in areas]

        rates[name] = len(areas) / _seconds(match, rounds=1 if rates else _ROUNDS)
        answers[name] = found
    first = rates.pop("Muster")
    yield Figure("warnings matched, points only", first, "/s", WANTED)
    for name, rate in rates.items():
        if answers[name] != answers["Muster"]:
            raise RuntimeError(f"match: {name} finds other venues")
        yield Figure(
            f"  by {name}", rate, "/s", ratio=first / rate, beside="this one's", more="all equal"
        )


def _plain(areas: tuple[CapArea, ...], venues: list[tuple[str, shapely.Point]]) -> tuple[str, ...]:
    polygons = [shapely.Polygon(unwrap(ring)) for area in areas for ring in area.polygons]
    return tuple(id for id, point in venues if any(polygon.covers(point) for polygon in polygons))


def _largest(matcher: Matcher) -> Figure:
    """The real warning with the most points, brought to where the venues are."""
    largest: tuple[CapArea, ...] = ()
    points = 0
    for row in rows("cap-alert"):
        try:
            read = read_cap(row.file.read_bytes())
        except CapRefused:
            continue
        for message in read:
            areas = message.areas()
            size = sum(len(ring) for area in areas for ring in area.polygons)
            if size > points:
                largest, points = areas, size
    took = _seconds(lambda: matcher.affected(largest))
    return Figure("the largest real warning", took * 1e3, "ms", more=f"{points} points")


def _seconds(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """How long it takes: the median of some rounds."""
    took = []
    for _ in range(rounds):
        gc.collect()
        begun = perf_counter()
        work()
        took.append(perf_counter() - begun)
    return median(took)
