"""The coaches: planned, on their way, replanned because of the snow, overdue, and found."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.stage import Stage, desk
from services.scenario.trips import Replan, Trip, Word


def journeys(stage: Stage) -> Iterator[Beat]:
    """Return what is told of each coach, by its driver and by headquarters."""
    for trip in stage.trips:
        coach = trip.coach
        officer = stage.duty_officer().id
        yield _told(
            stage, trip, "", "06:20", _plan(stage, trip), officer, _how(trip, "计划", "is planned")
        )
        yield _told(
            stage,
            trip,
            "depart",
            coach.departed,
            {},
            coach.driver,
            _how(trip, "已发车", "has left"),
        )
        for replan in coach.replans:
            yield _replanned(stage, trip, replan, officer)
        if coach.word is not None:
            yield _heard_of(stage, trip, coach.word)
        if coach.answered is not None:
            yield _answered(stage, trip, coach.answered)
        yield _told(
            stage,
            trip,
            "arrive",
            coach.arrived,
            {},
            coach.driver,
            _how(trip, "已到达", "has arrived"),
        )


def _id(stage: Stage, trip: Trip) -> str:
    return stage.day.id(trip.coach.key)


def _plan(stage: Stage, trip: Trip) -> dict[str, Any]:
    coach = trip.coach
    return {
        "id": _id(stage, trip),
        "origin": coach.origin,
        "destination": coach.destination,
        "departs_at": stage.day.at(coach.departs).isoformat(),
        "arrives_at": stage.day.at(coach.arrives).isoformat(),
        "margin_s": coach.margin_min * 60,
        "vehicle": coach.vehicle,
        "driver": coach.driver,
        "people": [person.id for person in trip.aboard],
    }


def _told(
    stage: Stage, trip: Trip, verb: str, at: str, said: dict[str, Any], who: str, note: Text
) -> Beat:
    return Beat(
        id=f"{_id(stage, trip)}-{verb or 'plan'}",
        at=stage.day.at(at),
        door="journey",
        path=f"/journeys/{_id(stage, trip)}/{verb}" if verb else "/journeys",
        body=said,
        who=who,
        note=note,
    )


def _replanned(stage: Stage, trip: Trip, replan: Replan, who: str) -> Beat:
    arrives = stage.day.at(replan.arrives).isoformat()
    return Beat(
        id=f"{_id(stage, trip)}-replan-{replan.at.replace(':', '')}",
        at=stage.day.at(replan.at),
        door="journey",
        path=f"/journeys/{_id(stage, trip)}/replan",
        body={"arrives_at": arrives, "reason": replan.reason},
        who=who,
        note=_note(
            trip,
            f"改为 {replan.arrives} 到达：{replan.reason}",
            f"is now expected at {replan.arrives}",
        ),
    )


def _heard_of(stage: Stage, trip: Trip, word: Word) -> Beat:
    """One list: what the driver says by telephone of everyone aboard."""
    at: datetime = stage.day.at(word.at)
    reports = [
        {
            "id": stage.day.id(person.id, "heard-of"),
            "kind": "presence",
            "at": at.isoformat(),
            "person": person.id,
            "whereabouts": "on-the-way",
            "method": "lead",
            "place": {"lat": word.lat, "lon": word.lon},
        }
        for person in trip.aboard
    ]
    return Beat(
        id=f"{_id(stage, trip)}-heard-of",
        at=at,
        door="report",
        path="/reports",
        body=reports,
        who=desk(stage.site_of(trip.coach.people.venue)),
        note=_note(trip, f"：{word.text.zh}", word.text.en),
    )


def _answered(stage: Stage, trip: Trip, at: str) -> Beat:
    helper = stage.people.of_lane("transport")[0]
    return Beat(
        id=f"{_id(stage, trip)}-answered",
        at=stage.day.at(at),
        door="alert",
        path=f"/alerts/{{alert:{_id(stage, trip)}}}/acknowledge",
        body={"comment": "正在联系司机和高速交警。"},
        who=helper.id,
        note=_note(trip, "逾期未到，交通保障组接手", "is overdue; the transport lane sees to it"),
    )


def _how(trip: Trip, zh: str, en: str) -> Text:
    count = len(trip.aboard)
    return _note(trip, f"{zh}，{count} 人", f"{en}, with {count} people")


def _note(trip: Trip, zh: str, en: str) -> Text:
    title = trip.coach.title
    return Text(zh=f"{title.zh}{zh}", en=f"{title.en} {en}")
