"""The check-ins that no round has looked at yet, site by site, as boxes.

A person may ask for somebody to talk to, or be in need of it. Who it was must not be seen from when
it happens: see rounds. At each round the check-ins of a site are looked at together if at least
three people have checked in there since the last time, else they wait; but nobody waits longer than
half an hour. So it can be told that somebody of a site asked for care where fewer than three check
in within half an hour, and of one or two people: a request that came too late would be worse.
Whoever is in danger presses "I need help", which waits for nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from events.checkin import CheckInGiven
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.rounds import PATIENCE, Key, Waiting, round_at

DATES_KEPT = 3
"""Of what was taken up, the newest dates on which something was recorded are kept until somebody
says that it has been seen to."""


class CheckIn(NamedTuple):
    """A check-in that is to be looked at."""

    id: str
    person: str
    site: str
    """The person's home when they checked in."""
    day: str
    at: datetime
    recorded_at: datetime
    sealed: Sealed
    drill: bool


class Unheard:
    """A fold. `home` tells a person's site as the log had it when they checked in."""

    kinds: ClassVar[frozenset[str]] = frozenset({"checkin", "volunteer"})

    def __init__(self, home: Callable[[str], str | None]) -> None:
        self._home = home
        self._sites: dict[str, Waiting[CheckIn]] = {}
        self._due: dict[str, dict[Key, CheckIn]] = {}
        """By the date on which they were recorded."""

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case CheckInGiven() as fact:
                self._given(event, fact)
            case PersonErased():
                for waiting in self._sites.values():
                    waiting.forget(event.key)
                for check_in in self.due():
                    if check_in.person == event.key:
                        self.done(check_in)
            case _:
                pass

    def keep(self) -> Any:
        """Return the boxes, and which rounds they wait for."""
        waiting = {
            site: (dict(one.entries), one.since, one.due) for site, one in self._sites.items()
        }
        return waiting, {date: dict(found) for date, found in self._due.items()}

    def take_up(self, state: Any) -> None:
        """Go on from what was kept."""
        waiting, self._due = state
        self._sites = {site: Waiting(PATIENCE) for site in waiting}
        for site, one in self._sites.items():
            one.entries, one.since, one.due = waiting[site]

    def close(self, at: datetime) -> None:
        """Take up what the rounds until now take up. Only when everything recorded before the last
        of them is folded.
        """
        number = round_at(at)
        for waiting in self._sites.values():
            self._take(waiting.take(number))

    def due(self) -> list[CheckIn]:
        """Return what was taken up and has not been seen to."""
        return [check_in for found in self._due.values() for check_in in found.values()]

    def done(self, check_in: CheckIn) -> None:
        """Forget one that has been seen to."""
        found = self._due.get(_date(check_in), {})
        key = (check_in.person, check_in.day)
        if (known := found.get(key)) is not None and known.id == check_in.id:
            del found[key]

    def _given(self, event: Event, fact: CheckInGiven) -> None:
        site = self._home(event.key) or event.site
        check_in = CheckIn(
            event.id,
            event.key,
            site,
            fact.day,
            event.occurred_at,
            event.recorded_at,
            fact.sealed,
            event.drill,
        )
        waiting = self._sites.setdefault(site, Waiting(PATIENCE))
        key = (event.key, fact.day)
        known = waiting.entries.get(key)
        if known is not None and (known.at, known.id) >= (check_in.at, check_in.id):
            return
        self._take(waiting.add(key, check_in, event.recorded_at))

    def _take(self, taken: dict[Key, CheckIn]) -> None:
        for key, check_in in taken.items():
            self._due.setdefault(_date(check_in), {})[key] = check_in
        for date in sorted(self._due, reverse=True)[DATES_KEPT:]:
            del self._due[date]


def _date(check_in: CheckIn) -> str:
    return check_in.recorded_at.date().isoformat()
