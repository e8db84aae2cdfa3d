"""Index pages: links to documents, as servers list a folder. Pure.

Read with an expression that never looks at a character more than a few times: the parser of
Python's own library takes minutes over four megabytes of brackets.
"""

import re
from html import unescape
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from services.weather.feeds.reading import Link, Reading, Unreadable

_TAG: Final = re.compile(r"<(?:html|body|head|pre|ul|table|a|h1|p)\b", re.IGNORECASE)
_HREF: Final = re.compile(
    r"""<(a|base)\s[^<>]{0,2000}?\bhref\s{0,9}=\s{0,9}"""
    r"""(?:"([^"<>]{0,2000})"|'([^'<>]{0,2000})'|([^\s"'<>]{1,2000}))""",
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(r"\.(?:xml|cap)$", re.IGNORECASE)
_FEED: Final = re.compile(r"(?:^|/)(?:index|feed|rss|atom|sitemap)\.xml$", re.IGNORECASE)
_LINKS_MAX: Final = 10_000


def read_page(body: bytes, base: str) -> Reading:
    """Return the links of a page to documents, in its order. Raises Unreadable."""
    # Addresses are ASCII; whatever else the page says is not read.
    text = _without_comments(body.decode("iso-8859-1"))
    if not _TAG.search(text):
        raise Unreadable(zh="不是网页", en="is no page")
    found: dict[str, Link] = {}
    for match in _HREF.finditer(text):
        url = _absolute(base, unescape(match[2] or match[3] or match[4] or ""))
        if match[1].lower() == "base":
            base = url or base
        elif _is_document(url):
            found.setdefault(url, Link(url))
        if len(found) >= _LINKS_MAX:
            break
    return Reading(len(found), (), tuple(found.values()))


def _without_comments(text: str) -> str:
    first, *commented = text.split("<!--")
    return "".join([first, *(part.partition("-->")[2] for part in commented)])


def _is_document(url: str) -> bool:
    parts = urlsplit(url)
    is_web = parts.scheme in ("http", "https")
    return is_web and bool(_DOCUMENT.search(parts.path)) and not _FEED.search(parts.path)


def _absolute(base: str, href: str) -> str:
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return ""
