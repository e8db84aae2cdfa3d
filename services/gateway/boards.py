"""The board of a venue, or of all venues of a site."""

import asyncio
from collections.abc import Container
from datetime import timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from events.fact import Id
from projections.board import SOON, Index, PastIndex, show_board
from projections.callers import Callers
from projections.moment import Moment, iso
from projections.picture import Picture
from services.gateway.ask import When, found
from services.gateway.errors import Refused, unknown
from services.gateway.homes import must_look_over
from services.gateway.places import site_name
from services.gateway.rules import Known, must_see
from services.node import Node
from services.problems import Problem

_SOON_MAX_S = 24 * 3600


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["boards"])

    @router.get("/board")
    async def board(
        grant: Known,
        venue: Annotated[Id | None, Query()] = None,
        site: Annotated[Id | None, Query()] = None,
        at: Annotated[When | None, Query()] = None,
        soon_s: Annotated[int, Query(ge=0, le=_SOON_MAX_S)] = int(SOON.total_seconds()),
    ) -> Response:
        """Who is on at a venue, who leaves or arrives soon, who is missing, gone, or has not
        checked out, and what comes later.

        `at` in the past is what was true then, as we know it now; in the future it is who is
        planned, beside what is known now.
        """
        must_look_over(node, grant)
        venues = await _venues(node, grant, venue, site)
        now = node.clock.now()
        soon = timedelta(seconds=soon_s)
        if at is None or at >= now:
            moment = Moment(node.picture, at or now)
            callers = node.live.refresh(now).callers
            boards = _show(moment, node.roster, venues, soon, _calling(callers))
        else:
            past = await node.travel(as_of=at)
            boards = await asyncio.to_thread(_of_past, Moment(past, at), venues, soon)
        body = {"at": iso(at or now), "soon_s": soon_s, "boards": boards}
        return Response(orjson.dumps(body), media_type="application/json")

    return router


async def _venues(node: Node, grant: Known, venue: str | None, site: str | None) -> list[str]:
    """Return the venues that are asked for, by id. Raises Refused, LogUnavailable."""
    if (venue is None) == (site is None):
        zh, en = "请写明 venue 或 site，且只写其一", "name a venue or a site, and only one of them"
        raise Refused(422, Problem("one-of-them", "venue", zh, en))
    if site is not None:
        must_see(grant, site)
        await site_name(node, site)
        return sorted(id for id, row in node.picture.places.venues.items() if row.site == site)
    row = await found(node, node.picture.places.venues, venue or "")
    if row is None:
        raise unknown("场馆", "venue", venue or "")
    must_see(grant, row.site)
    return [venue or ""]


def _of_past(moment: Moment, venues: list[str], soon: timedelta) -> list[dict[str, Any]]:
    picture: Picture = moment.picture
    callers = Callers(picture)
    callers.refresh()
    there = [venue for venue in venues if venue in picture.places.venues]
    return _show(moment, PastIndex(picture, moment.at), there, soon, _calling(callers))


def _calling(callers: Callers) -> Container[str]:
    return {call.person for call in callers.open.values() if call.person is not None}


def _show(
    moment: Moment,
    index: Index,
    venues: list[str],
    soon: timedelta,
    calling: Container[str],
) -> list[dict[str, Any]]:
    return [show_board(moment, index, venue, soon, calling) for venue in venues]
