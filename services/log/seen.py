"""Which events are in the log already: what makes a report sent ten times one event with one
answer.

The server recognises a repeat for two minutes; people resend after a day without a network. So
every reader remembers the id of each event, from the first one on: 16 bytes of id, its sequence,
and
a hash of the report it was made from.
"""

from typing import NamedTuple

from events.envelope import Event


class Sighting(NamedTuple):
    """Where an event lies, and the digest of the report it was made from."""

    seq: int
    digest: str | None


class Seen:
    """Event id to sequence and digest, for every event of the stream.

    About 180 bytes an event: 2 million events are 360 MB.
    """

    def __init__(self) -> None:
        self._by_id: dict[int | str, tuple[int, str | None]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, event_id: str) -> Sighting | None:
        """Return where the event lies, None when it is not in the log as far as it was read."""
        found = self._by_id.get(_key(event_id))
        return Sighting(*found) if found else None

    def note(self, event: Event, seq: int) -> None:
        """Remember an event that was just stored, before the reader meets it."""
        self._by_id.setdefault(_key(event.id), (seq, event.digest))

    def state(self) -> dict[int | str, tuple[int, str | None]]:
        """Return what `restore` takes."""
        return self._by_id

    def restore(self, state: dict[int | str, tuple[int, str | None]]) -> None:
        """Go on from a state that was kept."""
        self._by_id = state

    def first_time(self, event: Event) -> bool:
        """Remember an event that was read; False when another one with its id came before it."""
        first = self._by_id.setdefault(_key(event.id), (event.seq, event.digest))
        return first[0] == event.seq


def _key(event_id: str) -> int | str:
    try:
        return int(event_id.replace("-", ""), 16)
    except ValueError:
        return event_id
