"""Which events are in the log already: what makes a report sent ten times one event with one
answer.

The server recognises a repeat for two minutes; people resend after a day without a network. So
every reader remembers the id of each event, from the first one on: 16 bytes of id, its sequence,
and
a hash of the report it was made from.
"""

import re
from typing import NamedTuple, TypeAlias

from events.envelope import Event


class Sighting(NamedTuple):
    """Where an event lies, and the digest of the report it was made from."""

    seq: int
    digest: str | None


class Seen:
    """Event id to sequence and digest, for every event of the stream.

    About 140 bytes an event: 2 million events are 280 MB.
    """

    def __init__(self) -> None:
        self._by_id: dict[int | str, _Packed] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, event_id: str) -> Sighting | None:
        """Return where the event lies, None when it is not in the log as far as it was read."""
        found = self._by_id.get(_key(event_id))
        return None if found is None else _unpack(found)

    def note(self, event: Event, seq: int) -> None:
        """Remember an event that was just stored, before the reader meets it."""
        self._by_id.setdefault(_key(event.id), _pack(seq, event.digest))

    def state(self) -> "dict[int | str, _Packed]":
        """Return what `restore` takes."""
        return self._by_id

    def restore(self, state: "dict[int | str, _Packed]") -> None:
        """Go on from a state that was kept."""
        self._by_id = state

    def first_time(self, event: Event) -> bool:
        """Remember an event that was read; False when another one with its id came before it."""
        packed = _pack(event.seq, event.digest)
        first = self._by_id.setdefault(_key(event.id), packed)
        return first is packed or _unpack(first).seq == event.seq


_Packed: TypeAlias = int | tuple[int, str]
"""The digest above the sequence in one number, half as large as both beside each other; beside each
other where the digest is none of ours."""
_SEQ_BITS = 64
_DIGEST = re.compile(r"[0-9a-f]{16}")


def _pack(seq: int, digest: str | None) -> _Packed:
    if digest is None:
        return seq
    if _DIGEST.fullmatch(digest):
        return int(digest, 16) + 1 << _SEQ_BITS | seq
    return seq, digest


def _unpack(packed: _Packed) -> Sighting:
    if isinstance(packed, tuple):
        return Sighting(*packed)
    digest = packed >> _SEQ_BITS
    return Sighting(packed & (1 << _SEQ_BITS) - 1, f"{digest - 1:016x}" if digest else None)


def _key(event_id: str) -> int | str:
    try:
        return int(event_id.replace("-", ""), 16)
    except ValueError:
        return event_id
