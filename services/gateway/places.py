"""Sites and venues."""

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from events.fact import Id, Place, Text
from services.decider import Rejected
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import unknown
from services.gateway.rules import Administering, must_see
from services.node import Node
from services.sites.commands import CORNERS_MAX, RegisterSite, RegisterVenue

Latitude: TypeAlias = Annotated[float, Field(ge=-90, le=90, strict=True)]
Longitude: TypeAlias = Annotated[float, Field(ge=-180, le=180, strict=True)]


class Corner(BaseModel):
    """A corner of a venue's ground, in WGS-84 degrees."""

    model_config = ConfigDict(extra="forbid")

    lat: Latitude
    lon: Longitude


class Site(Body):
    id: Id
    name: Text
    reports_to: Id | None = None


class Venue(Body):
    id: Id
    site: Id
    name: Text
    lat: Latitude
    lon: Longitude
    adcode: str = ""
    outline: Annotated[tuple[Corner, ...], Field(max_length=CORNERS_MAX)] = ()
    """The corners of its ground, in order, closed or not; none where only the point is known."""
    margin_m: Annotated[float, Field(ge=0, le=100_000, strict=True)] = 0.0
    """How near to its ground a warning's area must come to concern it, in metres."""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["sites and venues"])

    @router.post("/sites")
    async def register_site(request: Request, body: Site, grant: Administering) -> dict[str, Any]:
        """Register a site, or say anew what it is called."""
        must_see(grant, body.id)
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
        must_see(grant, body.site)
        await site_name(node, body.site)
        known = node.picture.places.venues.get(body.id)
        stays("场馆", "venue", body.id, known.site if known else None, body.site)
        command = RegisterVenue(
            site=body.site,
            id=body.id,
            at=moment(node, body),
            by=grant.name,
            name=body.name,
            place=Place(lat=body.lat, lon=body.lon),
            adcode=body.adcode,
            outline=tuple(Place(lat=corner.lat, lon=corner.lon) for corner in body.outline),
            margin_m=body.margin_m,
        )
        return decided(await send(node, request, grant, command, body))

    return router


async def site_name(node: Node, id: str) -> Text:
    """Return what a site is called. Raises Refused when there is none of that id."""
    site = await found(node, node.picture.places.sites, id)
    if site is None:
        raise unknown("站点", "site", id)
    return site.name


def stays(what_zh: str, what_en: str, id: str, home: str | None, site: str) -> None:
    """Raise Rejected for what is registered at another site already: its events lie there."""
    if home is not None and home != site:
        raise Rejected(
            "registered-elsewhere",
            zh=f"登记{what_zh} {id}：它已登记在站点 {home}，不能改为 {site}",
            en=f"register {what_en} {id}: it is registered at {home} and cannot move to {site}",
            field="site",
        )
