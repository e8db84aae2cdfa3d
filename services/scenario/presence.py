"""Where people are during the day: on the way, at the gate, seen at their post, at rest, gone.

Who comes or goes by coach is seen by its departure and arrival, not by themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from events.fact import Text
from events.presence import Method, Whereabouts
from services.scenario.beat import JSON, NDJSON, Beat
from services.scenario.day import later
from services.scenario.people import Person
from services.scenario.stage import Stage, desk, of_person

_MINUTE: Final = 60
_HOUR: Final = 3600
_LATE_SHARE: Final = 0.06
_TOLD_LATE_SHARE: Final = 0.04
_REPEAT_SHARE: Final = 0.03
_CAMPUS: Final = {"lat": 39.96, "lon": 116.35}
"""Where headquarters is, which is no venue."""
_WORDS: Final[dict[Whereabouts, tuple[str, str]]] = {
    "on-the-way": ("出发前往{zh}", "is on the way to {en}"),
    "present": ("在{zh}", "is at {en}"),
    "resting": ("在{zh}休息", "rests at {en}"),
    "left": ("离开{zh}", "left {en}"),
}


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    whereabouts: Whereabouts
    method: Method
    step: str


def presence(stage: Stage) -> list[Beat]:
    """Return the day's evidence of everyone with a shift, and of headquarters."""
    beats = [beat for person in stage.people.all for beat in _of(stage, person)]
    for venue, content_type in (("sliding-centre", JSON), ("genting-snow-park", NDJSON)):
        beats = _gathered(stage, beats, venue, content_type)
    return beats


def _of(stage: Stage, person: Person) -> Iterator[Beat]:
    chance = stage.day.chance("presence", person.id)
    silent_from = _silent_from(stage, person)
    for seen in sorted(_day_of(stage, person, chance), key=lambda seen: seen.at):
        if seen.at < silent_from and seen.at < stage.day.at("21:58"):
            yield _beat(stage, person, seen, chance)


def _silent_from(stage: Stage, person: Person) -> datetime:
    """The three who are missed are heard of otherwise, and by the roll call, not as usual."""
    fates = stage.fates
    silences = {fates.lost: "14:00", fates.found: "13:40", fates.unlisted: "13:20"}
    return stage.day.at(silences.get(person, "26:00"))


def _day_of(stage: Stage, person: Person, chance: Random) -> Iterator[_Seen]:
    shifts = stage.rota.of(person)
    if not shifts:
        if person.venue is None:
            yield from _at_headquarters(stage, chance)
        return
    starts, ends = shifts[0].starts_at, shifts[-1].ends_at
    trip = stage.trip_of(person)
    goes_by_coach = trip is not None and trip.left_at < starts
    if trip is not None and goes_by_coach:
        arrives = trip.came_at
    else:
        arrives = _arrival(stage, person, starts, chance)
        yield from _came(stage, person, arrives, chance)
    yield from _during(arrives, ends, chance)
    if trip is not None and not goes_by_coach:
        return
    if person not in (stage.casting.stays, *stage.casting.forgets):
        # Half an hour after their shift people are asked whether they are still there.
        gone = later(ends, chance, 3 * _MINUTE, 28 * _MINUTE)
        yield _Seen(gone, "left", _method(chance), "out")


def _came(stage: Stage, person: Person, arrives: datetime, chance: Random) -> Iterator[_Seen]:
    mountain = person.site != "beijing"
    ride_s = (45 * _MINUTE, 80 * _MINUTE) if mountain else (20 * _MINUTE, 55 * _MINUTE)
    leaves_home = max(later(arrives, chance, -ride_s[1], -ride_s[0]), stage.day.at("05:48"))
    yield _Seen(later(leaves_home, chance, 0, 200), "on-the-way", "self", "way")
    yield _Seen(arrives, "present", _method(chance), "in")


def _arrival(stage: Stage, person: Person, starts: datetime, chance: Random) -> datetime:
    if not person.leads and chance.random() < _LATE_SHARE and person not in _missed(stage):
        return later(starts, chance, 14 * _MINUTE, 50 * _MINUTE)
    return later(starts, chance, -24 * _MINUTE, -3 * _MINUTE)


def _missed(stage: Stage) -> tuple[Person, ...]:
    return (stage.fates.lost, stage.fates.found, stage.fates.unlisted)


