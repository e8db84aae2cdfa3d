"""Which service's JSON a value is: by the names of its keys, since files say nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from services.weather.cap.model import CapLimits
from services.weather.cap.refusals import quoted, refuse
from services.weather.formats import cap_json, chinese, nws
from services.weather.formats.nodes import Found
from services.weather.formats.services import read_brightsky, read_canada, read_ireland, read_norway

Odd: TypeAlias = tuple[tuple[str, str], ...]
Reader: TypeAlias = Callable[[list[Any], CapLimits, Odd], Found]

# Formats that come from weather services and are no warnings, by keys that stand at their top.
_NO_WARNINGS: Final[tuple[tuple[frozenset[str], str, str], ...]] = (
    (frozenset({"reportDatetime", "areaTypes"}), "日本气象厅的警报代码表，没有标识与正文",
     "the Japan Meteorological Agency's table of codes, which has no identifiers or texts"),
    (frozenset({"sources"}), "数据源列表", "a list of feeds"),
    (frozenset({"latitude", "hourly"}), "天气预报", "a forecast"),
    (frozenset({"latitude", "current"}), "天气预报", "a forecast"),
    (frozenset({"regions"}), "地区列表", "a list of regions"),
    (frozenset({"specversion", "type"}), "CloudEvents 事件", "a CloudEvent"),
    (frozenset({"productText"}), "文本产品", "a text product"),
)  # fmt: skip


def read(value: Any, limits: CapLimits, odd: Odd) -> Found:
    """The warnings in a value of JSON.

    Raises:
        CapRefused: it is none of the formats that are known, or one that holds no warnings.
    """
    for items, reader in _known(value):
        return reader(items, limits, odd)
    if (records := chinese.records_of(value)) is not None:
        return chinese.read(records, limits, odd)
    if (found := cap_json.read(value, limits, odd)) is not None:
        return found
    if (name := _empty(value)) is not None:
        return Found(name, (), (), (*odd, ("no-warnings", "")))
    raise _unknown(value)


def _known(value: Any) -> list[tuple[list[Any], Reader]]:
    """The items of a list that one service's names prove to be its own, and their reader."""
    if irish := _irish(value):
        return [(irish, read_ireland)]
    if not isinstance(value, Mapping):
        return []
    alerts = value.get("alerts")
    if isinstance(alerts, list) and alerts and _has(alerts[0], "alert_id", "event_en"):
        return [(alerts, read_brightsky)]
    graph = value.get("@graph")
    items = _features(value) or (graph if isinstance(graph, list) else [])
    for item in items[:5]:
        properties = item.get("properties", item) if isinstance(item, Mapping) else None
        if nws.is_nws(properties):
            return [(items, nws.read)]
        if _has(properties, "alert_code", "publication_datetime"):
            return [(items, read_canada)]
        if _has(properties, "awareness_level", "eventAwarenessName"):
            return [(items, read_norway)]
    if nws.is_nws(value):
        return [([value], nws.read)]
    return []


def _irish(value: Any) -> list[Any]:
    """Ireland's warnings: a plain list, or lists by kind below `warnings`."""
    whole = value.get("warnings") if isinstance(value, Mapping) else value
    lists = list(whole.values()) if isinstance(whole, Mapping) else [whole]
    items = [item for each in lists if isinstance(each, list) for item in each]
    return items if items and _has(items[0], "capId", "onset", "expiry", "headline") else []


def _features(value: Mapping[str, Any]) -> list[Any]:
    if value.get("type") == "Feature":
        return [value]
    features = value.get("features")
    return features if isinstance(features, list) else []


def _has(value: Any, *names: str) -> bool:
    return isinstance(value, Mapping) and all(name in value for name in names)


def _empty(value: Any) -> str | None:
    """The name of a list of warnings in which there is none now."""
    if value == []:
        return "json-list"
    if not isinstance(value, Mapping):
        return None
    if value.get("type") == "FeatureCollection" and value.get("features") == []:
        return "geojson"
    for key in ("warnings", "alerts", "alert", "warning", "@graph"):
        if value.get(key) == []:
            return "json-list"
    return None


def _unknown(value: Any) -> Exception:
    if isinstance(value, Mapping):
        for keys, zh, en in _NO_WARNINGS:
            if value.keys() >= keys:
                return refuse("format-without-warnings", "", zh=zh, en=en)
        if isinstance(value.get("warnings"), Mapping):
            zh, en = (
                "没有标识与发布时间的预警页面",
                "a page of warnings without identifiers and times",
            )
            return refuse("format-without-warnings", "", zh=zh, en=en)
        if value.get("type") in ("Feature", "FeatureCollection"):
            zh, en = "不含预警的 GeoJSON", "GeoJSON without alerts"
            return refuse("format-without-warnings", "", zh=zh, en=en)
        keys_shown = ", ".join(str(key)[:30] for key in list(value)[:6])
        return refuse("format-unknown", "", value=quoted(keys_shown)[1:-1])
    return refuse("format-unknown", "", value=type(value).__name__)
