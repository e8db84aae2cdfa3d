"""Undoing what HTTP compresses, no further than a limit. Pure."""

import zlib
from typing import Final

from services.weather.feeds.reading import Unreadable

TAKEN: Final = "gzip, deflate"
"""What is asked for. Brotli cannot be undone piece by piece with a limit, so it is not."""
_MEMBERS_MAX: Final = 100


class Inflating:
    """Takes a body in piece by piece, as it was sent, and holds what it means.

    A body that would be larger than the limit is given up at the limit, whatever it would have
    come to.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower() or "identity"
        self._limit = limit
        self._raw = 0
        self._size = 0
        self._pieces: list[bytes] = []
        self._members = 0
        if self._encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise Unreadable(
                zh=f"内容编码 {encoding[:40]} 不受支持",
                en=f"its content encoding is {encoding[:40]}, which is not asked for",
            )
        self._unzip = None if self._encoding == "identity" else self._fresh()

    def take(self, piece: bytes) -> None:
        """Take in what came next. Raises Unreadable."""
        self._raw += len(piece)
        if self._raw > self._limit:
            self._give_up()
        try:
            self._add(piece if self._unzip is None else self._undone(piece))
        except zlib.error as error:
            raise Unreadable(
                zh=f"压缩内容损坏：{error}", en=f"what it compressed is damaged: {error}"
            ) from error

    def whole(self) -> bytes:
        """Return what was taken in. Raises Unreadable if the end is missing."""
        if self._unzip is not None and self._raw and not self._unzip.eof:
            raise Unreadable(zh="压缩内容不完整", en="the end of what it compressed is missing")
        return b"".join(self._pieces)

    def _undone(self, piece: bytes) -> bytes:
        found = []
        while piece and self._unzip is not None:
            if self._unzip.eof:
                self._unzip = self._fresh()
            found.append(self._next(piece))
            piece = self._unzip.unused_data
            if sum(map(len, found)) + self._size > self._limit or self._unzip.unconsumed_tail:
                self._give_up()
        return b"".join(found)

    def _next(self, piece: bytes) -> bytes:
        assert self._unzip is not None  # noqa: S101 - told to mypy; only compressed bodies come here
        room = self._limit - self._size + 1
        try:
            return self._unzip.decompress(piece, room)
        except zlib.error:
            if self._encoding != "deflate" or self._raw > len(piece):
                raise
            # Many servers mean the bare format by it.
            self._unzip = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._unzip.decompress(piece, room)

    def _fresh(self) -> "zlib._Decompress":
        self._members += 1
        if self._members > _MEMBERS_MAX:
            raise Unreadable(zh="压缩内容分段过多", en="it compressed too many pieces")
        bits = zlib.MAX_WBITS if self._encoding == "deflate" else zlib.MAX_WBITS | 16
        return zlib.decompressobj(bits)

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            self._give_up()
        self._pieces.append(piece)

    def _give_up(self) -> None:
        raise Unreadable(zh=f"超过 {self._limit} 字节", en=f"it is larger than {self._limit} bytes")
