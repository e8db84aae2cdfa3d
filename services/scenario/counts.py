"""The roll call of a whole zone, which its lead opens, with three who are missed for an hour."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.day import later
from services.scenario.people import Person
from services.scenario.stage import Stage, desk, of_person

ZONE: Final = "zhangjiakou"
COUNT: Final = "zone-count"
"""The name by which beats refer to it."""
OPENED: Final = "14:10"
_REMIND_S: Final = 600
"""Asked again at 14:20, 14:30 and 14:40; from then on the leads are told."""
_ANSWERED_S: Final = (60, 28 * 60)
_WALK_UP: Final = "老刘（铲雪队司机）"
_TITLE: Final = Text(zh="张家口赛区全员点名", en="Roll call of the whole Zhangjiakou zone")


def zone_count(stage: Stage) -> Iterator[Beat]:
    """Return the roll call of everyone at home in the zone, on shift or not, until it is closed."""
    commander = stage.people.lead(ZONE)
    said = {"site": ZONE, "title": _TITLE.model_dump(), "remind_after_s": _REMIND_S}
    opened = _command(stage, "", OPENED, said, commander, _TITLE)
    yield replace(opened, opens=COUNT)
    yield from _answers(stage)
    yield from _the_missed(stage)
    name = {"name": _WALK_UP, "answer": "safe"}
    note = Text(zh=f"补入点名：{_WALK_UP}", en="somebody of the snow clearing crew is counted, too")
    yield _command(stage, "walk-ups", "14:33", name, commander, note)
    note = Text(zh="赛区点名结束，全员已核实", en="the zone's roll call is over, everyone is found")
    yield _command(stage, "close", "16:41", {"note": "全员已核实。"}, commander, note)
    yield Beat(
        id=stage.day.id(COUNT, "summary"),
        at=stage.day.at("16:42"),
        method="GET",
        door="read",
        path=f"/roll-calls/{{rollcall:{COUNT}}}?limit=1",
        body=None,
        who=commander.id,
        note=Text(zh="查看赛区点名小结", en="look at what the zone's roll call came to"),
    )


def _answers(stage: Stage) -> Iterator[Beat]:
    """Everyone answers for themselves, on shift or at the lodging, but those who are missed."""
    cast = stage.casting
    missed = (cast.excused, cast.told_late, cast.found_late)
    for person in stage.people.all:
        if person.site == ZONE and person not in missed:
            at = later(stage.day.at(OPENED), stage.day.chance(COUNT, person.id), *_ANSWERED_S)
            note = of_person(person, "报平安", "is safe")
            yield stage.report(
                f"{person.id}-counted", at, note, _safe(person), who=desk(person.site)
            )


def _the_missed(stage: Stage) -> Iterator[Beat]:
    cast = stage.casting
    lead = stage.people.lead_of(cast.excused) or stage.people.lead(ZONE)
    note = of_person(cast.excused, "已回家，领队代为说明", "has gone home, as their lead says")
    said = {"person": cast.excused.id, "reason": "gone-home"}
    yield _command(stage, "excuse", "14:52", said, lead, note)
    late = cast.told_late
    note = of_person(
        late, "早已平安，一小时后才补报", "was safe at the time, which is told an hour later"
    )
    yield stage.report(
        f"{late.id}-counted",
        stage.day.at("14:37"),
        note,
        _safe(late),
        who=desk(late.site),
        told_at=stage.day.at("15:39"),
    )
    found = cast.found_late
    lead = stage.people.lead_of(found) or stage.people.lead(ZONE)
    note = of_person(
        found, "在驻地补觉，被领队找到", "was asleep after a night, and is found by their lead"
    )
    answers: dict[str, Any] = {"answers": [{"person": found.id, "answer": "safe"}]}
    yield _command(stage, "answers", "15:55", answers, lead, note)
    yield Beat(
        id=stage.day.id(COUNT, "owned"),
        at=stage.day.at("14:44"),
        door="alert",
        path=f"/alerts/{{alert:{COUNT}}}/acknowledge",
        body={"comment": "各领队分头去找。"},
        who=stage.people.lead(ZONE).id,
        note=Text(zh="赛区负责人接手：三人无回应", en="the zone's lead owns it: three are missed"),
    )


def _safe(person: Person) -> dict[str, Any]:
    return {
        "kind": "safety",
        "answer": "safe",
        "person": person.id,
        "method": "self",
        "device": f"phone-{person.id}",
    }


def _command(
    stage: Stage, verb: str, at: str, said: dict[str, Any], who: Person, note: Text
) -> Beat:
    path = f"/roll-calls/{{rollcall:{COUNT}}}/{verb}" if verb else "/roll-calls"
    return Beat(
        id=stage.day.id(COUNT, verb or "open"),
        at=stage.day.at(at),
        door="rollcall",
        path=path,
        body=said,
        who=who.id,
        note=note,
    )
