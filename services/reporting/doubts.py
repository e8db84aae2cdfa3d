"""What may be wrong with a report that can be read: its time, its venue, its person. Pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from projections.people import Volunteer
from projections.picture import Picture
from services.problems import Problem
from services.reporting.private import doubts_of_day, doubts_of_text
from services.reporting.report import IncidentReport


class Reporter(NamedTuple):
    """Who sends: the actor's name as it stands in the log, and the sites they may report for."""

    actor: str
    sites: frozenset[str] | None = None
    person: str | None = None
    """The one person they may say something of, unless they lead; None for a desk, a gate, or
    whoever responds."""


class Bounds(NamedTuple):
    """How far from now a report's time may lie."""

    future: timedelta
    past: timedelta


def doubts(
    report: Any, reporter: Reporter, picture: Picture, now: datetime, bounds: Bounds
) -> list[Problem]:
    """Return what is wrong with a report that can be read, by what is known."""
    found: list[Problem] = []
    if report.at is not None and report.at > now + bounds.future:
        found.append(too_early(report.at, now))
    if report.at is not None and report.at < now - bounds.past:
        found.append(too_late(report.at, bounds))
    venue = getattr(report, "venue", None)
    place = picture.places.venues.get(venue) if venue is not None else None
    if venue is not None and place is None:
        found.append(_unknown_venue(venue, picture))
    if not isinstance(report, IncidentReport):
        found += _doubts_of_person(getattr(report, "person", None), picture)
    found += doubts_of_day(report, picture, now)
    found += doubts_of_text(report)
    if reporter.sites is not None:
        site = place.site if place is not None else _home_of(report, picture)
        if site is not None and site not in reporter.sites:
            found.append(_other_site("venue" if place is not None else "person", site, reporter))
    return found


def not_their_own(report: Any, reporter: Reporter, picture: Picture) -> Problem | None:
    """Return why somebody may not say how or where a person is: with a token of one's own that is
    for oneself, for those whose team lead one is, and for whoever leads people at a place.

    A call for help is for everybody, and so is what somebody saw.
    """
    person = getattr(report, "person", None)
    if reporter.person is None or person in (None, reporter.person):
        return None
    if isinstance(report, IncidentReport):
        return None
    people = picture.people.volunteers
    me, other = people.get(reporter.person), people.get(person)
    if me is not None and not me.erased and (me.leads or (other and other.lead == reporter.person)):
        return None
    return Problem(
        "not-your-own",
        "person",
        f"此令牌属于 {reporter.person} 本人，不能替 {person} 上报",
        f"this token is {reporter.person}'s own and says nothing of {person}",
    )


def _doubts_of_person(person: str | None, picture: Picture) -> list[Problem]:
    if person is None:
        return []
    volunteer = picture.people.volunteers.get(person)
    if volunteer is None and picture.rollcalls.name_of(person) is not None:
        return []  # a walk-up of a roll call: they are there, whoever they are
    return [nobody(person, volunteer)] if volunteer is None or volunteer.erased else []


def _home_of(report: Any, picture: Picture) -> str | None:
    """Return the site of the person a report speaks of, where it alone says whom it concerns."""
    volunteer = picture.people.volunteers.get(getattr(report, "person", None) or "")
    return volunteer.site if volunteer is not None else None


def too_early(at: datetime, now: datetime) -> Problem:
    """Return why a moment is not taken that lies ahead of our clock."""
    ahead = round((at - now).total_seconds())
    return Problem(
        "far-future",
        "at",
        f"时间 {at.isoformat()} 比现在晚 {ahead} 秒",
        f"{at.isoformat()} is {ahead} seconds from now",
    )


def too_late(at: datetime, bounds: Bounds) -> Problem:
    """Return why a moment is not taken that is long past."""
    return Problem(
        "too-old",
        "at",
        f"时间 {at.isoformat()} 早于 {bounds.past.days} 天前",
        f"{at.isoformat()} is more than {bounds.past.days} days ago",
    )


def _unknown_venue(venue: str, picture: Picture) -> Problem:
    known = ", ".join(sorted(picture.places.venues)[:30])
    return Problem(
        "unknown-venue",
        "venue",
        f"没有场馆 {venue}，已登记的有：{known or '无'}",
        f"no venue {venue} is registered, these are: {known or 'none'}",
    )


def _unknown_person(person: str) -> Problem:
    return Problem(
        "unknown-person",
        "person",
        f"花名册中没有 {person}",
        f"{person} is not on the roster",
    )


def nobody(person: str, volunteer: Volunteer | None) -> Problem:
    """Return why nothing is taken of a person who is unknown or erased."""
    return _unknown_person(person) if volunteer is None else erased_person(person)


def erased_person(person: str) -> Problem:
    """Whose details are destroyed, of them nothing more is taken."""
    return Problem(
        "erased",
        "person",
        f"{person} 的个人信息已销毁，不再接受其上报",
        f"{person} is erased: no more reports of them are taken",
    )


def _other_site(field: str, site: str, reporter: Reporter) -> Problem:
    own = ", ".join(sorted(reporter.sites or ()))
    zh, en = ("该场馆", "the venue") if field == "venue" else ("此人", "the person")
    return Problem(
        "site-not-allowed",
        field,
        f"此令牌只能上报 {own}，{zh}属于 {site}",
        f"this token reports for {own} only, {en} belongs to {site}",
    )
