"""What a message changes about a warning, compared with the one that spoke until then. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from events.weather import Changed, WarningArea, WarningMessage

_Level: TypeAlias = tuple[str, str | None]
_Times: TypeAlias = tuple[datetime | None, datetime | None, datetime | None]


class Gist(NamedTuple):
    """What is compared of a message. Areas and words only count as the same or not, so of them a
    digest is kept.
    """

    area: str
    venues: tuple[str, ...]
    level: _Level
    """Severity and colour."""
    times: _Times
    """When it takes effect, when it is expected, when it ends."""
    words: str


def gist_of(message: WarningMessage) -> Gist:
    """Return what a later message is compared with."""
    said = (message.urgency, message.certainty, message.hazard, *message.responses)
    return Gist(
        area_of(message.areas),
        message.venues,
        (message.severity, message.colour),
        (message.effective, message.onset, message.expires),
        _digest(repr(part) for part in (*said, *message.texts)),
    )


def changed(before: Gist, after: Gist) -> tuple[Changed, ...]:
    """Return what is other than it was, in the order of `Changed`."""
    pairs: tuple[tuple[Changed, object, object], ...] = (
        ("area", before.area, after.area),
        ("venues", before.venues, after.venues),
        ("level", before.level, after.level),
        ("times", before.times, after.times),
        ("words", before.words, after.words),
    )
    return tuple(name for name, was, now in pairs if was != now)


@lru_cache(maxsize=64)  # asked several times of one message, and an area may have 93,000 points
def area_of(areas: tuple[WarningArea, ...]) -> str:
    """Return a digest of where a warning holds: equal for the same outlines, circles and codes in
    whatever order, and for the same descriptions where there is nothing else.
    """
    shapes = {repr(shape) for area in areas for shape in (*area.polygons, *area.circles)}
    codes = {repr(code) for area in areas for code in area.geocodes}
    return _digest(sorted(shapes | codes or {area.description for area in areas}))


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
