"""The coaches of a story as people write them down, and who is on them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from events.fact import Id, Line, Text
from services.scenario.datafile import read_data
from services.scenario.day import Day, Moment
from services.scenario.people import Person
from services.scenario.plan import HERE
from services.scenario.rota import Part, Rota

JOURNEYS: Final = HERE / "winter_games" / "journeys.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crew(_Entry):
    """Who serves at a venue in that part of the day and no other."""

    venue: Id
    part: Part


class Replan(_Entry):
    """What was changed, and when."""

    at: Moment
    arrives: Moment
    reason: Line


class Word(_Entry):
    """What was heard of a coach on its way. Degrees are WGS-84."""

    at: Moment
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    text: Text


class Coach(_Entry):
    """One coach as it was planned, and as it went."""

    key: Id
    title: Text
    origin: Line
    destination: Id
    people: Crew
    vehicle: Line
    driver: Id
    departs: Moment
    arrives: Moment
    margin_min: Annotated[int, Field(ge=0, le=240)]
    departed: Moment
    arrived: Moment
    answered: Moment | None = None
    """When somebody of the transport lane owns the alert that it is overdue."""
    word: Word | None = None
    replans: tuple[Replan, ...] = ()


class _Coaches(_Entry):
    journeys: tuple[Coach, ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """A coach with its people. `left_at` and `came_at` are when it really did."""

    coach: Coach
    aboard: tuple[Person, ...]
    left_at: datetime
    came_at: datetime


@cache
def _coaches() -> tuple[Coach, ...]:
    return read_data(JOURNEYS, _Coaches).journeys


def trips(day: Day, rota: Rota) -> tuple[Trip, ...]:
    """Return the day's coaches.

    Raises:
        DataRefused: with the file, the field and the reason in both languages.
    """
    return tuple(
        Trip(
            coach,
            rota.crew(coach.people.venue, coach.people.part),
            day.at(coach.departed),
            day.at(coach.arrived),
        )
        for coach in _coaches()
    )
