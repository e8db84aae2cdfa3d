"""What an answer of a feed comes to: documents that lie in it, and links to others. Pure."""

import re
from typing import Final, NamedTuple

from events.fact import Text

CAP_TYPE: Final = "application/cap+xml"
JSON_TYPE: Final = "application/json"
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_WITHIN: Final = 2048


class Link(NamedTuple):
    """Where a document is. `stamp` changes when it does; empty where nothing says so."""

    url: str
    stamp: str = ""


class Found(NamedTuple):
    """A document, as it was sent."""

    body: bytes
    media_type: str = CAP_TYPE


class Reading(NamedTuple):
    """What a feed says. `entries` is what it lists, read or not.

    With `whole`, the answer itself is the one document: if that cannot be taken, the feed is what
    is broken.
    """

    entries: int
    documents: tuple[Found, ...] = ()
    links: tuple[Link, ...] = ()
    whole: bool = False


class Unreadable(Exception):
    """An answer that is not what this feed is said to give."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(zh=zh, en=en)


def is_html(body: bytes) -> bool:
    """Tell whether a body is a page for people, as servers send to say that something is wrong."""
    return _HTML.match(body.removeprefix(b"\xef\xbb\xbf")[:_HTML_WITHIN]) is not None


def is_blank(body: bytes) -> bool:
    """Tell whether there is nothing in a body."""
    return not body.strip(b" \t\r\n\x00\xef\xbb\xbf")
