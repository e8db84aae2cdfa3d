"""What must hold of every picture, whatever happened.

What is compared when the order of arrival differs: with the same envelopes, the whole picture, byte
for byte (`seq` is the number of events, whatever their order). When the envelopes are recorded at
other times too, because that is what arriving late means, the view but its `seq` and every
`late_by_s`: these tell of arrival, and nothing else may.
"""

from datetime import datetime
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event, decode, encode
from projections.picture import Picture
from projections.travel import (
    Chapter,
    SnapshotMeta,
    belongs,
    chapters_needed,
    extend,
    fold,
    may_start_from,
    nearest,
)
from projections.view import view
from tests.unit.projections.build import at
from tests.unit.projections.histories import (
    END,
    LISTED,
    SPAN,
    as_log,
    happenings,
    interleaved,
    logs,
    thorough,
)

moments = st.one_of(st.none(), st.integers(-10, 2 * SPAN).map(at))
cuts = st.floats(0, 1)


def but_arrival(shown: Any) -> Any:
    """Return a view without what tells of the order and the moment of arrival."""
    if isinstance(shown, dict):
        return {k: but_arrival(v) for k, v in shown.items() if k not in {"seq", "late_by_s"}}
    return [but_arrival(row) for row in shown] if isinstance(shown, list) else shown


def part(log: list[Event], share: float) -> int:
    return round(share * len(log))


@thorough
@given(logs)
def test_live_equals_the_picture_as_of_now(log: list[Event]) -> None:
    live = Picture()
    for event in log:
        live.apply(event)
    now = max(event.recorded_at for event in log)
    past = fold(log, as_of=now, known_by=now)
    assert past.canonical() == live.canonical()
    assert view(past, now) == view(live, now)


@thorough
@given(logs)
def test_two_folds_of_one_log_are_equal_byte_for_byte(log: list[Event]) -> None:
    first = fold(log)
    read_back = [decode(encode(event), event.seq) for event in log]
    assert fold(read_back).canonical() == first.canonical()


@thorough
@given(logs, cuts)
def test_a_snapshot_and_the_rest_equal_the_whole(log: list[Event], share: float) -> None:
    cut = part(log, share)
    snapshot = fold(log[:cut]).snapshot()
    resumed = fold(log[cut:], start=Picture.load(snapshot))
    assert resumed.canonical() == fold(log).canonical()
    assert view(resumed, END) == view(fold(log), END)


@thorough
@given(logs)
def test_a_snapshot_reads_back_as_it_was(log: list[Event]) -> None:
    snapshot = fold(log).snapshot()
    assert Picture.load(snapshot).snapshot() == snapshot


@thorough
@given(logs, cuts)
def test_applying_events_again_changes_nothing(log: list[Event], share: float) -> None:
    once = fold(log).canonical()
    again = fold(log[part(log, share) :], start=fold(log))
    assert again.canonical() == once
    assert fold(log, start=again).canonical() == once


@thorough
@given(happenings(), st.data())
def test_any_order_of_arrival_gives_one_picture(events: list[Event], data: st.DataObject) -> None:
    events = [event for event in events if not isinstance(event.data, LISTED)]
    order = data.draw(st.permutations(range(len(events))))
    here, there = fold(as_log(events)), fold(as_log(interleaved(events, order)))
    assert here.canonical() == there.canonical()
    assert view(here, END) == view(there, END)


@thorough
@given(happenings(), st.data())
def test_how_late_a_report_came_changes_only_how_late_it_says_it_came(
    events: list[Event], data: st.DataObject
) -> None:
    events = [event for event in events if not isinstance(event.data, LISTED)]
    order = data.draw(st.permutations(range(len(events))))
    # Recorded in the order of arrival, a second apart, after everything happened.
    arrived = [
        event._replace(recorded_at=at(SPAN + place / 60))
        for place, event in enumerate(interleaved(events, order))
    ]
    here, there = fold(as_log(events)), fold(as_log(arrived))
    assert but_arrival(view(here, END)) == but_arrival(view(there, END))


