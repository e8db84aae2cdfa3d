"""Who is added to a roll call, excused from it, or answered for by somebody else."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.fact import Id, Line, Place
from events.ids import derive
from events.rollcall import Excuse
from projections.rollcalls import RollCall
from projections.standings import Roll
from services.auth import Grant
from services.gateway.ask import Body, decided, folded, found, key_of, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.rollcalls import roll_call
from services.gateway.rules import Responding
from services.ids import new_id
from services.log import LogUnavailable
from services.node import Node
from services.problems import Problem
from services.reporting.take import Taker
from services.reporting.told import Answer
from services.volunteers.commands import AddWalkUp, ExcuseFromRollCall

ANSWERS_MAX = 1000
"""Answers in one request."""

Said = Literal["safe", "need-help"]


class WalkUp(Body):
    person: Id | None = None
    name: Line | None = None
    """Of somebody who is not on the roster."""
    answer: Said | None = "safe"
    """How they are, as whoever adds them sees; null leaves them unaccounted for."""

    @model_validator(mode="after")
    def _is_somebody(self) -> "WalkUp":
        if (self.person is None) == (self.name is None):
            raise ValueError("names either a person of the roster or a name")
        return self


class Excused(Body):
    person: Id
    reason: Excuse


class AnswerFor(BaseModel):
    """What somebody says of another person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: Id
    answer: Said
    venue: Id | None = None
    place: Place | None = None


class Answers(Body):
    answers: Annotated[list[AnswerFor], Field(min_length=1, max_length=ANSWERS_MAX)]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["roll calls"])
    taker = Taker(node)

    @router.post("/roll-calls/{id}/walk-ups")
    async def add(request: Request, id: Id, body: WalkUp, grant: Responding) -> dict[str, Any]:
        """Count somebody who is there and was not expected: a person of the roster, or a name."""
        row = await roll_call(node, id)
        person = await _walk_up(node, request, id, body)
        _must_answer_for(node, grant, row, person)
        command = AddWalkUp(**_who(node, grant, id, row, body), person=person, name=body.name)
        outcome = await send(node, request, grant, command, body)
        if body.answer is None:
            return decided(outcome, person=person)
        said = AnswerFor(person=person, answer=body.answer, venue=row.venue)
        [answer] = await _take(request, grant, body, [said])
        return decided(outcome, person=person, answer=answer)

    @router.post("/roll-calls/{id}/excuse")
    async def excuse(request: Request, id: Id, body: Excused, grant: Responding) -> dict[str, Any]:
        """Say that somebody need not answer. Nobody is excused who needs help."""
        row = await roll_call(node, id)
        _must_answer_for(node, grant, row, body.person)
        who = _who(node, grant, id, row, body)
        command = ExcuseFromRollCall(**who, person=body.person, reason=body.reason)
        return decided(await send(node, request, grant, command, body))

    @router.post("/roll-calls/{id}/answers")
    async def answer(request: Request, id: Id, body: Answers, grant: Responding) -> dict[str, Any]:
        """Answer for others: what a lead sees or heard. Each is taken as a report of its own; "need
        help" opens an incident, whoever says it of whom.
        """
        await roll_call(node, id)
        roll = node.live.refresh(node.clock.now()).standings.of(id)
        why = [_doubt(node, grant, roll, one) for one in body.answers]
        taken = [one for one, problem in zip(body.answers, why, strict=True) if problem is None]
        answers = iter(await _take(request, grant, body, taken))
        results = [
            {"person": one.person, "status": "rejected", **problem.show()}
            if problem
            else next(answers)
            for one, problem in zip(body.answers, why, strict=True)
        ]
        accepted = sum(result["status"] == "accepted" for result in results)
        return {"accepted": accepted, "rejected": len(results) - accepted, "results": results}

    async def _take(
        request: Request, grant: Grant, body: Body, said: list[AnswerFor]
    ) -> list[Answer]:
        if not said:
            return []
        key = key_of(request, body) or new_id()
        # Of now, where no time is said: sent again, it must be the same report.
        at = {"at": moment(node, body).isoformat()} if body.at else {}
        reports = [
            {
                "kind": "safety",
                "id": derive("answer", key, one.person, one.answer),
                "method": "lead",
                **at,
                **one.model_dump(exclude_none=True),
            }
            for one in said
        ]
        if not node.nc.is_connected:
            raise LogUnavailable("take answers: nats is not connected")
        results = await taker.take_many(orjson.dumps(reports), grant.reporter, "http")
        if any(result["status"] == "unavailable" for result in results):
            raise LogUnavailable("take answers: some may not be stored")
        await folded(node, max(result.get("seq", 0) for result in results))
        return [{"person": one.person, **result} for one, result in zip(said, results, strict=True)]

    return router


async def _walk_up(node: Node, request: Request, id: str, body: WalkUp) -> str:
    """Return the id of who walked up; somebody whom nobody registered gets one that follows from
    their name and the request, so that two of one name are two.
    """
    if body.person is None:
        return derive("walk-up", id, body.name or "", key_of(request, body) or new_id())
    if await found(node, node.picture.people.volunteers, body.person) is None:
        raise unknown("志愿者", "volunteer", body.person)
    return body.person


def _who(node: Node, grant: Grant, id: str, row: RollCall, body: Body) -> dict[str, Any]:
    return {"site": row.site, "id": id, "at": moment(node, body), "by": grant.name}


def _must_answer_for(node: Node, grant: Grant, row: RollCall, person: str) -> None:
    if problem := _not_theirs(node, grant, row, person):
        raise Refused(403, problem)


def _doubt(node: Node, grant: Grant, roll: Roll, said: AnswerFor) -> Problem | None:
    """Return why an answer for somebody is not taken. A call for help always is."""
    if said.answer == "need-help":
        return None
    if roll.stands(said.person) is None:
        return Problem(
            "not-expected",
            "person",
            f"{said.person} 不在应到名单中，请先补入",
            f"{said.person} is not asked for, add them as a walk-up first",
        )
    return _not_theirs(node, grant, roll.row, said.person)


def _not_theirs(node: Node, grant: Grant, row: RollCall, person: str) -> Problem | None:
    """Return why somebody may not answer for a person: they neither command where the person or the
    roll call is, nor lead the person, their home site, or the roll call's venue or site.
    """
    people, places = node.picture.people, node.picture.places
    volunteer, venue = people.volunteers.get(person), places.venues.get(row.venue or "")
    sites = {row.site, *(place.site for place in (volunteer, venue) if place is not None)}
    if grant.may("commander") and any(map(grant.sees, sites)):
        return None
    led = {lead for place in (*sites, row.venue or "") for lead in node.roster.leads(place)}
    if grant.person is not None and grant.person in {*led, node.roster.lead_of(person)}:
        return None
    return Problem(
        "not-their-lead",
        "person",
        f"只有 {person} 的负责人或有权指挥的人可以代答，{grant.name} 不是",
        f"only a lead of {person} or a commander answers for them, and {grant.name} is neither",
    )
