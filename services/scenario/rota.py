"""Who is on shift where and when on the story's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, TypeAlias

from services.scenario.day import Day
from services.scenario.people import People, Person

Part: TypeAlias = Literal["morning", "afternoon", "night"]
_HOURS: Final[dict[Part, tuple[str, str]]] = {
    "morning": ("07:00", "13:00"),
    "afternoon": ("13:00", "19:00"),
    "night": ("19:00", "25:00"),
}
_HOURS_OF_BOTH: Final[dict[Part, tuple[str, str]]] = {
    "morning": ("08:00", "13:00"),
    "afternoon": ("13:00", "18:00"),
}
"""Of those who serve morning and afternoon: ten hours, which is all that anybody may work in a
day."""
_PATTERN: Final[tuple[tuple[Part, ...], ...]] = (
    ("afternoon",), ("morning",), ("afternoon",), ("morning",), ("night",),
    ("afternoon",), ("morning",), ("morning", "afternoon"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's turn at a venue."""

    id: str
    person: Person
    venue: str
    part: Part
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Rota:
    """Every shift of the day, person by person."""

    shifts: tuple[Shift, ...]

    def of(self, person: Person) -> tuple[Shift, ...]:
        """Return a person's shifts in their order."""
        return self._by_person.get(person.id, ())

    @cached_property
    def _by_person(self) -> dict[str, tuple[Shift, ...]]:
        found: dict[str, tuple[Shift, ...]] = {}
        for shift in self.shifts:
            found[shift.person.id] = (*found.get(shift.person.id, ()), shift)
        return found

    def crew(self, venue: str, part: Part) -> tuple[Person, ...]:
        """Return who serves at a venue in one part of the day and no other, leads left out."""
        planned = [shift for shift in self.shifts if shift.venue == venue]
        parts: dict[Person, list[Part]] = {}
        for shift in planned:
            parts.setdefault(shift.person, []).append(shift.part)
        return tuple(person for person, its in parts.items() if its == [part] and not person.leads)

    def shift(self, person: Person) -> Shift:
        """Return the one shift of somebody who has one."""
        (shift,) = self.of(person)
        return shift

    def changed(self, gone: Iterable[Shift], new: Iterable[Shift]) -> "Rota":
        """Return the rota with other shifts in the place of some."""
        kept = set(self.shifts) - set(gone) | set(new)
        return Rota(tuple(sorted(kept, key=lambda shift: (shift.person.id, shift.starts_at))))

    def on(self, venue: str, moment: datetime) -> tuple[Person, ...]:
        """Return who is on shift at a venue at a moment."""
        return tuple(
            shift.person
            for shift in self.shifts
            if shift.venue == venue and shift.starts_at <= moment < shift.ends_at
        )


def rota(day: Day, people: People) -> Rota:
    """Return the day's shifts. Leaders serve morning and afternoon; nobody serves over 10 hours."""
    shifts = []
    for venue in dict.fromkeys(person.venue for person in people.all if person.venue):
        crew = [person for person in people.at(venue) if not person.leads]
        day.chance("rota", venue).shuffle(crew)
        turns: list[tuple[Person, tuple[Part, ...]]] = [
            (person, ("morning", "afternoon")) for person in people.at(venue) if person.leads
        ]
        turns += [(person, _PATTERN[n % len(_PATTERN)]) for n, person in enumerate(crew)]
        shifts += [
            _shift(day, person, venue, part, (_HOURS_OF_BOTH if len(parts) > 1 else _HOURS)[part])
            for person, parts in turns
            for part in parts
        ]
    return Rota(tuple(sorted(shifts, key=lambda shift: (shift.person.id, shift.starts_at))))


def _shift(day: Day, person: Person, venue: str, part: Part, hours: tuple[str, str]) -> Shift:
    starts, ends = hours
    name = day.id(person.id, part)
    return Shift(name, person, venue, part, day.at(starts), day.at(ends))
