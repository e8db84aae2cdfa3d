"""The winter-games day as beats. Pure: the same seed, start and warnings give the same bytes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from events.access import AccessRole
from services.scenario.beat import Beat, Part, Story
from services.scenario.blizzard import blizzard
from services.scenario.checkins import check_ins
from services.scenario.checkouts import checkouts, health
from services.scenario.counts import zone_count
from services.scenario.day import START, Day
from services.scenario.evening import evening
from services.scenario.foreign import NOT_FOUND, Foreign, foreign_warnings
from services.scenario.incidents import incidents
from services.scenario.journeys import journeys
from services.scenario.measured import measured
from services.scenario.noise import noise
from services.scenario.people import Person
from services.scenario.plan import Plan, load_plan
from services.scenario.presence import presence
from services.scenario.reach import reach
from services.scenario.roster import roster
from services.scenario.shifts import shifts
from services.scenario.signals import signals
from services.scenario.sky import sky
from services.scenario.stage import CAP_FEED, OFFICE, WALL, Stage, desk

NAME = "winter-games"


def story(seed: int, start: datetime = START, foreign: Sequence[Foreign] = ()) -> Story:
    """Return the day that begins at `start` (its 05:30) and ends sixteen and a half hours later.

    `foreign` are the real warnings to feed in, as `choose_foreign` gives them.

    Raises:
        ValueError: `start` has no offset from UTC, or the seed is not 0 to 2,147,483,647.
    """
    stage = Stage.of(Day.of(seed, start), load_plan(NAME))
    responses = list(incidents(stage))
    parts = (
        roster(stage),
        shifts(stage),
        reach(stage),
        signals(stage),
        presence(stage),
        check_ins(stage),
        health(stage),
        journeys(stage),
        sky(stage),
        responses,
        blizzard(stage, responses),
        measured(stage),
        zone_count(stage),
        checkouts(stage),
        evening(stage),
    )
    beats = list(chain.from_iterable(parts))
    beats += noise(stage, beats)
    beats += foreign_warnings(stage.day, foreign)
    _check_ids(beats)
    return Story(
        seed=seed,
        starts_at=stage.day.start,
        ends_at=stage.day.at("22:00"),
        cast=_cast(stage),
        beats=tuple(sorted(beats, key=lambda beat: beat.at)),
        remarks=() if foreign else (NOT_FOUND,),
    )


def plan() -> Plan:
    """Return the sites and venues that the story is set at."""
    return load_plan(NAME)


def _cast(stage: Stage) -> tuple[Part, ...]:
    """Everyone acts under their own ids: an alert asks for a person, and a person answers it."""
    parts = [Part(desk(site.id), "reporter", (site.id,)) for site in stage.plan.sites]
    parts += [Part(CAP_FEED, "reporter"), Part(WALL, "monitor"), Part(OFFICE, "commander")]
    parts += [Part(trip.coach.driver, "reporter") for trip in stage.trips]
    parts += [_own(person) for person in stage.people.all]
    parts += [
        Part(person.id, "responder", lanes=person.lanes, person=person.id)
        for person in stage.people.support
    ]
    return tuple(parts)


def _own(person: Person) -> Part:
    if "hq" in person.leads:
        return Part(person.id, "commander", person=person.id)
    if person.site in person.leads:
        return Part(person.id, "commander", (person.site,), person=person.id)
    role: AccessRole = "responder" if person.leads else "reporter"
    return Part(person.id, role, (person.site,), person=person.id)


def _check_ids(beats: Iterable[Beat]) -> None:
    repeated = [one for one, times in Counter(beat.id for beat in beats).items() if times > 1]
    if repeated:
        raise ValueError(f"write a story: several beats have the id {repeated[0]}")
