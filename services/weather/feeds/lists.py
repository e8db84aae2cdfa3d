"""JSON answers: the GeoJSON of the United States' weather service, and China's lists. Pure."""

import json
import re
from typing import Any, Final

from services.weather.feeds.reading import JSON_TYPE, Found, Reading, Unreadable

_FEATURES: Final = re.compile(r'"features"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")
_DECODER: Final = json.JSONDecoder()
_LISTS: Final = (("data", "page", "list"), ("data", "list"), ("data",), ("list",))
"""Where the list lies in answers that have been seen: the national centre's, and others like it."""


def read_geojson(body: bytes) -> Reading:
    """Return each feature as a document of its own, its text as it was sent: the whole list is
    another one as soon as one of them changes. Raises Unreadable.
    """
    text, whole = _json(body)
    if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
        raise Unreadable(zh="不是 GeoJSON 要素集", en="is no GeoJSON collection of features")
    features = _features(text)
    if len(features) != len(whole["features"]):
        # A feature holds a list of that name: then nothing is cut out of it.
        return Reading(len(whole["features"]), (Found(body, JSON_TYPE),), whole=True)
    return Reading(len(features), tuple(_alone(feature) for feature in features))


def _features(text: str) -> list[str]:
    start = _FEATURES.search(text)
    if start is None:
        return []
    features, at = [], start.end()
    while (at := _BETWEEN.match(text, at).end()) < len(text) and text[at] != "]":  # type: ignore[union-attr]  # it matches nothing, too
        _, end = _DECODER.raw_decode(text, at)
        features.append(text[at:end])
        at = end
    return features


def _alone(feature: str) -> Found:
    return Found(f'{{"type":"FeatureCollection","features":[{feature}]}}'.encode(), JSON_TYPE)


def read_list(body: bytes) -> Reading:
    """Return a list of warnings as the one document that it is. Raises Unreadable."""
    _, whole = _json(body)
    found = whole if isinstance(whole, list) else _listed(whole)
    if found is None:
        raise Unreadable(zh="不是预警列表", en="is no list of warnings")
    if not found:
        return Reading(0)
    return Reading(len(found), (Found(body, JSON_TYPE),), whole=True)


def _listed(whole: Any) -> list[Any] | None:
    for path in _LISTS:
        at = whole
        for name in path:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, list):
            return at
    return None


def _json(body: bytes) -> tuple[str, Any]:
    try:
        text = body.decode("utf-8-sig")
        return text, json.loads(text)
    except (ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())[:200]
        raise Unreadable(
            zh=f"不是可读取的 JSON：{problem}", en=f"is no JSON that can be read: {problem}"
        ) from error
