"""The picture of another time: what was true at `as_of`, and what we had been told by `known_by`.

A log of any length is cut into chapters. What a chapter holds at the earliest says whether any of
it can belong to the picture asked for; a snapshot may begin it only if all in it belongs.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from events.envelope import Event
from projections.picture import Picture


class Chapter(NamedTuple):
    """A stretch of the log, both sequences included, and the bounds of its clocks."""

    first_seq: int
    last_seq: int
    min_occurred_at: datetime
    max_occurred_at: datetime
    min_recorded_at: datetime
    max_recorded_at: datetime


class SnapshotMeta(NamedTuple):
    """What must be known of a snapshot without reading it."""

    seq: int
    max_occurred_at: datetime
    max_recorded_at: datetime


def fold(
    events: Iterable[Event],
    *,
    as_of: datetime | None = None,
    known_by: datetime | None = None,
    start: Picture | None = None,
) -> Picture:
    """Return the picture of the events that happened by `as_of` and were recorded by `known_by`.

    Both moments are included; None is no limit. `start` is gone on from and changed; whether it
    may serve is for `may_start_from` to say. Sequences it has passed are ignored.
    """
    picture = Picture() if start is None else start
    for event in events:
        if belongs(event, as_of, known_by):
            picture.apply(event)
    return picture


def belongs(event: Event, as_of: datetime | None, known_by: datetime | None) -> bool:
    """Tell whether an event is part of the picture asked for."""
    return (as_of is None or event.occurred_at <= as_of) and (
        known_by is None or event.recorded_at <= known_by
    )


def extend(chapter: Chapter | None, event: Event) -> Chapter:
    """Return the chapter with one more event, the log's next; None begins one."""
    occurred, recorded = event.occurred_at, event.recorded_at
    if chapter is None:
        return Chapter(event.seq, event.seq, occurred, occurred, recorded, recorded)
    return Chapter(
        chapter.first_seq,
        event.seq,
        min(chapter.min_occurred_at, occurred),
        max(chapter.max_occurred_at, occurred),
        min(chapter.min_recorded_at, recorded),
        max(chapter.max_recorded_at, recorded),
    )


def chapters_needed(
    chapters: Iterable[Chapter],
    as_of: datetime | None,
    known_by: datetime | None,
    *,
    after: int = 0,
) -> list[Chapter]:
    """Return the chapters that may hold events of the picture asked for, in their order.

    `after` is the sequence of the snapshot it starts from: what ends by then is passed.
    """
    return [
        chapter
        for chapter in chapters
        if chapter.last_seq > after
        and (as_of is None or chapter.min_occurred_at <= as_of)
        and (known_by is None or chapter.min_recorded_at <= known_by)
    ]


def may_start_from(
    snapshot: SnapshotMeta, as_of: datetime | None, known_by: datetime | None
) -> bool:
    """Tell whether everything in a snapshot belongs to the picture asked for."""
    return (as_of is None or snapshot.max_occurred_at <= as_of) and (
        known_by is None or snapshot.max_recorded_at <= known_by
    )


def nearest(
    snapshots: Iterable[SnapshotMeta], as_of: datetime | None, known_by: datetime | None
) -> SnapshotMeta | None:
    """Return the latest snapshot that may serve, or None to fold from the beginning."""
    serving = (snapshot for snapshot in snapshots if may_start_from(snapshot, as_of, known_by))
    return max(serving, key=lambda snapshot: snapshot.seq, default=None)
