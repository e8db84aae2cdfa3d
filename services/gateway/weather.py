"""The weather at any time, past or to come: everywhere, or at a venue."""

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from events.fact import Id
from projections.moment import Moment
from projections.outlook import Outlook
from projections.venue_weather import show_venue_weather, show_weather
from services.gateway.ask import When, found
from services.gateway.errors import unknown
from services.gateway.reads import sites_of
from services.gateway.rules import Known, must_see
from services.node import Node

At = Annotated[When | None, Query()]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["weather"])

    @router.get("/weather")
    async def weather(
        grant: Known,
        at: At = None,
        site: Annotated[Id | None, Query()] = None,
        areas: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
    ) -> Response:
        """Which warnings are in force, at which venues, and which are coming.

        `at` in the past is what was true then, as we know it now; in the future it is what will
        hold if nobody sends another word. `areas` adds where they hold, as GeoJSON.
        """
        known, outlook = await _known(node, at, sites_of(grant, site))
        seen = show_weather(known, at or known.at, outlook, areas=areas)
        return _json(node, seen)

    @router.get("/venues/{id}/weather")
    async def venue_weather(id: Id, grant: Known, at: At = None) -> Response:
        """What a venue faces: the newest measurement, the warnings in force, those that come within
        24 hours, and these hours cut wherever something changes. `at` as of `GET /weather`.
        """
        row = await found(node, node.picture.places.venues, id)
        if row is None:
            raise unknown("场馆", "venue", id)
        must_see(grant, row.site)
        known, outlook = await _known(node, at, grant.sites)
        if id not in known.picture.places.venues:
            raise unknown("场馆", "venue", id)
        return _json(node, show_venue_weather(known, at or known.at, id, outlook))

    return router


async def _known(
    node: Node, at: datetime | None, sites: frozenset[str] | None
) -> tuple[Moment, Outlook]:
    """Return what is known of a moment; of one to come, what is known now. Raises
    LogUnavailable.
    """
    now = node.clock.now()
    if at is None or at >= now:
        return Moment(node.picture, now, sites), node.live.refresh(now).outlook
    past = await node.travel(as_of=at)
    return Moment(past, at, sites), Outlook(past).refresh(at)


def _json(node: Node, seen: dict[str, Any]) -> Response:
    body = orjson.dumps({**seen, "clock": node.clock_now()})
    return Response(body, media_type="application/json")
