"""The picture of the past: chapters of the log with the bounds of their clocks, and pictures on
disk.

A picture of the past starts from the nearest stored one that serves and folds only the chapters
that can hold something of it.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from nats.aio.client import Client

from events.envelope import Event
from events.subjects import ALL
from projections.picture import Picture, StaleSnapshot
from projections.pieces import Assembly, pieces
from projections.travel import (
    Chapter,
    SnapshotMeta,
    belongs,
    chapters_needed,
    extend,
    may_start_from,
    nearest,
)
from services.copying import Copy, begin
from services.log.load import stretch

_log = structlog.get_logger()

CHAPTER_EVENTS = 10_000
PEOPLE_AT_ONCE = 1_000
"""A picture of more people is written by a copy of the process: it takes too long to wait for."""
_TURN_EVENTS = 200
"""Events folded before others get their turn."""


class History:
    """Keeps chapters while the log is folded; folds the past when asked.

    A fold as well, after the picture's own: at the end of a chapter it keeps the picture as it is.
    """

    def __init__(self, live: Picture, folder: Path | None) -> None:
        self._live = live
        self._folder = folder
        self.chapters: list[Chapter] = []
        self.kept: list[SnapshotMeta] = []
        self._open: Chapter | None = None
        self._copy: tuple[Copy, SnapshotMeta] | None = None

    def apply(self, event: Event) -> None:
        """Fold one event, after the live picture has it."""
        self._open = extend(self._open, event)
        if event.seq - self._open.first_seq + 1 >= CHAPTER_EVENTS:
            self.chapters.append(self._open)
            self._open = None
            self._keep()

    def keep(self) -> Any:
        """Return the chapters and which pictures lie on disk."""
        return self.chapters, self.kept, self._open

    def take_up(self, state: Any) -> None:
        """Go on from chapters that were kept."""
        self.chapters, self.kept, self._open = state

    def _keep(self) -> None:
        """Keep the picture as it is, where folding on from the last one kept would take long.

        A picture of many people is written seldomer, so that writing costs a part of folding.
        """
        live = self._live
        people = len(live.people.volunteers)
        if self._folder is None or live.occurred_at is None or live.recorded_at is None:
            return
        meta = SnapshotMeta(live.seq, live.occurred_at, live.recorded_at)
        if people <= PEOPLE_AT_ONCE:
            self._write()
            self.kept.append(meta)
        elif self._is_free() and live.seq - (self.kept[-1].seq if self.kept else 0) >= people:
            copy = begin(self._write)
            self._copy = (copy, meta) if copy else None

    def _is_free(self) -> bool:
        """Tell whether no copy is at work; note what the last one has written."""
        if self._copy is None:
            return True
        copy, meta = self._copy
        if not copy.ended():
            return False
        self._copy = None
        if copy.succeeded:
            self.kept.append(meta)
        else:
            _log.warning("a picture could not be kept", seq=meta.seq)
        return True

    def stop(self) -> None:
        """Let go of a picture that is being written."""
        if self._copy is not None:
            self._copy[0].stop()

    def _write(self) -> None:
        path = self._path(self._live.seq)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(line + b"\n" for line in pieces(self._live))
        fresh.replace(path)

    def _path(self, seq: int) -> Path:
        return (self._folder or Path()) / f"picture-{seq}.lines"

    async def travel(
        self, nc: Client, *, as_of: datetime | None = None, known_by: datetime | None = None
    ) -> Picture:
        """Return the picture of what happened by `as_of` and was recorded by `known_by`.

        Raises LogUnavailable.
        """
        self._is_free()
        live = self._live
        if live.occurred_at and live.recorded_at:
            now = SnapshotMeta(live.seq, live.occurred_at, live.recorded_at)
            if may_start_from(now, as_of, known_by):
                return live
        picture = await self._start(as_of, known_by)
        chapters = [*self.chapters, *([self._open] if self._open else [])]
        for chapter in chapters_needed(chapters, as_of, known_by, after=picture.seq):
            await self._fold(nc, picture, chapter, as_of, known_by)
        return picture

    async def _start(self, as_of: datetime | None, known_by: datetime | None) -> Picture:
        kept = nearest(self.kept, as_of, known_by)
        if kept is None:
            return Picture()
        try:
            return await self._read(kept.seq)
        except (OSError, StaleSnapshot) as error:
            _log.warning("a kept picture is of no use", seq=kept.seq, error=str(error))
            self.kept.remove(kept)
            return await self._start(as_of, known_by)

    async def _read(self, seq: int) -> Picture:
        """Read a picture line by line, so that others get their turn between two of them."""
        assembly = Assembly()
        lines = await asyncio.to_thread(lambda: self._path(seq).read_bytes().splitlines())
        for line in lines:
            assembly.add(line)
            await asyncio.sleep(0)
        return assembly.picture()

    async def _fold(
        self,
        nc: Client,
        picture: Picture,
        chapter: Chapter,
        as_of: datetime | None,
        known_by: datetime | None,
    ) -> None:
        after = max(picture.seq, chapter.first_seq - 1)
        async for event in stretch(nc, ALL, after=after):
            if event.seq > chapter.last_seq:
                return
            if belongs(event, as_of, known_by):
                picture.apply(event)
            if event.seq % _TURN_EVENTS == 0:
                await asyncio.sleep(0)
