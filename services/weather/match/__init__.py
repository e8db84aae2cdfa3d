"""Matching warnings to venues."""

from services.weather.match.ground import VenueGround
from services.weather.match.matcher import Hit, Matcher, MatcherOf, venue_grounds
from services.weather.match.table import GeocodeTable, Meaning, Region
from services.weather.match.table_file import read_table
from services.weather.match.table_refused import TableRefused

__all__ = [
    "GeocodeTable",
    "Hit",
    "Matcher",
    "MatcherOf",
    "Meaning",
    "Region",
    "TableRefused",
    "VenueGround",
    "read_table",
    "venue_grounds",
]
