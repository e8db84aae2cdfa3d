"""What people said of themselves at the check-ins of the last days, as headquarters may see it:
numbers.

The boxes stay closed until somebody asks, and are opened one by one with the keys that come in.
What was in them is remembered by person and day, in memory only: never in a snapshot.

**Numbers that could point to one person are withheld.** That somebody checked in is everyone's to
see: where two have, "one of two is not fine" tells each of them of the other, and where one has,
everybody. So as long as fewer than three people of a group have checked in its numbers are not
shown, and they are left out of the sum as well where the sum would give them away: whoever knows
all other groups could subtract.

For the same reason they stand still from one round to the next (see rounds), and take up what came
in since only where three people or more of the group have checked in: whoever looked before and
after one check-in would see the answer. The last one or two of a day may stay withheld for good.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from sys import intern
from typing import Any, ClassVar, NamedTuple, TypeAlias

from events.checkin import CheckInGiven
from events.day import DayOpened
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.days import DAYS_KEPT, has_begun
from projections.mood import Details, Mood, mood_of
from projections.rounds import GROUP_MIN, Key, Waiting, round_at

Open: TypeAlias = Callable[[Sealed], Details | None]
"""Opens a box; None where it cannot be opened."""


class Health(NamedTuple):
    """The numbers of a group: of its answers each person has one, a fever comes on top."""

    fine: int
    not_fine: int
    talk: int
    fever: int
    unreadable: int

    @property
    def answers(self) -> int:
        """Of how many people they are."""
        return self.fine + self.not_fine + self.talk + self.unreadable


class _Entry:
    """The newest check-in of a person for a day; (at, id) is its rank."""

    __slots__ = ("at", "box", "id", "mood")

    def __init__(self, at: datetime, id: str, box: bytes) -> None:
        self.at = at
        self.id = id
        self.box = box
        self.mood: Mood | None = None


class _Group:
    """The people of a site's day: of each the check-in that counts, and those that wait."""

    __slots__ = ("counted", "day", "waiting")

    def __init__(self, day: str) -> None:
        self.day = day
        self.counted: dict[str, _Entry] = {}
        self.waiting: Waiting[_Entry] = Waiting()

    def add(self, person: str, entry: _Entry, recorded_at: datetime) -> None:
        self._count(self.waiting.add((person, self.day), entry, recorded_at))

    def close(self, number: int) -> None:
        self._count(self.waiting.take(number))

    def forget(self, person: str) -> None:
        self.counted.pop(person, None)
        self.waiting.forget(person)

    def _count(self, taken: Mapping[Key, _Entry]) -> None:
        self.counted.update((person, entry) for (person, _), entry in taken.items())


