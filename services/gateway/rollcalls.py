"""Roll calls."""

from typing import Any

from fastapi import APIRouter, Request

from events.fact import Id, Ref, Text, Words
from events.ids import derive
from services.auth import Grant
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.places import site_name
from services.gateway.rules import Commanding, must_see, must_see_at
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.volunteers.commands import CloseRollCall, OpenRollCall


class NewRollCall(Body):
    venue: Id | None = None
    site: Id | None = None
    title: Text | None = None
    about: Ref | None = None


class Closing(Body):
    note: Words = ""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["roll calls"])

    @router.post("/roll-calls")
    async def open_one(request: Request, body: NewRollCall, grant: Commanding) -> dict[str, Any]:
        """Ask whether everyone at a venue, or at home in a site, is safe. The list is frozen
        now.
        """
        at = moment(node, body)
        if body.venue is not None:
            place = await found(node, node.picture.places.venues, body.venue)
            if place is None:
                raise unknown("场馆", "venue", body.venue)
            site, name = place.site, place.name
            expected = node.roster.on_post(body.venue, at)
        elif body.site is not None:
            site, name = body.site, await site_name(node, body.site)
            volunteers = node.picture.people.volunteers
            expected = tuple(sorted(id for id, row in volunteers.items() if row.site == site))
        else:
            raise Refused(
                422, Problem("missing", "venue", "缺少场馆或站点", "venue or site is missing")
            )
        must_see(grant, site)
        command = OpenRollCall(
            site=site,
            id=_id(request, grant, body),
            at=at,
            by=grant.name,
            title=body.title or Text(zh=f"点名：{name.zh}", en=f"Roll call: {name.en}"),
            venue=body.venue,
            expected=expected,
            about=body.about,
        )
        outcome = await send(node, request, grant, command, body)
        return decided(outcome, id=command.id, expected=len(expected))

    @router.post("/roll-calls/{id}/close")
    async def close(
        request: Request, id: Id, grant: Commanding, body: Closing | None = None
    ) -> dict[str, Any]:
        """End a roll call: who is missing then is written down."""
        said = body or Closing()
        row = await found(node, node.picture.rollcalls.rows, id)
        if row is None:
            raise unknown("点名", "roll call", id)
        must_see_at(grant, node.picture.places, row.site, row.venue)
        command = CloseRollCall(
            site=row.site,
            id=id,
            at=moment(node, said),
            by=grant.name,
            safe=0,
            need_help=0,
            unaccounted=(),
            note=said.note,
        )
        return decided(await send(node, request, grant, command, said))

    return router


def _id(request: Request, grant: Grant, body: NewRollCall) -> str:
    """Return the same id for a roll call that is asked for again under its key."""
    key = request.headers.get("idempotency-key")
    return derive("roll-call", grant.actor, key) if key else body.command_id or new_id()
