"""How many people are where, now: what `posts` counts from scratch, kept up to date.

Each person has a row, made by the same functions. It is made anew when an event may have changed
it, and when time alone does: a shift begins or ends.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from events.envelope import Event
from projections.callers import Callers
from projections.calls import Call
from projections.moment import Moment
from projections.picture import Picture
from projections.posts import (
    NOBODY,
    Known,
    changes_at,
    know,
    rank,
    sites_that_see,
    tell_people,
    tell_post,
)
from projections.ranking import NEVER, Rank, Ranking, first

OF_A_PERSON = frozenset({"presence", "volunteer"})
"""The kinds of events that change what is known of the person whose id they carry."""


class Counted(NamedTuple):
    """What of a person goes into the counts."""

    seen_by: frozenset[str]
    """The sites that may see them."""
    whereabouts: str
    venue: str | None
    """Where evidence puts them."""
    due_at: str | None
    """The venue where they are on shift now."""
    missing: bool


class Row(NamedTuple):
    """A person at the moment of the count."""

    known: Known
    counted: Counted
    needs_help: bool
    rank: Rank
    changes_at: datetime | None
    """When time alone makes another row of it."""


class Group:
    """The people whom the same sites may see."""

    __slots__ = ("counter", "ranking")

    def __init__(self) -> None:
        self.counter: Counter[str] = Counter()
        self.ranking = Ranking()


class Post:
    """The people of a venue: who are there, and who are on shift there now."""

    __slots__ = ("counter", "due", "here")

    def __init__(self) -> None:
        self.counter: Counter[str] = Counter()
        self.here: dict[str, None] = {}
        self.due: dict[str, None] = {}


class Headcount:
    """An index beside a picture. `touch` notes what an event may have changed, `refresh` counts."""

    def __init__(self, picture: Picture, callers: Callers) -> None:
        self._picture = picture
        self._callers = callers
        self._dirty: set[str] = set()
        self._at: datetime | None = None
        self._clear()

    def _clear(self) -> None:
        self.rows: dict[str, Row] = {}
        self._groups: dict[frozenset[str], Group] = {}
        self._posts: dict[str, Post] = {}
        self._changes: list[tuple[datetime, str]] = []

    def touch(self, event: Event) -> None:
        """Note an event that the picture has folded."""
        if self._at is None:
            return
        if event.kind in OF_A_PERSON:
            self._dirty.add(event.key)
        elif event.kind == "venue" and (post := self._posts.get(event.key)):
            self._dirty.update(post.here, post.due)

    @property
    def behind(self) -> int:
        """How many people are to be looked at."""
        return len(self._dirty)

    def refresh(self, at: datetime | None, also: Iterable[str] = ()) -> set[str]:
        """Count what changed, and the people of `also`, at a moment; return whom it looked at.

        None is the moment of the last count. At an earlier one everybody is counted anew.
        """
        at = at or self._at
        if at is None:
            return set()
        dirty = self._dirty
        dirty.update(also)
        if self._at is None or at < self._at:
            people = self._picture.people
            dirty = {*people.volunteers, *people.evidence, *people.answers}
            self._clear()
        while self._changes and self._changes[0][0] <= at:
            dirty.add(heapq.heappop(self._changes)[1])
        self._at = at
        self._dirty = set()
        moment = Moment(self._picture, at)
        for person in dirty:
            self._look_at(moment, person)
        return dirty

    def heard_at(self, person: str) -> float:
        """Return when somebody was last heard of, in seconds since 1970, NEVER if they were not."""
        row = self.rows.get(person)
        return row.rank[1] if row else NEVER

    def people(self, sites: frozenset[str] | None) -> dict[str, int]:
        """Return how many people who may be seen are in each whereabouts, and are missing."""
        total: Counter[str] = Counter()
        for group in self._seen(sites):
            total.update(group.counter)
        return tell_people(total)

    def post(self, venue: str) -> dict[str, int]:
        """Return how many are at a venue in each whereabouts, are due there, and are missing."""
        post = self._posts.get(venue)
        return tell_post(post.counter) if post else NOBODY

    def here(self, venue: str) -> list[Known]:
        """Return everyone whose newest evidence puts them at a venue."""
        post = self._posts.get(venue)
        return [self.rows[person].known for person in post.here] if post else []

    def due(self, venue: str) -> list[Known]:
        """Return everyone who is on shift at a venue now, wherever they are."""
        post = self._posts.get(venue)
        return [self.rows[person].known for person in post.due] if post else []

    def listed(self, sites: frozenset[str] | None, most: int) -> list[Row]:
        """Return those who may be seen, by id; of more than `most` the first by their rank."""
        rankings = [group.ranking for group in self._seen(sites)]
        if sum(map(len, rankings)) <= most:
            found = sorted(chain.from_iterable(rankings))
        else:
            found = first(rankings, most)
        return [self.rows[person] for person in found]

    def _seen(self, sites: frozenset[str] | None) -> Iterator[Group]:
        for seen_by, group in self._groups.items():
            if sites is None or not sites.isdisjoint(seen_by):
                yield group

    def _look_at(self, moment: Moment, person: str) -> None:
        people = moment.picture.people
        if not (
            person in people.volunteers or person in people.evidence or person in people.answers
        ):
            return  # a shift or an incident names them, and nothing else
        calls = self._callers.by_person.get(person, ())
        row = count(moment, person, calls)
        before = self.rows.get(person)
        self.rows[person] = row
        if before is None or before.counted != row.counted:
            if before is not None:
                self._take(person, before.counted)
            self._put(person, row.counted)
        self._groups[row.counted.seen_by].ranking.put(row.rank)
        if row.changes_at is not None and (before is None or before.changes_at != row.changes_at):
            heapq.heappush(self._changes, (row.changes_at, person))

    def _put(self, person: str, counted: Counted) -> None:
        group = self._groups.get(counted.seen_by)
        if group is None:
            group = self._groups[counted.seen_by] = Group()
        _add(group.counter, counted, 1)
        if counted.venue is not None:
            post = self._post(counted.venue)
            post.counter[counted.whereabouts] += 1
            post.here[person] = None
        if counted.due_at is not None:
            post = self._post(counted.due_at)
            post.counter["expected_now"] += 1
            post.counter["missing"] += counted.missing
            post.due[person] = None

    def _take(self, person: str, counted: Counted) -> None:
        group = self._groups[counted.seen_by]
        group.ranking.drop(person)
        _add(group.counter, counted, -1)
        if counted.venue is not None:
            post = self._posts[counted.venue]
            post.counter[counted.whereabouts] -= 1
            del post.here[person]
        if counted.due_at is not None:
            post = self._posts[counted.due_at]
            post.counter["expected_now"] -= 1
            post.counter["missing"] -= counted.missing
            del post.due[person]

    def _post(self, venue: str) -> Post:
        post = self._posts.get(venue)
        if post is None:
            post = self._posts[venue] = Post()
        return post


def count(moment: Moment, person: str, calls: Iterable[Call]) -> Row:
    """Return a person's row at a moment."""
    known = know(moment, person)
    needs_help = any(call.until is None for call in calls)
    missing = known.is_missing(moment)
    due = known.is_due(moment)
    counted = Counted(
        sites_that_see(moment, known),
        known.whereabouts,
        known.venue,
        known.shift.venue if due and known.shift else None,
        missing,
    )
    return Row(
        known, counted, needs_help, rank(known, needs_help, missing), changes_at(moment, known)
    )


def _add(counter: Counter[str], counted: Counted, step: int) -> None:
    counter["total"] += step
    counter[counted.whereabouts] += step
    counter["missing"] += step * counted.missing
