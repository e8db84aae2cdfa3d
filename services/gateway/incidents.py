"""Commands for incidents and alerts."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from events.fact import Id, Line, Severity, Words
from events.incident import Category
from projections.calls import alerts_about
from projections.incidents import Incident
from services.alerts.commands import AcknowledgeAlert, CloseAlert
from services.auth import Grant
from services.decider import Command, Rejected
from services.gateway.ask import Body, decided, found, moment, refused, send, who
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Responding, must_see_at
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    ContainIncident,
    MergeIncident,
    NoteIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
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
    _add_take(router, node)

    async def about_alert(
        request: Request, id: str, grant: Grant, body: Body, kind: type[Command]
    ) -> dict[str, Any]:
        return await _about_alert(node, request, id, grant, body, kind)

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
            except (Rejected, Refused) as error:
                results.append(refused(id, error))
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


async def _about_alert(
    node: Node, request: Request, id: str, grant: Grant, body: Body, kind: type[Command]
) -> dict[str, Any]:
    row = await found(node, node.picture.alerts.rows, id)
    if row is None or not node.discreet.shows_aggregate("alert", id, grant.lanes):
        raise unknown("警报", "alert", id)
    must_see_at(grant, node.picture.places, row.site, row.venue)
    fields = body.model_dump(exclude={"at", "command_id", "ids"})
    command = kind(site=row.site, id=id, at=moment(node, body), by=who(grant), **fields)
    return decided(await send(node, request, grant, command, body))


def _add_take(router: APIRouter, node: Node) -> None:
    @router.post("/incidents/{id}/take")
    async def take(
        request: Request, id: Id, grant: Responding, body: Acknowledge | None = None
    ) -> dict[str, Any]:
        """Own an incident in one: its alerts are answered, it is given to you and you say yes.

        A merged one goes on in another, and that one is taken. Whoever comes second is told who
        has it.
        """
        said = body or Acknowledge()
        asked = await _seen(node, grant, id)
        here = node.picture.incidents.goes_on_in(id) or id
        row = asked if here == id else await _seen(node, grant, here)
        by, at = who(grant), moment(node, said)
        command = TakeIncident(site=row.site, id=here, at=at, by=by)
        if row.owner is not None and row.owner != by:
            raise _taken(here, row.owner)
        answered: list[str] = []
        for alert, about in list(alerts_about(node.picture, here)):
            if about.status == "raised":
                told = await _about_alert(node, request, alert, grant, said, AcknowledgeAlert)
                answered += told["events"]
        outcome = await send(node, request, grant, command, said)
        taken = decided(outcome, incident=here, owner=by)
        # The answer to an alert may have made it theirs before we asked.
        return {**taken, "events": [*answered, *taken["events"]]}


def _add_incident(
    router: APIRouter, node: Node, verb: str, model: type[Body], kind: type[Command]
) -> None:
    may_be_empty = not any(field.is_required() for field in model.model_fields.values())

    async def handler(
        request: Request, id: str, grant: Responding, body: Body | None = None
    ) -> dict[str, Any]:
        row = await _seen(node, grant, id)
        said = body if body is not None else model()
        if isinstance(said, Merge) and row.merged_into != said.into:
            await _may_take_up(node, grant, said.into)
        fields = said.model_dump(exclude={"at", "command_id"})
        command = kind(site=row.site, id=id, at=moment(node, said), by=who(grant), **fields)
        return decided(await send(node, request, grant, command, said))

    kinds = {"body": model | None if may_be_empty else model, "id": Id}
    handler.__annotations__ = {**handler.__annotations__, **kinds}
    if not may_be_empty:
        handler.__defaults__ = None
    handler.__doc__ = kind.__doc__ if "Command" not in (kind.__doc__ or "") else None
    router.add_api_route(
        f"/incidents/{{id}}/{verb}", handler, methods=["POST"], name=f"{verb} incident"
    )


async def _seen(node: Node, grant: Grant, id: str) -> Incident:
    row = await found(node, node.picture.incidents.rows, id)
    if row is None:
        raise unknown("事件", "incident", id)
    must_see_at(grant, node.picture.places, row.site, row.venue)
    return row


def _taken(id: str, owner: str) -> Rejected:
    return Rejected(
        "taken",
        zh=f"接手事件 {id}：{owner} 已接手并负责",
        en=f"take incident {id}: {owner} has taken it and answers for it",
        field="by",
    )


async def _may_take_up(node: Node, grant: Grant, into: str) -> None:
    """Raise unless an incident goes on: what is merged into nothing, or in a ring, is lost."""
    row = await _seen(node, grant, into)
    if row.ended_at is not None:
        raise Rejected(
            "merge-target-ended",
            zh=f"并入事件 {into}：该事件已{'合并' if row.status == 'merged' else '关闭'}",
            en=f"merge into incident {into}: it is {row.status}",
            field="into",
        )
