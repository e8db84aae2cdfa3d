"""People in an order that changes all the time, of whom only the first ones are ever asked for."""

import heapq
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

    __slots__ = ("_heap", "_of")

    def __init__(self, ranks: Iterable[Rank] = ()) -> None:
        self._of = {rank[2]: rank for rank in ranks}
        self._heap = list(self._of.values())
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def put(self, rank: Rank) -> None:
        """Give a person a rank, in place of the one they had."""
        if self._of.get(rank[2]) != rank:
            self._of[rank[2]] = rank
            heapq.heappush(self._heap, rank)
            if len(self._heap) > 2 * len(self._of) + _STALE_MAX:
                self._heap = sorted(self._of.values())

    def drop(self, person: str) -> None:
        """Leave a person out, if they are in."""
        self._of.pop(person, None)

    def _in_order(self, taken: "list[tuple[Ranking, Rank]]") -> Iterator[Rank]:
        """Take the ranks out, the first first, and note in `taken` what is to be put back."""
        while self._heap:
            rank = heapq.heappop(self._heap)
            # Only the very object counts: an equal one may be left of an earlier time.
            if self._of.get(rank[2]) is rank:
                taken.append((self, rank))
                yield rank


def first(rankings: Iterable[Ranking], most: int) -> list[str]:
    """Return the first of several rankings, at most so many people. Nobody may be in two."""
    taken: list[tuple[Ranking, Rank]] = []
    ranks = heapq.merge(*(ranking._in_order(taken) for ranking in rankings))  # noqa: SLF001 - its own
    found = [rank[2] for rank in islice(ranks, most)]
    for ranking, rank in taken:
        heapq.heappush(ranking._heap, rank)  # noqa: SLF001 - as above
    return found