@thorough
@given(logs, moments, moments, st.integers(1, 9))
def test_folding_the_chapters_that_may_matter_equals_folding_everything(
    log: list[Event], as_of: datetime | None, known_by: datetime | None, length: int
) -> None:
    chapters = _chapters(log, length)
    needed = chapters_needed(chapters, as_of, known_by)
    read = [event for chapter in needed for event in _of(log, chapter)]
    wanted = fold([event for event in log if belongs(event, as_of, known_by)])
    assert fold(read, as_of=as_of, known_by=known_by).canonical() == wanted.canonical()


@thorough
@given(logs, moments, moments, st.integers(1, 9))
def test_the_nearest_snapshot_that_serves_gives_the_same_past(
    log: list[Event], as_of: datetime | None, known_by: datetime | None, length: int
) -> None:
    chapters = _chapters(log, length)
    taken = {chapter.last_seq: fold(log[: chapter.last_seq]) for chapter in chapters}
    metas = [
        SnapshotMeta(seq, picture.occurred_at, picture.recorded_at)
        for seq, picture in taken.items()
        if picture.occurred_at is not None and picture.recorded_at is not None
    ]
    best = nearest(metas, as_of, known_by)
    assert (best is None) == (not any(may_start_from(meta, as_of, known_by) for meta in metas))
    after = best.seq if best else 0
    start = Picture.load(taken[after].snapshot()) if best else None
    needed = chapters_needed(chapters, as_of, known_by, after=after)
    read = [event for chapter in needed for event in _of(log, chapter)]
    past = fold(read, as_of=as_of, known_by=known_by, start=start)
    assert past.canonical() == fold(log, as_of=as_of, known_by=known_by).canonical()


@thorough
@given(logs, moments)
def test_a_roll_call_adds_up(log: list[Event], as_of: datetime | None) -> None:
    for row in view(fold(log, as_of=as_of), END)["roll_calls"]:
        stands = row["safe"] + row["need_help"] + row["excused"] + row["unaccounted_count"]
        assert stands == row["expected"] + row["walk_ups"]


@thorough
@given(logs)
def test_whoever_is_in_an_open_call_for_help_is_on_the_list(log: list[Event]) -> None:
    shown = view(fold(log), END)
    listed = {row["incident"] for row in shown["need_help"]}
    callers = {row["person"] for row in shown["need_help"]}
    for row in shown["incidents"]:
        if row["needs_help"] and row["ended_at"] is None:
            assert row["id"] in listed
    for person in shown["people"]:
        said = person["safety"]
        covered = any(
            row["person"] == person["id"] and row["needs_help"] for row in shown["incidents"]
        )
        if said and said["answer"] == "need-help" and not covered:
            assert person["id"] in callers


@thorough
@given(logs)
def test_a_view_is_json_and_what_one_site_sees_is_part_of_it(log: list[Event]) -> None:
    picture = fold(log)
    whole, part_of_it = view(picture, END), view(picture, END, sites=frozenset({"yanqing"}))
    assert orjson.loads(orjson.dumps(whole)) == whole
    for noun in ("sites", "people", "incidents", "alerts", "roll_calls", "runs", "need_help"):
        assert all(row in whole[noun] for row in part_of_it[noun])
    for noun in ("incidents", "alerts", "roll_calls", "runs"):
        for row in part_of_it[noun]:
            assert row["site"] == "yanqing" or row["venue"] == "alpine"
    assert view(picture, END, sites=frozenset({"yanqing", "beijing"}))["counts"] == whole["counts"]


def _chapters(log: list[Event], length: int) -> list[Chapter]:
    chapters: list[Chapter] = []
    for first in range(0, len(log), length):
        chapter: Chapter | None = None
        for event in log[first : first + length]:
            chapter = extend(chapter, event)
        if chapter is not None:
            chapters.append(chapter)
    return chapters


def _of(log: list[Event], chapter: Chapter) -> list[Event]:
    return log[chapter.first_seq - 1 : chapter.last_seq]
