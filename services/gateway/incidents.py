"""Commands for incidents and alerts."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from events.fact import Id, Line, Severity, Words
from events.incident import Category
from services.alerts.commands import AcknowledgeAlert, CloseAlert
from services.auth import Grant
from services.decider import Command, Rejected
from services.gateway.ask import Body, decided, moment, send
from services.gateway.errors import unknown
from services.gateway.rules import Responding, must_see
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    ContainIncident,
    MergeIncident,
    NoteIncident,
    ReopenIncident,
    ResolveIncident,
    TriageIncident,
)
from services.node import Node

Said = Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]


class Triage(Body):
    severity: Severity
    category: Category


class Assign(Body):
    to: Line
    """A person's id, or a team or post: `team:snow`, `post:yanqing`."""


class Note(Body):
    note: Words = ""


class Reopen(Body):
    reason: Said


class Merge(Body):
    into: Id


class Text(Body):
    text: Said


class Acknowledge(Body):
    comment: Words = ""


class AcknowledgeMany(Body):
    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    comment: Words = ""


class Close(Body):
    reason: Words = ""


_INCIDENT: dict[str, tuple[type[Body], type[Command]]] = {
    "triage": (Triage, TriageIncident),
    "assign": (Assign, AssignIncident),
    "accept": (Body, AcceptIncident),
    "contain": (Note, ContainIncident),
    "resolve": (Note, ResolveIncident),
    "close": (Note, CloseIncident),
    "reopen": (Reopen, ReopenIncident),
    "merge": (Merge, MergeIncident),
    "note": (Text, NoteIncident),
}


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["incidents and alerts"])
    for verb, (body, command) in _INCIDENT.items():
        _add_incident(router, node, verb, body, command)

    async def about_alert(
        request: Request, id: str, grant: Grant, body: Body, kind: type[Command]
    ) -> dict[str, Any]:
        row = node.picture.alerts.rows.get(id)
        if row is None:
            raise unknown("警报", "alert", id)
        must_see(grant, row.site)
        fields = body.model_dump(exclude={"at", "command_id", "ids"})
        command = kind(site=row.site, id=id, at=moment(node, body), by=grant.name, **fields)
        return decided(await send(node, request, grant, command, body))

    @router.post("/alerts/acknowledge")
    async def acknowledge_many(
        request: Request, body: AcknowledgeMany, grant: Responding
    ) -> dict[str, Any]:
        """Own many alerts in one go; each has its own answer."""
        results = []
        for id in body.ids:
            try:
                answer = await about_alert(request, id, grant, body, AcknowledgeAlert)
                results.append({"id": id, **answer})
            except Rejected as error:
                reason = error.reason.model_dump()
                results.append(
                    {"id": id, "status": "rejected", "code": error.code, "reason": reason}
                )
        return {"results": results}

    @router.post("/alerts/{id}/acknowledge")
    async def acknowledge(
        request: Request, id: Id, grant: Responding, body: Acknowledge | None = None
    ) -> dict[str, Any]:
        """Own an alert: nobody else is told about it any more."""
        return await about_alert(request, id, grant, body or Acknowledge(), AcknowledgeAlert)

    @router.post("/alerts/{id}/close")
    async def close(
        request: Request, id: Id, grant: Responding, body: Close | None = None
    ) -> dict[str, Any]:
        """End an alert: what it was about is over."""
        return await about_alert(request, id, grant, body or Close(), CloseAlert)

    return router


def _add_incident(
    router: APIRouter, node: Node, verb: str, model: type[Body], kind: type[Command]
) -> None:
    async def handler(request: Request, id: str, body: Body, grant: Responding) -> dict[str, Any]:
        row = node.picture.incidents.rows.get(id)
        if row is None:
            raise unknown("事件", "incident", id)
        must_see(grant, row.site)
        fields = body.model_dump(exclude={"at", "command_id"})
        command = kind(site=row.site, id=id, at=moment(node, body), by=grant.name, **fields)
        return decided(await send(node, request, grant, command, body))

    handler.__annotations__ = {**handler.__annotations__, "body": model, "id": Id}
    handler.__doc__ = kind.__doc__ if "Command" not in (kind.__doc__ or "") else None
    router.add_api_route(
        f"/incidents/{{id}}/{verb}", handler, methods=["POST"], name=f"{verb} incident"
    )
