"""What is asked of the picture of now again and again, kept up to date beside it.

Everything in here follows from the picture and the moment: it is in no snapshot, and a picture of
the past gets one of its own, made from scratch by the same functions.
"""

from datetime import datetime

from events.envelope import Event
from projections.callers import Callers
from projections.headcount import Headcount
from projections.outlook import Outlook
from projections.picture import Picture
from projections.standings import Standings

_BEHIND_MAX = 100
"""People to be looked at before it is done without being asked, so that nobody who asks waits for
all of them.
"""


class Live:
    """The indexes of a picture. `apply` comes after the picture's own, `refresh` before reading."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.callers = Callers(picture)
        self.headcount = Headcount(picture, self.callers)
        self.standings = Standings(picture, self.callers, self.headcount)
        self.outlook = Outlook(picture)

    def apply(self, event: Event) -> None:
        """Note an event that the picture has folded."""
        self.callers.touch(event)
        self.headcount.touch(event)
        self.standings.touch(event)
        self.outlook.touch(event)
        if self.headcount.behind >= _BEHIND_MAX:
            self._catch_up(None)

    def refresh(self, at: datetime) -> "Live":
        """Bring everything up to a moment, which may come before the last one."""
        self._catch_up(at)
        self.standings.forget(at)
        self.outlook.refresh(at)
        return self

    def _catch_up(self, at: datetime | None) -> None:
        called = self.callers.refresh()
        self.headcount.refresh(at, called)
        self.standings.refresh(called)
