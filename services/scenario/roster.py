"""The roster before dawn: phases, a spreadsheet that is refused, the mended one, and clearances."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.phases import GAMES, phase, plan_phases
from services.scenario.stage import OFFICE, Stage
from services.scenario.workbook import FILENAME, XLSX, workbook

_IMPORT: Final = "/roster/import?channel=sms={phones:sms}/{id}"
"""Every phone of the story is on this machine: an address of theirs is made for each person."""


def roster(stage: Stage) -> Iterator[Beat]:
    """Return what brings the people in: phases first, so that the roster can name them."""
    yield plan_phases(stage)
    yield _imported(stage, mistaken=True)
    yield _imported(stage, mistaken=False)
    yield from _clearances(stage)


def _imported(stage: Stage, *, mistaken: bool) -> Beat:
    count = len(stage.people.all) + len(stage.people.support)
    note = Text(
        zh=f"导入名册《{FILENAME}》，{count} 人", en=f"import the roster {FILENAME}, {count} people"
    )
    if mistaken:
        note = Text(
            zh="试导入名册：两处填错（应被拒绝，未写入任何内容）",
            en="try the roster: two cells are wrong, so nothing is written",
        )
    return Beat(
        id=stage.day.id("roster", "tried" if mistaken else "taken"),
        at=stage.day.start + timedelta(seconds=6 if mistaken else 15),
        door="roster",
        path=f"{_IMPORT}&dry_run=true" if mistaken else _IMPORT,
        body=workbook(stage, mistaken=mistaken),
        content_type=XLSX,
        filename=FILENAME,
        who=OFFICE,
        expect="rejected" if mistaken else "accepted",
        note=note,
    )


def _clearances(stage: Stage) -> Iterator[Beat]:
    """Everybody has passed their courses and may leave campus, but for one each."""
    games = phase(GAMES)
    begins, ends = stage.day.at("04:00"), stage.day.at("30:00")
    for number, person in enumerate(stage.people.all):
        at = stage.day.start + timedelta(seconds=20 + number // 5)
        courses = games.courses_of(person.role)
        for course in courses if person is not stage.casting.untrained else ():
            said: dict[str, Any] = {"course": course}
            yield _cleared(stage, person.id, at, "training", course, said)
        if person is not stage.casting.unapproved:
            leave = stage.day.id("leave", person.id)
            said = {
                "leave": leave,
                "starts_at": begins.isoformat(),
                "ends_at": ends.isoformat(),
            }
            yield _cleared(stage, person.id, at, "leave", "leave", said)


def _cleared(
    stage: Stage, person: str, at: Any, what: str, name: str, said: dict[str, Any]
) -> Beat:
    zh, en = ("培训合格", "passed the course") if what == "training" else ("离校获批", "may leave")
    return Beat(
        id=stage.day.id(person, "cleared", name),
        at=at,
        door="shift",
        path=f"/volunteers/{person}/{what}",
        body=said,
        who=OFFICE,
        note=Text(zh=f"{person} {zh}（{name}）", en=f"{person} {en} ({name})"),
    )
