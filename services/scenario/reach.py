"""The morning's test of everybody's channels, and who cannot be reached before the first shift."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.day import later
from services.scenario.people import Person
from services.scenario.stage import Stage, desk, of_person

_ANSWERS_S: Final = (90, 48 * 60)
"""Most answer within the hour that they have until a quarter of an hour before the first shift."""


def reach(stage: Stage) -> Iterator[Beat]:
    """Return the test, the answers to it, and what its outcome is looked at for."""
    begun = stage.day.at("05:40")
    officer = stage.duty_officer().id
    yield Beat(
        id=stage.day.id("reach"),
        at=begun,
        door="reach",
        path="/reachability/test",
        body={},
        who=officer,
        note=Text(zh="测试全员联系渠道", en="test everybody's channels"),
    )
    cast = stage.casting
    for person in stage.people.all:
        if not stage.planned.of(person) or person == cast.silent:
            continue
        chance = stage.day.chance("reach", person.id)
        if person != cast.unread:
            yield _reads(stage, person, later(begun, chance, *_ANSWERS_S))
        if person not in (*cast.page_only, cast.untapped):
            yield _taps(stage, person, later(begun, chance, *_ANSWERS_S))
    yield Beat(
        id=stage.day.id("reach", "listed"),
        at=stage.day.at("06:46"),
        method="GET",
        door="read",
        path="/reachability",
        body=None,
        who=officer,
        note=Text(zh="查看尚不能可靠联系的人", en="look at who cannot be relied on to be reached"),
    )
    yield Beat(
        id=stage.day.id("reach", "answered"),
        at=stage.day.at("06:49"),
        door="alert",
        path=f"/alerts/{{alert:{stage.date}-beijing}}/acknowledge",
        body={"comment": "逐个打电话，到岗时当面补登。"},
        who=stage.people.lead("beijing").id,
        note=Text(
            zh="北京赛区负责人接手：五人联系不可靠",
            en="the Beijing zone's lead owns it: five cannot be relied on to be reached",
        ),
    )


def _reads(stage: Stage, person: Person, at: datetime) -> Beat:
    return Beat(
        id=stage.day.id(person.id, "reads"),
        at=at,
        method="GET",
        door="reach",
        path="/messages",
        body=None,
        who=person.id,
        note=of_person(person, "在自己的页面上看到测试通知", "reads the test on their own page"),
    )


def _taps(stage: Stage, person: Person, at: datetime) -> Beat:
    return Beat(
        id=stage.day.id(person.id, "taps"),
        at=at,
        door="reach",
        path=f"{{link:{person.id}}}",
        body=None,
        who=desk(person.site),
        note=of_person(person, "点开短信里的链接", "follows the link in their message"),
    )
