"""Whom a roll call asks for, and what it is called: read off the roster when it opens. Pure."""

from datetime import datetime

from events.fact import Text
from events.rollcall import Scope
from projections.phases import Phases
from projections.places import Places
from projections.roster import Roster
from projections.terms import LANE, ROLE, term


def asked_for(roster: Roster, phases: Phases, scope: Scope, at: datetime) -> tuple[str, ...]:
    """Return the people of a scope at a moment, sorted; of several fields, those of all of them.

    A venue's are those on post there, a site's are at home in it, a lane's are those who serve it:
    whom they serve is everybody. While a phase runs, nobody is asked for who serves in others only,
    unless they are on post.
    """
    people = _of_scope(roster, scope, at)
    running = phases.running(at)
    if scope.venue is not None or not running:
        return people
    serving = {person for phase, _ in running for person in roster.in_phase(phase)}
    return tuple(person for person in people if person in serving)


def _of_scope(roster: Roster, scope: Scope, at: datetime) -> tuple[str, ...]:
    lists = []
    if scope.venue is not None:
        lists.append(roster.on_post(scope.venue, at))
    if scope.site is not None:
        lists.append(roster.home(scope.site))
    if scope.role is not None:
        lists.append(roster.people_of_role(scope.role))
    if scope.lane is not None:
        lists.append(roster.of_lane(scope.lane))
    if not lists:
        return roster.everyone()
    first, *others = lists
    kept = set(first).intersection(*others)
    return tuple(person for person in first if person in kept)


def title_of(places: Places, scope: Scope) -> Text:
    """Return what a roll call is called that nobody gave a title."""
    parts = []
    if venue := places.venues.get(scope.venue or ""):
        parts.append(venue.name)
    if site := places.sites.get(scope.site or ""):
        parts.append(site.name)
    if scope.role is not None:
        parts.append(term(ROLE, scope.role))
    if scope.lane is not None:
        parts.append(term(LANE, scope.lane))
    parts = parts or [Text(zh="全体人员", en="everyone")]
    zh, en = "、".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    return Text(zh=f"点名：{zh}", en=f"Roll call: {en}")
