"""What one process remembers of a feed, so that nothing is fetched or taken twice. Disposable:
whoever begins anew takes the same documents again, which changes nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from events.feed import Adapter
from services.weather.feeds.fetch import Known
from services.weather.feeds.reading import Link

_KEPT_MAX: Final = 50_000


class Had(NamedTuple):
    """What is known of a link: how it was stamped, and what its address answered."""

    stamp: str
    known: Known
    done: bool = True


class File(NamedTuple):
    """What tells that a file is another one than before."""

    size: int
    modified_ns: int


@dataclass(slots=True)
class Memory:
    """Of one feed, read in one way at one place."""

    adapter: Adapter
    url: str
    known: Known = Known()  # noqa: RUF009 - a value
    entries: int = 0
    links: tuple[Link, ...] = ()
    had: dict[str, Had] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    done: dict[str, None] = field(default_factory=dict)
    """Digests of the documents taken or refused, the oldest first."""

    def is_new(self, digest: str) -> bool:
        """Tell whether a document has not been handed in yet."""
        return digest not in self.done

    def note(self, digest: str) -> None:
        """Remember that a document was handed in."""
        self.done[digest] = None
        if len(self.done) > _KEPT_MAX:
            del self.done[next(iter(self.done))]

    def wanted(self, links: Iterable[Link], limit: int) -> list[Link]:
        """Return the links to fetch, those never fetched first: new ones, those that failed, those
        that are stamped otherwise, and those without a stamp whose server can tell a change.
        """
        fresh = [link for link in links if self._is_wanted(link)]
        return sorted(fresh, key=lambda link: link.url in self.had)[:limit]

    def _is_wanted(self, link: Link) -> bool:
        had = self.had.get(link.url)
        if had is None or not had.done or had.stamp != link.stamp:
            return True
        return not link.stamp and bool(had.known.etag or had.known.modified)

    def forget_others(self, links: Iterable[Link]) -> None:
        """Forget links that are listed no longer."""
        listed = {link.url for link in links}
        for url in [url for url in self.had if url not in listed]:
            del self.had[url]


def digest_of(body: bytes) -> str:
    """Return the name under which a document is kept."""
    return hashlib.sha256(body).hexdigest()
