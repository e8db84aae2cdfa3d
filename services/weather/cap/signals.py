"""The coloured signals of China's weather services and of MeteoAlarm, read from their words.

The title decides, never a code: two numbering systems are in use that contradict each other (level
01 is blue in one and red in the other, type 05 is gale in one and fog in the other). The colour
is kept as sent and shown beside the CAP severity; it does not replace it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

from services.weather.cap.model import CapInfo, CapMessage, Severity

Colour: TypeAlias = Literal["white", "blue", "yellow", "orange", "red"]

SEVERITY_OF_COLOUR: Final[Mapping[Colour, Severity]] = {
    "blue": "Minor",
    "yellow": "Moderate",
    "orange": "Severe",
    "red": "Extreme",
}
"""Grade words of the signal standard: 一般, 较重, 严重, 特别严重. Yellow and blue were seen in
messages; the others follow the order. White is a local level (Shenzhen) without a grade."""

SIGNAL_COLOUR: Final = "signal-colour"
"""The parameter in which Muster publishes the colour of a signal."""

COLOURS_ZH: Final[Mapping[Colour, str]] = {
    "white": "白色",
    "blue": "蓝色",
    "yellow": "黄色",
    "orange": "橙色",
    "red": "红色",
}
_COLOUR_OF_ZH: Final[Mapping[str, Colour]] = {
    **{zh[0]: colour for colour, zh in COLOURS_ZH.items()},
    "藍": "blue", "黃": "yellow", "紅": "red",
}  # fmt: skip
_COLOUR_OF_GRADE: Final[Mapping[str, Colour]] = {
    "Ⅳ": "blue", "Ⅲ": "yellow", "Ⅱ": "orange", "Ⅰ": "red",
    "IV": "blue", "III": "yellow", "II": "orange", "I": "red",
    "4": "blue", "3": "yellow", "2": "orange", "1": "red",
    "四": "blue", "三": "yellow", "二": "orange", "一": "red",
}  # fmt: skip

_ZH_COLOUR: Final = re.compile(
    r"([蓝黄橙红白藍黃紅])色(?:[（(【\[][^）)】\]]{1,8}[）)】\]])?(?:气象|暴雨|大雨|豪雨|颱風|高溫|低溫)?"
    r"(?:预警|警报|信号|提示|级|預警|警報|警告|信號|特報|燈號|級)"
)
_ZH_CHANGED: Final = re.compile(
    r"(?:(?:变更|更改|调整|變更|調整)[^，。；]{0,20}?|升级|降级|升高|降低|提升|变更|更改|调整|改|转|升|降|升級|降級|變更|調整|轉)(?:为|成|至|到|為)"
    r"[^，。；、色]{0,8}([蓝黄橙红白藍黃紅])色"
)
_ZH_INSTEAD: Final = re.compile(
    r"(?:解除|取消|撤销|撤銷)[^。；]{0,40}(?:发布|發布|改发|改發|启动|啟動)[^。；色]{0,20}([蓝黄橙红白藍黃紅])色"
)
"""One signal is lifted and another takes its place: that one holds."""
_NAMES: Final = (
    r"(?!-green| (?:flag|tide|sea|river|county|lake|deer|hills?|ridge|mountains?|bluff|earth))"
)
"""What is called by a colour and is none: a Red Flag Warning is about fires, and may be orange."""
_EN_COLOUR: Final = re.compile(
    rf"\b(white|blue|yellow|orange|red)\b{_NAMES}(?:[- ]\w+){{0,2}}[- ]"
    r"(?:warning|alert|signal|watch|advisory)"
    r"|\b(?:warning|alert|signal|level|status|code)s?:? (?:is |of )?"
    rf"(white|blue|yellow|orange|red)\b{_NAMES}"
    r"|\b(?:warning|watch|alert)s? ?[-–—(] ?(blue|yellow|orange|red)\b(?= ?(?:[-–—,;:.()]|$))",
    re.IGNORECASE,
)
_EN_AMBER: Final = re.compile(r"\bamber (?:[a-z]+ )?warning (?:of|for)\b", re.IGNORECASE)
"""Orange in the United Kingdom. Hong Kong's amber rainstorm signal is its yellow one, and an AMBER
Alert is the search for a child.
"""
_COLOUR_PARAMETER: Final = re.compile(r"colou?r|\Aalert_?level\Z", re.IGNORECASE)
_COLOUR_VALUE: Final = re.compile(r"(blue|yellow|orange|red)|([蓝黄橙红藍黃紅])色?", re.IGNORECASE)
_BLUE_ALERT: Final = "BLU"
"""The event code of a search for somebody who attacked the police in the United States."""
_GRADE: Final = re.compile(
    r"[\[【(（](?:level\s*)?([ⅠⅡⅢⅣ]|IV|I{1,3}|[1-4一二三四])\s*级?\s*[/／]", re.IGNORECASE
)
_GRADE_ALONE: Final = re.compile(r"([ⅠⅡⅢⅣ])\s?级(?:预警|警报)")
_AWARENESS: Final = re.compile(r"[1-4]\s*;\s*(green|yellow|orange|red)\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hazard:
    """A kind of dangerous weather: its stable name, and its words."""

    name: str
    zh: str
    en: str


# Longer words before those they contain: 雷雨大风 is not 大风.
_HAZARDS: Final = (
    (
        Hazard("thunderstorm-gale", "雷雨大风", "thunderstorm gale"),
        r"雷[雨暴]大[风風]|thunderstorm gale|thunderstorms? with .{0,30}(?:wind|gust)",
    ),
    (
        Hazard("typhoon", "台风", "typhoon"),
        (
            r"[台颱][风風]|熱帶(?:氣旋|風暴)|热带(?:气旋|风暴)|[颶飓][风風]信|號.{0,4}[強烈][风風].{0,8}信號"
            r"|typhoon|\bcyclone|hurricane|tropical (?:storm|depression)"
            r"|cicl[óo]n tropical|ciclone tropical|hurac[áa]n|ouragan"
        ),
    ),
    (
        Hazard("rainstorm", "暴雨", "rainstorm"),
        (
            r"[暴豪大]雨|rain ?storm|(?:heavy|torrential) rain"
            r"|(?<!freezing )\brain(?:fall)? (?:warning|alert|advis)"
        ),
    ),
    (
        Hazard("snowstorm", "暴雪", "blizzard"),
        (
            r"[暴豪大]雪|暴[风風]雪|blizzard|snow ?(?:storm|squall)|heavy snow|winter storm"
            r"|\bsnow(?:fall)? (?:warning|alert|advis)"
        ),
    ),
    (
        Hazard("cold-wave", "寒潮", "cold wave"),
        r"寒潮|寒流|低溫特報|cold (?:wave|surge)|extreme cold|low.temperature|wind ?chill",
    ),
    (Hazard("sandstorm", "沙尘暴", "sandstorm"), r"沙[尘塵]|sand ?storm|dust ?storm|sand and dust"),
    (
        Hazard("gale", "大风", "gale"),
        (
            r"[大強强烈][风風]|\bgale|(?:strong|high|damaging) winds?\b|wind.?gust"
            r"|\bwind (?:warning|alert|advis)|\Awinds?\Z"
        ),
    ),
    (Hazard("heat", "高温", "heat"), r"高[温溫]|酷[热熱]|high.temperature|\bheat|canicule"),
    (Hazard("drought", "干旱", "drought"), r"[干乾]旱|drought"),
    (Hazard("lightning", "雷电", "lightning"), r"雷[电電雨]|雷暴|lightning|thunder"),
    (Hazard("hail", "冰雹", "hail"), r"冰雹|\bhail"),
    (Hazard("frost", "霜冻", "frost"), r"霜[冻凍]|\bfrost"),
    (
        Hazard("road-icing", "道路结冰", "road icing"),
        (
            r"[结結]冰|road ic|icy road|icing|snow.?ice|black ice|freezing rain"
            r"|\bice (?:warning|storm)"
        ),
    ),
    (Hazard("fog", "大雾", "fog"), r"[大浓濃][雾霧]|\bfog"),
    (Hazard("haze", "霾", "haze"), r"霾|\bhaze"),
    (
        Hazard("forest-fire", "森林火险", "forest fire"),
        r"森林火[险灾險災]|山火|forest.?fire|wild ?fire|bush ?fire|grass ?fire|red flag warning",
    ),
)
_HAZARD_OF_AWARENESS: Final[Mapping[str, str]] = {
    "1": "gale", "3": "lightning", "4": "fog", "5": "heat", "6": "cold-wave",
    "8": "forest-fire", "10": "rainstorm",
}  # fmt: skip
"""By the number of MeteoAlarm's `awareness_type`; 2, snow or ice, may be either."""
_AWARENESS_TYPE: Final = re.compile(r"(\d{1,2})\s*;")
_HAZARD_PATTERNS: Final = tuple(
    (hazard, re.compile(words, re.IGNORECASE)) for hazard, words in _HAZARDS
)
HAZARDS: Final[Mapping[str, Hazard]] = {hazard.name: hazard for hazard, _ in _HAZARDS}


