"""Who is where, and who should be: people and venues at a moment."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from projections.moment import Moment, iso, iso_or_none, seconds
from projections.people import Answer, Evidence, Shift
from projections.ranking import NEVER, Rank

EARLY = timedelta(hours=2)
"""How long before a shift evidence counts for it: people come early and badge in."""


class Known(NamedTuple):
    """What is known of a person at a moment."""

    id: str
    site: str | None
    evidence: Evidence | None
    answer: Answer | None
    shift: Shift | None
    newest: Evidence | Answer | None
    """The newest evidence of either kind: who answers is somewhere, too."""

    @property
    def venue(self) -> str | None:
        """Where the newest evidence puts them; an answer without a venue moves nobody."""
        newest = self.newest
        if newest is not None and newest.venue is not None:
            return newest.venue
        return self.evidence.venue if self.evidence else None

    @property
    def whereabouts(self) -> str:
        if self.evidence is not None:
            return self.evidence.whereabouts
        return "planned" if self.shift is not None else "unknown"

    def is_due(self, moment: Moment) -> bool:
        """Tell whether they are on shift now."""
        return self.shift is not None and self.shift.starts_at <= moment.at

    def is_missing(self, moment: Moment) -> bool:
        """Tell whether they are on shift now and nothing says that they came to the venue.

        Somebody who came and left again is not missing, they are `left`.
        """
        shift = self.shift
        if shift is None or not self.is_due(moment):
            return False
        since = shift.starts_at - EARLY
        came = (
            self.evidence is not None
            and self.evidence.whereabouts != "on-the-way"
            and self.evidence.venue == shift.venue
            and self.evidence.at >= since
        )
        answered = (
            self.answer is not None and self.answer.venue == shift.venue and self.answer.at >= since
        )
        return not (came or answered)


def rank(known: Known, needs_help: bool, missing: bool) -> Rank:  # noqa: FBT001 - two facts of a person
    """Return the rank of a person."""
    urgency = 0 if needs_help else 1 if missing else 2
    newest = known.newest
    return urgency, newest.at.timestamp() if newest else NEVER, known.id


def known_people(moment: Moment) -> list[Known]:
    """Return everyone who may be seen, by id."""
    people = moment.picture.people
    ids = people.volunteers.keys() | people.evidence.keys() | people.answers.keys()
    known = (know(moment, person) for person in sorted(ids))
    return [
        person
        for person in known
        if moment.sites is None or not moment.sites.isdisjoint(sites_that_see(moment, person))
    ]


def sites_that_see(moment: Moment, known: Known) -> frozenset[str]:
    """Return the sites that may see a person: where they are at home, are, and are on shift now."""
    due = known.shift.venue if known.shift and known.is_due(moment) else None
    venues = moment.picture.places.venues
    here, there = venues.get(known.venue or ""), venues.get(due or "")
    return _sites(known.site, here.site if here else None, there.site if there else None)


@lru_cache(maxsize=4096)
def _sites(*sites: str | None) -> frozenset[str]:
    return frozenset(site for site in sites if site is not None)


def changes_at(moment: Moment, known: Known) -> datetime | None:
    """Return when time alone changes what is known of a person: a shift begins, or is over."""
    shift = known.shift
    if shift is None:
        return None
    return shift.ends_at if known.is_due(moment) else shift.starts_at


def know(moment: Moment, person: str) -> Known:
    """Return what is known of one person."""
    people = moment.picture.people
    volunteer = people.volunteers.get(person)
    evidence = people.evidence.get(person)
    answers = people.answers.get(person)
    answer = answers[0] if answers else None
    said = volunteer or evidence or answer
    return Known(
        person,
        said.site if said else None,
        evidence,
        answer,
        _current_or_next(people.shifts.get(person, ()), moment.at),
        _newer(evidence, answer),
    )


def _newer(evidence: Evidence | None, answer: Answer | None) -> Evidence | Answer | None:
    if evidence is None or answer is None:
        return evidence or answer
    return answer if answer[:2] > evidence[:2] else evidence


def _current_or_next(shifts: tuple[Shift, ...], at: datetime) -> Shift | None:
    first: Shift | None = None
    for shift in shifts:
        if shift.ends_at > at and (
            first is None or (shift.starts_at, shift.id) < (first.starts_at, first.id)
        ):
            first = shift
    return first


def show_person(moment: Moment, known: Known, *, needs_help: bool) -> dict[str, Any]:
    """Return a person as the picture shows them, ages in seconds."""
    volunteer = moment.picture.people.volunteers.get(known.id)
    newest = known.newest
    return {
        "id": known.id,
        "name": volunteer.name if volunteer else known.id,
        "latin": volunteer.latin if volunteer else known.id,
        "role": volunteer.role if volunteer else None,
        "site": known.site,
        "leads": list(volunteer.leads) if volunteer else [],
        "whereabouts": known.whereabouts,
        "venue": known.venue,
        "evidence_age_s": moment.age_s(newest.at) if newest else None,
        "evidence_at": iso_or_none(newest.at if newest else None),
        "method": newest.method if newest else None,
        "late_by_s": seconds(newest.recorded_at - newest.at) if newest else None,
        "safety": _show_answer(moment, known.answer),
        "needs_help": needs_help,
        "shift": _show_shift(known.shift),
        "missing": known.is_missing(moment),
    }


def _show_answer(moment: Moment, answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {"answer": answer.answer, "at": iso(answer.at), "age_s": moment.age_s(answer.at)}


def _show_shift(shift: Shift | None) -> dict[str, Any] | None:
    if shift is None:
        return None
    return {
        "id": shift.id,
        "venue": shift.venue,
        "starts_at": iso(shift.starts_at),
        "ends_at": iso(shift.ends_at),
    }


def count_people(moment: Moment, people: list[Known]) -> dict[str, int]:
    """Return how many there are, and how many of each whereabouts."""
    counted = Counter(person.whereabouts for person in people)
    counted["total"] = len(people)
    counted["missing"] = sum(person.is_missing(moment) for person in people)
    return tell_people(counted)


def tell_people(counted: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of people as the picture shows them."""
    return {
        "total": counted["total"],
        "present": counted["present"],
        "on_the_way": counted["on-the-way"],
        "resting": counted["resting"],
        "left": counted["left"],
        "off_duty": counted["off-duty"],
        "planned": counted["planned"],
        "unknown": counted["unknown"],
        "missing": counted["missing"],
    }


def count_posts(moment: Moment, people: list[Known]) -> dict[str, dict[str, int]]:
    """Return, by venue, how many are there in each whereabouts, are expected, and are missing."""
    posts: dict[str, Counter[str]] = {}
    for person in people:
        if person.evidence is not None and person.venue is not None:
            posts.setdefault(person.venue, Counter())[person.evidence.whereabouts] += 1
        if person.shift is not None and person.is_due(moment):
            post = posts.setdefault(person.shift.venue, Counter())
            post["expected_now"] += 1
            post["missing"] += person.is_missing(moment)
    return {venue: tell_post(counted) for venue, counted in posts.items()}


def tell_post(counted: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a venue as the picture shows them."""
    return {
        "present": counted["present"],
        "on_the_way": counted["on-the-way"],
        "resting": counted["resting"],
        "left": counted["left"],
        "off_duty": counted["off-duty"],
        "expected_now": counted["expected_now"],
        "missing": counted["missing"],
    }


NOBODY = tell_post(Counter())
"""The counts of a venue that nobody is at or due at."""
