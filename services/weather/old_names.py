"""Which warning each name of the past belongs to, as small as can be: a message may refer to what
was over long ago, or be sent again.
"""

from array import array
from bisect import bisect_left
from hashlib import blake2b
from uuid import UUID

_BUCKET_BITS = 10
_ID_BYTES = 16


class OldNames:
    """A map that only grows: 25 bytes a name, a twentieth of what a dict of texts takes.

    It holds hashes of 64 bits. That one stands for two names happens to one in thirty million logs
    of a million names.
    """

    def __init__(self) -> None:
        self._buckets: dict[int, tuple[array[int], bytearray]] = {}

    def __len__(self) -> int:
        return sum(len(marks) for marks, _ in self._buckets.values())

    def get(self, name: tuple[str, ...]) -> str | None:
        """Return the warning that a name belongs to."""
        mark = _mark(name)
        bucket = self._buckets.get(mark >> 64 - _BUCKET_BITS)
        if bucket is None:
            return None
        marks, ids = bucket
        place = bisect_left(marks, mark)
        if place == len(marks) or marks[place] != mark:
            return None
        return str(UUID(bytes=bytes(ids[place * _ID_BYTES : (place + 1) * _ID_BYTES])))

    def put(self, name: tuple[str, ...], warning: str) -> bool:
        """Keep a name, and tell whether that can be done: only for a warning whose id is a UUID."""
        try:
            id = UUID(warning)
        except ValueError:
            return False
        if str(id) != warning:
            return False
        mark = _mark(name)
        marks, ids = self._buckets.setdefault(mark >> 64 - _BUCKET_BITS, (array("Q"), bytearray()))
        place = bisect_left(marks, mark)
        if place == len(marks) or marks[place] != mark:
            marks.insert(place, mark)
            ids[place * _ID_BYTES : place * _ID_BYTES] = id.bytes
        return True


def _mark(name: tuple[str, ...]) -> int:
    digest = blake2b(digest_size=8)
    for part in name:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return int.from_bytes(digest.digest())
