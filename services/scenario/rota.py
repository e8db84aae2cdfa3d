"""Who is on shift where and when on the story's day."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Rota:
    """Every shift of the day, person by person."""

    shifts: tuple[Shift, ...]

    def of(self, person: Person) -> tuple[Shift, ...]:
        """Return a person's shifts in their order."""
        return tuple(shift for shift in self.shifts if shift.person.id == person.id)

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
