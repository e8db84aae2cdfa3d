"""Atom, RSS and RDF feeds: entries, their links, and CAP that lies in them. Pure.

One pass of expat with a limit on everything, so that a hostile feed costs no more than reading it.
What follows a mistake in the XML is not read; what came before it is. Alerts that lie in an entry
are cut out byte for byte: a signature in them is over these bytes.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from services.weather.feeds.cutting import Cut, Source
from services.weather.feeds.reading import CAP_TYPE, Found, Link, Reading, Unreadable

_ROOTS: Final = frozenset({"feed", "rss", "RDF", "channel", "alert"})
_ENTRIES: Final = frozenset({"entry", "item"})
_STAMPS: Final = frozenset({"updated", "modified", "pubDate", "published", "date"})
_BODIES: Final = frozenset({"content", "summary", "description", "encoded"})
_TEXTS: Final = _STAMPS | _BODIES | {"link", "id", "guid"}
_ALERT: Final = re.compile(r"(?:<\?xml[^>]{0,200}\?>\s{0,20})?<(?:[\w.-]+:)?alert[\s>]")
_XML_TYPE: Final = re.compile(r"(?:application|text)/(?:[\w.+-]*\+)?xml\b", re.IGNORECASE)
_XML_PATH: Final = re.compile(r"\.(?:xml|cap)(?:[?#]|$)", re.IGNORECASE)
_ELEMENTS_MAX: Final = 200_000
_DEPTH_MAX: Final = 100
_LINKS_OF_AN_ENTRY: Final = 20


@dataclass(slots=True)
class _Entry:
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, relation and type, as they are written."""
    id: str = ""
    stamp: str = ""
    texts: list[str] = field(default_factory=list)
    alerts: list[Found] = field(default_factory=list)


def read_syndicated(body: bytes, base: str) -> Reading:
    """Return what a feed says; `base` is where it was found. Raises Unreadable."""
    reader = _Reader(Source(body), base)
    entries, lone = reader.read()
    documents = list(lone)
    links: dict[str, Link] = {}
    for entry in entries:
        if inside := entry.alerts or _escaped(entry):
            documents += inside
        elif link := _link_of(entry):
            links.setdefault(link.url, link)
    return Reading(len(entries), tuple(documents), tuple(links.values()))


def _escaped(entry: _Entry) -> list[Found]:
    """Return an alert that is written into an entry as text, in CDATA or with its brackets
    escaped.
    """
    for text in entry.texts:
        start = _ALERT.search(text)
        if start is not None and "emergency:cap" in text:
            return [Found(text[start.start() :].strip().encode())]
    return []


def _link_of(entry: _Entry) -> Link | None:
    """Return the link that leads to the CAP document, by what it says it is, or by its name.

    Where none says so it is the first: the national weather service of the United States gives
    neither type nor ending.
    """
    http = [link for link in entry.links if link[0].lower().startswith(("http://", "https://"))]
    typed = (url for url, _, type in http if type.lower().startswith(CAP_TYPE))
    of_xml = (url for url, rel, type in http if rel == "enclosure" and _XML_TYPE.match(type))
    named = (url for url, _, _ in http if _XML_PATH.search(url))
    guid = (entry.id for _ in [0] if entry.id.startswith("http") and _XML_PATH.search(entry.id))
    plain = (url for url, rel, _ in http if rel in ("", "alternate"))
    for candidates in (typed, of_xml, named, guid, plain):
        if url := next(iter(candidates), None):
            return Link(url, entry.stamp)
    return None


