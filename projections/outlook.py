"""The warnings that are not over, kept up to date beside the picture: looking at it costs what is
in force, not what was ever sent.
"""

from bisect import bisect_left, insort
from datetime import UTC, datetime
from heapq import heappop, heappush

from events.envelope import Event
from projections.picture import Picture
from projections.warnings import Warned

_EVER = datetime.min.replace(tzinfo=UTC)


class Outlook:
    """An index beside a picture. `touch` notes what an event may have changed, `refresh` looks."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.near: dict[str, Warned] = {}
        """In force or to come, at a venue of ours."""
        self.exercises: dict[str, Warned] = {}
        """In force, and not meant."""
        self.far: list[tuple[float, str]] = []
        """In force at no venue of ours: (when it was sent, negated, in seconds; id), the newest
        first. Of a whole country's feed these are nearly all.
        """
        self._at = _EVER
        self._due: list[tuple[datetime, str]] = []
        """When a warning begins or ends, a heap. A moment that no longer holds is looked at in
        vain.
        """
        self._far: dict[str, tuple[float, str]] = {}
        self._touched: set[str] = set()
        self._new = True

    def touch(self, event: Event) -> None:
        """Note an event that the picture has folded."""
        if event.kind == "warning" and not self._new:
            self._touched.add(event.key)

    def refresh(self, at: datetime) -> "Outlook":
        """Bring it up to a moment. One before the last is worked out of everything there is."""
        if self._new or at < self._at:
            self._begin_anew()
        self._at = at
        while self._due and self._due[0][0] <= at:
            self._touched.add(heappop(self._due)[1])
        for id in self._touched:
            self._look(id)
        self._touched.clear()
        return self

    def _begin_anew(self) -> None:
        self._new = False
        self.near, self.exercises, self.far, self._far, self._due = {}, {}, [], {}, []
        self._touched = set(self._picture.warnings.rows)

    def _look(self, id: str) -> None:
        self._forget(id)
        row = self._picture.warnings.rows.get(id)
        if row is None or not row.in_force(max(self._at, row.starts_at)):
            return
        begun = row.starts_at <= self._at
        turns_at = row.message.expires if begun else row.starts_at
        if turns_at is not None:
            heappush(self._due, (turns_at, id))
        if row.message.status != "Actual":
            if begun:
                self.exercises[id] = row
        elif row.message.venues:
            self.near[id] = row
        elif begun:
            self._far[id] = (-row.message.sent.timestamp(), id)
            insort(self.far, self._far[id])

    def _forget(self, id: str) -> None:
        self.near.pop(id, None)
        self.exercises.pop(id, None)
        if (rank := self._far.pop(id, None)) is not None:
            del self.far[bisect_left(self.far, rank)]