def colour_of(info: CapInfo) -> Colour | None:
    """The colour of the signal that `info` is about, or None where it is not a coloured one.

    It is looked for in the parameter in which Muster publishes it, the headline, then the event,
    then MeteoAlarm's `awareness_level`, parameters that are called a colour, and at last in the
    grade behind the headline, `[Ⅲ级/较重]`. MeteoAlarm's green means no danger: None.
    """
    if any(value == _BLUE_ALERT for _, value in info.event_codes):
        return None
    for name, value in info.parameters:
        if name == SIGNAL_COLOUR and value in get_args(Colour):
            return cast("Colour", value)
    for text in (info.headline, info.event):
        if text and (colour := colour_of_text(text)) is not None:
            return colour
    for name, value in info.parameters:
        if name.casefold() == "awareness_level" and (level := _AWARENESS.match(value)):
            green = level[1].casefold() == "green"
            return None if green else cast("Colour", level[1].casefold())
    for name, value in info.parameters:
        if _COLOUR_PARAMETER.search(name) and (said := _COLOUR_VALUE.fullmatch(value)) is not None:
            english = said[1].casefold() if said[1] else ""
            return cast("Colour", english) if english else _COLOUR_OF_ZH[said[2]]
    headline = info.headline or ""
    grade = _GRADE.search(headline) or _GRADE_ALONE.search(headline)
    return _COLOUR_OF_GRADE[grade[1].upper()] if grade else None


