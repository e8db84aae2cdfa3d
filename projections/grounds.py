"""The ground of a venue as an area that the public can be told: its outline or a circle, and the
code of its district.
"""

from collections.abc import Iterable
from typing import Final

from events.bulletin import Content
from events.weather import WarningArea
from projections.places import Places, Venue

RADIUS_M_MIN: Final = 300.0
"""Of the circle round a venue of which only the point is known: a stadium and its forecourt."""
VENUE_CODE: Final = "muster:venue"
"""The name of the geocode that carries the id of a venue."""
DISTRICT_CODE: Final = "adcode"
"""The name of the geocode that carries six digits of GB/T 2260."""
_CORNERS_MIN: Final = 3


def ground(id: str, venue: Venue) -> WarningArea:
    """Return the ground of a venue: what lies within its outline, or else round its point."""
    place = venue.place
    corners = tuple((corner.lat, corner.lon) for corner in venue.outline)
    has_outline = len(set(corners)) >= _CORNERS_MIN
    radius_km = max(venue.margin_m, RADIUS_M_MIN) / 1000
    codes = ((VENUE_CODE, id),)
    return WarningArea(
        description=f"{venue.name.zh} / {venue.name.en}",
        polygons=((*corners, corners[0]),) if has_outline else (),
        circles=() if has_outline else ((place.lat, place.lon, radius_km),),
        geocodes=(*codes, (DISTRICT_CODE, venue.adcode)) if venue.adcode else codes,
    )


def with_grounds(content: Content, places: Places) -> Content:
    """Return a content with the grounds of its venues as they are registered now, beside the areas
    that it names itself. Venues that nobody registered add nothing: see `unregistered`.
    """
    named = tuple(area for area in content.areas if not is_ground(area))
    grounds = tuple(ground(id, places.venues[id]) for id in content.venues if id in places.venues)
    return content.model_copy(update={"areas": (*named, *grounds)})


def is_ground(area: WarningArea) -> bool:
    """Tell whether an area was made of a venue."""
    return any(name == VENUE_CODE for name, _ in area.geocodes)


def unregistered(venues: Iterable[str], places: Places) -> list[str]:
    """Return the ids that are no venue's."""
    return [id for id in venues if id not in places.venues]
