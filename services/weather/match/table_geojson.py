"""Geocodes from GeoJSON (RFC 7946): a feature for each code, with its outline."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from services.weather.cap.model import Point, Ring
from services.weather.match.table import Meaning, Region
from services.weather.match.table_refused import Entry, TableRefused

POINTS_MAX: Final = 5_000_000
_SHAPES: Final = ("Polygon", "MultiPolygon")


def geojson_entries(file: Path, body: bytes) -> Iterator[Entry]:
    """Yield what each feature says; `file` is named in a refusal. Raises TableRefused."""
    reader = _Reader(file)
    for number, feature in enumerate(reader.features(body), 1):
        yield reader.entry(number, feature)


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._row = 0
        self._points = 0

    def features(self, body: bytes) -> Sequence[Any]:
        try:
            document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise self._refused(
                "", zh=f"不是 JSON：{error}", en=f"it is no json: {error}"
            ) from error
        kind = document.get("type") if isinstance(document, dict) else None
        if kind == "Feature":
            return [document]
        features = document.get("features") if kind == "FeatureCollection" else None
        if not isinstance(features, list):
            raise self._refused(
                "type",
                zh="应为 FeatureCollection，其中有 features 列表",
                en="it must be a FeatureCollection with a list of features",
            )
        return features

    def entry(self, number: int, feature: Any) -> Entry:
        self._row = number
        if not isinstance(feature, dict):
            raise self._refused("", zh="应为 Feature", en="it must be a Feature")
        properties = feature.get("properties")
        if not isinstance(properties, dict):
            raise self._refused(
                "properties",
                zh="缺少 properties（其中有 name 和 value）",
                en="it lacks properties with a name and a value",
            )
        name, value = (self._word(properties, key) for key in ("name", "value"))
        return name, value, Meaning(regions=(self._region(feature.get("geometry")),))

    def _word(self, properties: dict[str, Any], key: str) -> str:
        found = properties.get(key)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str) or not found.strip():
            raise self._refused(
                f"properties.{key}",
                zh=f"应为文字，现为 {_shown(found)}",
                en=f"it must be a text, not {_shown(found)}",
            )
        return found.strip()

    def _region(self, geometry: Any) -> Region:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in _SHAPES:
            raise self._refused(
                "geometry",
                zh=f"应为 Polygon 或 MultiPolygon，现为 {_shown(kind)}",
                en=f"it must be a Polygon or a MultiPolygon, not {_shown(kind)}",
            )
        where = "geometry.coordinates"
        found = self._list(geometry.get("coordinates"), where)
        if kind == "Polygon":
            return Region((self._polygon(found, where),))
        return Region(
            tuple(
                self._polygon(polygon, f"{where}[{number}]") for number, polygon in enumerate(found)
            )
        )

    def _polygon(self, rings: Any, where: str) -> tuple[Ring, tuple[Ring, ...]]:
        outer, *holes = (
            self._ring(ring, f"{where}[{number}]")
            for number, ring in enumerate(self._list(rings, where))
        )
        return outer, tuple(holes)

    def _ring(self, points: Any, where: str) -> Ring:
        ring = [
            self._point(point, f"{where}[{number}]")
            for number, point in enumerate(self._list(points, where))
        ]
        self._points += len(ring)
        if self._points > POINTS_MAX:
            raise self._refused(
                where,
                zh=f"坐标点超过 {POINTS_MAX} 个",
                en=f"there are more than {POINTS_MAX} points",
            )
        if len(set(ring)) < 3:
            raise self._refused(
                where,
                zh=f"至少要有 3 个不同的点，现有 {len(set(ring))} 个",
                en=f"it needs three different points, not {len(set(ring))}",
            )
        return tuple(ring) if ring[0] == ring[-1] else (*ring, ring[0])

    def _point(self, point: Any, where: str) -> Point:
        match point:
            case [int() | float() as lon, int() | float() as lat, *_]:
                if abs(lat) <= 90 and abs(lon) <= 180:
                    return float(lat), float(lon)
        raise self._refused(
            where,
            zh=f"应为 [经度, 纬度]（WGS-84 度），现为 {_shown(point)}",
            en=f"it must be [longitude, latitude] in WGS-84 degrees, not {_shown(point)}",
        )

    def _list(self, found: Any, where: str) -> list[Any]:
        if not isinstance(found, list) or not found:
            raise self._refused(
                where,
                zh=f"应为非空的列表，现为 {_shown(found)}",
                en=f"it must be a list that is not empty, not {_shown(found)}",
            )
        return found

    def _refused(self, column: str, *, zh: str, en: str) -> TableRefused:
        return TableRefused(self._file, self._row, column, zh=zh, en=en)


def _shown(value: Any) -> str:
    return repr(value)[:80]
