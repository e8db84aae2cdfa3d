"""How everyone stands in the roll calls, kept up to date: what `answers.result` says, without
asking for everybody each time it is read.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from events.envelope import Event
from projections.answers import Found, Result, Standing, counts_since, found_of, in_order, standing
from projections.callers import Callers
from projections.headcount import Headcount
from projections.moment import RECENT
from projections.picture import Picture
from projections.ranking import Ranking, first
from projections.rollcalls import RollCall


class Roll:
    """Everyone whom a roll call counts, each as they stand."""

    def __init__(self, row: RollCall, headcount: Headcount) -> None:
        self.row = row
        self._headcount = headcount
        self._stands: dict[Standing, set[str]] = {
            "safe": set(),
            "need-help": set(),
            "excused": set(),
            "unaccounted": set(row.asked()),
        }
        self._missing: Ranking | None = None
        """In the order of who was heard the longest ago; made when it is first asked for."""
        self._by_id: list[str] | None = None
        """Made as the above."""
        self.missing_then = frozenset(row.closing.unaccounted if row.closing else ())
        self.found: dict[str, Found] = {}

    @property
    def result(self) -> Result:
        """How everyone stands. It changes as people answer."""
        stands = self._stands
        return Result(stands["safe"], stands["need-help"], stands["excused"], stands["unaccounted"])

    def stands(self, person: str) -> Standing | None:
        """Return how a person stands, None for one whom it does not count."""
        for stands, those in self._stands.items():
            if person in those:
                return stands
        return None

    def after(self, person: str, standing: Standing | None, most: int) -> list[str]:
        """Return the next people after somebody by id, all or those who stand so."""
        if self._by_id is None:
            self._by_id = sorted(self.row.asked())
        rest: Iterator[str] = islice(self._by_id, bisect_right(self._by_id, person), None)
        if standing is not None:
            rest = filter(self._stands[standing].__contains__, rest)
        return list(islice(rest, most))

    def move_to(self, row: RollCall) -> None:
        """Go on with its row as it is after an event."""
        if row.walk_ups.keys() != self.row.walk_ups.keys():
            self._by_id = None
        self.row = row

    def put(self, person: str, stands: Standing) -> None:
        """Let a person stand so, whom it counts already or from now on."""
        if person not in self._stands[stands]:
            for those in self._stands.values():
                those.discard(person)
            self._stands[stands].add(person)

    def heard(self, person: str) -> None:
        """Find the place of somebody who may have been heard of, among those unaccounted."""
        if self._missing is None:
            return
        if person in self._stands["unaccounted"]:
            self._missing.put((0, self._headcount.heard_at(person), person))
        else:
            self._missing.drop(person)

    def least_seen(self, most: int) -> list[str]:
        """Return those unaccounted of whom was heard the longest ago, at most so many."""
        if self._missing is None:
            heard_at = self._headcount.heard_at
            missing = self._stands["unaccounted"]
            self._missing = Ranking([(0, heard_at(person), person) for person in missing])
        return first((self._missing,), most)

    def found_since(self) -> list[Found]:
        """Return who was missing when it was closed and has answered since, the newest first."""
        return in_order(self.found.values())


class Standings:
    """An index beside a picture. `touch` notes what an event may have changed, `refresh` looks."""

    def __init__(self, picture: Picture, callers: Callers, headcount: Headcount) -> None:
        self._picture = picture
        self._callers = callers
        self._headcount = headcount
        self._rolls: dict[str, Roll] = {}
        self._dirty: set[str] = set()
        self._touched: set[str] = set()

    def touch(self, event: Event) -> None:
        """Note an event that the picture has folded."""
        if event.kind == "rollcall":
            self._touched.add(event.key)
        elif event.kind == "presence" and self._rolls:
            self._dirty.add(event.key)

    def refresh(self, also: Iterable[str]) -> None:
        """Look at what may have changed, and at the people of `also`. Comes after the others'."""
        for id in self._touched & self._rolls.keys():
            self._look_at(id)
        self._touched = set()
        self._dirty.update(also)
        for roll in self._rolls.values():
            for person in self._dirty:
                if roll.stands(person):
                    self._stand(roll, person)
                if person in roll.missing_then:
                    self._find(roll, person)
        self._dirty = set()

    def forget(self, at: datetime) -> None:
        """Let go of roll calls that ended some time ago; who asks for one gets it made anew."""
        for id in [id for id, roll in self._rolls.items() if _is_old(roll.row, at)]:
            del self._rolls[id]

    def of(self, id: str) -> Roll:
        """Return a roll call as everyone stands in it. Raises KeyError for one that is unknown."""
        roll = self._rolls.get(id)
        if roll is None:
            roll = self._rolls[id] = self._make(self._picture.rollcalls.rows[id])
        return roll

    def _make(self, row: RollCall) -> Roll:
        people, calls = self._picture.people, self._callers.by_person
        roll, since = Roll(row, self._headcount), counts_since(row)
        # Of most people nothing was heard that could count, so nothing needs to be judged.
        heard = {person for person, given in people.answers.items() if given[0].at >= since}
        for person in heard | calls.keys() | row.excused.keys():
            if roll.stands(person):
                roll.put(person, standing(people, row, person, calls.get(person, ())))
        for person in roll.missing_then & people.answers.keys():
            self._find(roll, person)
        return roll

    def _look_at(self, id: str) -> None:
        row, roll = self._picture.rollcalls.rows[id], self._rolls[id]
        before = roll.row
        if (row.closed_at, row.closing) != (before.closed_at, before.closing):
            self._rolls[id] = self._make(row)
            return
        roll.move_to(row)
        for person in row.walk_ups.keys() ^ before.walk_ups.keys():
            self._stand(roll, person)
        for person in row.excused.keys() ^ before.excused.keys():
            if roll.stands(person):
                self._stand(roll, person)

    def _stand(self, roll: Roll, person: str) -> None:
        people, calls = self._picture.people, self._callers.by_person
        roll.put(person, standing(people, roll.row, person, calls.get(person, ())))
        roll.heard(person)

    def _find(self, roll: Roll, person: str) -> None:
        calls = self._callers.by_person.get(person, ())
        found = found_of(self._picture.people, roll.row, person, calls)
        if found is not None:
            roll.found[person] = found
        else:
            roll.found.pop(person, None)


def _is_old(row: RollCall, at: datetime) -> bool:
    return row.closed_at is not None and at - row.closed_at > RECENT
