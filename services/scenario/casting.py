"""Who of the 146 has a part of their own in the day: each at most one."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from services.scenario.day import Day
from services.scenario.people import People, Person
from services.scenario.rota import Rota

LATE: int = 7
"""How many have to be asked for their check-in."""


@dataclass(frozen=True, slots=True)
class Casting:
    """The parts, in the order in which the day comes to them."""

    untrained: Person
    """Has not passed the course everyone needs, and is planned all the same, for a reason."""
    unapproved: Person
    """Has no approval to leave campus; serves at headquarters, which is on it."""
    page_only: tuple[Person, ...]
    """Have given no phone."""
    untapped: Person
    """Reads the page and follows no link."""
    unread: Person
    """Follows the link and does not open the page."""
    silent: Person
    """Cannot be reached at all in the morning."""
    late: tuple[Person, ...]
    """Check in when they are asked: the first four, then two; the last one's lead does it."""
    sick: Person
    """Checks in with a fever, and goes to bed."""
    isolated: Person
    """Shares their room."""
    stand_in: Person
    """Of headquarters, takes the place of whoever is sick."""
    talks: Person
    """Wants to talk in private."""
    not_fine: tuple[Person, ...]
    gives: Person
    """Gives a night away for an afternoon."""
    takes: Person
    unheard: Person
    """At the sliding centre, with an empty battery in the roll call."""
    excused: Person
    """In the roll call of the whole zone: has gone home, as their lead knows."""
    told_late: Person
    """Was safe at the time, which is known an hour later."""
    found_late: Person
    """Asleep after a night; found by their lead."""
    stays: Person
    """Does not check out in the evening: is still there."""
    forgets: tuple[Person, ...]
    """Do not check out and answer when they are asked."""

    def everyone(self) -> frozenset[Person]:
        """Return all who have a part."""
        found: set[Person] = set()
        for field in fields(self):
            part = getattr(self, field.name)
            found.update(part if isinstance(part, tuple) else (part,))
        return frozenset(found)


def casting(day: Day, people: People, rota: Rota, taken: Iterable[Person]) -> Casting:
    """Return who plays what. `taken` have a part already."""
    draw = _Draw(day, taken)
    hq = [person for person in people.all if person.site == "hq" and not person.leads]
    stand_in, unapproved = draw.some("hq", hq, 2)
    oval = draw.some("oval", rota.crew("speed-skating-oval", "afternoon"), 3)
    shougang = draw.some("shougang", rota.crew("big-air-shougang", "afternoon"), 2)
    stadium = [person for person in people.at("national-stadium") if not person.leads]
    unreached = draw.some("stadium", stadium, 5)
    drawn = Casting(
        untrained=shougang[0],
        unapproved=unapproved,
        page_only=unreached[:2],
        untapped=unreached[2],
        unread=unreached[3],
        silent=unreached[4],
        late=(),
        sick=draw.one("sick", rota.crew("wukesong", "afternoon")),
        isolated=shougang[1],
        stand_in=stand_in,
        talks=draw.one("talks", rota.crew("capital-indoor-stadium", "morning")),
        not_fine=(),
        gives=draw.one("gives", rota.crew("capital-indoor-stadium", "night")),
        takes=draw.one("takes", rota.crew("capital-indoor-stadium", "afternoon")),
        unheard=draw.one("unheard", rota.crew("sliding-centre", "afternoon")),
        excused=draw.one("excused", rota.crew("genting-snow-park", "night")),
        told_late=draw.one("told-late", rota.crew("biathlon-centre", "morning")),
        found_late=draw.one("found-late", rota.crew("ski-jumping-centre", "night")),
        stays=oval[0],
        forgets=oval[1:],
    )
    others = [person for person in people.all if person.venue and not person.leads]
    return replace(
        drawn,
        late=draw.some("late", others, LATE),
        not_fine=draw.some("not-fine", others, 2),
    )


class _Draw:
    """Draws people who have no part yet."""

    def __init__(self, day: Day, taken: Iterable[Person]) -> None:
        self._day = day
        self._taken = set(taken)

    def some(self, part: str, among: Iterable[Person], count: int) -> tuple[Person, ...]:
        free = [person for person in among if person not in self._taken]
        drawn = self._day.chance("casting", part).sample(free, count)
        self._taken.update(drawn)
        return tuple(drawn)

    def one(self, part: str, among: Iterable[Person]) -> Person:
        (person,) = self.some(part, among, 1)
        return person
