"""The board of a venue: who is on, who leaves soon, who arrives soon, who is missing, who should
have checked out, and what comes next.

It looks at the people of the venue and at nobody else: those on shift there about now, and those
whose newest evidence names it.
"""

from collections import Counter
from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from projections.checkout import not_checked_out, show_overstay
from projections.moment import Moment, iso, iso_or_none
from projections.picture import Picture
from projections.posts import Known, know
from projections.roster import Turn

SOON = timedelta(hours=2)
"""How far "soon" reaches, unless somebody says otherwise."""
AHEAD = timedelta(hours=24)
"""Later shifts are shown up to here, by their hours."""


class Index(Protocol):
    """Finds the people of a venue."""

    def near(self, venue: str) -> Iterable[str]:
        """Return whose newest evidence names a venue."""
        ...

    def turns(self, venue: str, since: datetime, until: datetime) -> list[Turn]:
        """Return the shifts that go on at `since`, or begin up to `until`, in order."""
        ...


class PastIndex:
    """An index of a picture of the past, made by looking at everybody once."""

    def __init__(self, picture: Picture, at: datetime) -> None:
        self._near: dict[str, list[str]] = {}
        self._turns: dict[str, list[Turn]] = {}
        moment = Moment(picture, at)
        people = picture.people
        for person in sorted(people.evidence.keys() | people.answers.keys()):
            if (venue := know(moment, person).venue) is not None:
                self._near.setdefault(venue, []).append(person)
        for person, shifts in people.shifts.items():
            for shift in shifts:
                turn = Turn(
                    shift.starts_at,
                    shift.ends_at,
                    shift.id,
                    person,
                    shift.venue,
                    shift.role,
                    shift.instead_of,
                )
                self._turns.setdefault(shift.venue, []).append(turn)

    def near(self, venue: str) -> list[str]:
        """Return whose newest evidence names a venue."""
        return self._near.get(venue, [])

    def turns(self, venue: str, since: datetime, until: datetime) -> list[Turn]:
        """Return the shifts that go on at `since`, or begin up to `until`, in order."""
        found = self._turns.get(venue, ())
        there = (turn for turn in found if turn.starts_at <= until and since < turn.ends_at)
        return sorted(there, key=lambda turn: turn[:3])


class Post(NamedTuple):
    """Somebody at a venue, or planned there."""

    known: Known
    turn: Turn | None


class Board(NamedTuple):
    """A venue at a moment. Each of those on shift is in exactly one of `on`, `missing`, `gone`."""

    on: list[Post]
    """On shift and come, or there without one."""
    leaving: list[Post]
    """Of those who are on, whose shift ends soon and no other one follows it."""
    arriving: list[Post]
    missing: list[Post]
    gone: list[Post]
    """On shift, and left or elsewhere by their newest evidence, or off duty."""
    overdue: list[str]
    """Not on shift any more, and have not checked out."""
    later: list[Turn]


def board_of(moment: Moment, index: Index, venue: str, soon: timedelta = SOON) -> Board:
    """Return the board of a venue."""
    at = moment.at
    turns = index.turns(venue, at, at + max(AHEAD, soon))
    due = {turn.person: Post(know(moment, turn.person), turn) for turn in _due(turns, at)}
    coming = [turn for turn in turns if turn.starts_at > at]
    soon_here = [turn for turn in coming if turn.starts_at <= at + soon]
    missing = [post for post in due.values() if post.known.is_missing(moment)]
    gone = [post for post in due.values() if _is_gone(moment, post, venue)]
    away = {post.known.id for post in (*missing, *gone)}
    near = [person for person in index.near(venue) if person not in due]
    overdue = [one.person for one in not_checked_out(moment.picture.people, near, at)]
    expected = {*overdue, *(turn.person for turn in soon_here)}
    extra = (know(moment, person) for person in near if person not in expected)
    on = [post for id, post in due.items() if id not in away]
    follows = {(turn.person, turn.starts_at) for turn in coming}
    return Board(
        on=[*on, *(Post(known, None) for known in extra if _is_here(known))],
        leaving=[post for post in on if _leaves(post, at + soon, follows)],
        arriving=[
            Post(know(moment, person), turn)
            for person, turn in _first_of_each(soon_here).items()
            if person not in due and person not in overdue  # who never left need not arrive
        ],
        missing=missing,
        gone=gone,
        overdue=overdue,
        later=[turn for turn in coming if turn.starts_at > at + soon],
    )


