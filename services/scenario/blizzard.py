"""The orange blizzard signal: alerts answered soon, late or at last, roll calls, and the lost.

One roll call is closed while somebody is missing, and opened again when they are found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.day import later
from services.scenario.people import Person
from services.scenario.stage import ORANGE_CHONGLI, ORANGE_YANQING, Stage, desk, of_person

_COMMENT: Final = "已通知全员撤到室内，正在点名。"


@dataclass(frozen=True, slots=True)
class _Venue:
    """`answered_at` is when its alert is acknowledged: level 0 has five minutes, level 1 ten."""

    id: str
    warning: str
    orange: str
    answered_at: str
    by: Literal["lead", "duty"]
    closes: str
    """When its roll call is closed; empty where somebody is still missed."""


_VENUES: Final = (
    _Venue("alpine-ski-centre", "blizzard-yanqing", ORANGE_YANQING, "13:55", "lead", ""),
    _Venue("sliding-centre", "blizzard-yanqing", ORANGE_YANQING, "14:14", "duty", "15:24"),
    _Venue("genting-snow-park", "blizzard-chongli", ORANGE_CHONGLI, "14:08", "lead", "15:02"),
    _Venue("biathlon-centre", "blizzard-chongli", ORANGE_CHONGLI, "14:09", "lead", "16:38"),
    _Venue("ski-jumping-centre", "blizzard-chongli", ORANGE_CHONGLI, "14:13", "lead", "15:10"),
)


def blizzard(stage: Stage, incidents: Sequence[Beat]) -> Iterator[Beat]:
    """Return what people do about the blizzard signals; `incidents` are the beats of the day's."""
    for venue in _VENUES:
        yield _acknowledged(stage, venue)
        yield from _answers(stage, venue, incidents)
        if venue.closes:
            yield _roll_call_closed(stage, venue)
        yield _alert_closed(stage, venue)
    yield _too_late(stage)
    yield from _the_lost(stage)
    yield from _opened_again(stage)
    yield _looked_for(stage)


def _acknowledged(stage: Stage, venue: _Venue) -> Beat:
    who = stage.duty_officer() if venue.by == "duty" else stage.people.lead(venue.id)
    name = stage.venue_name(venue.id)
    return Beat(
        id=stage.day.id("answer", venue.id),
        at=stage.day.at(venue.answered_at) + timedelta(seconds=20),
        door="alert",
        path=f"/alerts/{{alert:{venue.warning}@{venue.id}}}/acknowledge",
        body={"comment": _COMMENT},
        who=who.id,
        times=2,
        note=of_person(
            who, f"确认暴雪警报：{name.zh}", f"acknowledges the blizzard alert for {name.en}"
        ),
    )


def _too_late(stage: Stage) -> Beat:
    """The zone's lead, told because the venue's lead was slow, answers after them."""
    return Beat(
        id=stage.day.id("answer", "too-late"),
        at=stage.day.at("14:15"),
        door="alert",
        path="/alerts/{alert:blizzard-chongli@ski-jumping-centre}/acknowledge",
        body={"comment": "我来跟进。"},
        who=stage.people.lead("zhangjiakou").id,
        expect="conflict",
        note=Text(
            zh="确认已有人负责的警报（应被拒绝）",
            en="acknowledge an alert that has an owner by now",
        ),
    )


def _alert_closed(stage: Stage, venue: _Venue) -> Beat:
    at = "18:50" if venue.warning == "blizzard-yanqing" else "19:20"
    chance = stage.day.chance("close", venue.id)
    name = stage.venue_name(venue.id)
    return Beat(
        id=stage.day.id("alert-over", venue.id),
        at=later(stage.day.at(at), chance, 0, 240),
        door="alert",
        path=f"/alerts/{{alert:{venue.warning}@{venue.id}}}/close",
        body={"reason": "预警已解除。"},
        who=stage.people.lead(stage.site_of(venue.id)).id,
        note=Text(zh=f"关闭暴雪警报：{name.zh}", en=f"close the blizzard alert for {name.en}"),
    )


def _roll_call_closed(stage: Stage, venue: _Venue) -> Beat:
    name = stage.venue_name(venue.id)
    return Beat(
        id=stage.day.id("counted", venue.id),
        at=stage.day.at(venue.closes),
        door="rollcall",
        path=f"/roll-calls/{{rollcall:{venue.id}}}/close",
        body={"note": "" if venue.id == "sliding-centre" else "全员已核实。"},
        who=stage.people.lead(stage.site_of(venue.id)).id,
        note=Text(zh=f"点名结束：{name.zh}", en=f"the roll call at {name.en} is over"),
    )


