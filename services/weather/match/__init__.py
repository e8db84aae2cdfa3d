"""Matching warnings to venues."""

from services.weather.match.ground import VenueGround
from services.weather.match.matcher import Hit, Matcher, MatcherOf, venue_grounds
from services.weather.match.table import GeocodeTable, Meaning, Region

__all__ = [
    "GeocodeTable",
    "Hit",
    "Matcher",
    "MatcherOf",
    "Meaning",
    "Region",
    "VenueGround",
    "venue_grounds",
]