class Wellbeing:
    """A fold, of the boxes alone."""

    kinds: ClassVar[frozenset[str]] = frozenset({"checkin", "volunteer", "day"})

    def __init__(self) -> None:
        self._of: dict[str, dict[str, _Entry]] = {}
        self._groups: dict[str, _Group] = {}
        """By the id of a site's day."""
        self._groups_of: dict[str, dict[str, tuple[str, ...]]] = {}
        """By day and person."""
        self._closed = 0

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case CheckInGiven() as fact:
                self._given(event, fact)
            case DayOpened() as fact:
                self._opened(event, fact)
            case PersonErased():
                for people in self._of.values():
                    people.pop(event.key, None)
                for group in self._groups.values():
                    group.forget(event.key)
            case _:
                pass

    def keep(self) -> Any:
        """Return the boxes and how they are counted, and nothing of what was in them."""
        boxes: dict[int, tuple[datetime, str, bytes]] = {}

        def kept(entry: _Entry) -> tuple[datetime, str, bytes]:
            # One for each check-in, wherever it is held: so it is written once.
            return boxes.setdefault(id(entry), (entry.at, entry.id, entry.box))

        return (
            {day: {p: kept(entry) for p, entry in of.items()} for day, of in self._of.items()},
            {
                id: (
                    group.day,
                    {person: kept(entry) for person, entry in group.counted.items()},
                    {key: kept(entry) for key, entry in group.waiting.entries.items()},
                    group.waiting.since,
                    group.waiting.due,
                )
                for id, group in self._groups.items()
            },
            {day: dict(groups) for day, groups in self._groups_of.items()},
        )

    def take_up(self, state: Any) -> None:
        """Go on from boxes that were kept."""
        of, groups, self._groups_of = state
        entries: dict[int, _Entry] = {}

        def entry(kept: tuple[datetime, str, bytes]) -> _Entry:
            return entries.setdefault(id(kept), _Entry(*kept))

        self._of = {day: {p: entry(kept) for p, kept in of[day].items()} for day in of}
        self._groups = {}
        for row, (day, counted, waiting, since, due) in groups.items():
            group = self._groups[row] = _Group(day)
            group.counted = {person: entry(kept) for person, kept in counted.items()}
            group.waiting.entries = {key: entry(kept) for key, kept in waiting.items()}
            group.waiting.since, group.waiting.due = since, due

    def is_closed(self, at: datetime) -> bool:
        """Tell whether the rounds until now have taken up what they take up."""
        return round_at(at) <= self._closed

    def close(self, at: datetime) -> None:
        """Take up what the rounds until now take up. Only when everything recorded before the last
        of them is folded.
        """
        self._closed = round_at(at)
        for group in self._groups.values():
            group.close(self._closed)

    def newest(self, day: str, person: str) -> str | None:
        """Return the id of a person's newest check-in for a day, None where it is not kept."""
        entry = self._of.get(day, {}).get(person)
        return None if entry is None else entry.id

    def sealed(self, day: str, person: str) -> Sealed | None:
        """Return the box of what a person said for a day, if there is one."""
        entry = self._of.get(day, {}).get(person)
        return None if entry is None else _sealed(person, entry)

    def unopened(self, id: str) -> Iterator[str]:
        """Yield whose check-in counts in a site's day and has not been opened yet."""
        if (group := self._groups.get(id)) is not None:
            for person, entry in group.counted.items():
                if entry.mood is None:
                    yield person

    def learn(self, id: str, person: str, look: Open) -> None:
        """Open what counts of a person in a site's day, and remember of it what counts."""
        group = self._groups.get(id)
        entry = group.counted.get(person) if group else None
        if entry is not None and entry.mood is None:
            entry.mood = mood_of(look(_sealed(person, entry)))

    def health(self, id: str) -> Health | None:
        """Return the numbers of a site's day as of the last round, of which everyone must have been
        learned; None where the day is not among the last ones.
        """
        group = self._groups.get(id)
        if group is None:
            return None
        answers = Counter[str]()
        for mood, number in Counter(entry.mood for entry in group.counted.values()).items():
            if mood is not None:
                answers[mood.answer] += number
                answers["fever"] += number * mood.fever
        return Health(
            answers["fine"],
            answers["not-fine"],
            answers["talk"],
            answers["fever"],
            answers["unreadable"],
        )

    def _opened(self, event: Event, fact: DayOpened) -> None:
        day = fact.day
        if event.key in self._groups or sum(other > day for other in self._of) >= DAYS_KEPT:
            return
        group = self._groups[event.key] = _Group(intern(day))
        known, groups_of = self._of.get(day, {}), self._groups_of.setdefault(group.day, {})
        alone = (event.key,)
        for person in map(intern, dict.fromkeys(fact.expected)):
            before = groups_of.get(person)
            groups_of[person] = (*before, event.key) if before else alone
            if (entry := known.get(person)) is not None:
                group.add(person, entry, event.recorded_at)

    def _given(self, event: Event, fact: CheckInGiven) -> None:
        day = fact.day
        if not has_begun(day, event.occurred_at):
            return
        if day not in self._of:
            self._of[intern(day)] = {}
            self._forget()
        people = self._of.get(day)
        if people is None:
            return
        known = people.get(event.key)
        if known is not None and (known.at, known.id) >= (event.occurred_at, event.id):
            return
        person = intern(event.key)
        entry = _Entry(event.occurred_at, event.id, _bytes(fact.sealed.box))
        people[person] = entry
        for id in self._groups_of.get(day, {}).get(person, ()):
            self._groups[id].add(person, entry, event.recorded_at)

    def _forget(self) -> None:
        """Drop the days that are no longer among the last."""
        gone = sorted(self._of, reverse=True)[DAYS_KEPT:]
        oldest = min(day for day in self._of if day not in gone)
        for day in gone:
            del self._of[day]
        if len(self._of) < DAYS_KEPT:
            return
        for day in [day for day in self._groups_of if day < oldest]:
            del self._groups_of[day]
        for id in [id for id, group in self._groups.items() if group.day < oldest]:
            del self._groups[id]


def _bytes(box: str) -> bytes:
    try:
        return b64decode(box)
    except ValueError:
        return b""  # it opens as little as what it was made of


def is_shown(group: int) -> bool:
    """Tell whether the numbers of a group of which so many have checked in may be shown."""
    return group >= GROUP_MIN


def summed(groups: Sequence[Health]) -> Health:
    """Return the sum of what may be summed: the large groups, and the small ones only where all of
    them together are large enough.
    """
    small = [group for group in groups if not is_shown(group.answers)]
    large = [group for group in groups if is_shown(group.answers)]
    taken = [*large, *small] if is_shown(sum(group.answers for group in small)) else large
    columns = zip(*taken, strict=True)
    return Health(*(sum(column) for column in columns)) if taken else Health(0, 0, 0, 0, 0)


def _sealed(person: str, entry: _Entry) -> Sealed:
    # Owner and topic are bound to the box: one that was sealed for somebody else does not open.
    box = b64encode(entry.box).decode()
    return Sealed.model_construct(owner=person, topic="check-in", box=box)
