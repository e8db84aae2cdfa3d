"""What a venue's outline must be like. Pure."""

from collections import Counter
from math import cos, hypot, radians
from typing import Final

import shapely

from events.fact import Place
from services.decider import Rejected

FAR_KM: Final = 100.0
"""How far a corner may be from the venue's point: further, latitude and longitude were swapped, or
it is the corner of something else.
"""
_KM_PER_DEGREE: Final = 111.2
_SURFACE_MIN: Final = 1e-10
"""Square degrees: about a square metre."""


def judged_outline(id: str, point: Place, outline: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return an outline's corners, each once: the first is not said again at the end.

    Raises Rejected, naming the corner, for fewer than three corners, one named twice, one further
    than `FAR_KM` from the venue's point, an outline that crosses itself, and one without a surface.
    """
    if not outline:
        return ()
    closed = len(outline) > 1 and outline[0] == outline[-1]
    corners = outline[:-1] if closed else outline
    if len(corners) < 3:
        raise _refused(
            id, zh=f"至少要有 3 个不同的角，现有 {len(corners)} 个",
            en=f"it needs three different corners, not {len(corners)}",
        )  # fmt: skip
    for corner, times in Counter(corners).items():
        if times > 1:
            number = corners.index(corner) + 1
            raise _refused(
                id,
                zh=f"第 {number} 个角 {_shown(corner)} 出现了 {times} 次",
                en=f"corner {number}, {_shown(corner)}, is there {times} times",
                corner=number,
            )
    for number, corner in enumerate(corners, 1):
        gap = _km(point, corner)
        if gap > FAR_KM:
            raise _refused(
                id,
                zh=f"第 {number} 个角 {_shown(corner)} 距场馆坐标 {_shown(point)} 有 {gap:.0f} 公里"
                f"（最多 {FAR_KM:.0f} 公里），经纬度是否写反？",
                en=f"corner {number}, {_shown(corner)}, is {gap:.0f} km from the venue's point "
                f"{_shown(point)} and may be {FAR_KM:.0f} at most; are latitude and longitude "
                "swapped?",
                corner=number,
            )
    _refuse_crossing(id, point, corners)
    return corners


def _refuse_crossing(id: str, point: Place, corners: tuple[Place, ...]) -> None:
    # Longitudes are counted from the venue's, so that the antimeridian is no jump.
    flat = [(_turn(corner.lon - point.lon), corner.lat) for corner in corners]
    polygon = shapely.Polygon(flat)
    if polygon.convex_hull.area < _SURFACE_MIN:
        raise _refused(
            id, zh="各角在一条直线上，没有面积", en="its corners are on one line: it has no surface"
        )
    if polygon.is_valid:
        return
    said = shapely.is_valid_reason(polygon)
    east, north = map(float, said[said.index("[") + 1 : said.index("]")].split())
    at = Place(lat=north, lon=_turn(east + point.lon))
    raise _refused(
        id, zh=f"边线在 {_shown(at)} 处自相交", en=f"it crosses or touches itself at {_shown(at)}"
    )


def _turn(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0


def _km(one: Place, other: Place) -> float:
    """The distance on a flat map: good enough to see that something is far too far."""
    east = _turn(other.lon - one.lon) * cos(radians(one.lat))
    return hypot(east, other.lat - one.lat) * _KM_PER_DEGREE


def _shown(place: Place) -> str:
    return f"{place.lat:.5f},{place.lon:.5f}"


def _refused(id: str, *, zh: str, en: str, corner: int | None = None) -> Rejected:
    return Rejected(
        "bad-outline",
        zh=f"登记场馆 {id} 的边界：{zh}",
        en=f"register the outline of venue {id}: {en}",
        field="outline" if corner is None else f"outline.{corner - 1}",
    )
