"""The blizzard and the cold wave, as the messages in which China's observatories send them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from events.fact import Id, Text
from services.scenario.beat import CAP, Beat
from services.scenario.datafile import read_data
from services.scenario.day import Moment
from services.scenario.plan import HERE, Corner
from services.scenario.stage import CAP_FEED, OFFICE, Stage
from services.weather.cap_write import write_cap
from services.weather.cma import (
    Move,
    Observatory,
    Signal,
    cma_message,
    headline_en,
    headline_zh,
)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Observatory(_Entry):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
    name_en: str
    name_zh: str
    area_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    area_en: str
    area_zh: str
    outline: tuple[Corner, ...] = ()
    """Corners of the area, closed, coarse: for the map."""


class _Signal(_Entry):
    at: Moment
    colour: Literal["blue", "yellow", "orange", "red"]
    hours: Annotated[int, Field(ge=1, le=72)]
    """How long it holds unless another follows."""
    lifts: bool = False
    text_zh: str
    text_en: str
    advice_zh: str
    advice_en: str


class Chain(_Entry):
    """One living warning: its first message, what followed, and who sent it."""

    key: Id
    hazard: Literal["snowstorm", "cold-wave"]
    observatory: _Observatory
    forecaster_en: str
    forecaster_zh: str
    signals: Annotated[tuple[_Signal, ...], Field(min_length=1)]


class _Chains(_Entry):
    chains: Annotated[tuple[Chain, ...], Field(min_length=1)]


SIGNALS: Final = HERE / "winter_games" / "signals.yaml"


FEED: Final = "observatories"
_SILENT_AFTER_H: Final = 12
"""Observatories say nothing while nothing changes; half a day without a word is odd."""


def signals(stage: Stage) -> Iterator[Beat]:
    """Return the day's warnings, and before them the feed that they are handed in as. The first
    message of each opens its key.
    """
    yield Beat(
        id=stage.day.id("feed", FEED),
        at=stage.day.start,
        door="feed",
        path="/feeds",
        body={
            "id": FEED,
            "name": {"zh": "气象台预警推送", "en": "Warnings of the observatories"},
            "adapter": "push",
            "interval_s": _SILENT_AFTER_H * 3600,
            "pushers": [CAP_FEED],
        },
        who=OFFICE,
        note=Text(
            zh="登记气象台的预警推送为数据源",
            en="follow what the observatories hand in as a feed",
        ),
    )
    for chain in _chains():
        observatory = Observatory(**chain.observatory.model_dump())
        previous: datetime | None = None
        for said in chain.signals:
            sent = stage.day.at(said.at)
            move: Move = "issue" if previous is None else "cancel" if said.lifts else "update"
            signal = _signal(chain, said, sent)
            message = cma_message(observatory, signal, sent=sent, move=move, previous=previous)
            yield Beat(
                id=stage.day.id("cap", chain.key, f"{sent:%H%M}"),
                at=sent,
                door="cap",
                path=f"/cap?feed={FEED}",
                body=write_cap(message),
                content_type=CAP,
                who=CAP_FEED,
                opens=chain.key if previous is None else "",
                note=Text(
                    zh=headline_zh(observatory, signal, move),
                    en=headline_en(observatory, signal, move),
                ),
            )
            previous = sent


@cache
def _chains() -> tuple[Chain, ...]:
    return read_data(SIGNALS, _Chains).chains


def _signal(chain: Chain, said: _Signal, sent: datetime) -> Signal:
    time_zh = f"{sent:%Y}年{sent:%m}月{sent:%d}日{sent:%H}时{sent:%M}分"
    time_en = f"{sent:%H:%M} on {sent:%Y-%m-%d}"
    return Signal(
        hazard=chain.hazard,
        colour=said.colour,
        expires=sent + timedelta(hours=said.hours),
        text_en=said.text_en.format(time_en=time_en),
        text_zh=said.text_zh.format(time_zh=time_zh),
        advice_en=said.advice_en,
        advice_zh=said.advice_zh,
        forecaster_en=chain.forecaster_en,
        forecaster_zh=chain.forecaster_zh,
    )
