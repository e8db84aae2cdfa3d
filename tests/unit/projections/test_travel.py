from projections.travel import (
    SnapshotMeta,
    chapters_needed,
    extend,
    fold,
    may_start_from,
    nearest,
)
from projections.view import view
from tests.unit.projections.build import at, numbered, safe, seen, volunteer

LOG = numbered([volunteer("a"), seen("a", 0), safe("a", 3, late=67), seen("a", 80, "left")])


def test_as_of_is_what_was_true_then_as_we_know_it_now() -> None:
    shown = view(fold(LOG, as_of=at(5)), at(5))["people"][0]
    assert (shown["whereabouts"], shown["safety"]["answer"]) == ("present", "safe")


def test_known_by_is_what_we_had_been_told_by_then() -> None:
    shown = view(fold(LOG, as_of=at(5), known_by=at(60)), at(5))["people"][0]
    assert (shown["whereabouts"], shown["safety"]) == ("present", None)
    assert fold(LOG, known_by=at(70)).seq == 3


def test_both_moments_are_included() -> None:
    assert fold(LOG, as_of=at(80)).seq == 4
    assert fold(LOG, known_by=at(80)).seq == 4
    assert fold(LOG, as_of=at(79.9)).seq == 3


def test_a_chapter_keeps_the_bounds_of_both_clocks() -> None:
    chapter = None
    for event in LOG[1:]:
        chapter = extend(chapter, event)
    assert chapter == (2, 4, at(0), at(80), at(0), at(80))


def test_chapters_with_nothing_that_belongs_are_passed_over() -> None:
    early, late = extend(None, LOG[1]), extend(extend(None, LOG[2]), LOG[3])
    assert chapters_needed([early, late], None, None) == [early, late]
    assert chapters_needed([early, late], at(2), None) == [early]
    assert chapters_needed([early, late], at(3), None) == [early, late]
    assert chapters_needed([early, late], None, at(69)) == [early]
    assert chapters_needed([early, late], None, None, after=2) == [late]


def test_a_snapshot_serves_if_all_in_it_belongs() -> None:
    snapshot = SnapshotMeta(3, at(3), at(70))
    assert may_start_from(snapshot, None, None)
    assert may_start_from(snapshot, at(3), at(70))
    assert not may_start_from(snapshot, at(2), None)
    assert not may_start_from(snapshot, None, at(69))


def test_the_latest_that_serves_is_taken() -> None:
    metas = [SnapshotMeta(1, at(0), at(0)), SnapshotMeta(2, at(5), at(5))]
    assert nearest(metas, at(9), None) == metas[1]
    assert nearest(metas, at(4), None) == metas[0]
    assert nearest(metas, at(-1), None) is None
