"""CAP documents over HTTP."""

import base64
from typing import Any

from fastapi import APIRouter, Request

from events.ids import derive
from services.ask import Ask
from services.decider import Rejected
from services.gateway.ask import folded
from services.gateway.errors import Refused
from services.gateway.rules import Reporting, must_see
from services.node import Node
from services.problems import Problem
from services.weather.commands import TakeDocument

_XML = ("application/cap+xml", "application/xml", "text/xml", "application/octet-stream", "")

_NOT_XML = Problem(
    "media-type",
    "Content-Type",
    "只接受 application/cap+xml 或 text/xml",
    "takes application/cap+xml or text/xml",
)


def routes(node: Node) -> APIRouter:
    """Return the endpoint."""
    router = APIRouter(tags=["warnings"])

    @router.post(
        "/cap",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/cap+xml": {"schema": {"type": "string"}}},
            }
        },
    )
    async def take(request: Request, grant: Reporting) -> dict[str, Any]:
        """Take a CAP 1.0 to 1.2 document. What deviates from the standard is named; what lacks what
        a warning needs is refused with the element and the reason. A warning concerns every site,
        so a token that is limited to some must take in headquarters.
        """
        must_see(grant, "hq")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in _XML:
            raise Refused(415, _NOT_XML)
        body = await request.body()
        command = TakeDocument(
            site="hq",
            id="cap",
            at=node.clock.now(),
            by=grant.name,
            body=base64.b64encode(body).decode("ascii"),
        )
        id = derive("cap-document", grant.actor, command.body)
        try:
            outcome = await node.bus.send(Ask(command, id, id))
        except Rejected as error:
            reason = error.reason
            raise Refused(
                422, Problem(error.code, error.field or "document", reason.zh, reason.en)
            ) from error
        await folded(node, outcome.seq)
        return outcome.detail or {"results": []}

    return router
