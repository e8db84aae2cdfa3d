"""Real warnings of other countries, fed in beside the story's own: they must alert nobody here."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from events.fact import Text
from services.scenario.beat import CAP, Beat
from services.scenario.day import START, Day
from services.scenario.plan import HERE, Plan, Venue
from services.scenario.stage import CAP_FEED
from services.weather.adcode import place_codes
from services.weather.cap.model import CapRefused
from services.weather.cap.read import read_cap
from services.weather.match import GeocodeTable, Matcher, VenueGround

COUNT: Final = 20
BYTES_MAX: Final = 200_000
"""Larger ones exist, with recordings in them; they would only slow the story down."""
_VARIABLE: Final = "MUSTER_CORPUS"
_MANIFEST: Final = "MANIFEST.tsv"
_REAL: Final = "prov=real"

NOT_FOUND: Final = Text(
    zh="没有找到真实预警样本（环境变量 MUSTER_CORPUS，或与代码目录并列的 shared/corpus），"
    "本次演示不含外国预警",
    en="the real foreign warnings were not found (environment variable MUSTER_CORPUS, or "
    "shared/corpus beside the checkout), so the scenario goes on without them",
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """One real warning: the file's path inside the corpus, and its bytes."""

    path: str
    body: bytes


def find_corpus(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder of the test corpus, or None where there is none."""
    named = environ.get(_VARIABLE)
    folder = Path(named) if named else HERE.parents[2] / "shared" / "corpus"
    return folder if (folder / _MANIFEST).is_file() else None


def choose_foreign(corpus: Path, plan: Plan, seed: int, count: int = COUNT) -> tuple[Foreign, ...]:
    """Return so many of the corpus's good and real warnings, each once, none about our venues."""
    matcher = Matcher(map(ground_of, plan.venues), GeocodeTable())
    paths = sorted(_acceptable(corpus))
    Day.of(seed, START).chance("foreign").shuffle(paths)
    chosen: list[Foreign] = []
    known: set[tuple[str, str]] = set()
    for path in paths:
        if len(chosen) == count:
            break
        foreign = Foreign(path, (corpus / path).read_bytes())
        if len(foreign.body) <= BYTES_MAX and _is_new_and_far(foreign, matcher, known):
            chosen.append(foreign)
    return tuple(chosen)


def ground_of(venue: Venue) -> VenueGround:
    """Return a plan's venue as warnings are matched against it."""
    return VenueGround(
        venue.id,
        venue.lat,
        venue.lon,
        venue.outline,
        venue.margin_m,
        venue.adcode,
    )


def _acceptable(corpus: Path) -> Iterator[str]:
    with (corpus / _MANIFEST).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            good = row["expected"] == "accept" and row["kind"].startswith("cap-alert")
            if good and row["note"].startswith(_REAL):
                yield row["path"]


def _is_new_and_far(foreign: Foreign, matcher: Matcher, known: set[tuple[str, str]]) -> bool:
    try:
        messages = read_cap(foreign.body)
    except CapRefused:
        return False
    areas = [area for message in messages for area in message.areas()]
    if any(place_codes(area.geocodes) for area in areas) or matcher.affected(areas):
        return False  # from China, or about us
    names = {(message.sender, message.identifier) for message in messages}
    if names & known:
        return False
    known |= names
    return True


def foreign_warnings(day: Day, chosen: Sequence[Foreign]) -> Iterator[Beat]:
    """Return the beats that feed them in, spread from six in the morning to eight at night."""
    chance = day.chance("foreign", "times")
    for number, foreign in enumerate(chosen):
        share = (number + chance.random()) / len(chosen)
        yield Beat(
            id=day.id("foreign", str(number)),
            at=day.at("06:00") + timedelta(seconds=round(share * 14 * 3600)),
            door="cap",
            path="/cap",
            body=foreign.body,
            content_type=CAP,
            who=CAP_FEED,
            note=Text(
                zh=f"外国预警（真实样本 {foreign.path}），与各场馆无关",
                en=f"a foreign warning (real, {foreign.path}), which concerns no venue",
            ),
        )
