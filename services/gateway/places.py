"""Sites and venues."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from events.fact import Id, Place, Text
from services.gateway.ask import Body, decided, moment, send
from services.gateway.errors import unknown
from services.gateway.rules import Administering
from services.node import Node
from services.sites.commands import RegisterSite, RegisterVenue


class Site(Body):
    id: Id
    name: Text
    reports_to: Id | None = None


class Venue(Body):
    id: Id
    site: Id
    name: Text
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)]
    lon: Annotated[float, Field(ge=-180, le=180, strict=True)]
    adcode: str = ""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["sites and venues"])

    @router.post("/sites")
    async def register_site(request: Request, body: Site, grant: Administering) -> dict[str, Any]:
        """Register a site, or say anew what it is called."""
        command = RegisterSite(
            site=body.id,
            id=body.id,
            at=moment(node, body),
            by=grant.name,
            name=body.name,
            reports_to=body.reports_to,
        )
        return decided(await send(node, request, grant, command, body))

    @router.post("/venues")
    async def register_venue(request: Request, body: Venue, grant: Administering) -> dict[str, Any]:
        """Register a venue of a site, or say anew where it is."""
        site_name(node, body.site)
        command = RegisterVenue(
            site=body.site,
            id=body.id,
            at=moment(node, body),
            by=grant.name,
            name=body.name,
            place=Place(lat=body.lat, lon=body.lon),
            adcode=body.adcode,
        )
        return decided(await send(node, request, grant, command, body))

    return router


def site_name(node: Node, id: str) -> Text:
    """Return what a site is called. Raises Refused when there is none of that id."""
    site = node.picture.places.sites.get(id)
    if site is None:
        raise unknown("站点", "site", id)
    return site.name