def colour_of_text(text: str) -> Colour | None:
    """The colour that a title names; of a change, the one it was changed to."""
    # 黄色预警信号升级为橙色: what it was changed to is what holds.
    chinese = _ZH_CHANGED.search(text) or _ZH_INSTEAD.search(text) or _ZH_COLOUR.search(text)
    if chinese is not None:
        return _COLOUR_OF_ZH[chinese[1]]
    if _EN_AMBER.search(text) is not None:
        return "orange"
    if (english := _EN_COLOUR.search(text)) is not None:
        colour = (english[1] or english[2] or english[3]).casefold()
        return cast("Colour", colour) if colour in get_args(Colour) else None
    return None


def hazard_of(info: CapInfo) -> str | None:
    """Name, in `HAZARDS`, of what `info` warns of, by its event or headline, or in any language
    by MeteoAlarm's `awareness_type`; None for others.
    """
    found = (hazard_of_text(text) for text in (info.event, info.headline) if text)
    named = next((name for name in found if name is not None), None)
    if named is not None:
        return named
    for name, value in info.parameters:
        if name.casefold() == "awareness_type" and (kind := _AWARENESS_TYPE.match(value)):
            return _HAZARD_OF_AWARENESS.get(kind[1])
    return None


def hazard_of_text(text: str) -> str | None:
    """As `hazard_of`, by a title."""
    return next((hazard.name for hazard, words in _HAZARD_PATTERNS if words.search(text)), None)


def colour_of_message(message: CapMessage) -> Colour | None:
    """The first colour that any part of `message` names, the Chinese part asked first."""
    infos = sorted(message.infos, key=lambda info: not info.language.casefold().startswith("zh"))
    return next((colour for info in infos if (colour := colour_of(info)) is not None), None)
