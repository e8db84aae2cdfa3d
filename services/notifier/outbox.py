"""The messages that have not gone out by every channel: a fold, so a restart finds them again."""

from datetime import datetime
from typing import ClassVar, NamedTuple

from events.envelope import Event
from events.message import (
    PAGE,
    MessageBegun,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)


class Waiting(NamedTuple):
    """A message with the channels that it has still to go out by."""

    request: Event
    unbegun: frozenset[str]
    begun: dict[str, datetime]
    """Since when each of the others is being sent by, by our clock."""

    @property
    def fact(self) -> MessageRequested:
        """What is asked for."""
        fact = self.request.data
        assert isinstance(fact, MessageRequested)  # noqa: S101 - the outbox puts nothing else in
        return fact


class Outbox:
    """Message id to what is left of it. A message that is over is not kept."""

    kinds: ClassVar[frozenset[str]] = frozenset({"message"})

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._begun: set[str] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case MessageRequested(channels=channels):
                unbegun = frozenset(channels) - {PAGE}
                if unbegun:
                    self._waiting.setdefault(event.key, Waiting(event, unbegun, {}))
            case MessageBegun(channel=channel):
                self._move(event.key, channel, event.recorded_at)
            case MessageDelivered() | MessageFailed() | MessageUnknown() as fact:
                self._move(event.key, fact.channel, None)
            case _:
                pass

    def find(self, id: str) -> Waiting | None:
        """Return what is left of a message, None when nothing is."""
        return self._waiting.get(id)

    def ids(self) -> list[str]:
        """Return the messages that are left, the oldest first."""
        return list(self._waiting)

    def begun(self) -> list[str]:
        """Return those that are being sent by some channel."""
        return sorted(self._begun)

    def _move(self, id: str, channel: str, begun_at: datetime | None) -> None:
        row = self._waiting.get(id)
        if row is None:
            return
        begun = {name: since for name, since in row.begun.items() if name != channel}
        if begun_at is not None:
            begun[channel] = begun_at
        unbegun = row.unbegun - {channel}
        if begun:
            self._begun.add(id)
        else:
            self._begun.discard(id)
        if unbegun or begun:
            self._waiting[id] = Waiting(row.request, unbegun, begun)
        else:
            del self._waiting[id]
