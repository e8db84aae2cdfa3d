"""The winter-games day, played through the doors that everyone uses, on a clock that is turned."""

from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
import pytest_asyncio

from events.alert import AlertRaised
from events.envelope import Event, encode
from events.weather import WarningCancelled, WarningIssued, WarningUpdated
from projections.picture import Picture
from services.clock import ManualClock
from services.runner import DEFAULT_PLAN
from services.scenario.beat import Story
from services.scenario.driver import Report, play
from services.scenario.foreign import choose_foreign, find_corpus
from services.scenario.plan import load_plan
from services.scenario.story import story
from tests.integration.edge import edge

SEED = 7
MESSAGES = WarningIssued | WarningUpdated | WarningCancelled
pytestmark = [
    pytest.mark.nats,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]


class Played(NamedTuple):
    """What a day left behind."""

    story: Story
    report: Report
    log: list[Event]
    live: bytes
    """The picture that was kept up to date, canonical."""
    shown: dict[str, Any]
    past: dict[str, Any]
    """What the picture shows as of the very moment it was asked for."""


async def played(data: Path) -> Played:
    corpus = find_corpus()
    foreign = choose_foreign(corpus, load_plan(DEFAULT_PLAN), SEED) if corpus else ()
    day = story(SEED, foreign=foreign)
    clock = ManualClock(day.starts_at)
    async with edge(data, clock=clock) as muster:
        report = await play(
            day, muster.url, muster.admin.token or "", clock, settle=muster.node.settle
        )
        await muster.settle()
        shown = await muster.admin.picture()
        past = await muster.admin.picture(as_of=clock.now().isoformat())
        last = muster.node.reader.checkpoint
        log = await muster.node.events_at(range(1, last + 1))
        return Played(day, report, log, muster.node.picture.canonical(), shown, past)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    yield await played(tmp_path_factory.mktemp("day"))


async def test_every_answer_is_as_the_story_expects(day: Played) -> None:
    assert day.report.surprises == []
    assert day.report.played + day.report.skipped == len(day.story.beats)
    assert day.report.rejected > 0
    assert day.report.sends > day.report.played


async def test_the_past_of_now_is_the_present(day: Played) -> None:
    assert day.past == day.shown


async def test_a_fresh_fold_of_the_log_is_the_live_picture_byte_for_byte(day: Played) -> None:
    fresh = Picture()
    for event in day.log:
        fresh.apply(event)
    assert fresh.canonical() == day.live
    assert [event.seq for event in day.log] == list(range(1, len(day.log) + 1))


def by_aggregate(log: list[Event]) -> dict[tuple[str, str], list[Any]]:
    """Return each aggregate's events as far as they follow from the story: tokens hold chance."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for event in log:
        if event.kind != "token":
            said = orjson.loads(encode(event))
            kept = {
                name: said[name] for name in ("id", "type", "data", "time", "recordedat", "actor")
            }
            found[event.kind, event.key].append(kept)
    return dict(found)


async def test_the_same_seed_makes_the_same_log(day: Played, tmp_path: Path) -> None:
    again = await played(tmp_path)
    one, other = by_aggregate(day.log), by_aggregate(again.log)
    assert one.keys() == other.keys()
    different = {key for key in one if one[key] != other[key]}
    assert different == set(), [(one[key], other[key]) for key in sorted(different)[:2]]


async def test_foreign_warnings_alert_nobody(day: Played) -> None:
    if find_corpus() is None:
        pytest.skip("the collection of real documents is not there: set MUSTER_CORPUS")
    said = [(e.key, e.data.message) for e in day.log if isinstance(e.data, MESSAGES)]
    ours = {key for key, message in said if message.venues}
    assert len({key for key, _ in said} - ours) >= 15
    raised = [event.data.about for event in day.log if isinstance(event.data, AlertRaised)]
    about = {ref.id for ref in raised if ref.kind == "warning"}
    assert about
    assert about <= ours


async def test_a_dozen_incidents_and_one_person_still_missing(day: Played) -> None:
    shown = day.shown["incidents"]
    merged = [row for row in shown if row["merged_into"]]
    assert merged
    assert len(shown) - len(merged) >= 12
    still = [row for row in shown if row["ended_at"] is None]
    assert [row["category"] for row in still] == ["missing-person"]
    assert day.shown["need_help"] == []
    assert len(day.shown["people"]) == 146
    assert len(day.shown["venues"]) == 10
