"""Feeds: Atom, RSS and RDF, with what each entry says of its alert, and the alerts inside them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from services.weather.cap.fields import CAP_NAMESPACE
from services.weather.cap.model import CapLimits, CapRefused, FeedEntry
from services.weather.cap.order import ORDER
from services.weather.cap.read import alerts_in
from services.weather.cap.xml import FEED_ROOTS, Document, Node
from services.weather.formats.nodes import Found

ENTRY_CHARS_MAX: Final = 2_000
"""Of one text of an entry: the alert it leads to has it whole."""
_FORMATS: Final = {"feed": "atom", "rss": "rss", "channel": "rss", "RDF": "rdf"}
_CAP_NAMES: Final = frozenset(name for names in ORDER.values() for name in names) - {"value"}
_CAP_TYPES: Final = ("application/cap+xml", "application/common-alerting-protocol+xml")


def is_feed(document: Document) -> bool:
    """Whether the root is a feed's."""
    return document.root.name in FEED_ROOTS


def read(document: Document, limits: CapLimits) -> tuple[Found, tuple[FeedEntry, ...]]:
    """The alerts that a feed carries whole, and all its entries."""
    name = _FORMATS[document.root.name]
    entries = tuple(_entry(node) for node in _entries(document.root))
    try:
        alerts = [replace(alert, odd=()) for alert in alerts_in(document, limits)]
    except CapRefused as error:
        refused = () if error.code == "no-alert" else (error,)
        return Found(name, (), refused, document.deviations), entries
    return Found(name, tuple(alerts), (), document.deviations), entries


def _entries(root: Node) -> Iterator[Node]:
    """Entries of a feed, items of a channel and, in RDF, those beside it."""
    for node in root.children:
        if node.name in {"entry", "item"}:
            yield node
        elif node.name == "channel":
            yield from node.all("item")


def _entry(node: Node) -> FeedEntry:
    id = _text(node, "id", "guid", "identifier")
    return FeedEntry(
        title=_text(node, "title"),
        link=_link(node) or (id if id.startswith(("http://", "https://")) else ""),
        updated=_text(node, "updated", "published", "pubDate", "date", "sent"),
        id=id,
        cap=tuple(_cap(node)),
    )


def _text(node: Node, *names: str) -> str:
    """The first text that one of `names` has; the entry's own before those of its CAP elements."""
    own = [child for child in node.children if not CAP_NAMESPACE.search(child.namespace)]
    for name in names:
        for child in own:
            if child.name == name and (text := " ".join(child.text.split())):
                return text[:ENTRY_CHARS_MAX]
    return ""


def _link(node: Node) -> str:
    """Where the alert is: a link of CAP's media type, else the first that is not about the feed."""
    found: list[tuple[int, str]] = []
    for link in node.children:
        if link.name not in {"link", "enclosure", "content"}:
            continue
        attributes = link.attributes
        target = attributes.get("href") or attributes.get("url") or attributes.get("src") or ""
        target = (target or (link.text if link.name == "link" else "")).strip()
        if not target or attributes.get("rel", "alternate") in {"self", "hub", "next", "prev"}:
            continue
        kind = attributes.get("type", "").casefold().split(";")[0].strip()
        worth = 0 if kind in _CAP_TYPES else 1 if link.name == "link" else 2
        found.append((worth, target))
    return min(found, default=(0, ""), key=lambda each: each[0])[1][:ENTRY_CHARS_MAX]


def _cap(entry: Node) -> Iterator[tuple[str, str]]:
    """Elements of CAP that stand in an entry itself, as the United States' feed has them.

    One with names and values below it comes as `geocode.EMMA_ID`.
    """
    for node in entry.children:
        in_cap = bool(CAP_NAMESPACE.search(node.namespace)) or not node.prefix_bound
        if not in_cap or node.name not in _CAP_NAMES:
            continue
        if not node.children:
            if text := " ".join(node.text.split()):
                yield node.name, text[:ENTRY_CHARS_MAX]
            continue
        names = [child.text.strip() for child in node.all("valueName")]
        values = [" ".join(child.text.split()) for child in node.all("value")]
        for name, value in zip(names, values, strict=False):
            yield f"{node.name}.{name}"[:200], value[:ENTRY_CHARS_MAX]
