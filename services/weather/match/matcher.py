"""Which venues a warning takes in: by outline, by circle, or by the code of a place.

All three count. Where an area has both an outline and a code, a venue in either is taken in: being
warned without need is preferred to not being warned.

Distances and margins are right to 1 % up to 100 km, at every latitude; a margin is taken 1 % wider
so that what is left of the error never leaves a venue out. Edges run straight on a map of latitude
and longitude. A document made to cost much time gets a short answer: see `MEASURED_MAX`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely

from events.weather import Cause
from projections.places import Places, Venue
from services.weather.adcode import Districts, place_codes
from services.weather.cap.model import CapArea, Circle, Pair
from services.weather.match.globe import distances_m
from services.weather.match.ground import CIRCLE_EDGE_M, Ground, VenueGround
from services.weather.match.ring import TURNS, Outline
from services.weather.match.table import GeocodeTable, Region

MEASURED_MAX: Final = 5_000
"""Outlines that pass venues by within their margin, each with each, of which the distance is
measured. Are there more in one message, then every such venue is taken in, at its margin's length.
"""
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

    def __init__(self) -> None:
        self.best: dict[int, tuple[float, int]] = {}

    def note(self, number: int, distance_m: float, cause: Cause) -> None:
        found = (distance_m, _ORDER.index(cause))
        if found < self.best.get(number, (np.inf, 0)):
            self.best[number] = found

    def settled(self, number: int) -> bool:
        return self.best.get(number) == (0.0, 0)


class _Passing(NamedTuple):
    """An outline that comes near a venue without taking in its middle."""

    number: int
    turn: float
    outline: Outline


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
        self._table = table
        self._numbers = {id: number for number, id in enumerate(self._ids)}
        self._districts = Districts([venue.adcode for venue in ordered])
        self._regions: dict[Region, tuple[tuple[int, float], ...]] = {}

    def affected(self, areas: Sequence[CapArea]) -> tuple[Hit, ...]:
        """The venues that any of `areas` takes in, sorted by id."""
        found = _Found()
        if not self._ids:
            return ()
        rings = dict.fromkeys(ring for area in areas for ring in area.polygons)
        self._by_outlines(map(Outline, rings), found)
        for circle in dict.fromkeys(circle for area in areas for circle in area.circles):
            for number, distance in self._in_circle(circle):
                found.note(number, distance, "circle")
        for pair in dict.fromkeys(pair for area in areas for pair in area.geocodes):
            for number, distance in self._by_code(pair):
                found.note(number, distance, "geocode")
        return tuple(
            Hit(self._ids[number], _ORDER[order], distance)
            for number, (distance, order) in sorted(found.best.items())
        )

    def _by_outlines(self, outlines: Iterable[Outline], found: _Found) -> None:
        passing: list[_Passing] = []
        for outline in outlines:
            passing += self._in_outline(outline, found)
        left = [near for near in passing if not found.settled(near.number)]
        for near in left:
            ground = self._grounds[near.number]
            if len(left) > MEASURED_MAX:
                found.note(near.number, ground.venue.margin_m, "polygon")
            elif not found.settled(near.number):
                for line in near.outline.lines:
                    distance = ground.edge_m(line, near.turn)
                    if distance is not None:
                        found.note(near.number, distance, "polygon")

    def _in_outline(self, outline: Outline, found: _Found) -> Iterator[_Passing]:
        """Note whose point is inside; return what passes within the reach of others."""
        places = [
            place
            for place in self._tree.query(outline.box()).tolist()
            if not found.settled(place // len(TURNS))
        ]
        if not places:
            return
        inside = self._inside(outline, places)
        for place, is_inside in zip(places, inside, strict=True):
            if is_inside:
                found.note(place // len(TURNS), 0.0, "polygon")
        left = [place for place, is_inside in zip(places, inside, strict=True) if not is_inside]
        if not left:
            return
        edges = outline.edges()
        for place, is_near in zip(left, shapely.intersects(edges, self._boxes[left]), strict=True):
            if is_near:
                yield _Passing(place // len(TURNS), TURNS[place % len(TURNS)], outline)

    def _inside(self, outline: Outline, places: Sequence[int]) -> list[bool]:
        """Of each place in the tree, whether an anchor of its venue is inside."""
        anchors = self._anchors[places]
        flags = outline.takes_in(anchors.reshape(-1, 2)).reshape(len(places), -1)
        return [any(row) for row in flags.tolist()]

    def _in_circle(self, circle: Circle) -> Iterator[tuple[int, float]]:
        lat, lon, radius_km = circle
        gaps = distances_m(lat, lon, self._lats, self._lons) - radius_km * 1000 - CIRCLE_EDGE_M
        for number in np.nonzero(gaps <= self._reach_m)[0].tolist():
            distance = self._grounds[number].circle_m(circle)
            if distance is not None:
                yield number, distance

    def _by_code(self, pair: Pair) -> Iterator[tuple[int, float]]:
        meaning = self._table.meaning(pair)
        for code in (*place_codes([pair]), *meaning.adcodes):
            yield from ((number, 0.0) for number in self._districts.numbers(code))
        for venue in meaning.venues:
            if venue in self._numbers:
                yield self._numbers[venue], 0.0
        for region in meaning.regions:
            yield from self._in_region(region)

    def _in_region(self, region: Region) -> tuple[tuple[int, float], ...]:
        if region not in self._regions:
            found = _Found()
            self._by_outlines((Outline(outer, holes) for outer, holes in region.polygons), found)
            self._regions[region] = tuple((n, distance) for n, (distance, _) in found.best.items())
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
