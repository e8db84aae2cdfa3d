"""The shifts: planned before dawn, one against the guards; a swap, a stand-in, one taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.people import Person
from services.scenario.rota import Shift
from services.scenario.stage import OFFICE, Stage, of_person

_REASON = "本人已在学校完成同等培训，证书今日补录；岗位只缺一人。"


def shifts(stage: Stage) -> Iterator[Beat]:
    """Return how the day's shifts were planned, and what became of them."""
    planned = [person for person in stage.people.all if stage.planned.of(person)]
    untrained = stage.casting.untrained
    for number, person in enumerate(planned):
        if person is not untrained:
            yield _planned(stage, person, number)
    yield from _against_the_guards(stage, untrained)
    yield from _swapped(stage)
    yield from _stood_in(stage)
    yield _taken_back(stage)


def _planned(stage: Stage, person: Person, number: int) -> Beat:
    its = stage.planned.of(person)
    return Beat(
        id=stage.day.id("shifts", person.id),
        at=stage.day.at("05:31") + timedelta(seconds=3 * number),
        door="shift",
        path=f"/volunteers/{person.id}/shifts",
        body=[{"command_id": shift.id, **_said(shift)} for shift in its],
        who=OFFICE,
        note=Text(
            zh=f"排班：{person.name}，{len(its)} 个班次",
            en=f"plan {len(its)} shift(s) for {person.latin}",
        ),
    )


def _said(shift: Shift) -> dict[str, Any]:
    return {
        "shift": shift.id,
        "venue": shift.venue,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }


def _against_the_guards(stage: Stage, person: Person) -> Iterator[Beat]:
    said = _said(stage.planned.shift(person))
    refused = Beat(
        id=stage.day.id("shifts", person.id, "refused"),
        at=stage.day.at("05:38"),
        door="shift",
        path=f"/volunteers/{person.id}/shifts",
        body=said,
        who=OFFICE,
        expect="conflict",
        note=of_person(
            person,
            "未通过培训，不能排班（应被拒绝）",
            "has not passed the course and cannot be planned",
        ),
    )
    yield refused
    yield Beat(
        id=stage.day.id("shifts", person.id, "overridden"),
        at=stage.day.at("05:39"),
        door="shift",
        path=refused.path,
        body={**said, "override": _REASON},
        who=OFFICE,
        note=of_person(
            person, "破例排班，理由已记录", "is planned all the same, for a reason on record"
        ),
    )


def _swapped(stage: Stage) -> Iterator[Beat]:
    """Two people exchange a night and an afternoon; each says so with their own token."""
    cast = stage.casting
    swap = stage.day.id("swap")
    yield Beat(
        id=f"{swap}-proposed",
        at=stage.day.at("09:31"),
        door="shift",
        path="/swaps",
        body={
            "id": swap,
            "giver": cast.gives.id,
            "shift": stage.planned.shift(cast.gives).id,
            "taker": cast.takes.id,
            "in_return": stage.planned.shift(cast.takes).id,
        },
        who=cast.gives.id,
        note=of_person(cast.gives, "提出换班：夜班换下午班", "proposes to swap a night"),
    )
    yield _agreed(stage, swap, "09:48", cast.takes, cast.takes.id)


def _stood_in(stage: Stage) -> Iterator[Beat]:
    """Somebody of headquarters takes the place of whoever is ill, whose lead arranges it."""
    cast = stage.casting
    lead = stage.people.lead(stage.planned.shift(cast.sick).venue)
    swap = stage.day.id("stand-in")
    yield Beat(
        id=f"{swap}-proposed",
        at=stage.day.at("09:02"),
        door="shift",
        path="/swaps",
        body={
            "id": swap,
            "giver": cast.sick.id,
            "shift": stage.planned.shift(cast.sick).id,
            "taker": cast.stand_in.id,
            "proposer": cast.sick.id,
        },
        who=lead.id,
        note=of_person(
            cast.stand_in, "受邀顶下午一个班次", "is asked to stand in for an afternoon"
        ),
    )
    yield _agreed(stage, swap, "09:10", cast.stand_in, cast.stand_in.id)


def _agreed(stage: Stage, swap: str, at: str, person: Person, who: str) -> Beat:
    return Beat(
        id=f"{swap}-agreed-{person.id}",
        at=stage.day.at(at),
        door="shift",
        path=f"/swaps/{swap}/agree",
        body={"person": person.id},
        who=who,
        note=of_person(person, "同意", "agrees"),
    )


def _taken_back(stage: Stage) -> Beat:
    """Nobody is told why: that is between the person and their lane."""
    shift = stage.planned.shift(stage.casting.isolated)
    name = stage.venue_name(shift.venue)
    return Beat(
        id=stage.day.id("shift-cancelled"),
        at=stage.day.at("10:20"),
        method="DELETE",
        door="shift",
        path=f"/volunteers/{shift.person.id}/shifts/{shift.id}?reason={quote('岗位调整')}",
        body=None,
        who=stage.people.lead("beijing").id,
        note=Text(zh=f"取消一个下午班次：{name.zh}", en=f"an afternoon at {name.en} is taken back"),
    )
