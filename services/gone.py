"""The ids of what has left memory, as small as can be: new ones must be told from them each time
an aggregate begins.
"""

from array import array
from bisect import bisect_left
from hashlib import blake2b

_BUCKET_BITS = 10
"""So that a bucket of a million ids has a thousand: what is moved to put one in is 8 KB."""


class Gone:
    """A set of ids that only grows: 9 bytes an id, 9 MB for a million of them.

    It holds hashes of 64 bits. That one stands for two ids happens to one in ten million logs of a
    million aggregates, and costs a look into the log that finds the other one's.
    """

    def __init__(self) -> None:
        self._buckets: dict[int, array[int]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def __contains__(self, id: str) -> bool:
        if not self._buckets:
            return False
        mark = _mark(id)
        bucket = self._buckets.get(mark >> 64 - _BUCKET_BITS)
        if bucket is None:
            return False
        place = bisect_left(bucket, mark)
        return place < len(bucket) and bucket[place] == mark

    def add(self, id: str) -> None:
        """Put an id in; one that is there stays."""
        mark = _mark(id)
        bucket = self._buckets.setdefault(mark >> 64 - _BUCKET_BITS, array("Q"))
        place = bisect_left(bucket, mark)
        if place == len(bucket) or bucket[place] != mark:
            bucket.insert(place, mark)


def _mark(id: str) -> int:
    """Return a hash that is the same in every process: it is kept in snapshots."""
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest())