class _Reader:
    """Expat's callbacks over one document."""

    def __init__(self, source: Source, base: str) -> None:
        self._source = source
        self._bases = [base]
        self._path: list[str] = []
        self._elements = 0
        self._entries: list[_Entry] = []
        self._entry: _Entry | None = None
        self._entry_depth = 0
        self._text: list[str] | None = None
        self._cut: Cut | None = None
        self._lone: list[Found] = []

    def read(self) -> tuple[list[_Entry], list[Found]]:
        """Return the entries, and the alerts that lie in none. Raises Unreadable."""
        parser = self._source.parser()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.EntityDeclHandler = self._on_entity
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        self._parser = parser
        try:
            parser.Parse(self._source.bytes, True)  # noqa: FBT003 (no keyword)
        except expat.ExpatError as error:
            if not self._entries and not self._lone:
                problem = expat.ErrorString(error.code) or "error"
                raise Unreadable(
                    zh=f"不是可读取的 XML（第 {error.lineno} 行：{problem}）",
                    en=f"is no XML that can be read (line {error.lineno}: {problem})",
                ) from error
        return self._entries, self._lone

    def _on_entity(self, *_declared: object) -> None:
        raise Unreadable(
            zh="声明了 XML 实体，不予读取", en="declares XML entities, and is not read"
        )

    def _on_start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        if self._elements > _ELEMENTS_MAX or len(self._path) >= _DEPTH_MAX:
            raise Unreadable(
                zh=f"元素超过 {_ELEMENTS_MAX} 个，或嵌套超过 {_DEPTH_MAX} 层",
                en=f"has more than {_ELEMENTS_MAX} elements, or more than {_DEPTH_MAX} levels",
            )
        local = name.rpartition(":")[2]
        said = self._source.decoded(dict(zip(attributes[::2], attributes[1::2], strict=True)))
        if not self._path and local not in _ROOTS:
            raise Unreadable(
                zh=f"不是 Atom 或 RSS：根元素为 {local[:60]}",
                en=f"is neither Atom nor RSS: its root is {local[:60]}",
            )
        self._path.append(name)
        self._source.enter(said)
        self._bases.append(urljoin(self._bases[-1], said.get("xml:base", "")))
        if self._cut is None:
            self._begin(name, local, said)

    def _begin(self, name: str, local: str, said: dict[str, str]) -> None:
        if local == "alert" and (cut := self._source.cut(name, self._parser.CurrentByteIndex)):
            self._cut, self._text = cut, None
            self._cut_depth = len(self._path)
        elif local in _ENTRIES and self._entry is None:
            self._entry, self._entry_depth = _Entry(), len(self._path)
        elif self._entry is not None and len(self._path) == self._entry_depth + 1:
            self._text = [] if local in _TEXTS else None
            if local in ("link", "enclosure"):
                self._link(local, said)

    def _link(self, local: str, said: dict[str, str]) -> None:
        href = said.get("href") or said.get("url") or ""
        rel = "enclosure" if local == "enclosure" else said.get("rel", "")
        if href and self._entry and len(self._entry.links) < _LINKS_OF_AN_ENTRY:
            self._entry.links.append((self._absolute(href), rel, said.get("type", "")))

    def _on_text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _on_end(self, name: str) -> None:
        if self._cut is not None:
            if len(self._path) == self._cut_depth:
                self._take(self._cut)
        elif self._entry is not None:
            if len(self._path) == self._entry_depth:
                self._entries.append(self._entry)
                self._entry = None
            elif len(self._path) == self._entry_depth + 1:
                self._said(self._entry, name.rpartition(":")[2])
        self._path.pop()
        self._bases.pop()
        self._source.leave()

    def _take(self, cut: Cut) -> None:
        found = Found(self._source.document(cut, self._parser.CurrentByteIndex))
        (self._entry.alerts if self._entry else self._lone).append(found)
        self._cut = None

    def _said(self, entry: _Entry, local: str) -> None:
        if self._text is None:
            return
        text, self._text = self._source.text("".join(self._text)).strip(), None
        if not text:
            return
        if local == "link" and len(entry.links) < _LINKS_OF_AN_ENTRY:
            entry.links.append((self._absolute(text), "", ""))
        elif local in ("id", "guid"):
            entry.id = text
        elif local in _STAMPS:
            # What changed last says more than what was published first.
            entry.stamp = text if local in ("updated", "modified") else entry.stamp or text
        elif local in _BODIES:
            entry.texts.append(text)

    def _absolute(self, address: str) -> str:
        try:
            return urljoin(self._bases[-1], address.strip())
        except ValueError:
            return ""
