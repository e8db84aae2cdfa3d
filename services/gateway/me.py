"""What is a person's own: all that the page on their phone shows, in one answer."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from events.fact import Id
from projections.incidents import Incident
from projections.moment import Moment
from projections.own import named, show_own
from services.auth import Grant
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.homes import volunteer_of
from services.gateway.rules import Known, Reporting
from services.incidents.commands import NoteIncident, Said
from services.node import Node
from services.problems import Problem


class Addition(Body):
    text: Said


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["own page"])

    @router.get("/me")
    async def me(grant: Known, scanned: Annotated[Id | None, Query()] = None) -> Response:
        """What is of the person whose token it is: their shifts and where they are, their calls for
        help and who has them, the roll calls that ask for them, today's check-in, swaps, journeys.

        `scanned` is whose code a lead has just read: the answer then says what they are called.
        """
        person = _own(grant)
        await volunteer_of(node, person)
        now = Moment(node.picture, node.clock.now())
        shown = show_own(now, node.live.refresh(now.at), node.roster, person)
        if scanned is not None:
            known = await found(node, node.picture.people.volunteers, scanned)
            shown["scanned"] = named(now, scanned) if known and _may_scan(shown, grant) else None
        shown = {**shown, "role": grant.role, "clock": node.clock_now()}
        return Response(orjson.dumps(shown), media_type="application/json")

    @router.post("/me/calls/{id}/note")
    async def note(request: Request, id: Id, body: Addition, grant: Reporting) -> dict[str, Any]:
        """Add words to one's own call for help: what happened, or where."""
        person = _own(grant)
        row = await found(node, node.picture.incidents.rows, id)
        if row is None or not _is_theirs(row, person, grant):
            raise unknown("求助", "call for help of yours", id)
        at = moment(node, body)
        command = NoteIncident(site=row.site, id=id, at=at, by=person, text=body.text)
        return decided(await send(node, request, grant, command, body))

    return router


def _own(grant: Grant) -> str:
    """Return whose token it is. Raises Refused for one that is nobody's own."""
    if grant.person is None:
        zh, en = "此令牌不属于任何人", "this token is nobody's own"
        raise Refused(422, Problem("no-person", "person", zh, en))
    return grant.person


def _is_theirs(row: Incident, person: str, grant: Grant) -> bool:
    return row.needs_help and (row.person == person or row.reported_by == grant.actor)


def _may_scan(shown: dict[str, Any], grant: Grant) -> bool:
    return bool(shown["person"]["leads"]) or grant.may("responder")
