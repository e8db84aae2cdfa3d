"""What a geocode means that CAP says nothing more of: venues, a district, or an outline.

The codes of China's districts are known without any table (`services/weather/adcode.py`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.weather.adcode import is_adcode_name, six_digits
from services.weather.cap.model import Pair, Ring

_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "emmaid": ("emma",),
    "same": ("fips6", "fips", "samecode", "fipscode"),
    "ugc": ("ugccode", "nwszone"),
    "nuts3": ("nuts", "nuts2"),
    "warncellid": ("warncell",),
    "clc": ("layerecmscsmc10clc", "layerec10clc"),
    "capcplocation": ("profilecapcplocation03", "profilecapcplocation04", "capcp", "sgc"),
    "iso31662": (
        "urnoasisnamestcemergencycap12profilecapau10iso31662",
        "httpwwwisoorgisocountrycodeshtml",
    ),
    "amocareacode": ("amoc",),
}
"""Names of one and the same code, as issuers write them, without all that is no letter or digit.

SAME and FIPS6 are one code in the warnings of the United States' weather service. MeteoAlarm,
Environment Canada and Australia's profile put a version or an address into the name.
"""
_CANONICAL: Final = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
_ADCODE: Final = "adcode"
_NOT_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Region:
    """The surface of a place: outer rings, each with the holes in it."""

    polygons: tuple[tuple[Ring, tuple[Ring, ...]], ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that a code means together."""

    venues: tuple[str, ...] = ()
    adcodes: tuple[str, ...] = ()
    """Six digits each."""
    regions: tuple[Region, ...] = ()

    def __add__(self, other: "Meaning") -> "Meaning":
        return Meaning(
            tuple(dict.fromkeys(self.venues + other.venues)),
            tuple(dict.fromkeys(self.adcodes + other.adcodes)),
            self.regions + other.regions,
        )


NOTHING: Final = Meaning()


@dataclass(frozen=True, slots=True)
class GeocodeTable:
    """What codes mean, by `key_of` their name and value."""

    meanings: Mapping[Pair, Meaning] = field(default_factory=dict)

    @staticmethod
    def of(entries: Iterable[tuple[str, str, Meaning]]) -> "GeocodeTable":
        """Return the table of entries (name, value, meaning); what is said twice adds up."""
        meanings: dict[Pair, Meaning] = {}
        for name, value, meaning in entries:
            key = key_of((name, value))
            meanings[key] = meanings.get(key, NOTHING) + meaning
        return GeocodeTable(meanings)

    def meaning(self, pair: Pair) -> Meaning:
        """Return what a geocode means here, as it came in a message."""
        return self.meanings.get(key_of(pair), NOTHING) if self.meanings else NOTHING


def key_of(pair: Pair) -> Pair:
    """The name and value under which the same code is found however an issuer writes it.

    Case, blanks and punctuation of the name do not matter, nor those around the value. A district
    of China is known by its first six digits.
    """
    name, value = pair
    letters = _NOT_WORD.sub("", name).casefold()
    code = value.strip().casefold()
    if is_adcode_name(name):
        return _ADCODE, six_digits(code) or code
    return _CANONICAL.get(letters, letters), code
