"""The picture of now as it is handed out: made once for all who look at the same time."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

import orjson

from projections.view import PEOPLE_LISTED, view
from services.node import Node

REUSED_S = 0.5
"""How old a picture of more people than it lists may be when it is handed out, in seconds. A
smaller one is always made anew, so that who has just written reads what they wrote."""
STALE_S = 10
"""A picture in which nothing happened is the same for so long: ages, overdue answers and expiry
change with time alone."""
_KEPT = 256


class Shown(NamedTuple):
    """A picture ready to be sent, and its tag."""

    body: bytes
    tag: str
    made_at: float


class Pictures:
    """Makes the picture of now, for each set of sites that somebody may see."""

    def __init__(self, node: Node, now: Callable[[], float] = monotonic) -> None:
        self._node = node
        self._now = now
        self._kept: OrderedDict[frozenset[str] | None, Shown] = OrderedDict()

    def show(self, sites: frozenset[str] | None, known_tag: str | None = None) -> Shown | str:
        """Return the picture, or its tag alone where the reader has it already."""
        kept = self._kept.get(sites)
        if kept is not None and self._now() - kept.made_at < REUSED_S:
            return kept.tag if known_tag == kept.tag else kept
        tag = f'"{self._node.picture.seq}-{int(self._now() / STALE_S)}"'
        if known_tag == tag:
            return tag
        return self._make(sites, tag)

    def _make(self, sites: frozenset[str] | None, tag: str) -> Shown:
        node = self._node
        picture: dict[str, Any] = view(node.picture, node.clock.now(), sites=sites, live=node.live)
        shown = Shown(orjson.dumps({**picture, "clock": node.clock_now()}), tag, self._now())
        if len(node.live.headcount.rows) > PEOPLE_LISTED:
            self._kept[sites] = shown
            self._kept.move_to_end(sites)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return shown
