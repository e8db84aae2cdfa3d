"""What only a lane may see that it happened at all: that somebody asked it for care.

Everyone sees who has checked in and when. A request for care that everyone saw come a moment later
would tell whose it is, however well it is sealed. So what belongs to a request, its alerts, and the
messages about them are shown to tokens of the lane alone; to others they are as if they were not.
(That somebody of the lane read a request is for whoever audits, like every reading.)
"""

from collections.abc import Collection
from typing import ClassVar, TypeAlias

from events.alert import AlertRaised
from events.care import CareAsked
from events.envelope import Event
from events.fact import Ref
from events.lane import Lane
from events.message import MessageRequested

_CARE = "care"
Name: TypeAlias = tuple[str, str]
"""Kind and id of an aggregate."""


class Discreet:
    """A fold: the lane of everything that is one lane's alone."""

    kinds: ClassVar[frozenset[str]] = frozenset({"care", "alert", "message"})

    def __init__(self) -> None:
        self._lanes: dict[Name, Lane] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case CareAsked(lane=lane):
                self._lanes[event.kind, event.key] = lane
            case AlertRaised(about=about) | MessageRequested(about=about):
                self._follow(event, about)
            case _:
                pass

    def _follow(self, event: Event, about: Ref) -> None:
        if lane := self._lanes.get((about.kind, about.id)):
            self._lanes[event.kind, event.key] = lane

    def shows(self, event: Event, lanes: Collection[str]) -> bool:
        """Tell whether an event may be shown to somebody of these lanes."""
        return self.shows_aggregate(event.kind, event.key, lanes)

    def shows_aggregate(self, kind: str, id: str, lanes: Collection[str]) -> bool:
        """Tell whether somebody of these lanes may see that there is such a thing."""
        lane = self._lanes.get((kind, id))
        return kind != _CARE if lane is None else lane in lanes
