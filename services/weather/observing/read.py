"""Observations out of whatever body they came in: JSON of ours or of NWS, or METAR. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import orjson

from services.problems import Problem
from services.reporting.pieces import pieces
from services.weather.observing.bulletin import reports
from services.weather.observing.measured import ORIGINAL_MAX, Measured, settle
from services.weather.observing.metar import read_metar
from services.weather.observing.nws import features, is_nws, read_nws
from services.weather.observing.own_json import read_own
from services.weather.observing.refusal import Unreadable

Door: TypeAlias = Literal["http", "mqtt"]
NDJSON: Final = "application/x-ndjson"


class Refusal(NamedTuple):
    """One observation that is not taken."""

    problem: Problem
    original: str
    id: str | None = None
    station: str = ""
    problems: tuple[Problem, ...] = ()
    """All that is wrong with it; empty where that is `problem` alone."""


class Read(NamedTuple):
    """What a body holds, in its order."""

    found: tuple[Measured | Refusal, ...]
    is_one: bool
    """Whether it is a single observation, and not a list that may have one."""


def read_body(body: bytes, received: datetime, door: Door, *, media_type: str = "") -> Read:
    """Return the observations of a body. `received` tells a METAR's month.

    What begins like JSON is read as JSON, everything else as METAR. Raises Unreadable for a body
    that cannot be told apart into observations.
    """
    start = body.lstrip()[:1]
    if not start:
        raise Unreadable(_EMPTY)
    if media_type == NDJSON:
        lines = [line for line in body.splitlines() if line.strip()]
        return _all(lines, door, received)
    if start == b"[":
        found = pieces(body)
        if found is None:
            raise Unreadable(_NO_LIST)
        return _all(found, door, received)
    if start == b"{":
        return _json(body, door, received)
    texts = reports(body.decode("utf-8", "replace"))
    return Read(tuple(_metar(text, received) for text in texts), is_one=False)


def _all(found: Sequence[bytes], door: Door, received: datetime) -> Read:
    each = (_json(piece, door, received).found for piece in found)
    return Read(tuple(chain.from_iterable(each)), is_one=False)


def _json(piece: bytes, door: Door, received: datetime) -> Read:
    shown = piece[:ORIGINAL_MAX].decode("utf-8", "replace")
    try:
        said: Any = orjson.loads(piece)
    except orjson.JSONDecodeError as error:
        return Read((Refusal(_no_json(str(error)), shown),), is_one=True)
    if not isinstance(said, dict):
        return Read((Refusal(_NO_OBJECT, shown),), is_one=True)
    if is_nws(said):
        return Read(tuple(_nws(said, shown)), is_one=said.get("type") != "FeatureCollection")
    if isinstance(said.get("metar"), str):
        return Read((_metar(said["metar"], received, said),), is_one=True)
    return Read((_own(said, door, shown),), is_one=True)


def _nws(said: dict[str, Any], shown: str) -> Iterator[Measured | Refusal]:
    try:
        for feature in features(said):
            try:
                yield _settled(read_nws(feature))
            except Unreadable as error:
                yield Refusal(
                    error.problem, orjson.dumps(feature)[:ORIGINAL_MAX].decode("utf-8", "ignore")
                )
    except Unreadable as error:
        yield Refusal(error.problem, shown)


def _own(said: dict[str, Any], door: Door, shown: str) -> Measured | Refusal:
    named = said.get("station") or said.get("station_id") or said.get("stationId")
    source: Literal["mqtt", "station", "person"] = (
        "mqtt" if door == "mqtt" else "station" if named else "person"
    )
    try:
        return _settled(read_own(said, source, lenient=door == "mqtt"))
    except Unreadable as error:
        return Refusal(error.problem, shown, _text(said.get("id")), _text(named) or "")


def _metar(text: str, received: datetime, said: dict[str, Any] | None = None) -> Measured | Refusal:
    """Read a report; `said` is the object it came in, which may name its venue."""
    try:
        measured = read_metar(text, received)
        if said is not None:
            beside = {name: said.get(name) for name in ("id", "venue", "device")}
            named = read_own(beside, "metar", lenient=True)
            measured.id, measured.venue, measured.device = named.id, named.venue, named.device
    except Unreadable as error:
        return Refusal(error.problem, text[:ORIGINAL_MAX])
    return _settled(measured)


def _settled(measured: Measured) -> Measured | Refusal:
    why = settle(measured)
    if why is None:
        return measured
    problems = tuple(measured.problems)
    return Refusal(why, measured.original, measured.id, measured.station, problems)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 64 else None


_EMPTY = Problem("empty", "", "没有内容", "there is nothing in it")
_NO_LIST = Problem(
    "json-invalid",
    "",
    "不是有效的 JSON 列表：括号或引号不配对",
    "is not a valid JSON list: its brackets or quotes do not match",
)
_NO_OBJECT = Problem("dict-type", "", "必须是一个对象", "must be an object")


def _no_json(why: str) -> Problem:
    return Problem(
        "json-invalid", "", f"不是有效的 JSON：{why[:200]}", f"is not valid JSON: {why[:200]}"
    )
