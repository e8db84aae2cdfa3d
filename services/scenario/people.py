"""The 146 volunteers of the winter games, their leads, and who supports them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from events.lane import Lane
from events.volunteer import Role
from services.scenario.day import Day
from services.scenario.names import made_up_names
from services.scenario.plan import Plan

_AT_HQ: Final[tuple[Role, ...]] = (
    "duty-officer", "duty-officer", "transport", "information", "language", "media",
)  # fmt: skip
_AT_VENUE: Final = {
    "national-stadium": 14, "speed-skating-oval": 12, "capital-indoor-stadium": 11,
    "wukesong": 11, "big-air-shougang": 12, "alpine-ski-centre": 22, "sliding-centre": 18,
    "genting-snow-park": 13, "biathlon-centre": 12, "ski-jumping-centre": 12,
}  # fmt: skip
"""Volunteers of each venue, its team leader among them. Each zone has one site leader more."""
_SHARES: Final[tuple[Role, ...]] = (
    "spectator-guidance", "competition", "transport", "medical", "media", "language",
    "information", "spectator-guidance", "catering", "protocol", "competition", "accommodation",
)  # fmt: skip
COUNT: Final = len(_AT_HQ) + 3 + sum(_AT_VENUE.values())
_TEAMS: Final[tuple[Lane, ...]] = (
    "mental-health", "mental-health", "epidemic-prevention", "epidemic-prevention", "transport",
    "transport", "catering-lodging", "training", "publicity", "teaching", "graduate", "funding",
    "fitness",
)  # fmt: skip
"""The lane of each of those who support the volunteers from the dispatch centre."""
HELPED_BY: Final[tuple[Lane, ...]] = ("mental-health", "epidemic-prevention", "transport")
"""The lanes of which every volunteer has a helper by name."""


@dataclass(frozen=True, slots=True)
class Person:
    """A volunteer. `venue` is where they serve, none for those at headquarters."""

    id: str
    site: str
    venue: str | None
    name: str
    latin: str
    role: Role
    leads: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Everyone, and the ways to find them. `support` are not among `all`, the volunteers."""

    all: tuple[Person, ...]
    support: tuple[Person, ...] = ()

    def lead(self, of: str) -> Person:
        """Return the (first) person who leads a venue or a site."""
        return next(person for person in self.all if of in person.leads)

    def at(self, venue: str) -> tuple[Person, ...]:
        """Return those who serve at a venue."""
        return tuple(person for person in self.all if person.venue == venue)

    def leaders(self) -> tuple[Person, ...]:
        """Return all who lead a venue or a site."""
        return tuple(person for person in self.all if person.leads)

    def of_lane(self, lane: Lane) -> tuple[Person, ...]:
        """Return those who serve a lane."""
        return tuple(person for person in self.support if lane in person.lanes)

    def lead_of(self, person: Person) -> Person | None:
        """Return who leads a person: of their venue, of its site, or at headquarters."""
        if person.site in person.leads:
            lead = self.lead("hq")
        elif person.venue is None or person.venue in person.leads:
            lead = self.lead(person.site)
        else:
            lead = self.lead(person.venue)
        return None if lead is person else lead

    def helper(self, person: Person, lane: Lane) -> Person:
        """Return who of a lane helps a volunteer."""
        team = self.of_lane(lane)
        return team[int(person.id[1:]) % len(team)]


def people(day: Day, plan: Plan) -> People:
    """Return the 146, v001 to v146, headquarters first and then zone by zone; then the support."""
    names = iter(made_up_names(day.chance("names"), COUNT + len(_TEAMS)))
    posts = list(_posts(day, plan))
    everyone = []
    for number, (site, venue, role, leads) in enumerate(posts, 1):
        name, latin = next(names)
        everyone.append(Person(f"v{number:03}", site, venue, name, latin, role, leads))
    support = [
        Person(f"s{number:02}", "hq", None, *next(names), "support", lanes=(lane,))
        for number, lane in enumerate(_TEAMS, 1)
    ]
    return People(tuple(everyone), tuple(support))


_Post = tuple[str, str | None, Role, tuple[str, ...]]


def _posts(day: Day, plan: Plan) -> Iterator[_Post]:
    for role in _AT_HQ:
        yield "hq", None, role, ("hq",) if role == "duty-officer" else ()
    for site in plan.sites:
        venues = plan.venues_of(site.id)
        if not venues:
            continue
        yield site.id, venues[0].id, "duty-officer", (site.id,)
        for venue in venues:
            yield site.id, venue.id, "team-leader", (venue.id,)
            roles = [_SHARES[n % len(_SHARES)] for n in range(_AT_VENUE[venue.id] - 1)]
            day.chance("roles", venue.id).shuffle(roles)
            for role in roles:
                yield site.id, venue.id, role, ()


ROLES: Final = get_args(Role)
