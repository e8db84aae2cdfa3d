"""Health and the evening: somebody is ill, somebody isolates; some forget to check out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.people import Person
from services.scenario.stage import Stage, desk, of_person

_OFF_DUTY: Final = Text(
    zh="一人因健康原因离岗（内容加密）", en="somebody is off duty (why, is sealed)"
)
_SICK: Final = "体温 37.8℃，咽痛，已回宿舍休息。"
_ISOLATED: Final = "同宿舍有人发热，按要求单独居住观察。"


def health(stage: Stage) -> Iterator[Beat]:
    """Return what is told of who is ill: that they are off duty, and sealed beside it, why.

    What is printed while it is played names nobody.
    """
    cast = stage.casting
    for person, at, state, text in (
        (cast.sick, "08:41", "sick", _SICK),
        (cast.isolated, "10:06", "isolated", _ISOLATED),
    ):
        said = {"kind": "presence", "person": person.id, "whereabouts": state, "text": text}
        yield stage.report(
            f"{person.id}-off-duty", stage.day.at(at), _OFF_DUTY, said, who=desk(person.site)
        )


def checkouts(stage: Stage) -> Iterator[Beat]:
    """Return what becomes of those who did not check out after their shifts ended at 19:00: they
    are asked half an hour later, two answer, and one is found at their post.
    """
    cast = stage.casting
    for person, at in zip(cast.forgets, ("19:41", "19:47"), strict=True):
        words = of_person(
            person, "收到提醒后签退：早已离开", "checks out when asked, long gone from there"
        )
        yield _seen(stage, person, "forgot", at, "left", words, "self")
    stays = cast.stays
    words = of_person(stays, "没有签退，领队找到：仍在岗位", "is found by their lead, still there")
    found = _seen(stage, stays, "still-there", "20:02", "present", words, "lead")
    yield replace(found, who=stage.people.lead("speed-skating-oval").id)
    words = of_person(stays, "离开岗位", "leaves their post")
    yield _seen(stage, stays, "out-late", "20:35", "left", words, "self")


def _seen(
    stage: Stage, person: Person, step: str, at: str, whereabouts: str, note: Text, method: str
) -> Beat:
    said = {
        "kind": "presence",
        "person": person.id,
        "whereabouts": whereabouts,
        "venue": person.venue,
        "method": method,
    }
    return stage.report(f"{person.id}-{step}", stage.day.at(at), note, said, who=desk(person.site))
