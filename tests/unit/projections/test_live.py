"""What is kept up to date beside a picture never says anything else than what is counted anew."""

from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.incident import IncidentClosed, IncidentMerged
from projections import answers, posts
from projections.calls import by_person, calls_for_help, open_calls
from projections.live import Live
from projections.moment import Moment
from projections.picture import Picture
from projections.view import view
from tests.unit.projections.build import (
    at,
    incident,
    need_help,
    numbered,
    safe,
    said,
    seen,
    shift,
    venue,
    volunteer,
)
from tests.unit.projections.histories import SPAN, VENUES, logs, thorough

SITES = (None, frozenset({"yanqing"}), frozenset({"beijing"}), frozenset[str]())
looks = st.lists(st.tuples(st.integers(0, 40), st.integers(-20, 4 * SPAN)), max_size=8)
"""After how many events somebody looks, and at which minute: time may run back, too."""


def assert_equals_counting_anew(live: Live, minute: int) -> None:
    live.refresh(at(minute))
    picture = live.picture
    for sites in SITES:
        moment = Moment(picture, at(minute), sites)
        known = posts.known_people(moment)
        assert live.headcount.people(sites) == posts.count_people(moment, known)
        listed = [row.known for row in live.headcount.listed(sites, 500)]
        assert listed == known
        counted = posts.count_posts(moment, known)
        for place in VENUES:
            if moment.sees_venue(place):
                assert live.headcount.post(place) == counted.get(place, posts.NOBODY)
    _assert_calls(live, Moment(picture, at(minute)))
    _assert_roll_calls(live)


def _assert_calls(live: Live, moment: Moment) -> None:
    calls = calls_for_help(moment.picture)
    assert open_calls(moment, live.callers.open.values()) == open_calls(moment, calls)
    wanted = {person: set(of) for person, of in by_person(calls).items()}
    assert {p: set(of) for p, of in live.callers.by_person.items() if of} == wanted
    for person, row in live.headcount.rows.items():
        assert row.needs_help == any(call.until is None for call in wanted.get(person, ()))


def _assert_roll_calls(live: Live) -> None:
    people = live.picture.people
    calls = by_person(calls_for_help(live.picture))
    for id, row in live.picture.rollcalls.rows.items():
        roll, wanted = live.standings.of(id), answers.result(people, row, calls)
        assert roll.row == row
        assert all(
            sorted(here) == sorted(there) for here, there in zip(roll.result, wanted, strict=True)
        )
        assert sum(map(len, roll.result)) == row.size
        assert roll.after("", None, 99) == sorted(row.asked())
        assert roll.after("p0", "safe", 99) == sorted(p for p in wanted.safe if p > "p0")
        assert roll.least_seen(9) == answers.least_seen(people, wanted.unaccounted, 9)
        assert roll.found_since() == answers.found_since(people, row, calls)


@thorough
@given(logs, looks)
def test_looking_at_any_time_equals_counting_anew(
    log: list[Event], looks: list[tuple[int, int]]
) -> None:
    picture = Picture()
    live = Live(picture)
    after = dict(looks)
    for number, event in enumerate(log):
        picture.apply(event)
        live.apply(event)
        if number in after:
            assert_equals_counting_anew(live, after[number])
    assert_equals_counting_anew(live, SPAN)
    assert_equals_counting_anew(live, 2 * SPAN)


@thorough
@given(logs, looks)
def test_a_view_with_an_index_equals_one_without(
    log: list[Event], looks: list[tuple[int, int]]
) -> None:
    picture = Picture()
    live = Live(picture)
    after = dict(looks)
    for number, event in enumerate(log):
        picture.apply(event)
        live.apply(event)
        if number in after:
            moment = at(after[number])
            for sites in SITES:
                assert view(picture, moment, sites=sites, live=live) == view(
                    picture, moment, sites=sites
                )


def folded(*events: Event) -> tuple[Picture, Live]:
    picture = Picture()
    live = Live(picture)
    live.refresh(at(-1000))
    for event in numbered(list(events)):
        picture.apply(event)
        live.apply(event)
    return picture, live


def test_time_alone_begins_and_ends_a_shift() -> None:
    _, live = folded(venue(), volunteer("a"), shift("a", 10, 20), shift("a", 30, 40, id="s2"))
    missing = {m: live.refresh(at(m)).headcount.post("alpine")["missing"] for m in range(5, 50, 5)}
    assert missing == {5: 0, 10: 1, 15: 1, 20: 0, 25: 0, 30: 1, 35: 1, 40: 0, 45: 0}


def test_who_is_missing_somewhere_is_seen_by_those_who_wait_for_them() -> None:
    _, live = folded(
        venue("alpine", "yanqing"),
        venue("stadium", "beijing"),
        volunteer("a", "beijing"),
        shift("a", 0, 60, venue="alpine"),
        seen("a", -10, venue="stadium"),
    )
    there = frozenset({"yanqing"})
    assert live.refresh(at(-5)).headcount.listed(there, 9) == []
    assert [row.known.id for row in live.refresh(at(5)).headcount.listed(there, 9)] == ["a"]
    assert live.headcount.people(there)["missing"] == 1
    assert [known.id for known in live.headcount.due("alpine")] == ["a"]
    assert [known.id for known in live.headcount.here("stadium")] == ["a"]
    assert live.refresh(at(60)).headcount.listed(there, 9) == []


def test_a_venue_that_is_registered_late_is_seen_by_its_site_from_then_on() -> None:
    _, live = folded(volunteer("a", "beijing"), seen("a", 0, venue="alpine"))
    there = frozenset({"yanqing"})
    assert live.refresh(at(5)).headcount.people(there)["total"] == 0
    late = numbered([venue("alpine", "yanqing")], 10)[0]
    live.picture.apply(late)
    live.apply(late)
    assert live.refresh(at(6)).headcount.people(there)["total"] == 1


def test_of_too_many_people_those_to_look_after_first_are_listed() -> None:
    people = ("calm", "fresh", "helpless", "missing", "never", "old")
    _, live = folded(
        venue(),
        *map(volunteer, people),
        seen("old", -300),
        seen("calm", -200),
        seen("fresh", 0),
        seen("helpless", 1),
        need_help("helpless", 2),
        seen("missing", 3, "on-the-way"),
        shift("missing", 0, 60),
    )
    order = [row.known.id for row in live.refresh(at(5)).headcount.listed(None, 5)]
    assert order == ["helpless", "missing", "never", "old", "calm"]
    everyone = [row.known.id for row in live.headcount.listed(None, 6)]
    assert everyone == sorted(people)


def test_a_call_ends_with_the_incident_it_was_merged_into() -> None:
    log = numbered(
        [
            volunteer("a"),
            incident("i1", 0, person="a"),
            incident("i2", 1, category="medical"),
            said(IncidentMerged(into="i2"), "i1", 2),
            said(IncidentClosed(), "i2", 3),
            safe("a", 4),
        ]
    )
    picture = Picture()
    live = Live(picture)
    found = []
    for event in log:
        picture.apply(event)
        live.apply(event)
        live.refresh(at(10))
        found.append(live.headcount.rows["a"].needs_help)
    assert found == [False, True, True, True, False, False]


def test_people_who_wait_to_be_counted_are_counted_before_they_are_many() -> None:
    many = [volunteer(f"v{number}") for number in range(1200)]
    _, live = folded(*many)
    assert live.headcount.behind < 100
    assert len(live.headcount.rows) > 1100
    assert live.refresh(at(0)).headcount.people(None)["total"] == 1200
