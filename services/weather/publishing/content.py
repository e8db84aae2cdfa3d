"""What may be told the public: every text in both languages, a place, an end. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import shapely

from events.bulletin import BulletinMove, Content
from events.fact import Severity, Text
from events.weather import Colour, WarningArea
from services.decider import Rejected
from services.weather.cap.shapes import unwrap

EVENT_MAX: Final = 100
HEADLINE_MAX: Final = 160
"""Characters. CAP 1.2, 3.2.2: a headline should fit into a text message."""
AREA_MAX: Final = 300
SHAPES_MAX: Final = 500
POINTS_MAX: Final = 20_000
"""Of all outlines of a message together."""
RADIUS_KM_MAX: Final = 20_038.0
"""Half way round the Earth."""
AWAY_MAX: Final = timedelta(days=366)
"""How far from now a bulletin may begin or end: what is further off was mistyped, and the last days
of the calendar cannot be told in local time.
"""

_LIMITS: Final = {"event": EVENT_MAX, "headline": HEADLINE_MAX, "area": AREA_MAX}
_LANGUAGES: Final = (("zh", "中文", "Chinese"), ("en", "英文", "English"))
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CONTROL_OF_A_LINE: Final = re.compile("[\t\n\r\x85\u2028\u2029]|" + _CONTROL.pattern)
_WEB: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.ASCII)
_GRAVE_COLOURS: Final[frozenset[Colour]] = frozenset({"orange", "red"})
_MILD: Final[frozenset[Severity]] = frozenset({"minor", "moderate"})


def is_grave(content: Content) -> bool:
    """Tell whether one person alone may not publish it: severe, extreme, not ranked at all, or of
    a colour that stands for these.
    """
    return content.severity not in _MILD or content.colour in _GRAVE_COLOURS


def require_publishable(content: Content, move: BulletinMove, at: datetime) -> None:
    """Raise Rejected, with the field, for what may not go out at `at`."""
    for field, text in _texts(content):
        _require_text(field, text)
    _require_both("instruction", content.instruction)
    _require_letters("contact", content.contact, _CONTROL_OF_A_LINE)
    if content.web and not _WEB.fullmatch(content.web):
        raise _wrong("web", "必须是 http(s) 网址", "must be an address that begins with http(s)://")
    _require_times(content, at)
    _require_area(content.areas)
    if move == "cancel" and content.response not in (None, "AllClear"):
        raise _wrong(
            "response",
            f"解除公告的应对措施只能是 AllClear，不能是 {content.response}",
            f"a cancellation asks for nothing but AllClear, not for {content.response}",
        )


def changed(before: Content, after: Content) -> list[str]:
    """Return the names of the fields in which two contents differ."""
    return [name for name in Content.model_fields if getattr(before, name) != getattr(after, name)]


def _texts(content: Content) -> Iterator[tuple[str, Text]]:
    for field in ("event", "headline", "description", "area"):
        yield field, getattr(content, field)


def _require_text(field: str, text: Text) -> None:
    for code, zh, en in _LANGUAGES:
        said = getattr(text, code)
        if not said.strip():
            raise _wrong(
                f"{field}.{code}", f"缺少{zh}文本", f"the {en} text is missing", "missing-language"
            )
        limit = _LIMITS.get(field)
        if limit is not None and len(said) > limit:
            raise _wrong(
                f"{field}.{code}",
                f"有 {len(said)} 个字符，最多 {limit} 个",
                f"has {len(said)} characters, at most {limit} are sent",
                "too-long",
            )
        _require_letters(f"{field}.{code}", said, _CONTROL_OF_A_LINE if limit else _CONTROL)


def _require_both(field: str, text: Text) -> None:
    """Raise Rejected where a text that may be left out is there in one language only."""
    if text.zh.strip() or text.en.strip():
        _require_text(field, text)


def _require_letters(field: str, said: str, control: re.Pattern[str]) -> None:
    if (found := control.search(said)) is not None:
        raise _wrong(
            field,
            f"含有控制字符 U+{ord(found[0]):04X}",
            f"holds the control character U+{ord(found[0]):04X}",
            "control-character",
        )


def _require_times(content: Content, at: datetime) -> None:
    for field, moment in (("expires", content.expires), ("onset", content.onset)):
        if moment is not None and moment - at > AWAY_MAX:
            raise _far(field, moment)
    if content.onset is not None and at - content.onset > AWAY_MAX:
        raise _far("onset", content.onset)
    if content.expires <= at:
        raise _wrong(
            "expires",
            f"失效时间 {content.expires.isoformat()} 已过",
            f"{content.expires.isoformat()} is over",
            "expired",
        )
    if content.onset is not None and content.onset >= content.expires:
        raise _wrong(
            "onset",
            f"开始时间 {content.onset.isoformat()} 不早于失效时间 {content.expires.isoformat()}",
            f"begins at {content.onset.isoformat()}, not before it expires at "
            f"{content.expires.isoformat()}",
        )


def _far(field: str, moment: datetime) -> Rejected:
    days = AWAY_MAX.days
    return _wrong(
        field,
        f"{moment.isoformat()} 距今超过 {days} 天",
        f"{moment.isoformat()} is more than {days} days from now",
        "far-away",
    )


def _require_area(areas: Sequence[WarningArea]) -> None:
    if not any(area.polygons or area.circles or area.geocodes for area in areas):
        raise _wrong(
            "areas",
            "缺少区域：须有场馆、多边形、圆或地理编码",
            "there is no area: a venue, a polygon, a circle or a geocode is needed",
            "no-area",
        )
    shapes = sum(len(area.polygons) + len(area.circles) + len(area.geocodes) for area in areas)
    points = sum(len(ring) for area in areas for ring in area.polygons)
    for number, limit, zh, en in (
        (shapes, SHAPES_MAX, "个形状", "shapes"),
        (points, POINTS_MAX, "个点", "points"),
    ):
        if number > limit:
            raise _wrong(
                "areas",
                f"共 {number} {zh}，最多 {limit}",
                f"has {number} {en}, at most {limit} are sent",
                "too-long",
            )
    for place, area in enumerate(areas):
        _require_shapes(f"areas.{place}", area)


def _require_shapes(field: str, area: WarningArea) -> None:
    for number, ring in enumerate(area.polygons):
        if (fault := fault_of(ring)) is not None:
            raise _wrong(f"{field}.polygons.{number}", *fault)
    for number, (lat, lon, radius_km) in enumerate(area.circles):
        if not _on_earth(lat, lon) or not 0 < radius_km <= RADIUS_KM_MAX:
            raise _wrong(
                f"{field}.circles.{number}",
                f"不是地球上的圆：{lat},{lon} {radius_km} 公里",
                f"is no circle on Earth: {lat},{lon} {radius_km} km",
            )
    for number, pair in enumerate(area.geocodes):
        for said in pair:
            _require_letters(f"{field}.geocodes.{number}", said, _CONTROL_OF_A_LINE)
            if not said.strip():
                raise _wrong(f"{field}.geocodes.{number}", "名称或值为空", "name or value is empty")


def fault_of(ring: Sequence[tuple[float, float]]) -> tuple[str, str] | None:
    """Return what is wrong with an outline, in Chinese and in English. It need not be closed."""
    for lat, lon in ring:
        if not _on_earth(lat, lon):
            return f"不在地球上：{lat},{lon}", f"is not on Earth: {lat},{lon}"
    if len(set(ring)) < 3:
        return "不同的点少于三个", "has fewer than three different points"
    reason = shapely.is_valid_reason(shapely.Polygon(unwrap(closed(ring))))
    if reason != "Valid Geometry":
        return f"多边形无效：{reason}", f"is no simple outline: {reason}"
    return None


def closed(ring: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return an outline with its first point as its last."""
    return tuple(ring) if ring[0] == ring[-1] else (*ring, ring[0])


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180


def _wrong(field: str, zh: str, en: str, code: str = "not-publishable") -> Rejected:
    return Rejected(
        code,
        zh=f"拟写公告：content.{field} {zh}",
        en=f"draft bulletin: content.{field} {en}",
        field=f"content.{field}",
    )
