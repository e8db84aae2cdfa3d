"""What falls from the sky, by the present-weather groups of WMO's code table 4678. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from events.weather import Precipitation

_GROUP: Final = re.compile(
    r"(?P<where>VC)?[-+]?(?P<how>(?:MI|PR|BC|DR|BL|SH|TS|FZ)*)"
    r"(?P<what>(?:DZ|RA|SN|SG|IC|PL|GR|GS|UP)*)(?:BR|FG|FU|VA|DU|SA|HZ|PY|PO|SQ|FC|SS|DS)?"
)
_SNOW: Final = frozenset({"SN", "SG", "GS", "IC"})
_MIXED: Final = frozenset({"PL", "GR"})


def falling(groups: Iterable[str], *, looked: bool) -> Precipitation | None:
    """Return what falls at the station, by groups such as `-SN` or `DRSN`.

    Snow that the wind drives over the ground does not fall, and what is in the vicinity falls
    elsewhere. Without any, nothing falls where somebody looked (`looked`), else nobody knows.
    """
    found: set[str] = set()
    for group in groups:
        if group.startswith("//"):
            looked = False
        match = _GROUP.fullmatch(group)
        if match is None or match["where"] or not match["what"]:
            continue
        if {"DR", "BL"} & _pairs(match["how"]):
            continue
        found |= _pairs(match["what"])
    return _name(found - {"UP"}, looked=looked and "UP" not in found)


def _name(found: set[str], *, looked: bool) -> Precipitation | None:
    if not found:
        return "none" if looked else None
    if found <= _SNOW:
        return "snow"
    return "mixed" if found & (_SNOW | _MIXED) else "rain"


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(0, len(text), 2)}
