"""What Muster's own rules measure on the mountains, and who answers the alerts about it.

The stations' weather makes them: the first view below 200 m, and the gusts of force 11 at the top.
They close by themselves, when it has been better for long enough.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.stage import Stage, of_person


class _Answer(NamedTuple):
    """Who takes the alert about a rule at a venue, and when: its lead has a quarter of an hour,
    then it goes to the site's.
    """

    rule: str
    venue: str
    at: str
    by_site: bool = False
    comment: str = "已通知各岗位结伴值守，雪道入口暂停放行。"


_WIND: Final = "已暂停高处作业，缆车减速运行。"
_ANSWERS: Final = (
    _Answer("visibility", "alpine-ski-centre", "13:19"),
    _Answer("visibility", "sliding-centre", "13:23"),
    _Answer("visibility", "genting-snow-park", "13:50"),
    _Answer("visibility", "biathlon-centre", "13:54"),
    _Answer("visibility", "ski-jumping-centre", "14:03", by_site=True),
    _Answer("gale", "alpine-ski-centre", "14:21", comment=_WIND),
)
_SAID: Final = {
    "visibility": Text(zh="低能见度", en="low visibility"),
    "gale": Text(zh="大风", en="gale"),
}


def measured(stage: Stage) -> Iterator[Beat]:
    """Return what people do about what was measured."""
    for answer in _ANSWERS:
        place = stage.site_of(answer.venue) if answer.by_site else answer.venue
        who, name = stage.people.lead(place), stage.venue_name(answer.venue)
        said = _SAID[answer.rule]
        yield Beat(
            id=stage.day.id("measured", f"{answer.rule}-{answer.venue}"),
            at=stage.day.at(answer.at) + timedelta(seconds=40),
            door="alert",
            path=f"/alerts/{{alert:rule-{answer.rule}@{answer.venue}}}/acknowledge",
            body={"comment": answer.comment},
            who=who.id,
            note=of_person(
                who,
                f"确认实测{said.zh}警报：{name.zh}",
                f"acknowledges the alert of measured {said.en} at {name.en}",
            ),
        )
