"""Outlines and circles as CAP writes them, put into one form."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isfinite
from typing import Final

import shapely

from services.weather.cap.deviations import Notes
from services.weather.cap.model import Circle, Point, Ring
from services.weather.cap.refusals import quoted, refuse

_NUMBER: Final = r"[-+]?(?:\d{1,10}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?"
_NUMBERS: Final = re.compile(_NUMBER, re.ASCII)
_PAIR: Final = re.compile(rf"{_NUMBER},{_NUMBER}(?:,{_NUMBER})?", re.ASCII)
_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d{1,3},\d{1,12}", re.ASCII)
_WELL_KNOWN: Final = re.compile(r"(?:SRID=\d{1,6}; ?)?POLYGON ?\(\(([^()]*)\)", re.IGNORECASE)
_NO_BRACKETS: Final = str.maketrans(dict.fromkeys(";()[]{}", " "))
_COMMA: Final = re.compile(r"\s*,\s*")
# Judging a form can cost the square of its points: 16 ms at this many, 14 s at 150,000.
_JUDGED_POINTS_MAX: Final = 5_000
_COMPARED_RINGS_MAX: Final = 64
LONGITUDE_SPAN: Final = 180.0


def read_polygon(text: str, path: str, notes: Notes) -> Ring | None:
    """The outline in `text`, closed and put right, or None with a note if there is no surface.

    Raises:
        CapRefused: it is a single point.
    """
    if not text.strip():
        notes.add("polygon-empty", path)
        return None
    points = _points(text, path, notes)
    if points is None:
        notes.add("polygon-unreadable", path, text)
        return None
    if len(points) == 1:
        raise refuse("polygon-one-point", path, value=quoted(text.strip()))
    placed = place(points, path, notes)
    if placed is None:
        notes.add("coordinate-out-of-range", path, text)
        return None
    if placed[0] != placed[-1]:
        notes.add("polygon-not-closed", path, f"{placed[0]} {placed[-1]}")
        placed.append(placed[0])
    if len(set(placed)) < 3:
        notes.add("polygon-too-few-points", path, text)
        return None
    ring = tuple(placed)
    _note_form(ring, path, notes)
    return ring


def read_circle(text: str, path: str, notes: Notes) -> Circle | None:
    """The circle in `text`, or None with a note if it cannot be read."""
    if not text.strip():
        return None
    numbers = _all_numbers(text)
    if numbers is None or len(numbers) != 3 or numbers[2] < 0:
        notes.add("circle-unreadable", path, text)
        return None
    placed = place([(numbers[0], numbers[1])], path, notes)
    if placed is None:
        notes.add("coordinate-out-of-range", path, text)
        return None
    if numbers[2] == 0:
        notes.add("circle-radius-zero", path, text)
    return (*placed[0], numbers[2])


def place(points: Sequence[Point], path: str, notes: Notes) -> list[Point] | None:
    """`points` on Earth, or None if they cannot be.

    Latitudes beyond 90 degrees that make sense as longitudes prove that the two were swapped: all
    points are turned round. Longitudes counted up to 360 are brought back.
    """
    if any(abs(lat) > 90 for lat, _ in points):
        turned = [(lon, lat) for lat, lon in points]
        if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in turned):
            return None
        notes.add("lat-lon-swapped", path, f"{points[0][0]},{points[0][1]}")
        return turned
    if all(abs(lon) <= 180 for _, lon in points):
        return list(points)
    if any(abs(lon) > 360 for _, lon in points):
        return None
    notes.add("longitude-over-180", path, f"{points[0][0]},{points[0][1]}")
    return [(lat, (lon + 180) % 360 - 180 if abs(lon) > 180 else lon) for lat, lon in points]


def _points(text: str, path: str, notes: Notes) -> list[Point] | None:
    """The points in `text`, or None. Seen beside `lat,lon lat,lon`: stray commas behind a pair,
    blanks behind commas, blanks or commas only, semicolons between pairs, brackets round them, a
    height as third value, commas for decimal points, and the well-known text of databases.
    """
    words = text.split()
    if all(map(_PAIR.fullmatch, words)) and not _by_decimal_commas(words):
        pairs = [word.split(",") for word in words]
        if any(len(pair) > 2 for pair in pairs):
            notes.add("coordinate-extra-value", path, words[0])
    else:
        # A run of blanks would cost the patterns its square.
        loose = _loose_pairs(" ".join(words))
        if loose is None:
            return None
        notes.add("polygon-separators", path, text)
        pairs = loose
    points = [(float(pair[0]), float(pair[1])) for pair in pairs]
    return points if all(isfinite(lat) and isfinite(lon) for lat, lon in points) else None


def _loose_pairs(text: str) -> list[list[str]] | None:
    if (ring := _WELL_KNOWN.match(text)) is not None:
        turned = [pair.split() for pair in ring[1].split(",")]
        known = all(len(pair) == 2 and all(map(_NUMBERS.fullmatch, pair)) for pair in turned)
        return [[lat, lon] for lon, lat in turned] if known else None
    plain = text.translate(_NO_BRACKETS)
    stripped = [word.strip(",") for word in plain.split() if word != ","]
    if (decimal := _by_decimal_commas(stripped)) is not None:
        return decimal
    glued = _COMMA.sub(",", plain.strip(" \t\r\n,")).split()
    for words in (stripped, glued):
        if words and all(map(_PAIR.fullmatch, words)):
            return [word.split(",") for word in words]
    flat = glued[0].split(",") if len(glued) == 1 else stripped
    if not flat or len(flat) % 2 or not all(map(_NUMBERS.fullmatch, flat)):
        return None
    return [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)]


def _by_decimal_commas(words: list[str]) -> list[list[str]] | None:
    """The points of `40,35 115,65 ...`, where a comma is a decimal point and blanks part the rest.

    It is so only where the same words cannot be latitude and longitude: whole numbers, some of them
    not on Earth, which are on it once the commas are points.
    """
    if len(words) < 6 or len(words) % 2 or not all(map(_DECIMAL_COMMA.fullmatch, words)):
        return None
    if all(_on_earth(*word.split(",")) for word in words):
        return None
    numbers = [word.replace(",", ".") for word in words]
    pairs = [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    return pairs if all(_on_earth(lat, lon) for lat, lon in pairs) else None


def _on_earth(lat: str, lon: str) -> bool:
    return abs(float(lat)) <= 90 and abs(float(lon)) <= LONGITUDE_SPAN


def _all_numbers(text: str) -> list[float] | None:
    words = text.replace(",", " ").split()
    if not words or not all(map(_NUMBERS.fullmatch, words)):
        return None
    numbers = list(map(float, words))
    return numbers if all(map(isfinite, numbers)) else None


def unwrap(ring: Ring) -> list[tuple[float, float]]:
    """`ring` as longitude, latitude without the jump at the antimeridian.

    Neighbours more than 180 degrees apart are taken to be joined the short way, unless they lie on
    -180 and 180 themselves, as the corners of a box round the whole world do. Longitudes may then
    leave -180..180. A ring that does not come back to its start goes round a pole, and is closed
    over it.
    """
    turned = [(ring[0][1], ring[0][0])]
    shift = 0.0
    for (_, before), (lat, lon) in pairwise(ring):
        step = lon - before
        if LONGITUDE_SPAN < abs(step) < 2 * LONGITUDE_SPAN:
            shift += -360.0 if step > 0 else 360.0
        turned.append((lon + shift, lat))
    if turned[0][0] != turned[-1][0]:
        pole = 90.0 if sum(lat for _, lat in turned) >= 0 else -90.0
        turned += [(turned[-1][0], pole), (turned[0][0], pole), turned[0]]
    return turned


def _note_form(ring: Ring, path: str, notes: Notes) -> None:
    turned = unwrap(ring)
    if any(abs(lon) > LONGITUDE_SPAN for lon, _ in turned):
        notes.add("polygon-crosses-antimeridian", path)
    for point in _passed_twice(ring):
        notes.add("polygon-vertex-repeated", path, f"{point[0]},{point[1]}")
        break
    if len(ring) > _JUDGED_POINTS_MAX:
        return
    reason = shapely.is_valid_reason(shapely.Polygon(turned))
    if reason != "Valid Geometry":
        notes.add("polygon-self-intersecting", path, reason)


def _passed_twice(ring: Ring) -> Iterator[Point]:
    seen: set[Point] = set()
    for before, point in pairwise(ring):
        if point == before:
            continue
        if point in seen:
            yield point
        seen.add(point)


def note_nested(rings: Sequence[Ring], path: str, notes: Notes) -> None:
    """Note an outline that lies inside another of its area: CAP has no holes, so both count."""
    if not 2 <= len(rings) <= _COMPARED_RINGS_MAX or sum(map(len, rings)) > _JUDGED_POINTS_MAX:
        return
    numbered = [(n, shapely.Polygon(unwrap(ring))) for n, ring in enumerate(rings, 1)]
    valid = [(number, polygon) for number, polygon in numbered if polygon.is_valid]
    tree = shapely.STRtree([polygon for _, polygon in valid])
    for _, polygon in valid:
        for index in tree.query(polygon, predicate="contains_properly"):
            notes.add("polygon-inside-another", f"{path}/polygon[{valid[index][0]}]")
            return
