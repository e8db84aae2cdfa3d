"""Short ways to ask which venues areas take in."""

from collections.abc import Iterable, Sequence

from services.weather.cap import CapArea
from services.weather.match import GeocodeTable, Hit, Matcher, VenueGround

NO_TABLE = GeocodeTable()


def hits(areas: Sequence[CapArea], venues: Iterable[VenueGround]) -> tuple[Hit, ...]:
    return Matcher(venues, NO_TABLE).affected(areas)


def venues_in(areas: Sequence[CapArea], venues: Iterable[VenueGround]) -> tuple[str, ...]:
    return tuple(hit.venue for hit in hits(areas, venues))


def causes(areas: Sequence[CapArea], venues: Iterable[VenueGround]) -> dict[str, str]:
    return {hit.venue: hit.cause for hit in hits(areas, venues)}


def at(id: str, lat: float, lon: float, adcode: str = "") -> VenueGround:
    return VenueGround(id, lat, lon, adcode=adcode)
