"""Which venues a warning takes in: by outline, by circle, or by the code of a place.

All three count. Where an area has both an outline and a code, a venue in either is taken in: being
warned without need is preferred to not being warned.

Distances and margins are right to 1 % up to 100 km, at every latitude; a margin is taken 1 % wider
so that what is left of the error never leaves a venue out. Edges run straight on a map of latitude
and longitude. A document made to cost much time gets a short answer: see `WORK_MAX`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from events.weather import Cause
from projections.places import Places, Venue
from services.weather.adcode import Districts, place_codes
from services.weather.cap.model import CapArea, Circle, Pair
from services.weather.match.globe import Floats, distances_m
from services.weather.match.ground import CIRCLE_EDGE_M, Ground, VenueGround
from services.weather.match.ring import TURNS, Flags, Outline
from services.weather.match.table import GeocodeTable, Region

WORK_MAX: Final = 20_000_000
"""Outlines that pass venues by within their margins are measured to as long as all their edges,
counted once for each such venue, are no more than this: some seconds. Beyond it every such venue is
taken in, at the length of its margin.
"""
_WORK_OF_ONE: Final = 1_000
"""What it costs to measure one outline from one venue at all, in edges."""
Numbers: TypeAlias = npt.NDArray[np.intp]
_ORDER: Final[tuple[Cause, ...]] = ("polygon", "circle", "geocode")


class Hit(NamedTuple):
    """A venue that is taken in, how, and its ground's distance from the area's edge in metres.

    The distance is 0 where they meet, and more than 0 only within the venue's margin. Of several
    areas the nearest is named; of several as near, an outline before a circle or a code.
    """

    venue: str
    cause: Cause
    distance_m: float


class _Found:
    """The best that is known of each venue, by its number: distance, then place in `_ORDER`."""

    def __init__(self, count: int) -> None:
        self._distances: Floats = np.full(count, np.inf)
        self._orders = np.full(count, len(_ORDER))

    def note(self, numbers: Numbers, distances_m: Floats | float, cause: Cause) -> None:
        order = _ORDER.index(cause)
        known = self._distances[numbers]
        better = (distances_m < known) | ((distances_m == known) & (order < self._orders[numbers]))
        self._distances[numbers] = np.where(better, distances_m, known)
        self._orders[numbers] = np.where(better, order, self._orders[numbers])

    def settled(self, numbers: Numbers) -> Flags:
        """Which ones nothing can be known better of."""
        settled: Flags = (self._distances[numbers] == 0.0) & (self._orders[numbers] == 0)
        return settled

    def all(self) -> Iterator[tuple[int, Cause, float]]:
        """Number, cause and distance of each that was found."""
        for number in np.nonzero(np.isfinite(self._distances))[0].tolist():
            yield number, _ORDER[self._orders[number]], float(self._distances[number])


class _Passing(NamedTuple):
    """An outline, and the places in the tree that it comes near to without taking them in."""

    outline: Outline
    places: Numbers


class Matcher:
    """Venues, ready to be matched against many warnings. Build a new one when they change.

    Raises ValueError when two venues have one id.
    """

    def __init__(self, venues: Iterable[VenueGround], table: GeocodeTable) -> None:
        ordered = sorted(venues, key=lambda venue: venue.id)
        self._ids = [venue.id for venue in ordered]
        if len(set(self._ids)) != len(self._ids):
            raise ValueError(f"match venues: an id is used twice among {len(self._ids)}")
        self._grounds = [Ground(venue) for venue in ordered]
        self._boxes = np.array([box for ground in self._grounds for box in ground.boxes()])
        turns = np.array([(turn, 0.0) for turn in TURNS])
        anchors = np.array([ground.anchors for ground in self._grounds]).reshape(-1, 1, 2, 2)
        self._anchors = (anchors + turns[:, None, :]).reshape(-1, 2, 2)
        self._tree = shapely.STRtree(self._boxes)
        self._lats = np.array([ground.lat for ground in self._grounds])
        self._lons = np.array([ground.lon for ground in self._grounds])
        self._reach_m = np.array([ground.reach_m for ground in self._grounds])
        self._margins_m = np.array([venue.margin_m for venue in ordered])
        self._table = table
        self._numbers = {id: number for number, id in enumerate(self._ids)}
        self._districts = Districts([venue.adcode for venue in ordered])
        self._regions: dict[Region, _Found] = {}

    def affected(self, areas: Sequence[CapArea]) -> tuple[Hit, ...]:
        """The venues that any of `areas` takes in, sorted by id."""
        if not self._ids:
            return ()
        found = _Found(len(self._ids))
        rings = dict.fromkeys(ring for area in areas for ring in area.polygons)
        self._by_outlines(map(Outline, rings), found)
        for circle in dict.fromkeys(circle for area in areas for circle in area.circles):
            self._by_circle(circle, found)
        for pair in dict.fromkeys(pair for area in areas for pair in area.geocodes):
            self._by_code(pair, found)
        return tuple(
            Hit(self._ids[number], cause, distance) for number, cause, distance in found.all()
        )

    def _by_outlines(self, outlines: Iterable[Outline], found: _Found) -> None:
        passing = [
            near for outline in outlines if (near := self._in_outline(outline, found)) is not None
        ]
        work = sum(len(near.places) * (_WORK_OF_ONE + near.outline.size) for near in passing)
        if work > WORK_MAX:
            for near in passing:
                numbers = near.places // len(TURNS)
                found.note(numbers, self._margins_m[numbers], "polygon")
            return
        for near in passing:
            for place in near.places.tolist():
                self._by_edges(near.outline, place, found)

    def _in_outline(self, outline: Outline, found: _Found) -> _Passing | None:
        """Note whose ground is inside; return what passes within the reach of others."""
        places = self._tree.query(outline.box())
        if len(places):
            places = places[~found.settled(places // len(TURNS))]
        if not len(places):
            return None
        anchors = self._anchors[places].reshape(-1, 2)
        inside = outline.takes_in(anchors).reshape(-1, 2).any(axis=1)
        found.note(places[inside] // len(TURNS), 0.0, "polygon")
        left = places[~inside]
        if not len(left):
            return None
        return _Passing(outline, left[shapely.intersects(outline.edges(), self._boxes[left])])

    def _by_edges(self, outline: Outline, place: int, found: _Found) -> None:
        number, turn = divmod(place, len(TURNS))
        numbers = np.array([number])
        if found.settled(numbers).any():
            return
        for line in outline.lines:
            distance = self._grounds[number].edge_m(line, TURNS[turn])
            if distance is not None:
                found.note(numbers, distance, "polygon")

    def _by_circle(self, circle: Circle, found: _Found) -> None:
        lat, lon, radius_km = circle
        gaps = distances_m(lat, lon, self._lats, self._lons) - radius_km * 1000 - CIRCLE_EDGE_M
        for number in np.nonzero(gaps <= self._reach_m)[0].tolist():
            distance = self._grounds[number].circle_m(circle)
            if distance is not None:
                found.note(np.array([number]), distance, "circle")

    def _by_code(self, pair: Pair, found: _Found) -> None:
        meaning = self._table.meaning(pair)
        numbers = [
            number
            for code in dict.fromkeys((*place_codes([pair]), *meaning.adcodes))
            for number in self._districts.numbers(code)
        ]
        numbers += [self._numbers[venue] for venue in meaning.venues if venue in self._numbers]
        if numbers:
            found.note(np.array(numbers), 0.0, "geocode")
        for region in meaning.regions:
            for number, _, distance in self._in_region(region).all():
                found.note(np.array([number]), distance, "geocode")

    def _in_region(self, region: Region) -> _Found:
        if region not in self._regions:
            found = _Found(len(self._ids))
            self._by_outlines((Outline(outer, holes) for outer, holes in region.polygons), found)
            self._regions[region] = found
        return self._regions[region]


class MatcherOf:
    """Makes the matcher of the registered venues, anew only when they have changed.

    Call it where the places are folded, and hand the matcher to whatever thread uses it.
    """

    def __init__(self, table: GeocodeTable) -> None:
        self._table = table
        self._venues: Mapping[str, Venue] = {}
        self._matcher = Matcher((), table)

    def __call__(self, places: Places) -> Matcher:
        """Return the matcher of `places` as they are now."""
        if self._venues != places.venues:
            self._venues = dict(places.venues)
            self._matcher = Matcher(venue_grounds(places), self._table)
        return self._matcher


def venue_grounds(places: Places) -> tuple[VenueGround, ...]:
    """Return the registered venues as areas are matched against them."""
    return tuple(
        VenueGround(
            id,
            row.place.lat,
            row.place.lon,
            tuple((corner.lat, corner.lon) for corner in row.outline),
            row.margin_m,
            row.adcode,
        )
        for id, row in places.venues.items()
    )
