"""Index pages: the links of an HTML page, or of a folder that a web server lists."""

import re
from html import unescape
from itertools import islice
from typing import Final

from services.weather.cap.model import FeedEntry
from services.weather.cap.refusals import refuse

LINKS_MAX: Final = 10_000
TITLE_CHARS_MAX: Final = 300
_TAGS_MAX: Final = 200_000
# Nothing in it can run past the next tag, so a page made to be slow is not.
_TAG: Final = re.compile(r"<(a|link)\s([^<>]{1,4000})>([^<]{0,300})", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""([a-z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_TO_ALERT: Final = re.compile(
    r"\.(?:cap|xml|atom|rss|rdf|json|geojson|zip|gz)(?:[?#]|\Z)|/cap\b|[?&](?:cap|format=cap)",
    re.IGNORECASE,
)
_ALERT_TYPES: Final = re.compile(r"cap\+xml|atom\+xml|rss\+xml|geo\+json", re.IGNORECASE)


def read(text: str) -> tuple[FeedEntry, ...]:
    """The links of a page that may lead to alerts, each once.

    Raises:
        CapRefused: there is none, as in an error page or a page that asks to log in.
    """
    entries: dict[str, FeedEntry] = {}
    for tag in islice(_TAG.finditer(text), _TAGS_MAX):
        said = {
            match[1].casefold(): unescape(match[2] or match[3] or match[4] or "")
            for match in _ATTRIBUTE.finditer(tag[2])
        }
        target = said.get("href", "").strip()
        by_type = _ALERT_TYPES.search(said.get("type", ""))
        by_name = tag[1].casefold() == "a" and _TO_ALERT.search(target)
        if target and target not in entries and (by_type or by_name):
            title = " ".join(unescape(tag[3]).split()) or said.get("title", "")
            entries[target] = FeedEntry(title[:TITLE_CHARS_MAX] or target, target)
        if len(entries) >= LINKS_MAX:
            break
    if not entries:
        raise refuse("page-without-alerts", "html")
    return tuple(entries.values())