def _first_of_each(turns: Iterable[Turn]) -> dict[str, Turn]:
    """Return the first turn of each person: who comes for two in a row arrives once."""
    first: dict[str, Turn] = {}
    for turn in turns:
        first.setdefault(turn.person, turn)
    return first


def show_board(
    moment: Moment, index: Index, venue: str, soon: timedelta, needs_help: Container[str]
) -> dict[str, Any]:
    """Return the board of a venue, JSON-ready; ages are seconds."""
    board = board_of(moment, index, venue, soon)
    row = moment.picture.places.venues[venue]
    people = moment.picture.people

    def shown(posts: Iterable[Post]) -> list[dict[str, Any]]:
        return [_show(moment, post, needs_help) for post in posts]

    on = shown(board.on)
    leaving = {post.known.id for post in board.leaving}
    lists = {
        "on": on,
        "leaving": [row for row in on if row["id"] in leaving],
        "arriving": shown(board.arriving),
        "missing": shown(board.missing),
        "gone": shown(board.gone),
        "overdue": [
            show_overstay(moment, found)
            for found in not_checked_out(people, board.overdue, moment.at)
        ],
    }
    return {
        "venue": venue,
        "site": row.site,
        "name": row.name.model_dump(),
        "counts": {name: len(rows) for name, rows in lists.items()},
        **lists,
        "later": _show_later(moment, board.later),
    }


def _due(turns: Iterable[Turn], at: datetime) -> Iterable[Turn]:
    return (turn for turn in turns if turn.starts_at <= at)


def _is_gone(moment: Moment, post: Post, venue: str) -> bool:
    """Tell whether somebody on shift came, and is not there any more by their newest evidence."""
    known = post.known
    if known.is_missing(moment):
        return False
    if known.venue != venue:
        return True
    return not _answered_there(known) and known.whereabouts in ("left", "off-duty")


def _is_here(known: Known) -> bool:
    """Tell whether somebody is where their newest evidence says."""
    return _answered_there(known) or known.whereabouts in ("present", "resting")


def _answered_there(known: Known) -> bool:
    """Tell whether the newest that is known is an answer from a venue: who answers is there."""
    return (
        known.newest is known.answer and known.answer is not None and known.answer.venue is not None
    )


def _leaves(post: Post, until: datetime, follows: Container[tuple[str, datetime]]) -> bool:
    turn = post.turn
    return turn is not None and turn.ends_at <= until and (turn.person, turn.ends_at) not in follows


def _show(moment: Moment, post: Post, needs_help: Container[str]) -> dict[str, Any]:
    known, turn = post
    volunteer = moment.picture.people.volunteers.get(known.id)
    newest = known.newest
    served = (turn.role if turn else None) or (volunteer.role if volunteer else None)
    return {
        "id": known.id,
        "name": volunteer.name if volunteer else known.id,
        "latin": volunteer.latin if volunteer else known.id,
        "role": served,
        "whereabouts": known.whereabouts,
        "venue": known.venue,
        "evidence_at": iso_or_none(newest.at if newest else None),
        "evidence_age_s": moment.age_s(newest.at) if newest else None,
        "method": newest.method if newest else None,
        "needs_help": known.id in needs_help,
        "shift": _show_shift(moment.picture, turn),
    }


def _show_shift(picture: Picture, turn: Turn | None) -> dict[str, Any] | None:
    if turn is None:
        return None
    override = picture.clearances.override(turn.person, turn.id)
    return {
        "id": turn.id,
        "starts_at": _hour(turn.starts_at),
        "ends_at": _hour(turn.ends_at),
        "instead_of": turn.instead_of,
        "against": list(override.guards) if override else [],
    }


@lru_cache(maxsize=4096)
def _hour(moment: datetime) -> str:
    """Return `iso` of a moment at which many shifts begin or end."""
    return iso(moment)


def _show_later(moment: Moment, turns: list[Turn]) -> list[dict[str, Any]]:
    """Return the hours at which people serve later, and how many of each role."""
    people = moment.picture.people
    shown = []
    for (starts_at, ends_at), group in groupby(turns, key=lambda turn: turn[:2]):
        members = list(group)
        rows = (people.volunteers.get(turn.person) for turn in members)
        roles = Counter(row.role for row in rows if row is not None)
        shown.append(
            {
                "starts_at": iso(starts_at),
                "ends_at": iso(ends_at),
                "people": len(members),
                "roles": dict(sorted(roles.items())),
            }
        )
    return shown
