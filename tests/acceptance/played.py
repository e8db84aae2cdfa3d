"""A whole day of the scenario, played on a clock that is turned, and looks at it on the way."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from events.envelope import Event, encode
from services.clock import ManualClock
from services.runner import DEFAULT_PLAN
from services.scenario.beat import Story
from services.scenario.day import Day
from services.scenario.driver import Progress, Report, play
from services.scenario.foreign import choose_foreign, find_corpus
from services.scenario.phones import CHANNELS, Phones
from services.scenario.plan import load_plan
from services.scenario.stage import Stage
from services.scenario.story import story
from tests.integration.edge import Edge, edge

SEED = 7
_READ_AT_ONCE = 200


class Played(NamedTuple):
    """What a day left behind."""

    story: Story
    stage: Stage
    report: Report
    log: list[Event]
    live: bytes
    """The picture that was kept up to date, canonical."""
    shown: dict[str, Any]
    past: dict[str, Any]
    """What the picture shows as of the very moment it was asked for."""
    looks: dict[str, Any]
    """What was answered at some time of the day, by "HH:MM /path"."""
    printed: list[str]

    def facts(self, kind: str, *types: str) -> list[Event]:
        """Return what happened to aggregates of a kind, of some types or of all."""
        return [e for e in self.log if e.kind == kind and (not types or e.type in types)]

    def clock(self, event: Event) -> str:
        """Return the time of day at which something happened."""
        return f"{event.occurred_at.astimezone(self.story.starts_at.tzinfo):%H:%M}"


@dataclass
class _Looks:
    """Asks for things once the clock has passed their time."""

    muster: Edge
    day: Day
    wanted: list[str]
    found: dict[str, Any] = field(default_factory=dict)

    async def settle(self) -> None:
        """Settle, and look at what it is time to look at."""
        await self.muster.settle()
        while self.wanted and self.day.at(self.wanted[0].split()[0]) < self.muster.node.clock.now():
            look = self.wanted.pop(0)
            answer = await self.muster.admin.get(look.split()[1])
            assert answer.status_code == 200, answer.text
            self.found[look] = answer.json()


@asynccontextmanager
async def played(data: Path, *looks: str, until: time | None = None) -> AsyncIterator[Played]:
    """Play the day, or a part of it; `looks` are what to ask for on the way, in the order of their
    times.
    """
    corpus = find_corpus()
    plan = load_plan(DEFAULT_PLAN)
    foreign = choose_foreign(corpus, plan, SEED) if corpus else ()
    day = story(SEED, foreign=foreign)
    if until is not None:
        day = day.until(until)
    clock = ManualClock(day.starts_at)
    printed: list[str] = []

    def on_progress(progress: Progress) -> None:
        printed.extend(filter(None, (progress.note.zh, progress.text)))

    async with Phones() as phones, edge(data, clock=clock, channels=CHANNELS) as muster:
        looking = _Looks(muster, Day.of(SEED, day.starts_at), list(looks))
        report = await play(
            day,
            muster.url,
            muster.admin.token or "",
            clock,
            settle=looking.settle,
            on_progress=on_progress,
            phones=phones,
        )
        await muster.settle()
        shown = await muster.admin.picture()
        past = await muster.admin.picture(as_of=clock.now().isoformat())
        last = muster.node.reader.checkpoint
        log = [
            event
            for first in range(1, last + 1, _READ_AT_ONCE)
            for event in await muster.node.events_at(
                range(first, min(first + _READ_AT_ONCE, last + 1))
            )
        ]
        live = muster.node.picture.canonical()
        stage = Stage.of(Day.of(SEED, day.starts_at), plan)
        yield Played(day, stage, report, log, live, shown, past, looking.found, printed)


_KEPT = ("id", "type", "data", "time", "recordedat", "actor")
_NEW_IDS = frozenset({("message", "begun"), ("incident", "assigned"), ("incident", "accepted")})
_BY_CHANCE = frozenset({"sealed", "contact", "detail", "code"})
"""Ciphertexts, and what links lead by: no two are ever the same."""


def by_aggregate(log: list[Event]) -> Mapping[tuple[str, str], list[Any]]:
    """Return each aggregate's events as far as they follow from the story.

    Tokens hold chance; so do ids of requests for care, which nobody must be able to guess, and of
    whatever is about them. A roster is imported anew each time, under new ids of events, and so is
    the sending of a message begun: of two processes only one may have begun it. Who takes a call
    for help is written down by whoever comes first, the door or the playbook of its alert. How
    often a feed was heard is left out: what comes while it is written down is told with the next.
    """
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    secret = {event.key for event in log if event.kind in ("token", "care", "details")}
    for event in log:
        about = getattr(event.data, "about", None)
        if (event.kind, event.type) == ("feed", "heard"):
            continue
        if event.key in secret or (about is not None and about.id in secret):
            secret.add(event.key)
            continue
        said = orjson.loads(encode(event))
        kept = {name: said[name] for name in _KEPT}
        if event.kind == "volunteer" or (event.kind, event.type) in _NEW_IDS:
            del kept["id"]
        kept["data"] = {k: v for k, v in said["data"].items() if k not in _BY_CHANCE}
        found[event.kind, event.key].append(kept)
    return dict(found)