def _answers(stage: Stage, venue: _Venue, incidents: Sequence[Beat]) -> Iterator[Beat]:
    """Everyone on shift answers within half an hour, but the three who are missed and whoever
    asked for help instead, who says later that all is well.
    """
    opened = stage.day.at(venue.orange)
    fates = stage.fates
    missed = (fates.lost, fates.found, fates.unlisted, stage.casting.unheard)
    calling = {
        report["person"]: beat.at
        for beat in incidents
        for report in beat.reports()
        if report["kind"] in ("safety", "need-help") and report.get("venue") == venue.id
    }
    for person in stage.rota.on(venue.id, opened):
        if person in missed:
            continue
        chance = stage.day.chance("safe", person.id)
        at = later(opened, chance, 70, 28 * 60)
        called_at = calling.get(person.id)
        if called_at is not None and called_at < opened + timedelta(hours=1):
            at = called_at + timedelta(minutes=30)
        elif called_at is not None:
            # Their call was the newest that was heard of them, until they say otherwise.
            over = _safe(stage, person, called_at + timedelta(minutes=62), "self")
            yield replace(over, id=f"{over.id}-again", body=over.body | {"id": f"{over.id}-again"})
        yield _safe(stage, person, at, "self" if chance.random() < 0.7 else "lead")


def _safe(
    stage: Stage, person: Person, at: datetime, method: str, told_at: datetime | None = None
) -> Beat:
    said = {
        "kind": "safety",
        "answer": "safe",
        "person": person.id,
        "method": method,
        "device": f"phone-{person.id}",
    }
    note = of_person(person, "报平安", "is safe")
    return stage.report(f"{person.id}-safe", at, note, said, who=desk(person.site), told_at=told_at)


def _opened_again(stage: Stage) -> Iterator[Beat]:
    """The sliding centre's was closed with one person missing: their battery was empty."""
    unheard = stage.casting.unheard
    safe = _safe(stage, unheard, stage.day.at("15:46"), "self")
    note = of_person(unheard, "换好电池，报平安", "has a charged phone again, and is safe")
    yield replace(safe, note=note)
    venue = next(venue for venue in _VENUES if venue.id == "sliding-centre")
    closed = _roll_call_closed(stage, venue)
    yield replace(
        closed,
        id=stage.day.id("counted-again", "opened"),
        at=stage.day.at("15:51"),
        path="/roll-calls/{rollcall:sliding-centre}/reopen",
        body={"reason": "失联者已报平安，补记后再结束。"},
        note=Text(zh="重新打开点名：失联者已找到", en="opened again: who was missing is found"),
    )
    yield replace(closed, id=stage.day.id("counted-again"), at=stage.day.at("16:02"))


def _looked_for(stage: Stage) -> Beat:
    """Who was asked three times and does not answer is looked for: the leads are told."""
    return Beat(
        id=stage.day.id("looked-for"),
        at=stage.day.at("14:12"),
        door="alert",
        path="/alerts/{alert:rollcall@alpine-ski-centre}/acknowledge",
        body={"comment": "派人到索道站和停车场找。"},
        who=stage.people.lead("alpine-ski-centre").id,
        note=Text(
            zh="高山滑雪中心领队接手：有人点名无回应",
            en="the alpine centre's lead owns it: people do not answer the roll call",
        ),
    )


def _the_lost(stage: Stage) -> Iterator[Beat]:
    """One is found late, one turns out to have been safe all along, one never arrives."""
    lost, found, unlisted = stage.fates.lost, stage.fates.found, stage.fates.unlisted
    on_way = _seen(stage, lost, "down", "14:25", "on-the-way", "self")
    yield replace(
        on_way, note=of_person(lost, "说正在下山", "says they are on their way down the mountain")
    )
    safe = _safe(stage, found, stage.day.at("17:55"), "lead")
    yield replace(safe, note=of_person(found, "被巡逻队找到，平安", "is found by the patrol, safe"))
    yield _seen(stage, found, "found", "17:57", "present", "lead")
    yield _seen(stage, found, "out", "19:20", "left", "lead")
    told_at = stage.day.at("20:31")
    note = of_person(
        unlisted,
        "下午早已乘车回到驻地，当时没有登记（补报）",
        "had been driven to the lodging in the afternoon, and nobody had written it down",
    )
    gone = _seen(stage, unlisted, "out", "13:38", "left", "lead")
    yield replace(gone, at=told_at, note=note)
    safe = _safe(stage, unlisted, stage.day.at("15:40"), "lead", told_at + timedelta(seconds=40))
    yield replace(safe, note=note)


def _seen(stage: Stage, person: Person, step: str, at: str, whereabouts: str, method: str) -> Beat:
    said = {
        "kind": "presence",
        "person": person.id,
        "whereabouts": whereabouts,
        "venue": person.venue,
        "method": method,
    }
    note = of_person(person, f"：{whereabouts}", f"is {whereabouts}")
    return stage.report(f"{person.id}-{step}", stage.day.at(at), note, said, who=desk(person.site))
