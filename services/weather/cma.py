"""Warnings in the form in which the China Meteorological Administration sends them.

Read off a real message (Baoding, 2024-07-12): two parts, English then Chinese; urgency and
certainty Unknown; the place as a twelve-digit code without an outline; the grade in brackets behind
the headline; and references whose time is the message's own, not that of the message they mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal, TypeAlias

from services.weather.cap.model import CapArea, CapInfo, CapMessage, CapReference, MsgType, Ring
from services.weather.cap.signals import COLOURS_ZH, HAZARDS, SEVERITY_OF_COLOUR, Colour

Move: TypeAlias = Literal["issue", "update", "cancel"]

BEIJING_TIME: Final = timezone(timedelta(hours=8))
GEOCODE_NAME: Final = "CPEAS Geographic Code"
GRADES: Final[Mapping[Colour, tuple[str, str]]] = {
    "blue": ("Ⅳ级/一般", "Level IV/General"),
    "yellow": ("Ⅲ级/较重", "Level III/Heavy"),
    "orange": ("Ⅱ级/严重", "Level II/Severe"),
    "red": ("Ⅰ级/特别严重", "Level I/Extremely Severe"),
}
"""Grade words behind the headline. Yellow's English was seen, the rest follows it."""
_MSG_TYPES: Final[Mapping[Move, MsgType]] = {
    "issue": "Alert",
    "update": "Update",
    "cancel": "Cancel",
}
_VERBS: Final[Mapping[Move, tuple[str, str]]] = {
    "issue": ("发布", "issues"),
    "update": ("更新", "updates"),
    "cancel": ("解除", "lifts"),
}


@dataclass(frozen=True, slots=True)
class Observatory:
    """Who warns, and for which place.

    `code` is the issuer's fourteen digits, such as 11011941600000; `area_code` the twelve of the
    place, whose first six are its administrative code. `outline` is the place's corners (latitude,
    longitude), closed, where the issuer sends them: most name the code alone.
    """

    code: str
    name_en: str
    name_zh: str
    area_code: str
    area_en: str
    area_zh: str
    outline: Ring = ()

    @property
    def sender(self) -> str:
        """The name that stands in CAP's `sender`, which may hold no blank."""
        return self.name_en.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal and what is said about it: hazard (a name of `HAZARDS`), colour, and the texts."""

    hazard: str
    colour: Colour
    expires: datetime
    text_en: str
    text_zh: str
    advice_en: str
    advice_zh: str
    forecaster_en: str
    forecaster_zh: str


def cma_message(
    observatory: Observatory,
    signal: Signal,
    *,
    sent: datetime,
    move: Move = "issue",
    previous: datetime | None = None,
) -> CapMessage:
    """The message by which `observatory` issues, updates or lifts `signal` at `sent`.

    `previous` is the time of the message that is updated or lifted. The reference to it carries
    `sent` instead, as the real ones do, so it leads back by sender and identifier only.

    Raises:
        ValueError: an update or a cancel without `previous`, or a colour without a grade.
    """
    if move != "issue" and previous is None:
        raise ValueError(f"make cma message: a {move} needs the time of the message before it")
    if signal.colour not in GRADES:
        raise ValueError(f"make cma message: {signal.colour} has no grade")
    local = sent.astimezone(BEIJING_TIME).replace(microsecond=0)
    references: tuple[CapReference, ...] = ()
    if previous is not None:
        before = identifier(observatory, previous)
        references = (CapReference(observatory.sender, before, local),)
    return CapMessage(
        identifier=identifier(observatory, sent),
        sender=observatory.sender,
        sent=local,
        status="Actual",
        msg_type=_MSG_TYPES[move],
        references=references,
        infos=(
            _info(observatory, signal, local, move, english=True),
            _info(observatory, signal, local, move, english=False),
        ),
    )


def identifier(observatory: Observatory, sent: datetime) -> str:
    """`<code>_<yyyymmddhhmmss>` in Beijing time."""
    return f"{observatory.code}_{sent.astimezone(BEIJING_TIME):%Y%m%d%H%M%S}"


def headline_zh(observatory: Observatory, signal: Signal, move: Move) -> str:
    """Such as 延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]."""
    hazard, colour = HAZARDS[signal.hazard].zh, COLOURS_ZH[signal.colour]
    grade = GRADES[signal.colour][0]
    return f"{observatory.name_zh}{_VERBS[move][0]}{hazard}{colour}预警[{grade}]"


def headline_en(observatory: Observatory, signal: Signal, move: Move) -> str:
    """Such as Baoding Meteorological Observatory updates lightning yellow warning [...]."""
    hazard, grade = HAZARDS[signal.hazard].en, GRADES[signal.colour][1]
    verb = _VERBS[move][1]
    return f"{observatory.name_en} {verb} {hazard} {signal.colour} warning [{grade}]"


def _info(
    observatory: Observatory, signal: Signal, sent: datetime, move: Move, *, english: bool
) -> CapInfo:
    hazard = HAZARDS[signal.hazard]
    headline = headline_en if english else headline_zh
    return CapInfo(
        language="en-US" if english else "zh-CN",
        categories=("Met",),
        event=hazard.en if english else hazard.zh,
        urgency="Unknown",
        severity=SEVERITY_OF_COLOUR[signal.colour],
        certainty="Unknown",
        effective=sent,
        onset=sent,
        expires=signal.expires.astimezone(BEIJING_TIME).replace(microsecond=0),
        sender_name=signal.forecaster_en if english else signal.forecaster_zh,
        headline=headline(observatory, signal, move),
        description=signal.text_en if english else signal.text_zh,
        instruction=signal.advice_en if english else signal.advice_zh,
        areas=(
            CapArea(
                description=observatory.area_en if english else observatory.area_zh,
                polygons=(observatory.outline,) if observatory.outline else (),
                geocodes=((GEOCODE_NAME, observatory.area_code),),
            ),
        ),
    )
