"""Untrusted XML to a small tree, refusing as it reads: no DTD, and a limit on everything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from xml.parsers import expat

from services.weather.cap.encoding import decode
from services.weather.cap.model import CapLimits
from services.weather.cap.refusals import refuse

FEED_ROOTS: Final = frozenset({"feed", "rss", "RDF", "channel"})
# These carry what one message may be large for: outlines, and files that are not kept.
_LONG_TEXTS: Final = frozenset({"polygon", "derefUri"})
_DROPPED_TEXTS: Final = frozenset({"derefUri"})
# Atom says where an entry leads in attributes.
_WITH_ATTRIBUTES: Final = frozenset({"link", "content", "enclosure"})

_PIECE_CHARS: Final = 65_536

Bindings: TypeAlias = dict[str, str]
_BUILT_IN: Final[Bindings] = {"": "", "xml": "http://www.w3.org/XML/1998/namespace"}


@dataclass(slots=True)
class Node:
    """An element: its local name, namespace ("" if none), text and children."""

    name: str
    namespace: str
    prefix_bound: bool = True
    children: list["Node"] = field(default_factory=list)
    text: str = ""
    attributes: Bindings = field(default_factory=dict)
    """Kept for the links of feeds alone."""
    chars: int = 0
    """Length of the text as sent, also where the text itself was not kept."""

    def all(self, name: str) -> list["Node"]:
        """Children called `name`."""
        return [child for child in self.children if child.name == name]

    def walk(self) -> Iterator["Node"]:
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Document:
    root: Node
    deviations: tuple[tuple[str, str], ...]
    text: str = ""
    """What was parsed, without its XML declaration."""
    attributes: int = 0
    """How many attributes and namespace declarations there are in all."""


def check_size(body: bytes, limits: CapLimits) -> None:
    """Refuse a body that is empty, or too large to be looked at."""
    if not body.strip(b" \t\r\n\x00"):
        raise refuse("body-empty", "")
    if len(body) > limits.body_bytes_max:
        raise refuse("body-too-large", "", size=len(body), limit=limits.body_bytes_max)


def parse(body: bytes, limits: CapLimits) -> Document:
    """The tree of `body`, which is no feed.

    Raises:
        CapRefused: too large, not XML, a DOCTYPE, a feed, or over a limit. It is refused at the
            first element that goes over, before anything behind it is looked at.
    """
    check_size(body, limits)
    decoded = decode(body)
    return parse_text(decoded.text, limits, decoded.deviations)


def parse_text(
    text: str,
    limits: CapLimits,
    deviations: tuple[tuple[str, str], ...] = (),
    *,
    feeds: bool = False,
) -> Document:
    """The tree of `text`, which has no XML declaration; with `feeds`, also of a feed.

    Raises:
        CapRefused: as `parse`.
    """
    builder = _Builder(limits, feeds=feeds)
    root = builder.build(text)
    return Document(root, deviations, text, builder.attributes)


class _Builder:
    """Expat's callbacks. Namespaces are resolved here: expat itself would refuse an unbound prefix,
    which real messages have.
    """

    def __init__(self, limits: CapLimits, *, feeds: bool) -> None:
        self.attributes = 0
        self._feeds = feeds
        self._limits = limits
        self._root: Node | None = None
        self._open: list[Node] = []
        self._bindings: list[Bindings] = [_BUILT_IN]
        self._texts: list[list[str]] = []
        self._elements = 0

    def build(self, text: str) -> Node:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._on_aside
        try:
            self._feed(parser, text)
        except expat.ExpatError as error:
            raise refuse(
                "xml-broken",
                self._path(),
                problem=expat.ErrorString(error.code) or "error",
                line=error.lineno,
                column=error.offset,
            ) from error
        if self._root is None:
            raise refuse("xml-broken", "", problem="no element found", line=1, column=0)
        return self._root

    def _feed(self, parser: expat.XMLParserType, text: str) -> None:
        """Parse `text` by pieces. Expat holds a tag or a comment until it ends: one that does not
        end is refused before it is held whole, and before its attributes are taken apart.
        """
        given, most = 0, self._limits.markup_bytes_max
        for begin in range(0, len(text), _PIECE_CHARS):
            piece = text[begin : begin + _PIECE_CHARS].encode("utf-8", "surrogatepass")
            parser.Parse(piece, False)  # noqa: FBT003 (no keyword)
            given += len(piece)
            if given - parser.CurrentByteIndex > most:
                raise refuse("markup-too-long", self._path(), limit=most)
        parser.Parse(b"", True)  # noqa: FBT003 (no keyword)

    def _on_doctype(self, *_declared: object) -> None:
        raise refuse("dtd-forbidden", "")

    def _on_start(self, name: str, attributes: list[str]) -> None:
        limits = self._limits
        self._count()
        if len(self._open) >= limits.depth_max:
            raise refuse("nested-too-deep", self._path(), limit=limits.depth_max)
        size = sum(map(len, attributes))
        if size > limits.attribute_chars_max:
            limit = limits.attribute_chars_max
            raise refuse("attributes-too-long", self._path(), size=size, limit=limit)
        self.attributes += len(attributes) // 2
        self._enter(name, attributes)

    def _count(self) -> None:
        self._elements += 1
        if self._elements > self._limits.elements_max:
            raise refuse("too-many-elements", self._path(), limit=self._limits.elements_max)

    def _on_aside(self, *_said: str) -> None:
        # Not kept here, but whoever checks a signature makes a node of each.
        self._count()

    def _enter(self, name: str, attributes: list[str]) -> None:
        declared = {
            key[6:]: value
            for key, value in zip(attributes[::2], attributes[1::2], strict=True)
            if key == "xmlns" or key.startswith("xmlns:")
        }
        self._bindings.append(declared)
        prefix, _, local = name.rpartition(":")
        namespace = self._bound(prefix)
        node = Node(local, namespace or "", prefix_bound=namespace is not None)
        if local in _WITH_ATTRIBUTES:
            node.attributes = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if self._root is None:
            if local in FEED_ROOTS and not self._feeds:
                raise refuse("feed-not-alert", local, value=local)
            self._root = node
        else:
            self._open[-1].children.append(node)
        self._open.append(node)
        self._texts.append([])

    def _bound(self, prefix: str) -> str | None:
        for declared in reversed(self._bindings):
            if prefix in declared:
                return declared[prefix]
        return None

    def _on_end(self, _name: str) -> None:
        node = self._open.pop()
        self._bindings.pop()
        node.text = "".join(self._texts.pop())

    def _on_text(self, text: str) -> None:
        node = self._open[-1]
        node.chars += len(text)
        if node.name not in _LONG_TEXTS and node.chars > self._limits.text_chars_max:
            raise refuse("text-too-long", self._path(), limit=self._limits.text_chars_max)
        if node.name not in _DROPPED_TEXTS:
            self._texts[-1].append(text)

    def _path(self) -> str:
        """Where the reader is, for a reason: the outermost ten elements."""
        return "/".join(node.name[:40] for node in self._open[:10])
