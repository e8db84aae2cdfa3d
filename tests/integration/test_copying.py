"""Work in a copy of the process sees one moment, disturbs nothing, and leaves nothing behind."""

import asyncio
import os
import signal
from pathlib import Path
from time import monotonic

import pytest

from projections.picture import Picture
from projections.travel import fold
from services import history, snapshot
from services.copying import Copy, begin
from tests.integration.edge import SKI, edge
from tests.unit.projections.build import numbered, seen, volunteer


async def test_a_copy_works_on_what_there_was_when_it_began(tmp_path: Path) -> None:
    state = {"seen": "before"}
    found = tmp_path / "found"

    def work() -> None:
        while not (tmp_path / "go").exists():
            pass
        found.write_text(state["seen"])

    copy = begin(work)
    assert copy is not None
    assert not copy.ended()
    state["seen"] = "after"
    (tmp_path / "go").touch()
    assert await copy.end()
    assert found.read_text() == "before"
    assert copy.succeeded


async def test_a_copy_that_fails_says_so_and_why(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise RuntimeError("no room")

    copy = Copy(work)
    assert not await copy.end()
    assert not copy.succeeded
    assert "RuntimeError: no room" in capfd.readouterr().err


async def test_a_copy_holds_no_socket_and_no_lock(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    go = tmp_path / "go"

    def work() -> None:
        while not go.exists():
            pass

    copy = Copy(work)
    os.close(writing)
    # The end of the pipe is seen although the copy goes on: its own end is closed.
    async with asyncio.timeout(5):
        assert await asyncio.to_thread(os.read, reading, 1) == b""
    assert not copy.ended()
    go.touch()
    assert await copy.end()
    os.close(reading)


async def test_who_stops_waiting_stops_the_copy() -> None:
    def work() -> None:
        while True:
            pass

    copy = Copy(work)
    waiting = asyncio.create_task(copy.end())
    await asyncio.sleep(0.1)
    before = monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert monotonic() - before < 1
    assert copy.ended()
    assert not copy.succeeded


async def test_a_signal_to_the_copy_does_not_reach_the_original() -> None:
    heard: list[int] = []
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: heard.append(1))
    try:
        copy = Copy(signal.pause)
        await asyncio.sleep(0.1)
        os.kill(copy._pid, signal.SIGTERM)
        assert not await copy.end()
        await asyncio.sleep(0.05)
        assert heard == []
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def test_where_no_copy_can_be_made_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", full)
    assert begin(lambda: None) is None


async def test_what_is_folded_is_kept_while_reports_come_in(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        await muster.admin.report({"kind": "weather", "venue": SKI, "wind_ms": 3})
        node = muster.node
        checkpoint, folder = await node.reader.catch_up(), tmp_path / "kept"
        saving = asyncio.create_task(node._save_aside(folder))
        await asyncio.sleep(0)
        await muster.admin.report({"kind": "weather", "venue": SKI, "wind_ms": 4})
        await saving
        kept = await snapshot.restore(folder, node.nc)
        assert kept is not None
        assert kept.checkpoint == checkpoint == node._saved
        assert node.picture.observations.newest[SKI].weather.wind_ms == 4
        assert kept.states["picture"].observations.newest[SKI].weather.wind_ms == 3


async def test_pictures_of_many_people_are_kept_by_copies_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHAPTER_EVENTS", 5)
    monkeypatch.setattr(history, "PEOPLE_AT_ONCE", 3)
    picture = Picture()
    past = history.History(picture, tmp_path)
    log = numbered([*map(volunteer, "abcdefgh"), *(seen("a", minute) for minute in range(30))])
    for event in log:
        picture.apply(event)
        past.apply(event)
        while past._copy is not None and not past._is_free():
            await asyncio.sleep(0.01)
    # At the end of a chapter of 5 events, after as many events as there are people.
    kept = [meta.seq for meta in past.kept]
    assert kept == [5, 15, 25, 35]
    for meta in past.kept:
        found = await past._start(log[meta.seq - 1].recorded_at, None)
        assert found.canonical() == fold(log[: meta.seq]).canonical()


async def test_a_picture_that_is_being_written_is_let_go_of_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHAPTER_EVENTS", 1)
    monkeypatch.setattr(history, "PEOPLE_AT_ONCE", 0)
    past = history.History(Picture(), tmp_path)
    monkeypatch.setattr(past, "_write", signal.pause)
    event = volunteer("a")._replace(seq=1)
    past._live.apply(event)
    past.apply(event)
    assert past._copy is not None
    past.stop()
    assert past._is_free()
    assert past.kept == []
