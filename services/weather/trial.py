"""What would be made of a body if it came in: judged as the service judges it, recorded nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from math import cos, radians
from typing import Any, Final

from events.weather import WarningMessage
from services.weather.cap import DEVIATIONS, CapLimits, CapMessage, CapRefused, Deviation
from services.weather.cap.model import CapArea, FeedEntry, Ring
from services.weather.cap.shapes import unwrap
from services.weather.cap.signature import NOBODY, Trust
from services.weather.convert import move_of, warning_message
from services.weather.formats import read_any
from services.weather.match import GeocodeTable, Matcher

TRIAL_LIMITS: Final = CapLimits(body_bytes_max=16 * 1024 * 1024)
"""A file may be four times as large as a request: it came through no network."""
DEVIATIONS_MAX: Final = 1_000
_KM_A_DEGREE: Final = 111.2
_NO_VENUES: Final = Matcher((), GeocodeTable())


def judge(
    body: bytes, *, name: str = "", limits: CapLimits = TRIAL_LIMITS, trust: Trust = NOBODY
) -> dict[str, Any]:
    """The judgement as `muster weather try --json` prints it, but for the name of the file.

    Keys: taken, reason (code, element, zh, en; null if taken), format, deviations (code, element,
    detail, zh, en), warning (the first, null if there is none), and where there are any: warnings
    (all, if there are several), refused (as reason), entries (of a feed).
    """
    try:
        document = read_any(body, name=name, limits=limits, trust=trust, feeds=True)
    except CapRefused as refused:
        return unread(_reason(refused))
    warnings = [_warning(message) for message in document.messages]
    judged: dict[str, Any] = {
        "taken": True,
        "reason": None,
        "format": document.format,
        "deviations": _said(_once(document.deviations, document.messages)),
        "warning": warnings[0] if warnings else None,
    }
    if len(warnings) > 1:
        judged["warnings"] = warnings
    if document.refused:
        judged["refused"] = [_reason(refused) for refused in document.refused]
    if document.entries or _is_feed(document.format):
        judged["entries"] = [_entry(entry) for entry in document.entries]
    return judged


def unread(reason: dict[str, str]) -> dict[str, Any]:
    """The judgement on a body that is not taken as a whole, or was not to be had."""
    return {"taken": False, "reason": reason, "format": None, "deviations": [], "warning": None}


def _is_feed(name: str) -> bool:
    return name.rpartition("/")[2] in {"atom", "rss", "rdf", "html"}


def _reason(refused: CapRefused) -> dict[str, str]:
    return {
        "code": refused.code,
        "element": refused.element,
        "zh": refused.reason_zh,
        "en": refused.reason,
    }


def _once(about: Sequence[Deviation], messages: Iterable[CapMessage]) -> list[Deviation]:
    found = dict.fromkeys(about)
    for message in messages:
        found.update(dict.fromkeys(_deviations(message)))
        if len(found) >= DEVIATIONS_MAX:
            break
    return list(found)[:DEVIATIONS_MAX]


def _deviations(message: CapMessage) -> list[Deviation]:
    own = list(message.deviations)
    if move_of(message) is None:
        own.append(Deviation("not-a-warning", "alert/msgType", message.msg_type))
    return own


def _said(deviations: Iterable[Deviation]) -> list[dict[str, str]]:
    return [
        {**asdict(each), "zh": DEVIATIONS[each.code][1], "en": DEVIATIONS[each.code][0]}
        for each in deviations
    ]


def _entry(entry: FeedEntry) -> dict[str, Any]:
    cap: dict[str, Any] = {}
    for name, value in entry.cap:
        cap[name] = f"{cap[name]} {value}" if name in cap else value
    return {"title": entry.title, "link": entry.link, "updated": entry.updated, "id": entry.id,
            "cap": cap}  # fmt: skip


def _warning(cap: CapMessage) -> dict[str, Any]:
    """What the log would keep of a message, its areas as counts and the box round them."""
    kept = warning_message(cap, _NO_VENUES)
    move = move_of(cap)
    return {
        "identifier": kept.identifier,
        "sender": kept.sender,
        "sent": cap.sent.isoformat(),
        "status": cap.status,
        "msgType": cap.msg_type,
        "scope": cap.scope,
        "move": move,
        "live": cap.status == "Actual" and move in {"issue", "update"},
        "severity": kept.severity,
        "urgency": kept.urgency,
        "certainty": kept.certainty,
        "colour": kept.colour,
        "hazard": kept.hazard,
        **_times(kept, cap),
        "categories": _all(info.categories for info in cap.infos),
        "responses": _all(info.response_types for info in cap.infos),
        "texts": [text.model_dump() for text in kept.texts],
        "areas": _areas(cap.areas()),
        "references": [
            {"sender": each.sender, "identifier": each.identifier, "sent": _iso(each.sent)}
            for each in cap.references
        ],
        "incidents": list(cap.incidents),
        "source": cap.source,
        "note": cap.note,
        "codes": list(cap.codes),
        "event_codes": _pairs(info.event_codes for info in cap.infos),
        "parameters": _pairs(info.parameters for info in cap.infos),
        "resources": [asdict(each) for each in _all(info.resources for info in cap.infos)],
        "signature": cap.signature,
        "signer": cap.signer,
        "version": cap.version,
        "deviations": _said(_deviations(cap)),
    }


def _times(kept: WarningMessage, cap: CapMessage) -> dict[str, str | None]:
    """The times that hold, with the offset that they were sent with."""
    found: dict[str, str | None] = {}
    for name in ("effective", "onset", "expires"):
        held = getattr(kept, name)
        as_sent = (getattr(info, name) for info in cap.infos)
        found[name] = _iso(next((each for each in as_sent if each == held), held))
    return found


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _all(each: Iterable[tuple[Any, ...]]) -> list[Any]:
    return list(dict.fromkeys(value for values in each for value in values))


def _pairs(each: Iterable[tuple[tuple[str, str], ...]]) -> list[list[str]]:
    return [list(pair) for pair in _all(each)]


def _areas(areas: Sequence[CapArea]) -> dict[str, Any]:
    rings = [ring for area in areas for ring in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    return {
        "count": len(areas),
        "descriptions": list(dict.fromkeys(area.description for area in areas)),
        "polygons": len(rings),
        "points": sum(map(len, rings)),
        "circles": len(circles),
        "bbox": _box(rings, circles),
        "geocodes": _pairs(area.geocodes for area in areas),
    }


def _box(
    rings: Iterable[Ring], circles: Iterable[tuple[float, float, float]]
) -> list[float] | None:
    """South, west, north, east in degrees; west is greater than east where 180 is crossed."""
    points = [(lat, lon) for ring in rings for lon, lat in unwrap(ring)]
    for lat, lon, radius in circles:
        up = radius / _KM_A_DEGREE
        aside = min(180.0, up / max(0.01, cos(radians(lat))))
        points += [(max(-90.0, lat - up), lon - aside), (min(90.0, lat + up), lon + aside)]
    if not points:
        return None
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    west, east = min(lons), max(lons)
    if east - west >= 360:
        west, east = -180.0, 180.0
    box = (min(lats), _in_range(west), max(lats), _in_range(east))
    return [round(each, 5) for each in box]


def _in_range(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
