"""The board of a venue, with the same people counted by an index and by looking at everybody."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.presence import PresenceReported, SafetyReported, Whereabouts
from events.volunteer import GuardOverridden, ShiftAssigned, ShiftCancelled
from projections import board as board_module
from projections.board import Board, PastIndex, board_of, show_board
from projections.moment import Moment
from projections.picture import Picture
from projections.posts import know
from projections.roster import Roster
from tests.unit.projections.build import NOON, at, said, site, venue, volunteer
from tests.unit.projections.histories import thorough

H = 60
VENUE = "sliding"


def shift(person: str, start: float, end: float, id: str = "", where: str = VENUE) -> Event:
    id = id or f"{person}-{round(start * H)}"
    fact = ShiftAssigned(shift=id, venue=where, starts_at=at(start * H), ends_at=at(end * H))
    return said(fact, person, -24 * H, id=f"shift-{person}-{id}")


def seen(person: str, whereabouts: Whereabouts, minutes: float, where: str = VENUE) -> Event:
    return said(PresenceReported(whereabouts=whereabouts, venue=where), person, minutes)


class Place:
    """Events in a picture, and the roster's index of the same events."""

    def __init__(self, *events: Event) -> None:
        self.picture, self.roster = Picture(), Roster()
        people = sorted({event.key for event in events if event.kind != "venue"})
        for event in (site(), venue(VENUE), venue("alpine"), *map(volunteer, people), *events):
            self.picture.apply(event)
            self.roster.apply(event)

    def board(self, minutes: float = 0, soon: timedelta = timedelta(hours=2)) -> Board:
        moment = Moment(self.picture, at(minutes))
        board = board_of(moment, self.roster, VENUE, soon)
        assert board == board_of(moment, PastIndex(self.picture, moment.at), VENUE, soon)
        return board

    def names(self, minutes: float = 0) -> dict[str, list[str]]:
        board = self.board(minutes)
        posts = board._asdict()
        later, overdue = posts.pop("later"), posts.pop("overdue")
        found = {name: sorted(post.known.id for post in posts[name]) for name in posts}
        found |= {"later": [turn.person for turn in later], "overdue": overdue}
        return {name: people for name, people in found.items() if people}


def test_nobody_is_at_an_empty_venue() -> None:
    assert Place().names() == {}


def test_who_is_on_shift_and_came_is_on() -> None:
    place = Place(shift("a", -1, 6), seen("a", "present", -70))
    assert place.names() == {"on": ["a"]}


def test_who_is_on_shift_and_did_not_come_is_missing() -> None:
    for event in (seen("a", "on-the-way", -5), seen("a", "present", -5, "alpine")):
        assert Place(shift("a", -1, 6), event).names() == {"missing": ["a"]}
    assert Place(shift("a", -1, 6)).names() == {"missing": ["a"]}


def test_evidence_of_yesterday_says_nothing_of_today() -> None:
    place = Place(shift("a", -1, 6), seen("a", "present", -20 * H))
    assert place.names() == {"missing": ["a"]}


def test_who_came_and_left_is_gone_and_not_missing() -> None:
    place = Place(shift("a", -1, 6), seen("a", "present", -50), seen("a", "left", -10))
    assert place.names() == {"gone": ["a"]}


def test_who_is_there_without_a_shift_is_on() -> None:
    assert Place(seen("a", "present", -5)).names() == {"on": ["a"]}
    answer = said(SafetyReported(answer="safe", venue=VENUE), "a", -5)
    assert Place(answer).names() == {"on": ["a"]}
    assert Place(seen("a", "left", -5)).names() == {}


def test_who_leaves_within_two_hours_leaves_soon_to_the_minute() -> None:
    for end, names in ((2, {"on": ["a"], "leaving": ["a"]}), (2 + 1 / 60, {"on": ["a"]})):
        place = Place(shift("a", -1, end), seen("a", "present", -50))
        assert place.names() == names


def test_who_goes_on_at_once_does_not_leave() -> None:
    place = Place(shift("a", -1, 1), shift("a", 1, 5), seen("a", "present", -50))
    assert place.names() == {"on": ["a"]}


def test_who_begins_within_two_hours_arrives_soon_whatever_is_known_of_them() -> None:
    assert Place(shift("a", 2, 6)).names() == {"arriving": ["a"]}
    assert Place(shift("a", 2, 6), seen("a", "present", -5)).names() == {"arriving": ["a"]}
    assert Place(shift("a", 2 + 1 / 60, 6)).names() == {"later": ["a"]}
    assert Place(shift("a", 25, 30)).names() == {}


def test_the_window_is_anybodys_choice() -> None:
    place = Place(shift("a", 3, 6))
    assert [post.known.id for post in place.board(soon=timedelta(hours=3)).arriving] == ["a"]


