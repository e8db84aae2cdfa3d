"""What no system is spared: rubbish, and an id that is used for two things."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from events.fact import Text
from services.scenario.beat import CAP, Beat
from services.scenario.day import later
from services.scenario.stage import CAP_FEED, Stage, desk

_NOTE: Final = Text(zh="无效上报（应被拒绝）", en="rubbish, which must be refused")
_STATION: Final = {"kind": "weather", "venue": "biathlon-centre", "device": "aws-spare"}
_PHONE: Final = {"kind": "presence", "person": "v020", "whereabouts": "present"}
_WRITTEN: Final = {"kind": "incident", "category": "other", "severity": "minor"}
_RUBBISH: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("kind", {"kind": "selfie", "person": "v020", "venue": "wukesong"}),
    ("person", {"kind": "presence", "whereabouts": "present", "venue": "wukesong"}),
    ("whereabouts", {**_PHONE, "whereabouts": "asleep"}),
    ("place.lat", {**_PHONE, "place": {"lat": 412.0, "lon": 116.39}}),
    ("temperature_c", {**_STATION, "temperature_c": "freezing"}),
    ("gust_ms", {**_STATION, "gust_ms": -3}),
    ("snow_depth_cm", {**_STATION, "snow_depth_cm": 99999}),
    ("venue", {"kind": "weather", "temperature_c": -12.5}),
    ("category", {"kind": "incident", "category": "aliens", "severity": "minor", "text": "？"}),
    ("severity", {"kind": "incident", "category": "other", "severity": "huge", "text": "？"}),
    ("text", _WRITTEN),
    ("text", {**_WRITTEN, "text": "雪" * 5000}),
    ("answer", {"kind": "safety", "person": "v020", "answer": "maybe"}),
)
_TORN: Final = (
    b'{"kind": "presence", "person": "v02',
    b'{"kind": "weather", "venue": "sliding-centre", "temperature_c": NaN}',
    b"\xff\xfe\x00not text at all",
)
_ONE_POINT: Final = b"<polygon>40.54,115.80</polygon>"
_GEOCODE: Final = (b"<geocode>", b"</geocode>")


def noise(stage: Stage, beats: Sequence[Beat]) -> Iterator[Beat]:
    """Return rubbish of every kind, spread over the day. `beats` is what it distorts."""
    chance = stage.day.chance("noise")
    begins = stage.day.at("07:10")

    def moment() -> Any:
        return later(begins, chance, 0, 14 * 3600)

    for number, (field, said) in enumerate(_RUBBISH):
        site = stage.site_of(said.get("venue", "wukesong"))
        beat = stage.report(f"rubbish-{number}", moment(), _NOTE, said, who=desk(site))
        yield replace(beat, expect="rejected", field=field)
    late = moment()
    future = (late + timedelta(days=400)).isoformat()
    ahead = stage.report("rubbish-ahead", late, _NOTE, _PHONE, who=desk("beijing"))
    yield replace(ahead, body={**ahead.body, "at": future}, expect="rejected", field="at")
    for number, body in enumerate(_TORN):
        torn = stage.report(f"torn-{number}", moment(), _NOTE, {}, who=desk("yanqing"))
        yield replace(torn, body=body, expect="rejected")
    yield from _bad_warnings(stage, [beat for beat in beats if beat.door == "cap"])
    yield _reused([beat for beat in beats if beat.reports() and beat.times == 1])


def _bad_warnings(stage: Stage, warnings: Sequence[Beat]) -> Iterator[Beat]:
    """A warning with an entity declared in front of it, and one whose outline is a single point."""
    good = next(beat for beat in warnings if beat.opens)
    body: bytes = good.body
    doctype = b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<alert'
    begins, ends = body.index(_GEOCODE[0]), body.index(_GEOCODE[1]) + len(_GEOCODE[1])
    bodies = (
        body.replace(b"<alert", doctype, 1).replace(b"<note>", b"<note>&x;"),
        body[:begins] + _ONE_POINT + body[ends:],
    )
    for number, bad in enumerate(bodies):
        yield Beat(
            id=stage.day.id("bad-cap", str(number)),
            at=stage.day.at("16:05") + timedelta(minutes=41 * number),
            door="cap",
            path="/cap",
            body=bad,
            content_type=CAP,
            who=CAP_FEED,
            expect="rejected",
            note=Text(zh="无效预警（应被拒绝）", en="a bad warning, which must be refused"),
        )


def _reused(reports: Sequence[Beat]) -> Beat:
    """Somebody's check-in, sent again an hour later under the same id, says something else."""
    first = next(
        beat
        for beat in reports
        if isinstance(beat.body, dict) and beat.body.get("whereabouts") == "present"
    )
    return replace(
        first,
        id=f"{first.id}-reused",
        at=first.at + timedelta(hours=1),
        body={**first.body, "whereabouts": "left"},
        expect="rejected",
        field="id",
        note=Text(
            zh="同一编号、不同内容（应被拒绝）", en="the same id with other content, to be refused"
        ),
    )
