"""Roll calls: opening, reading, reminding, closing and reopening them."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from events.fact import Id, Ref, Text, Words
from events.ids import derive
from events.lane import Lane
from events.rollcall import REMIND_AFTER_MAX_S, Scope
from events.volunteer import Role
from projections.answers import Standing
from projections.moment import Moment, iso
from projections.rollcall_view import page, show_last_known, show_roll_call
from projections.rollcalls import RollCall
from projections.scope import asked_for, title_of
from services.auth import Grant
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.homes import must_look_over
from services.gateway.places import site_name
from services.gateway.rules import Commanding, Known, must_see, must_see_all, must_see_at
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.reporting.draft import HEADQUARTERS
from services.volunteers.commands import (
    REMIND_AFTER_S,
    CloseRollCall,
    OpenRollCall,
    RemindRollCall,
    ReopenRollCall,
)

PAGE = 200
PAGE_MAX = 1000


class NewRollCall(Body):
    venue: Id | None = None
    site: Id | None = None
    role: Role | None = None
    lane: Lane | None = None
    everyone: Literal[True] | None = None
    """Nobody is left out; with any of the others it would say two things at once."""
    title: Text | None = None
    about: Ref | None = None
    remind_after_s: Annotated[int, Field(ge=0, le=REMIND_AFTER_MAX_S, strict=True)] = REMIND_AFTER_S
    """0 asks nobody again."""


class Closing(Body):
    note: Words = ""


class Reopening(Body):
    reason: Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["roll calls"])

    @router.post("/roll-calls")
    async def open_one(request: Request, body: NewRollCall, grant: Commanding) -> dict[str, Any]:
        """Ask whether everyone is safe: at a venue, at home in a site, of a role, serving a lane,
        or everyone. Of several, those who are all of it. The list is frozen now.
        """
        at, scope = moment(node, body), _scope(body)
        site = await _home(node, grant, scope)
        expected = asked_for(node.roster, node.picture.phases, scope, at)
        command = OpenRollCall(
            site=site,
            id=_id(request, grant, body),
            at=at,
            by=grant.name,
            title=body.title or title_of(node.picture.places, scope),
            venue=body.venue,
            expected=expected,
            about=body.about,
            scope=scope,
            remind_after_s=body.remind_after_s,
        )
        outcome = await send(node, request, grant, command, body)
        return decided(outcome, id=command.id, expected=len(expected))

    @router.get("/roll-calls/{id}")
    async def show(
        id: Id,
        grant: Known,
        standing: Annotated[Standing | None, Query()] = None,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
    ) -> Response:
        """A roll call with its people, by id: all, or those who stand in one way. `next` is what
        `after` is for the next page.

        Whose call for help a person has closed is `unaccounted`, unless they were excused, until
        they answer again: nobody has said yet that they are safe.
        """
        must_look_over(node, grant)
        row = await _row(node, grant, id)
        now = Moment(node.picture, node.clock.now())
        roll = node.live.refresh(now.at).standings.of(id)
        people, following = page(now, roll, standing=standing, after=after, limit=limit)
        shown = {
            "at": iso(now.at),
            **show_roll_call(now, id, roll),
            "last_known": show_last_known(row),
            "people": people,
            "next": following,
        }
        return Response(orjson.dumps(shown), media_type="application/json")

    @router.post("/roll-calls/{id}/remind")
    async def remind(
        request: Request, id: Id, grant: Commanding, body: Body | None = None
    ) -> dict[str, Any]:
        """Ask those who have not answered again, now. `round` is how often that was done."""
        row, said = await _row(node, grant, id), body or Body()
        command = RemindRollCall(**_who(node, grant, id, row, said), round=row.rounds + 1)
        outcome = await send(node, request, grant, command, said)
        return decided(outcome, round=node.picture.rollcalls.rows[id].rounds)

    @router.post("/roll-calls/{id}/close")
    async def close(
        request: Request, id: Id, grant: Commanding, body: Closing | None = None
    ) -> dict[str, Any]:
        """End a roll call: who is missing then, and what was last known of them, is written
        down.
        """
        row, said = await _row(node, grant, id), body or Closing()
        who = _who(node, grant, id, row, said)
        command = CloseRollCall(**who, safe=0, need_help=0, unaccounted=(), note=said.note)
        return decided(await send(node, request, grant, command, said))

    @router.post("/roll-calls/{id}/reopen")
    async def reopen(
        request: Request, id: Id, grant: Commanding, body: Reopening
    ) -> dict[str, Any]:
        """Let answers count again, all of them since it was first opened."""
        row = await _row(node, grant, id)
        command = ReopenRollCall(**_who(node, grant, id, row, body), reason=body.reason)
        return decided(await send(node, request, grant, command, body))

    return router


async def roll_call(node: Node, id: str) -> RollCall:
    """Return a roll call. Raises Refused when there is none of that id."""
    row = await found(node, node.picture.rollcalls.rows, id)
    if row is None:
        raise unknown("点名", "roll call", id)
    return row


async def _row(node: Node, grant: Grant, id: str) -> RollCall:
    row = await roll_call(node, id)
    must_see_at(grant, node.picture.places, row.site, row.venue)
    return row


def _who(node: Node, grant: Grant, id: str, row: RollCall, body: Body) -> dict[str, Any]:
    return {"site": row.site, "id": id, "at": moment(node, body), "by": grant.name}


def _scope(body: NewRollCall) -> Scope:
    scope = Scope(venue=body.venue, site=body.site, role=body.role, lane=body.lane)
    if scope == Scope() and body.everyone is None:
        zh, en = "缺少点名范围：场馆、站点、岗位、保障线或 everyone", "who is asked for is missing"
        en = f"{en}: a venue, a site, a role, a lane, or everyone"
        raise Refused(422, Problem("missing", "venue", zh, en))
    if scope != Scope() and body.everyone is not None:
        zh, en = "everyone 不能与其他范围同用", "everyone goes with no other scope"
        raise Refused(422, Problem("scope-differs", "everyone", zh, en))
    return scope


async def _home(node: Node, grant: Grant, scope: Scope) -> str:
    """Return the site that a roll call belongs to: what reaches over all of them, the centre's."""
    if scope.site is not None:
        await site_name(node, scope.site)
        must_see(grant, scope.site)
    if scope.venue is not None:
        place = await found(node, node.picture.places.venues, scope.venue)
        if place is None:
            raise unknown("场馆", "venue", scope.venue)
        must_see(grant, place.site)
        return place.site
    if scope.site is None:
        must_see_all(grant, ())
    return scope.site or HEADQUARTERS


def _id(request: Request, grant: Grant, body: NewRollCall) -> str:
    """Return the same id for a roll call that is asked for again under its key."""
    key = request.headers.get("idempotency-key")
    return derive("roll-call", grant.actor, key) if key else body.command_id or new_id()