def test_at_the_end_of_a_shift_it_is_over_and_half_an_hour_later_somebody_is_overdue() -> None:
    place = Place(shift("a", -4, 0), seen("a", "present", -100))
    assert place.names(-1)["on"] == ["a"]
    assert place.names(0) == {"on": ["a"]}
    assert place.names(30) == {"overdue": ["a"]}
    assert Place(shift("a", -4, 0), seen("a", "left", 5)).names(30) == {}


def test_a_cancelled_shift_is_on_no_board() -> None:
    gone = said(ShiftCancelled(shift="s", reason="storm"), "a", -1)
    assert Place(shift("a", -1, 6, "s"), gone).names() == {}


def test_a_night_shift_that_began_yesterday_is_found() -> None:
    place = Place(shift("a", -27.5, -12), seen("a", "present", -13 * H))
    assert place.names(-12.1 * H)["on"] == ["a"]


def test_what_is_shown_of_somebody() -> None:
    override = said(GuardOverridden(shift="s", guards=("rest",), reason="nobody else"), "a", -2)
    place = Place(shift("a", -1, 1, "s"), override, seen("a", "present", -30))
    shown = show_board(
        Moment(place.picture, NOON), place.roster, VENUE, timedelta(hours=2), frozenset("a")
    )
    [row] = shown["on"]
    assert shown["leaving"] == [row]
    assert (row["id"], row["evidence_age_s"], row["method"]) == ("a", 1800.0, "self")
    assert row["needs_help"] is True
    assert row["shift"] == {
        "id": "s", "starts_at": "2022-02-13T03:00:00Z", "ends_at": "2022-02-13T05:00:00Z",
        "instead_of": None, "against": ["rest"],
    }  # fmt: skip
    assert shown["counts"] == {
        "on": 1, "leaving": 1, "arriving": 0, "missing": 0, "gone": 0, "overdue": 0,
    }  # fmt: skip


def test_later_hours_are_told_with_how_many_of_each_role() -> None:
    place = Place(shift("a", 5, 9), shift("b", 5, 9), shift("c", 7, 9))
    shown = show_board(Moment(place.picture, NOON), place.roster, VENUE, timedelta(hours=2), ())
    assert [(row["people"], sum(row["roles"].values())) for row in shown["later"]] == [
        (2, 2), (1, 1),
    ]  # fmt: skip


def test_a_board_looks_at_the_people_of_its_venue_and_at_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = [
        event
        for n in range(50)
        for event in (shift(f"x{n}", -1, 5, where="alpine"), seen(f"x{n}", "present", -5, "alpine"))
    ]
    long_ago = [shift(f"y{n}", -24 * 9 - 4, -24 * 9) for n in range(50)]
    place = Place(shift("a", -1, 6), seen("a", "present", -5), *elsewhere, *long_ago)
    looked_at: list[str] = []

    def counting(moment: Moment, person: str) -> Any:
        looked_at.append(person)
        return know(moment, person)

    monkeypatch.setattr(board_module, "know", counting)
    board_of(Moment(place.picture, NOON), place.roster, VENUE)
    assert set(looked_at) == {"a"}


PEOPLE = st.sampled_from("abcd")
EVENTS = st.lists(
    st.one_of(
        st.builds(
            lambda who, start, length, where: shift(who, start, start + length, where=where),
            PEOPLE, st.integers(-30, 30), st.integers(1, 16), st.sampled_from([VENUE, "alpine"]),
        ),
        st.builds(
            seen, PEOPLE, st.sampled_from(["present", "left", "on-the-way", "off-duty"]),
            st.integers(-26 * H, 26 * H), st.sampled_from([VENUE, "alpine"]),
        ),
    ),
    max_size=14,
    unique_by=lambda event: event.id,
)  # fmt: skip


@thorough
@given(EVENTS, st.integers(-24 * H, 24 * H))
def test_everyone_on_shift_is_in_exactly_one_list(events: list[Event], minutes: int) -> None:
    events = without_overlaps(events)
    place = Place(*(event for event in events if event.occurred_at <= at(minutes)))
    board = place.board(minutes)
    due = sorted(
        event.key
        for event in events
        if isinstance(fact := event.data, ShiftAssigned)
        and fact.venue == VENUE
        and fact.starts_at <= at(minutes) < fact.ends_at
        and event.occurred_at <= at(minutes)
    )
    placed: list[Any] = [*board.on, *board.missing, *board.gone]
    assert sorted(post.known.id for post in placed if post.turn is not None) == due
    assert {post.known.id for post in board.leaving} <= {post.known.id for post in board.on}
    everybody = [post.known.id for post in (*placed, *board.arriving)] + board.overdue
    assert len(everybody) == len(set(everybody))


def without_overlaps(events: list[Event]) -> list[Event]:
    """Leave out the shifts that no rule would let anybody plan."""
    kept: list[Event] = []
    for event in events:
        fact = event.data
        if isinstance(fact, ShiftAssigned) and any(
            event.key == other.key
            and isinstance(planned := other.data, ShiftAssigned)
            and fact.starts_at < planned.ends_at
            and planned.starts_at < fact.ends_at
            for other in kept
        ):
            continue
        kept.append(event)
    return kept
