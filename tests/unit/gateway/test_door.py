from collections.abc import Iterable
from typing import Any

import pytest

from services.gateway.door import TooLarge, read_body


class Sender:
    """Sends a body in pieces, and counts how many were taken."""

    def __init__(self, pieces: Iterable[bytes], *, leaves: bool = False) -> None:
        self._pieces = list(pieces)
        self._leaves = leaves
        self.taken = 0

    async def __call__(self) -> dict[str, Any]:
        if self.taken == len(self._pieces):
            return {"type": "http.disconnect"}
        piece = self._pieces[self.taken]
        self.taken += 1
        more = self._leaves or self.taken < len(self._pieces)
        return {"type": "http.request", "body": piece, "more_body": more}


async def test_a_body_comes_in_any_pieces() -> None:
    for pieces in ([b"abcdef"], [b"abc", b"", b"def"], [b"a"] * 6):
        assert await read_body(Sender(pieces), 6) == b"".join(pieces)


async def test_a_sender_that_leaves_has_sent_nothing() -> None:
    assert await read_body(Sender([b"abc"], leaves=True), 6) is None


async def test_one_byte_too_many_is_too_many_and_is_read_to_its_end() -> None:
    sender = Sender([b"abcdef", b"g", b"h"])
    with pytest.raises(TooLarge):
        await read_body(sender, 6)
    assert sender.taken == 3


async def test_a_body_without_end_is_not_read_for_ever() -> None:
    sender = Sender([b"x"] * 1000)
    with pytest.raises(TooLarge):
        await read_body(sender, 10)
    assert sender.taken < 100
