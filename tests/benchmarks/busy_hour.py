"""The hour in which a real feed said most, out of the collection of real documents, and more of it.

Many feeds carry in each entry what a screen needs of the warning behind it, with its outline. An
entry is made into a CAP document again; nothing is added but the identifier, the sender and the
scope.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from services.weather.cap import CapArea, read_cap
from services.weather.cap.model import CapMessage, Point
from services.weather.match import VenueGround
from tests.unit.corpus import Row, rows

SEED: Final = 20150629
SPREAD_DEGREES: Final = 2.0
"""Each copy of a warning is moved by this much north and east: the standard deviation."""
NEAR_SHARE: Final = 0.8
NEAR_DEGREES: Final = 0.2
MARGINS_M: Final = (0.0, 0.0, 1_000.0, 2_000.0, 5_000.0)
_INFO: Final = ("category", "event", "urgency", "severity", "certainty", "effective", "expires")


class Hour(NamedTuple):
    """The messages with shapes that one feed sent within one hour, as CAP documents."""

    feed: str
    hour: str
    documents: tuple[bytes, ...]


def busiest_hour() -> Hour | None:
    """Return the hour with the most messages with shapes; None without the collection."""
    hours: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for row in rows("atom-feed", "rss-feed"):
        for hour, document in _shaped(row):
            hours[row.path, hour].append(document)
    if not hours:
        return None
    (feed, hour), documents = max(hours.items(), key=lambda of: (len(of[1]), of[0]))
    return Hour(feed, hour, tuple(documents))


def _shaped(row: Row) -> Iterator[tuple[str, bytes]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(row.file.read_bytes(), parser)
    if root is None:
        return
    for number, entry in enumerate(root.iterfind("{*}entry")):
        said: dict[str, list[str]] = defaultdict(list)
        for element in entry.iter("{*}*"):
            said[etree.QName(element).localname].append((element.text or "").strip())
        if any(said["polygon"]) or any(said["circle"]):
            sent = (said["sent"] or said["published"] or said["updated"])[0]
            yield sent[:13], _document(f"{Path(row.path).stem}-{number}", sent, said)


def _document(identifier: str, sent: str, said: dict[str, list[str]]) -> bytes:
    def one(name: str, fallback: str = "") -> str:
        texts = [text for text in said[name] if text] or [fallback]
        return f"<{name}>{escape(texts[0])}</{name}>" if texts[0] else ""

    geocodes = "".join(
        f"<geocode><valueName>{escape(name)}</valueName><value>{escape(value)}</value></geocode>"
        for name, values in zip(said["valueName"], said["value"], strict=False)
        if name != "VTEC"
        for value in values.split()
    )
    shapes = "".join(
        f"<{shape}>{escape(text)}</{shape}>"
        for shape in ("polygon", "circle")
        for text in said[shape]
        if text
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{escape(identifier)}</identifier><sender>feed@example.org</sender>"
        f"<sent>{sent}</sent>{one('status', 'Actual')}{one('msgType', 'Alert')}"
        f"<scope>Public</scope><info>{''.join(map(one, _INFO))}"
        f"{one('title').replace('title>', 'headline>')}"
        f"<area>{one('areaDesc')}{shapes}{geocodes}</area></info></alert>"
    ).encode()


def spread(hour: Hour, areas: int) -> tuple[CapMessage, ...]:
    """Return the hour's warnings over and over, each copy moved, until they have `areas` areas."""
    chance = random.Random(SEED)
    read = [read_cap(document)[0] for document in hour.documents]
    copies: list[CapMessage] = []
    total = 0
    while total < areas:
        message = read[len(copies) % len(read)]
        north, east = (chance.gauss(0, SPREAD_DEGREES) for _ in range(2))
        infos = tuple(
            replace(info, areas=tuple(_moved(area, north, east) for area in info.areas))
            for info in message.infos
        )
        identifier = f"{message.identifier}-{len(copies)}"
        copies.append(replace(message, identifier=identifier, infos=infos, deviations=()))
        total += len(copies[-1].areas())
    return tuple(copies)


def _moved(area: CapArea, north: float, east: float) -> CapArea:
    def moved(lat: float, lon: float) -> Point:
        return round(lat + north, 4), round(lon + east, 4)

    return replace(
        area,
        polygons=tuple(tuple(moved(*corner) for corner in ring) for ring in area.polygons),
        circles=tuple((*moved(lat, lon), radius) for lat, lon, radius in area.circles),
    )


def venues_among(messages: Sequence[CapMessage], count: int) -> tuple[VenueGround, ...]:
    """Return venues, most of them near a warning and the others anywhere between; some have a
    margin, and every fifth an outline.
    """
    chance = random.Random(SEED)
    corners = [area.polygons[0][0] for of in messages for area in of.areas() if area.polygons]
    lats, lons = ([corner[axis] for corner in corners] for axis in (0, 1))
    venues = []
    for number in range(count):
        if number < count * NEAR_SHARE:
            lat, lon = chance.choice(corners)
            lat, lon = lat + chance.gauss(0, NEAR_DEGREES), lon + chance.gauss(0, NEAR_DEGREES)
        else:
            lat, lon = chance.uniform(min(lats), max(lats)), chance.uniform(min(lons), max(lons))
        size = chance.uniform(0.002, 0.02)
        outline = ((lat, lon), (lat, lon + size), (lat + size, lon + size), (lat + size, lon))
        venues.append(
            VenueGround(
                f"venue-{number:03}",
                lat,
                lon,
                outline if number % 5 == 0 else (),
                chance.choice(MARGINS_M),
            )
        )
    return tuple(venues)
