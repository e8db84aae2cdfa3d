"""The QR codes of posts and of people, to be printed."""

from typing import Annotated, Literal, TypeAlias

import orjson
from fastapi import APIRouter, Query, Request, Response

from events.fact import Id
from services.auth import Grant
from services.codes import What, address, svg
from services.gateway.ask import found
from services.gateway.errors import unknown
from services.gateway.rules import Responding, must_see
from services.node import Node

Format: TypeAlias = Annotated[Literal["svg", "json"], Query()]
"""As JSON, what the code says stands beside the drawing."""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["codes"])

    @router.get("/venues/{id}/code.svg", response_class=Response)
    async def venue(
        request: Request, id: Id, grant: Responding, format: Format = "svg"
    ) -> Response:
        """The code of a post: whoever scans it checks in there."""
        place = await found(node, node.picture.places.venues, id)
        if place is None:
            raise unknown("场馆", "venue", id)
        return _code(request, grant, place.site, "venue", id, format)

    @router.get("/people/{id}/code.svg", response_class=Response)
    async def person(
        request: Request, id: Id, grant: Responding, format: Format = "svg"
    ) -> Response:
        """The code of a person: a lead who scans it says where they are. It holds their id, no
        more.
        """
        volunteer = await found(node, node.picture.people.volunteers, id)
        if volunteer is None:
            raise unknown("志愿者", "volunteer", id)
        return _code(request, grant, volunteer.site, "person", id, format)

    return router


def _code(
    request: Request, grant: Grant, site: str, what: What, id: str, format: Format
) -> Response:
    must_see(grant, site)
    said = address(str(request.base_url), what, id)
    if format == "json":
        document = {"address": said, "svg": svg(said).decode()}
        return Response(orjson.dumps(document), media_type="application/json")
    headers = {"Content-Disposition": f'inline; filename="{what}-{id}.svg"'}
    return Response(svg(said), media_type="image/svg+xml", headers=headers)
