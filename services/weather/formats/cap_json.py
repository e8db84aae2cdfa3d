"""CAP whose elements are keys of JSON, as MeteoAlarm and others answer it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.weather.cap.model import CapLimits
from services.weather.cap.order import ORDER
from services.weather.cap.xml import Node
from services.weather.cap_write import NAMESPACE
from services.weather.formats.nodes import LIST_MAX, Element, Found, collected, written

_PARTS: Final = frozenset({"identifier", "sender", "sent", "status", "msgType", "info"})
_TEXT_KEYS: Final = ("#text", "$t", "$", "_", "_text", "value")
_PAIRS: Final = frozenset({"eventCode", "parameter", "geocode"})
Odd = tuple[tuple[str, str], ...]


def alerts_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Objects that look like alerts, at any depth, in order, but not inside one another."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if len(_PARTS & {_local(key) for key in each}) >= 3:
                yield each
            else:
                waiting.extend(reversed(each.values()))
        elif isinstance(each, list):
            waiting.extend(reversed(each))


def read(value: Any, limits: CapLimits, odd: Odd) -> Found | None:
    """The alerts in `value`; None where there is none."""
    found = list(alerts_of(value))
    if not found:
        return None
    by_service = isinstance(value, dict) and "warnings" in value
    return collected("meteoalarm-json" if by_service else "cap-json", found, _alert, limits, odd)


def _alert(item: Mapping[str, Any], limits: CapLimits) -> tuple[Node, Odd]:
    return _element("alert", item, limits).node, ()


def _element(name: str, item: Mapping[str, Any], limits: CapLimits) -> Element:
    """`item` as an element: what CAP knows in CAP's order, then the rest, which will be named."""
    element = Element(name, limits)
    keys = {_local(key): key for key in item if not key.startswith(("@", "xmlns"))}
    order = ORDER[name]
    for local in (*order, *(local for local in keys if local not in order)):
        if local not in keys or local == "Signature":
            continue
        values = item[keys[local]]
        for value in values[: max(LIST_MAX, limits.areas_max)] if _many(values) else [values]:
            _put(element, local, value, limits)
    return element


def _many(values: Any) -> bool:
    return isinstance(values, list)


def _put(element: Element, name: str, value: Any, limits: CapLimits) -> None:
    if isinstance(value, Mapping):
        if name in _PAIRS and not {"valueName", "value"} & {_local(key) for key in value}:
            element.pairs(name, value)
        elif name in ORDER:
            element.node.children.append(_element(name, value, limits).node)
        else:
            element.text(name, next((value[key] for key in _TEXT_KEYS if key in value), None))
    elif isinstance(value, list):
        # An outline as a list of points, in CAP's own order.
        element.text(name, " ".join(",".join(written(n) for n in p) for p in _pairs(value)))
    elif written(value):
        element.text(name, value)
    elif value is not None:
        element.node.children.append(Node(name, NAMESPACE))


def _pairs(value: list[Any]) -> list[list[Any]]:
    if all(isinstance(each, int | float) for each in value):
        return [value]
    return [each for each in value if isinstance(each, list)]


def _local(key: str) -> str:
    return key.rpartition(":")[2]
