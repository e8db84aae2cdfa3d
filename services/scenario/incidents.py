"""The story's incidents and the responses to them, as beats."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.script import Answer, Do, Move, Script, scripts
from services.scenario.stage import Stage, desk

_WORDS: Final[dict[Do, tuple[str, str]]] = {
    "triage": ("研判", "triage"),
    "assign": ("指派", "assign"),
    "accept": ("接手", "accept"),
    "take": ("接手", "take"),
    "contain": ("控制", "contain"),
    "resolve": ("处置", "resolve"),
    "close": ("关闭", "close"),
    "reopen": ("重新打开", "reopen"),
    "merge": ("合并", "merge"),
    "note": ("补充", "note"),
}


def incidents(stage: Stage) -> Iterator[Beat]:
    """Return each incident's report, the commands that answer it, and its alert's answer."""
    for script in scripts():
        chance = stage.day.chance("incident", script.key)
        happened = stage.day.at(script.at) + timedelta(seconds=chance.randint(0, 50))
        told = happened + timedelta(minutes=script.told_after)
        yield _reported(stage, script, happened, told, chance)
        triaged_at = told
        for number, move in enumerate(script.steps, 1):
            # Less than a minute, so that steps keep their order.
            at = told + timedelta(minutes=move.after, seconds=chance.randint(0, 45))
            triaged_at = at if move.do == "triage" else triaged_at
            yield _moved(stage, script, move, at, number)
        if script.alert:
            raised_at = triaged_at if script.alert.since == "triage" else told
            yield _answered(stage, script, script.alert, raised_at)


def _reported(
    stage: Stage, script: Script, happened: datetime, told: datetime, chance: Random
) -> Beat:
    said: dict[str, Any] = {"kind": script.kind}
    if script.place is not None:
        said["place"] = script.place.model_dump()
    elif script.says_where:
        said["venue"] = script.venue
    if script.kind == "safety":
        said |= {"answer": "need-help", "method": "self"}
    else:
        said["text"] = script.text
    if script.kind == "incident":
        said |= {"category": script.category, "severity": script.severity}
    if script.person:
        said["person"] = _person(stage, script, happened, chance)
    who = desk(stage.site_of(script.venue))
    if script.by == "lead":
        who = stage.people.lead(script.venue).id
    venue = stage.venue_name(script.venue)
    note = Text(
        zh=f"上报：{venue.zh}，{script.title.zh}", en=f"report: {venue.en}, {script.title.en}"
    )
    beat = stage.report(script.key, happened, note, said, who=who, told_at=told)
    return replace(beat, opens=script.key, times=script.times)


def _person(stage: Stage, script: Script, at: datetime, chance: Random) -> str:
    fates = stage.fates
    match script.person:
        case "lost":
            return fates.lost.id
        case "found":
            return fates.found.id
        case "unlisted":
            return fates.unlisted.id
        case _:
            others = {fates.lost, fates.found, fates.unlisted, *stage.casting.everyone()}
            crew = stage.rota.on(script.venue, at)
            return chance.choice([p.id for p in crew if not p.leads and p not in others])


def _moved(stage: Stage, script: Script, move: Move, at: datetime, number: int) -> Beat:
    zh, en = _WORDS[move.do]
    more = f"（应被拒绝）{script.title.zh}" if move.expect == "conflict" else script.title.zh
    return Beat(
        id=stage.day.id(script.key, str(number), move.do),
        at=at,
        door="incident",
        path=f"/incidents/{{incident:{script.key}}}/{move.do}",
        body=_said(stage, script, move),
        who=_who(stage, script, move.by),
        expect=move.expect,
        note=Text(zh=f"{zh}：{more}", en=f"{en}: {script.title.en}"),
    )


def _said(stage: Stage, script: Script, move: Move) -> dict[str, Any]:
    match move.do:
        case "triage":
            return {
                "severity": move.severity or script.severity,
                "category": move.category or script.category,
            }
        case "assign":
            return {"to": move.to or stage.people.lead(script.venue).id}
        case "accept" | "take":
            return {}
        case "contain" | "resolve" | "close":
            return {"note": move.note}
        case "reopen":
            return {"reason": move.reason}
        case "merge":
            return {"into": f"{{incident:{move.into}}}"}
        case "note":
            return {"text": move.text}


def _answered(stage: Stage, script: Script, answer: Answer, raised_at: datetime) -> Beat:
    return Beat(
        id=stage.day.id(script.key, "answer"),
        at=raised_at + timedelta(minutes=answer.after, seconds=11),
        door="alert",
        path=f"/alerts/{{alert:{script.key}}}/acknowledge",
        body={"comment": "收到，我来处理。"},
        who=_who(stage, script, answer.by),
        note=Text(
            zh=f"确认警报：{script.title.zh}", en=f"acknowledge the alert: {script.title.en}"
        ),
    )


def _who(stage: Stage, script: Script, by: str) -> str:
    match by:
        case "lead":
            return stage.people.lead(script.venue).id
        case "site":
            return stage.people.lead(stage.site_of(script.venue)).id
        case "duty":
            return stage.duty_officer().id
        case "counsellor":
            return stage.people.of_lane("mental-health")[0].id
        case venue:
            return stage.people.lead(venue).id
