"""Index pages: the links of an HTML page, or of a folder that a web server lists."""

import re
from html.parser import HTMLParser
from typing import Final

from services.weather.cap.model import FeedEntry
from services.weather.cap.refusals import refuse

LINKS_MAX: Final = 10_000
TITLE_CHARS_MAX: Final = 300
_TO_ALERT: Final = re.compile(
    r"\.(?:cap|xml|atom|rss|rdf|json|geojson|zip|gz)(?:[?#]|\Z)|/cap\b|[?&](?:cap|format=cap)",
    re.IGNORECASE,
)
_ALERT_TYPES: Final = re.compile(r"cap\+xml|atom\+xml|rss\+xml|geo\+json", re.IGNORECASE)
_CHUNK: Final = 65_536


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.entries: dict[str, FeedEntry] = {}
        self._link: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"a", "link"}:
            return
        said = dict(attrs)
        target = (said.get("href") or "").strip()
        by_type = _ALERT_TYPES.search(said.get("type") or "")
        if not target or not (by_type or (tag == "a" and _TO_ALERT.search(target))):
            return
        self._keep(target, said.get("title") or "")
        self._link, self._words = (target, []) if tag == "a" else (None, [])

    def handle_data(self, data: str) -> None:
        if self._link is not None and len(self._words) < 50:
            self._words.append(data[:TITLE_CHARS_MAX])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self._keep(self._link, " ".join("".join(self._words).split()))
            self._link = None

    def _keep(self, target: str, title: str) -> None:
        if target in self.entries or len(self.entries) < LINKS_MAX:
            self.entries[target] = FeedEntry(title[:TITLE_CHARS_MAX] or target, target)


def read(text: str) -> tuple[FeedEntry, ...]:
    """The links of a page that may lead to alerts, each once.

    Raises:
        CapRefused: there is none, as in an error page or a page that asks to log in.
    """
    page = _Links()
    try:
        for begin in range(0, len(text), _CHUNK):
            page.feed(text[begin : begin + _CHUNK])
            # What does not end by then is no tag: the parser would look through it ever again.
            if len(page.rawdata) > _CHUNK:
                break
    except AssertionError as error:  # the parser's own, at broken declarations
        raise refuse("page-without-alerts", "html") from error
    if not page.entries:
        raise refuse("page-without-alerts", "html")
    return tuple(page.entries.values())
