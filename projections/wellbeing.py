"""What people said of themselves at the check-ins of the last days, as headquarters may see it:
numbers.

The boxes stay closed until somebody asks, and are opened one by one with the keys that come in.
What was in them is remembered by person and day, in memory only: never in a snapshot.

**Numbers that could point to one person are withheld.** That somebody checked in is everyone's to
see: where two have, "one of two is not fine" tells each of them of the other, and where one has,
everybody. So as long as fewer than three people of a group have checked in its numbers are not
shown, and they are left out of the sum as well where the sum would give them away: whoever knows
all other groups could subtract.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from sys import intern
from typing import Any, ClassVar, NamedTuple, TypeAlias

from events.checkin import CheckInGiven
from events.envelope import Event
from events.sealed import Sealed
from events.volunteer import PersonErased
from projections.days import DAYS_KEPT, has_begun

FEVER_C = 37.3
"""From this body temperature on a person has a fever, in degrees Celsius: the threshold at entrance
checks and in daily reports of universities in China since 2020."""
GROUP_MIN = 3
"""People who must have checked in before the numbers of their group are shown."""

Details: TypeAlias = Mapping[str, Any]
Open: TypeAlias = Callable[[Sealed], Details | None]
"""Opens a box; None where it cannot be opened."""


class Mood(NamedTuple):
    """What counts of one check-in."""

    answer: str
    """`unreadable` where the box does not open."""
    fever: bool


class Health(NamedTuple):
    """The numbers of a group: of its answers each person has one, a fever comes on top."""

    fine: int
    not_fine: int
    talk: int
    fever: int
    unreadable: int


class _Entry:
    """The newest check-in of a person for a day; (at, id) is its rank."""

    __slots__ = ("at", "box", "id", "mood")

    def __init__(self, at: datetime, id: str, box: bytes) -> None:
        self.at = at
        self.id = id
        self.box = box
        self.mood: Mood | None = None


class Wellbeing:
    """A fold, of the boxes alone."""

    kinds: ClassVar[frozenset[str]] = frozenset({"checkin", "volunteer"})

    def __init__(self) -> None:
        self._of: dict[str, dict[str, _Entry]] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case CheckInGiven() as fact:
                self._given(event, fact)
            case PersonErased():
                for people in self._of.values():
                    people.pop(event.key, None)
            case _:
                pass

    def keep(self) -> dict[str, dict[str, tuple[datetime, str, bytes]]]:
        """Return the boxes, and nothing of what was in them."""
        return {
            day: {person: (entry.at, entry.id, entry.box) for person, entry in people.items()}
            for day, people in self._of.items()
        }

    def take_up(self, state: dict[str, dict[str, tuple[datetime, str, bytes]]]) -> None:
        """Go on from boxes that were kept."""
        self._of = {
            day: {person: _Entry(*kept) for person, kept in people.items()}
            for day, people in state.items()
        }

    def knows(self, day: str) -> bool:
        """Tell whether a day is among the last ones, of which there are numbers."""
        return day in self._of

    def sealed(self, day: str, person: str) -> Sealed | None:
        """Return the box of what a person said for a day, if there is one."""
        entry = self._of.get(day, {}).get(person)
        return None if entry is None else _sealed(person, entry)

    def unopened(self, day: str, people: Iterable[str]) -> Iterator[str]:
        """Yield whose newest check-in for a day has not been opened yet."""
        of_day = self._of.get(day, {})
        for person in people:
            entry = of_day.get(person)
            if entry is not None and entry.mood is None:
                yield person

    def learn(self, day: str, person: str, look: Open) -> None:
        """Open what a person said for a day, and remember of it what counts."""
        entry = self._of.get(day, {}).get(person)
        if entry is not None and entry.mood is None:
            entry.mood = _mood(look(_sealed(person, entry)))

    def health(self, day: str, people: Sequence[str]) -> Health:
        """Return the numbers of these people, of whom everyone must have been learned."""
        of_day = self._of.get(day, {})
        moods = Counter(
            entry.mood for person in people if (entry := of_day.get(person)) is not None
        )
        answers = Counter[str]()
        for mood, number in moods.items():
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

    def _given(self, event: Event, fact: CheckInGiven) -> None:
        day = fact.day
        if not has_begun(day, event.occurred_at):
            return
        if day not in self._of:
            self._of[intern(day)] = {}
            for old in sorted(self._of, reverse=True)[DAYS_KEPT:]:
                del self._of[old]
        people = self._of.get(day)
        if people is None:
            return
        known = people.get(event.key)
        if known is not None and (known.at, known.id) >= (event.occurred_at, event.id):
            return
        person = intern(event.key)
        people[person] = _Entry(event.occurred_at, event.id, _bytes(fact.sealed.box))


def _bytes(box: str) -> bytes:
    try:
        return b64decode(box)
    except ValueError:
        return b""  # it opens as little as what it was made of


def is_shown(group: int) -> bool:
    """Tell whether the numbers of a group of which so many have checked in may be shown."""
    return group >= GROUP_MIN


def summed(groups: Sequence[tuple[int, Health]]) -> tuple[int, Health]:
    """Return the sum of what may be summed, as (people, numbers): the large groups, and the small
    ones only where all of them together are large enough.
    """
    small = [group for group in groups if not is_shown(group[0])]
    large = [group for group in groups if is_shown(group[0])]
    taken = [*large, *small] if is_shown(sum(size for size, _ in small)) else large
    columns = zip(*(health for _, health in taken), strict=True)
    numbers = [sum(column) for column in columns] if taken else [0] * len(Health._fields)
    return sum(size for size, _ in taken), Health(*numbers)


def has_fever(details: Details) -> bool:
    """Tell whether the temperature that a check-in says is a fever."""
    temperature = details.get("temperature_c")
    return isinstance(temperature, int | float) and temperature >= FEVER_C


def _mood(details: Details | None) -> Mood:
    if details is None:
        return _UNREADABLE
    found = Mood(str(details.get("answer")), has_fever(details))
    return _MOODS.get(found, _UNREADABLE)


def _sealed(person: str, entry: _Entry) -> Sealed:
    # Owner and topic are bound to the box: one that was sealed for somebody else does not open.
    box = b64encode(entry.box).decode()
    return Sealed.model_construct(owner=person, topic="check-in", box=box)


_UNREADABLE = Mood("unreadable", fever=False)
_MOODS = {
    mood: mood
    for answer in ("fine", "not-fine", "talk")
    for mood in (Mood(answer, fever=False), Mood(answer, fever=True))
}
