"""Warning signals as Chinese services list them in JSON: the national one's list, Shenzhen's own.

Kind and colour are decoded from the words. The numbers beside them contradict one another between
services: level 01 is blue in one and red in another. Times are Beijing's and say no offset.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from services.weather.cap.model import CapLimits
from services.weather.cap.refusals import refuse
from services.weather.cap.signals import (
    COLOURS_ZH,
    HAZARDS,
    SEVERITY_OF_COLOUR,
    Colour,
    colour_of_text,
    hazard_of_text,
)
from services.weather.cap.xml import Node
from services.weather.cma import GEOCODE_NAME
from services.weather.formats.nodes import Element, Found, collected, written

Odd = tuple[tuple[str, str], ...]
_NMC: Final = frozenset({"alertid", "title"})
_SHENZHEN: Final = frozenset({"issueTime", "wLevel", "matter"})
_LOOKED_AT_MAX: Final = 1_000
_SHENZHEN_CODE: Final = "440300000000"
_TIME: Final = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)[ T](\d\d?):(\d\d)(?::(\d\d))?")
_TITLE: Final = re.compile(r"【([^】]{1,200})】")
_ISSUER: Final = re.compile(
    r"\A(.{2,40}?(?:气象台|气象局|气象站|气象中心|中心|局|台))(?:继续)?(?=发布|更新|变更|解除|升级|降级|将)"
)
_LIFTED: Final = re.compile(r"解除|取消|撤销")
_CHANGED: Final = re.compile(r"更新|继续|变更|升级|降级|升为|降为|调整|延长")
_AREA_CODE: Final = re.compile(r"\A(\d{6})\d{6}(?:\d\d)?_\d{8,14}\Z")
_UNNAMED: Final = re.compile(
    r"(?:发布|更新|变更|解除|【)([^发布更新变更解除]{2,12}?)[蓝黄橙红白]色"
)


class Signal(NamedTuple):
    """What a record says, in our words; times as written there."""

    identifier: str
    sender: str
    issued: Any
    title: str
    text: str
    area: str
    code: str
    colour: Colour | None
    kind: str
    lifted: bool
    begins: Any = None
    source: tuple[tuple[str, str], ...] = ()


def records_of(value: Any) -> list[Any] | None:
    """The warnings in a reply of either service, each once; None where it is neither's.

    The national one has a list of all, and beside it one of those of provinces.
    """
    waiting, seen = [value], 0
    found: list[Any] = []
    while waiting and seen < _LOOKED_AT_MAX:
        each = waiting.pop(0)
        seen += 1
        if isinstance(each, list):
            if any(isinstance(item, Mapping) and _is_record(item) for item in each[:5]):
                found.append(each)
            else:
                waiting += [below for below in each[:20] if isinstance(below, dict | list)]
        elif isinstance(each, Mapping):
            if _is_record(each):
                return [each]
            waiting += [below for below in each.values() if isinstance(below, dict | list)]
    if not found:
        return None
    longest = max(found, key=len)
    return [*longest, *(item for other in found[:8] for item in other[:200] if item not in longest)]


def _is_record(item: Mapping[str, Any]) -> bool:
    return item.keys() >= _NMC or item.keys() >= _SHENZHEN


def read(records: list[Any], limits: CapLimits, odd: Odd) -> Found:
    """The warnings of a list."""
    first = records[0] if records else {}
    name = "shenzhen-json" if first.keys() >= _SHENZHEN else "nmc-json"
    return collected(name, records, _alert, limits, odd)


def _alert(item: Any, limits: CapLimits) -> tuple[Node, Odd]:
    if not isinstance(item, Mapping) or not _is_record(item):
        raise refuse("item-unreadable", "list")
    signal = _of_shenzhen(item) if item.keys() >= _SHENZHEN else _of_nmc(item)
    return _element(signal, limits)


def _of_nmc(item: Mapping[str, Any]) -> Signal:
    title = written(item.get("title"))
    identifier = written(item.get("alertid"))
    issuer = _ISSUER.match(title)
    code = _AREA_CODE.match(identifier)
    return Signal(
        identifier=identifier,
        sender=issuer[1] if issuer else "中国气象局",
        issued=item.get("issuetime"),
        title=title,
        text=written(item.get("issuecontent")) or written(item.get("content")),
        area=re.sub(r"气象.*\Z|局\Z|台\Z", "", issuer[1]) if issuer else "",
        code=f"{code[1]}000000" if code else "",
        colour=colour_of_text(title),
        kind=_kind(title),
        lifted=bool(_LIFTED.search(title)),
        source=(("pic", written(item.get("pic"))), ("url", written(item.get("url")))),
    )


def _of_shenzhen(item: Mapping[str, Any]) -> Signal:
    matter = written(item.get("matter"))
    found = _TITLE.search(matter)
    title = found[1] if found else matter[:60]
    level = written(item.get("wLevel"))
    by_word = {zh: colour for colour, zh in COLOURS_ZH.items()}
    colour = by_word.get(level) or colour_of_text(title)
    kind = _kind(written(item.get("subCategory")).rpartition(".")[2]) or _kind(title)
    return Signal(
        identifier=written(item.get("keyId")),
        sender=written(item.get("issued")),
        issued=item.get("issueTime"),
        title=title,
        text=matter,
        area=written(item.get("area")),
        code=_SHENZHEN_CODE,
        colour=colour,
        kind=kind,
        lifted=item.get("life") is False or bool(_LIFTED.search(title)),
        begins=item.get("startTime"),
        source=(("wLevel", level), ("subCategory", written(item.get("subCategory"))),
                ("srcId", written(item.get("srcId")))),
    )  # fmt: skip


def _kind(text: str) -> str:
    """The hazard's Chinese word: of those with a name of ours, else as the title has it."""
    name = hazard_of_text(text)
    if name is not None:
        return HAZARDS[name].zh
    if "色" not in text and 2 <= len(text) <= 12:
        return text
    unnamed = _UNNAMED.search(text)
    return unnamed[1] if unnamed else ""


