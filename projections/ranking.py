"""People in an order that changes all the time, of whom only the first ones are ever asked for."""

import heapq
from bisect import insort
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

NEVER = float("-inf")
"""When somebody was last heard of who never was."""
_STALE_MAX = 1000


Rank: TypeAlias = tuple[int, float, str]
"""Where somebody comes in a list of whom to look after first: their urgency (0 comes first), when
they were last heard of in seconds since 1970 (minus infinity: never), and their id. A plain tuple:
a roll call of everyone makes tens of thousands at once.
"""


class Ranking:
    """The ranks of some people. A change costs a push; the order is looked at only when asked."""

    __slots__ = ("_front", "_heap", "_of")

    def __init__(self, ranks: Iterable[Rank] = ()) -> None:
        self._of = {rank[2]: rank for rank in ranks}
        self._heap = list(self._of.values())
        heapq.heapify(self._heap)
        self._front: list[Rank] = []
        """The first ones in order, as far as they were asked for. None in the heap comes before."""

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def put(self, rank: Rank) -> None:
        """Give a person a rank, in place of the one they had."""
        if self._of.get(rank[2]) == rank:
            return
        self._of[rank[2]] = rank
        if self._front and rank < self._front[-1]:
            insort(self._front, rank)
        else:
            heapq.heappush(self._heap, rank)
        if len(self._heap) + len(self._front) > 2 * len(self._of) + _STALE_MAX:
            self._heap, self._front = sorted(self._of.values()), []

    def drop(self, person: str) -> None:
        """Leave a person out, if they are in."""
        self._of.pop(person, None)

    def in_order(self) -> Iterator[Rank]:
        """Yield the ranks, the first first. Nothing may be put or dropped meanwhile."""
        self._front = [rank for rank in self._front if self._is_held(rank)]
        yield from self._front
        while self._heap:
            rank = heapq.heappop(self._heap)
            if self._is_held(rank):
                self._front.append(rank)
                yield rank

    def _is_held(self, rank: Rank) -> bool:
        # Only the very object counts: an equal one may be left of an earlier time.
        return self._of.get(rank[2]) is rank


def first(rankings: Iterable[Ranking], most: int) -> list[str]:
    """Return the first of several rankings, at most so many people. Nobody may be in two."""
    ranks = heapq.merge(*(ranking.in_order() for ranking in rankings))
    return [rank[2] for rank in islice(ranks, most)]
