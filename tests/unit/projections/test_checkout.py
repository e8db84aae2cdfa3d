from events.envelope import Event
from projections.checkout import Overstay, not_checked_out, overstay, show_overstay
from projections.moment import Moment
from tests.unit.projections.build import at, picture, seen, shift, site, venue, volunteer

GROUND = (site(), venue(), venue("village"), volunteer("a"), volunteer("b"))
MORNING = shift("a", 0, 240)


def due(*events: Event) -> float | None:
    """Return how many minutes after noon somebody must have checked out."""
    found = overstay(picture(*GROUND, *events).people, "a")
    return (found.due_at - at(0)).total_seconds() / 60 if found else None


def test_whoever_came_to_a_shift_checks_out_half_an_hour_after_it() -> None:
    assert due(MORNING, seen("a", 0)) == 270
    assert due(MORNING, seen("a", -100)) == 270


def test_whoever_left_rests_is_elsewhere_or_never_came_is_not_asked() -> None:
    assert due(MORNING) is None
    assert due(MORNING, seen("a", 200, "left")) is None
    assert due(MORNING, seen("a", 200, "resting")) is None
    assert due(MORNING, seen("a", 200, venue="village")) is None
    assert due(MORNING, seen("a", -121)) is None
    assert due(seen("a", 0)) is None


def test_it_is_the_last_shift_of_the_day_that_counts() -> None:
    afternoon = shift("a", 360, 600, id="s2")
    assert due(MORNING, afternoon, seen("a", 0)) == 630
    assert due(MORNING, afternoon, seen("a", 400)) == 630
    elsewhere = shift("a", 360, 600, id="s2", venue="village")
    assert due(MORNING, elsewhere, seen("a", 0)) == 270


def test_a_night_joins_no_two_days() -> None:
    tomorrow = shift("a", 240 + 11 * 60, 1200, id="s2")
    assert due(MORNING, tomorrow, seen("a", 0)) == 270


def test_whoever_is_still_seen_after_their_work_must_check_out() -> None:
    assert due(MORNING, seen("a", 300)) == 270
    assert due(MORNING, seen("a", 240 + 6 * 60)) is None


def test_late_evidence_finds_its_place() -> None:
    assert due(MORNING, seen("a", 230, "left"), seen("a", 0, late=400)) is None


def test_they_are_listed_from_then_on_the_longest_overdue_first() -> None:
    later = shift("b", 0, 250, id="s9")
    folded = picture(*GROUND, MORNING, later, seen("a", 0), seen("b", 0))
    assert not_checked_out(folded.people, ["b", "a", "c"], at(269)) == []
    found = not_checked_out(folded.people, ["b", "a", "c"], at(300))
    assert [(one.person, one.shift) for one in found] == [("a", "s1"), ("b", "s9")]
    assert found[0] == Overstay("a", "alpine", "s1", at(240), at(0))
    assert show_overstay(Moment(folded, at(300)), found[0]) == {
        "id": "a",
        "name": "李a",
        "venue": "alpine",
        "shift": "s1",
        "ended_at": "2022-02-13T08:00:00Z",
        "overdue_s": 1800.0,
        "last_evidence_age_s": 18000.0,
    }