def _during(arrives: datetime, ends: datetime, chance: Random) -> Iterator[_Seen]:
    """Seen every two hours or so, with a rest in between and somebody seeing them come back."""
    moment, number = later(arrives, chance, 1.5 * _HOUR, 2.4 * _HOUR), 1
    while moment < ends - timedelta(minutes=50):
        if number % 2:
            yield _Seen(moment, "resting", "self", f"rest{number}")
            back = later(moment, chance, 22 * _MINUTE, 38 * _MINUTE)
            yield _Seen(back, "present", "self", f"back{number}")
        else:
            yield _Seen(moment, "present", _seen_by(chance), f"seen{number}")
        moment, number = later(moment, chance, 1.6 * _HOUR, 2.4 * _HOUR), number + 1


def _at_headquarters(stage: Stage, chance: Random) -> Iterator[_Seen]:
    moment = later(stage.day.at("05:50"), chance, 0, 40 * _MINUTE)
    number = 0
    while moment < stage.day.at("21:30"):
        yield _Seen(moment, "present", "self", f"hq{number}")
        moment, number = later(moment, chance, 2.5 * _HOUR, 4 * _HOUR), number + 1


def _method(chance: Random) -> Method:
    return chance.choices(("badge", "post-code", "self", "lead"), (60, 18, 14, 8))[0]


def _seen_by(chance: Random) -> Method:
    """A lead says so or scans the person's code, or the phone's place is known."""
    return chance.choices(("lead", "person-code", "device"), (50, 35, 15))[0]


def _beat(stage: Stage, person: Person, seen: _Seen, chance: Random) -> Beat:
    zh, en = _WORDS[seen.whereabouts]
    name, venue = Text(zh="总指挥部", en="headquarters"), stage.serves_at(person)
    if venue:
        name = stage.venue_name(venue)
    device = f"phone-{person.id}"
    if seen.method == "badge":
        device = f"gate-{venue}"
    elif seen.method in ("lead", "person-code") and venue:
        device = f"phone-{stage.people.lead(venue).id}"
    told_at = None
    if seen.whereabouts == "present" and seen.step != "in" and chance.random() < _TOLD_LATE_SHARE:
        told_at = min(later(seen.at, chance, 55 * _MINUTE, 75 * _MINUTE), stage.day.at("21:59"))
    said = {
        "kind": "presence",
        "person": person.id,
        "whereabouts": seen.whereabouts,
        "method": seen.method,
        "device": device,
        **({"venue": venue} if venue else {"place": _CAMPUS}),
    }
    beat = stage.report(
        f"{person.id}-{seen.step}",
        seen.at,
        of_person(person, zh.format(zh=name.zh), en.format(en=name.en)),
        said,
        who=desk(stage.site_of(venue)),
        told_at=told_at,
    )
    times = chance.randint(2, 10) if chance.random() < _REPEAT_SHARE else 1
    return replace(beat, times=times)


def _gathered(stage: Stage, beats: Iterable[Beat], venue: str, content_type: str) -> list[Beat]:
    """While a gate has no network its reports wait, and then go in one list, one of them torn."""
    opens, closes = stage.day.at("06:30"), stage.day.at("07:06")
    held: list[Beat] = []
    others: list[Beat] = []
    for beat in beats:
        from_gate = [report.get("device") for report in beat.reports()] == [f"gate-{venue}"]
        waits = from_gate and opens <= beat.at < closes
        (held if waits else others).append(beat)
    reports = [beat.body for beat in sorted(held, key=lambda beat: beat.at)]
    middle = len(reports) // 2
    torn = {"id": stage.day.id("torn", venue), "kind": "presence", "at": opens.isoformat()}
    reports.insert(middle, torn | {"person": "v0", "whereabouts": "insi"})
    name = stage.venue_name(venue)
    gathered = Beat(
        id=stage.day.id("gate", venue),
        at=closes,
        door="report",
        path="/reports",
        body=reports,
        who=desk(stage.site_of(venue)),
        content_type=content_type,
        rejects=(middle,),
        times=2,
        note=Text(
            zh=f"{name.zh}闸机恢复网络，补传 {len(reports)} 条，其中一条残缺",
            en=f"the gate of {name.en} is back on the network: {len(reports)} reports, one torn",
        ),
    )
    return [*others, gathered]
