"""Cutting alerts out of a feed, byte for byte. Pure.

Expat is told that every document is ISO-8859-1, so that it reads one character a byte, whatever
the bytes mean: places are then places in the original, and no byte can be wrong. That holds for
every encoding in which no part of another character looks like a `<`, a `>` or a `&`: all but
UTF-16, which is made UTF-8 first.
"""

import codecs
import re
from typing import Final, NamedTuple
from xml.parsers import expat

from services.weather.feeds.reading import Unreadable

_DECLARED: Final = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,200}\?>"""
)
_BYTES: Final = re.compile(r"[\x00-\xff]+")
"""Characters that may stand for bytes; others were written as references, and are right already."""
_CAP: Final = re.compile(r"emergency:cap|incident\.com/cap", re.IGNORECASE)
_PLAIN_TEXT: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class Cut(NamedTuple):
    """An alert that has begun: where, by what name, and the namespaces that hold there."""

    start: int
    name: str
    namespaces: dict[str, str]


class Source:
    """The bytes of a feed, and the namespaces that hold where expat is in them."""

    def __init__(self, body: bytes) -> None:
        self.bytes, self._encoding = _readable(body)
        self._namespaces: list[dict[str, str]] = [{}]

    def parser(self) -> expat.XMLParserType:
        """Return a parser that reads these bytes one by one, and passes over entities that only a
        browser knows.
        """
        parser = expat.ParserCreate("iso-8859-1")
        parser.UseForeignDTD(True)  # noqa: FBT003 (no keyword)
        return parser

    def text(self, read: str) -> str:
        """Return what expat read as what it means."""
        return read if read.isascii() else _BYTES.sub(self._meant, read)

    def _meant(self, run: re.Match[str]) -> str:
        try:
            return run[0].encode("iso-8859-1").decode(self._encoding)
        except UnicodeDecodeError:
            return run[0]

    def decoded(self, attributes: dict[str, str]) -> dict[str, str]:
        """Return attributes with their values as what they mean."""
        return {name: self.text(value) for name, value in attributes.items()}

    def enter(self, attributes: dict[str, str]) -> None:
        """Take in what an element declares."""
        declared = {
            name[6:]: value
            for name, value in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        above = self._namespaces[-1]
        self._namespaces.append({**above, **declared} if declared else above)

    def leave(self) -> None:
        """Forget what the element that ends has declared."""
        self._namespaces.pop()

    def cut(self, name: str, start: int) -> Cut | None:
        """Return the cut that begins with an element called alert, None if it is none of CAP's.

        One without a namespace of its own is taken for one: feeds are written by hand, too.
        """
        inherited, here = self._namespaces[-2], self._namespaces[-1]
        prefix = name.rpartition(":")[0]
        uri = here.get(prefix, "")
        if uri and not _CAP.search(uri) and uri != inherited.get(prefix):
            return None
        return Cut(start, name, {p: u for p, u in here.items() if inherited.get(p) == u})

    def document(self, cut: Cut, end: int) -> bytes:
        """Return the alert of a cut that ends with the tag at `end`, as a document of its own.

        Namespaces that the feed declared for it are written into its first tag; nothing else of it
        is touched.
        """
        after = self.bytes.index(b">", end) + 1
        body = self.bytes[cut.start : after]
        wanted = {p: u for p, u in cut.namespaces.items() if _needed(p, u, body)}
        if wanted:
            head = 1 + len(cut.name.encode("iso-8859-1"))
            said = "".join(f' xmlns{":" if p else ""}{p}="{_quoted(u)}"' for p, u in wanted.items())
            body = body[:head] + said.encode() + body[head:]
        if self._encoding.lower() in _PLAIN_TEXT:
            return body
        return f'<?xml version="1.0" encoding="{self._encoding}"?>\n'.encode() + body


def _needed(prefix: str, uri: str, body: bytes) -> bool:
    if prefix in ("", "xml"):
        # The feed's own namespace is none of the alert's.
        return prefix == "" and _CAP.search(uri) is not None
    first_tag = body[: body.find(b">") + 1]
    mark = prefix.encode("iso-8859-1", "replace")
    if re.search(rb"xmlns:" + re.escape(mark) + rb"\s*=", first_tag):
        return False
    return re.search(rb"[<\s/]" + re.escape(mark) + rb":", body) is not None


def _quoted(uri: str) -> str:
    return uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _readable(body: bytes) -> tuple[bytes, str]:
    """Return the bytes without a mark, and the encoding they are in."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark) or body[:4] == "<?".encode(encoding):
            try:
                text = body.removeprefix(mark).decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(
                    zh=f"不是有效的 {encoding}（位置 {error.start}）",
                    en=f"is no valid {encoding} (at {error.start})",
                ) from error
            return re.sub(r"^\s*<\?xml[^>]{0,400}\?>", "", text).strip().encode(), "utf-8"
    body = body.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x00").rstrip(b" \t\r\n\x00\x1a")
    declared = _DECLARED.match(body)
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = "utf-8"
    return body, "utf-8" if known.startswith(("utf-16", "utf-32", "idna", "punycode")) else name
