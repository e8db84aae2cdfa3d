"""The daily check-in: most report by themselves, some when asked, and four are not well."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from events.fact import Text
from events.lane import Lane
from services.scenario.beat import Beat
from services.scenario.day import later
from services.scenario.people import Person
from services.scenario.stage import Stage, desk, of_person

_ASKED: Final = ("09:04", "09:09", "09:17", "09:38", "10:06", "10:31")
"""When those who were asked at nine, and again at ten, check in. The last one does not."""
_LED: Final = "11:18"
_WELL_C: Final = (36.1, 37.0)
_WORDS: Final = "（内容加密）"


def check_ins(stage: Stage) -> Iterator[Beat]:
    """Return everybody's check-in, how those who are not well are looked after, and the report."""
    cast = stage.casting
    moments = dict(zip(cast.late, map(stage.day.at, _ASKED), strict=False))
    for person in stage.people.all:
        if person == cast.late[-1]:
            yield _by_their_lead(stage, person)
        else:
            yield _checked_in(stage, person, moments.get(person) or _by_themselves(stage, person))
    yield from _looked_after(stage)
    yield from _report(stage)


def _by_themselves(stage: Stage, person: Person) -> datetime:
    """Who starts early checks in before; most do so around eight, and all before nine."""
    chance = stage.day.chance("check-in", person.id)
    if person in _unwell(stage):
        return stage.day.at("08:03")
    shifts = stage.planned.of(person)
    if shifts and shifts[0].part == "morning" and chance.random() < 0.6:
        return later(stage.day.at("06:12"), chance, 0, 45 * 60)
    return later(stage.day.at("07:36"), chance, 0, 78 * 60)


def _unwell(stage: Stage) -> dict[Person, dict[str, Any]]:
    cast = stage.casting
    return {
        cast.sick: {"answer": "fine", "temperature_c": 37.8, "text": "有点嗓子疼，应该没事。"},
        cast.talks: {"answer": "talk", "text": "想找个没人的地方聊聊。"},
        cast.not_fine[0]: {"answer": "not-fine", "text": "连着两晚没睡好。"},
        cast.not_fine[1]: {"answer": "not-fine", "text": "家里有事，放心不下。"},
    }


def _said(stage: Stage, person: Person) -> dict[str, Any]:
    chance = stage.day.chance("temperature", person.id)
    said: dict[str, Any] = {"kind": "check-in", "person": person.id, "day": stage.date}
    if special := _unwell(stage).get(person):
        return said | special
    said |= {"answer": "fine"}
    if chance.random() < 0.7:
        said["temperature_c"] = round(chance.uniform(*_WELL_C), 1)
    return said


def _checked_in(stage: Stage, person: Person, at: datetime) -> Beat:
    said = {**_said(stage, person), "device": f"phone-{person.id}"}
    note = of_person(person, f"完成每日打卡{_WORDS}", "checks in for the day (what, is sealed)")
    return stage.report(f"{person.id}-day", at, note, said, who=desk(person.site))


def _by_their_lead(stage: Stage, person: Person) -> Beat:
    lead = stage.people.lead_of(person) or stage.duty_officer()
    said = _said(stage, person)
    note = of_person(
        lead, f"当面问过后代为打卡：{person.name}", f"asks {person.latin} in person, and checks in"
    )
    beat = stage.report(f"{person.id}-day", stage.day.at(_LED), note, said, who=desk(person.site))
    return replace(beat, who=lead.id)


def _looked_after(stage: Stage) -> Iterator[Beat]:
    """Their helpers take the requests, each within minutes, and end them in the evening."""
    for number, person in enumerate(_unwell(stage)):
        lane: Lane = "mental-health"
        if person == stage.casting.sick:
            lane = "epidemic-prevention"
        helper = stage.people.helper(person, lane)
        for verb, at, zh, en in (
            ("take", "08:11", "接手一项关怀请求", "takes a request for care"),
            ("end", "19:35", "一项关怀请求办结", "has looked after somebody"),
        ):
            yield Beat(
                id=stage.day.id(person.id, "care", verb),
                at=later(stage.day.at(at), stage.day.chance("care", str(number)), 0, 400),
                door="care",
                path=f"/care/{{care:{person.id}@{helper.id}}}/{verb}",
                body={},
                who=helper.id,
                note=of_person(helper, zh, en),
            )


def _report(stage: Stage) -> Iterator[Beat]:
    yield Beat(
        id=stage.day.id("day-report"),
        at=stage.day.at("21:12"),
        method="GET",
        door="read",
        path=f"/days/{stage.date}/report?format=md",
        body=None,
        who=stage.duty_officer().id,
        prints=True,
        note=Text(zh="当日日报", en="the report of the day"),
    )
