"""What every part of the story shares: the day, the plan, the people, their shifts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.casting import Casting, casting
from services.scenario.day import Day
from services.scenario.people import People, Person, people
from services.scenario.plan import Plan
from services.scenario.rota import Rota, rota
from services.scenario.trips import Trip, trips

CAP_FEED: Final = "cap-feed"
WALL: Final = "wall"
OFFICE: Final = "roster-office"
"""Who brings the roster and plans the shifts: nobody of the roster, for there is none yet."""
ORANGE_YANQING: Final = "13:52"
"""When the blizzard signal turns orange in Yanqing, and the roll calls there begin."""
ORANGE_CHONGLI: Final = "14:06"


def desk(site: str) -> str:
    """Return the name of the token with which a site's phones, gates and stations report."""
    return f"desk-{site}"


@dataclass(frozen=True)
class Stage:
    """A day with its people in their places."""

    day: Day
    plan: Plan
    people: People
    planned: Rota
    """The shifts as they were planned before dawn."""

    @classmethod
    def of(cls, day: Day, plan: Plan) -> "Stage":
        """Return the stage of a day at a plan's venues."""
        everyone = people(day, plan)
        return cls(day, plan, everyone, rota(day, everyone))

    @cached_property
    def fates(self) -> "Fates":
        """Who will be missed in the blizzard at the alpine centre."""
        crew = self.planned.crew("alpine-ski-centre", "afternoon")
        return Fates(*self.day.chance("fates").sample(crew, 3))

    @cached_property
    def casting(self) -> Casting:
        """Who else has a part of their own."""
        fates = self.fates
        taken = (fates.lost, fates.found, fates.unlisted)
        return casting(self.day, self.people, self.planned, taken)

    @cached_property
    def rota(self) -> Rota:
        """The shifts as they are served: after the swap, the stand-in and the cancellation."""
        cast, planned = self.casting, self.planned
        night, afternoon = planned.shift(cast.gives), planned.shift(cast.takes)
        sick, isolated = planned.shift(cast.sick), planned.shift(cast.isolated)
        return planned.changed(
            (night, afternoon, sick, isolated),
            (
                replace(night, person=cast.takes),
                replace(afternoon, person=cast.gives),
                replace(sick, person=cast.stand_in),
            ),
        )

    @cached_property
    def trips(self) -> tuple[Trip, ...]:
        """The coaches of the day with the people on them."""
        return trips(self.day, self.rota)

    @property
    def date(self) -> str:
        """The day of the check-in, as the calendar has it."""
        return f"{self.day.at('08:00'):%F}"

    def trip_of(self, person: Person) -> Trip | None:
        """Return the coach that somebody is on."""
        return next((trip for trip in self.trips if person in trip.aboard), None)

    def serves_at(self, person: Person) -> str | None:
        """Return the venue where somebody serves this day; their own, if they have no shift."""
        shifts = self.rota.of(person)
        return shifts[0].venue if shifts else person.venue

    def duty_officer(self) -> Person:
        """Return who answers at headquarters in the end."""
        return self.people.lead("hq")

    def site_of(self, venue: str | None) -> str:
        """Return the site a venue belongs to, headquarters for none."""
        return self.plan.venue(venue).site if venue else "hq"

    def site_name(self, site: str) -> Text:
        """Return a site's name in both languages."""
        return next(each.name for each in self.plan.sites if each.id == site)

    def place_name(self, place: str) -> Text:
        """Return the name of a venue or a site."""
        sites = {site.id: site.name for site in self.plan.sites}
        return sites.get(place) or self.venue_name(place)

    def venue_name(self, venue: str) -> Text:
        """Return a venue's name in both languages."""
        return self.plan.venue(venue).name

    def report(
        self,
        name: str,
        at: datetime,
        note: Text,
        said: Mapping[str, Any],
        *,
        who: str,
        told_at: datetime | None = None,
    ) -> Beat:
        """Return a report of what happened `at`, sent then or at `told_at`."""
        sent_at = told_at or at
        body = {"id": self.day.id(name), "at": at.isoformat(), **said}
        if device := said.get("device"):
            body["sent_at"] = (sent_at + self._skew(device)).isoformat()
        return Beat(
            id=self.day.id(name),
            at=sent_at,
            door="report",
            path="/reports",
            body=body,
            who=who,
            note=note,
        )

    def _skew(self, device: str) -> timedelta:
        """How far a device's clock is off: most are right, one in twelve is minutes out."""
        chance = self.day.chance("clock", device)
        wrong = chance.random() < 1 / 12
        return timedelta(seconds=chance.randint(-240, 300) if wrong else chance.randint(-1, 1))


@dataclass(frozen=True, slots=True)
class Fates:
    """Three of the afternoon crew at the alpine centre who do not answer the roll call.

    `lost` went down the mountain and never arrived. `found` sat in a hut with a dead radio.
    `unlisted` had been taken down before the signal, and nobody had written it down.
    """

    lost: Person
    found: Person
    unlisted: Person


def of_person(person: Person, zh: str, en: str) -> Text:
    """Return a note that begins with a person's name."""
    return Text(zh=f"{person.name}{zh}", en=f"{person.latin} {en}")
