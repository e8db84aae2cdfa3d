"""Which elements CAP 1.2 has, in the order its schema asks for; older versions fit into it."""

from collections.abc import Mapping
from typing import Final

from services.weather.cap.deviations import Notes
from services.weather.cap.fields import CAP_NAMESPACE
from services.weather.cap.signature import is_signature
from services.weather.cap.xml import Node

# `password` is CAP 1.0's and is never kept.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "alert": (
        "identifier", "sender", "sent", "status", "msgType", "password", "source", "scope",
        "restriction", "addresses", "code", "note", "references", "incidents", "info", "Signature",
    ),
    "info": (
        "language", "category", "event", "responseType", "urgency", "severity", "certainty",
        "audience", "eventCode", "effective", "onset", "expires", "senderName", "headline",
        "description", "instruction", "web", "contact", "parameter", "resource", "area",
    ),
    "area": ("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"),
    "resource": ("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"),
    "eventCode": ("valueName", "value"),
    "parameter": ("valueName", "value"),
    "geocode": ("valueName", "value"),
}  # fmt: skip


def note_structure(node: Node, notes: Notes, path: str = "alert") -> None:
    """Note every element that CAP does not know or that stands in the wrong place.

    It goes only into elements of `ORDER`, so never deeper than an area's geocode.
    """
    order = ORDER[node.name]
    place, last = 0, ""
    for child in node.children:
        here = f"{path}/{child.name}"
        if not _known(child, node, order):
            notes.add("element-unknown", here, child.text.strip())
            continue
        if order.index(child.name) < place:
            notes.add("element-order", here, f"after {last}")
        else:
            place, last = order.index(child.name), child.name
        if child.name in ORDER:
            note_structure(child, notes, here)


def _known(child: Node, parent: Node, order: tuple[str, ...]) -> bool:
    if is_signature(child):
        return parent.name == "alert"
    in_cap = child.namespace in {parent.namespace, ""} or bool(
        CAP_NAMESPACE.search(child.namespace)
    )
    return in_cap and child.name in order
