"""The evening: a head count at one venue in the cold, and the duty officer's last look."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.day import later
from services.scenario.stage import Stage, desk, of_person

_VENUE: Final = "national-stadium"
_TITLE: Final = Text(zh="寒潮夜间点名", en="Head count on a cold night")


def evening(stage: Stage) -> Iterator[Beat]:
    """Return a roll call that a person opens, its answers, and the sweep of unanswered alerts."""
    opened = stage.day.at("20:15")
    commander = stage.people.lead(stage.site_of(_VENUE)).id
    count = stage.day.id("evening-count")
    yield Beat(
        id=count,
        at=opened,
        door="rollcall",
        path="/roll-calls",
        body={"command_id": count, "venue": _VENUE, "title": _TITLE.model_dump()},
        who=commander,
        opens="evening-count",
        note=_TITLE,
    )
    for person in stage.rota.on(_VENUE, opened):
        at = later(opened, stage.day.chance("evening", person.id), 60, 12 * 60)
        said = {"kind": "safety", "answer": "safe", "person": person.id, "venue": _VENUE}
        yield stage.report(
            f"{person.id}-evening",
            at,
            of_person(person, "报平安", "is safe"),
            said,
            who=desk(person.site),
        )
    yield Beat(
        id=stage.day.id("evening-counted"),
        at=opened + timedelta(minutes=20),
        door="rollcall",
        path="/roll-calls/{rollcall:evening-count}/close",
        body={"note": "夜班全员在岗。"},
        who=commander,
        note=Text(zh="夜间点名结束", en="the head count is over"),
    )
    yield Beat(
        id=stage.day.id("last-look"),
        at=stage.day.at("21:40"),
        door="alert",
        path="/alerts/acknowledge",
        body={"ids": "{alerts:unanswered}", "comment": "交接班前统一确认。"},
        who=stage.duty_officer().id,
        optional=True,
        note=Text(
            zh="值班长确认尚无人应答的警报",
            en="the duty officer acknowledges what nobody has answered",
        ),
    )