def _element(signal: Signal, limits: CapLimits) -> tuple[Node, Odd]:
    alert = Element("alert", limits)
    alert.text("identifier", signal.identifier)
    alert.text("sender", signal.sender)
    alert.text("sent", beijing(signal.issued))
    alert.text("status", "Actual")
    changed = bool(_CHANGED.search(signal.title))
    alert.text("msgType", "Cancel" if signal.lifted else "Update" if changed else "Alert")
    alert.text("scope", "Public")
    info = alert.child("info")
    info.text("language", "zh-CN")
    info.text("category", "Geo" if "地质" in signal.kind else "Met")
    info.text("event", signal.kind or signal.title)
    severity = SEVERITY_OF_COLOUR.get(signal.colour, "Unknown") if signal.colour else "Unknown"
    for name, value in (("urgency", "Unknown"), ("severity", severity), ("certainty", "Unknown")):
        info.text(name, value)
    info.text("effective", beijing(signal.begins) or beijing(signal.issued))
    info.text("senderName", signal.sender)
    info.text("headline", _headline(signal))
    info.text("description", signal.text)
    for key, value in signal.source:
        info.pair("parameter", key, value)
    area = info.child("area")
    area.text("areaDesc", signal.area or signal.sender)
    area.pair("geocode", GEOCODE_NAME, signal.code)
    return alert.node, (("time-of-beijing", written(signal.issued)),)


def _headline(signal: Signal) -> str:
    """The title; where it does not name the colour that holds, our own words that do."""
    if signal.colour is None or colour_of_text(signal.title) == signal.colour:
        return signal.title
    verb = "解除" if signal.lifted else "发布"
    return f"{signal.sender}{verb}{signal.kind}{COLOURS_ZH[signal.colour]}预警信号"


def beijing(value: Any) -> str:
    """A time of a Chinese list as CAP writes it; one that cannot be read as it stands there."""
    text = written(value)
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+08:00"
