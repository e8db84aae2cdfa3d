"""Reading: the picture now and in the past, timelines, and the events themselves."""

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response

from events.envelope import Event, encode
from events.fact import Id, Instant
from projections.geometry import warning_geometry
from projections.still import still
from projections.timeline import entries
from projections.view import view
from services.auth import Grant
from services.gateway.errors import unknown
from services.gateway.homes import must_look_over
from services.gateway.pictures import Pictures
from services.gateway.rules import Known, Responding, Watching, must_see, must_see_at
from services.gateway.veil import may_see, veiled
from services.log.load import stretch
from services.node import Node


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter()
    router.include_router(_picture(node))
    router.include_router(_timelines(node))
    router.include_router(_events(node))
    return router


SEQ_MAX = 2**63 - 1
"""The greatest sequence that may be asked for."""


def sites_of(grant: Grant, site: str | None) -> frozenset[str] | None:
    """Return the sites a reader asked for and may see. Raises Refused."""
    if site is None:
        return grant.sites
    must_see(grant, site)
    return frozenset({site})


def _picture(node: Node) -> APIRouter:
    router = APIRouter(tags=["picture"])
    pictures = Pictures(node)

    @router.get("/picture")
    async def picture(
        grant: Known,
        as_of: Annotated[Instant | None, Query()] = None,
        known_by: Annotated[Instant | None, Query()] = None,
        site: Annotated[Id | None, Query()] = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """The live picture, or the one of the past.

        A volunteer's own token does not open it: that reads `/me`.

        `as_of`: what was true then, as we know it now. `known_by`: what we had been told by then.
        """
        must_look_over(node, grant)
        sites = sites_of(grant, site)
        if as_of is None and known_by is None:
            shown = pictures.show(sites, if_none_match)
            if isinstance(shown, str):
                return Response(status_code=304, headers={"ETag": shown})
            return _sent(shown.body, {"ETag": shown.tag})
        past = await node.travel(as_of=as_of, known_by=known_by)
        if past is node.picture:
            past = still(past)  # the log goes on while another thread reads it
        now = node.clock.now()
        at = min(moment for moment in (as_of, known_by, now) if moment is not None)
        seen = await asyncio.to_thread(view, past, at, sites=sites)
        return _json({**seen, "clock": node.clock_now()})

    @router.get("/warnings/{id}/geometry")
    async def geometry(id: Id, grant: Known) -> Response:
        """Where a warning holds, as a GeoJSON feature."""
        if id not in node.picture.warnings.rows:
            raise unknown("预警", "warning", id)
        return _json(warning_geometry(node.picture, id, sites=grant.sites))

    @router.get("/whoami")
    async def whoami(grant: Known) -> dict[str, Any]:
        """What the token opens."""
        return {
            "role": grant.role,
            "name": grant.name,
            "sites": sorted(grant.sites) if grant.sites is not None else None,
            "lanes": sorted(grant.lanes),
            "person": grant.person,
        }

    return router


def _timelines(node: Node) -> APIRouter:
    router = APIRouter(tags=["timelines"])

    async def show(sequences: list[int], grant: Grant, whose: str) -> dict[str, Any]:
        found = await node.events_at(sequences)
        # What a person's own evidence says is theirs wherever it was written; the rest is its
        # site's.
        seen = [
            event
            for event in found
            if (grant.sees(event.site) or event.key == whose)
            and node.discreet.shows(event, grant.lanes)
            and may_see(event, grant)
        ]
        return {"entries": entries(veiled(event, node.keys.erased) for event in seen)}

    @router.get("/incidents/{id}/timeline")
    async def incident(id: Id, grant: Responding) -> Response:
        """Everything that happened to an incident, in the order it happened."""
        row = node.picture.incidents.rows.get(id)
        if row is None:
            raise unknown("事件", "incident", id)
        must_see_at(grant, node.picture.places, row.site, row.venue)
        return _json(await show(node.timelines.incident(id), grant, id))

    @router.get("/people/{id}/timeline")
    async def person(id: Id, grant: Responding) -> Response:
        """Everything that concerns a person, in the order it happened."""
        volunteer = node.picture.people.volunteers.get(id)
        if volunteer is None:
            raise unknown("志愿者", "volunteer", id)
        must_see(grant, volunteer.site)
        return _json(await show(node.timelines.person(id), grant, id))

    return router


def _events(node: Node) -> APIRouter:
    router = APIRouter(tags=["events"])

    @router.get("/events")
    async def events(  # noqa: PLR0913, PLR0917 - each may stand in the address
        request: Request,
        grant: Watching,
        after: Annotated[int, Query(ge=0, le=SEQ_MAX)] = 0,
        limit: Annotated[int, Query(ge=1)] = 100,
        kind: Annotated[Id | None, Query()] = None,
        type: Annotated[Id | None, Query()] = None,
        site: Annotated[Id | None, Query()] = None,
        correlation: Annotated[str | None, Query(max_length=64)] = None,
        wait_s: Annotated[float, Query(ge=0, le=30)] = 0,
    ) -> Response:
        """The events after a sequence, as CloudEvents with `seq`; `next` is where to go on.

        With `Accept: application/x-ndjson` one event a line. `wait_s` waits for the first new one.
        """
        limit = min(limit, node.settings.limits.event_page)
        sites_of(grant, site)
        if wait_s and after >= node.reader.checkpoint:
            try:
                async with asyncio.timeout(wait_s):
                    await node.reader.reached(node.reader.checkpoint + 1)
            except TimeoutError:
                pass
        last = node.reader.checkpoint
        filter = f"ev.{site or '*'}.{kind or '*'}.*.{type or '*'}"
        found: list[Event] = []
        read = after
        async for event in stretch(node.nc, filter, after=after):
            if event.seq > last:
                break
            read = event.seq
            if (
                correlation in (None, event.correlation_id)
                and grant.sees(event.site)
                and may_see(event, grant)
                and node.discreet.shows(event, grant.lanes)
            ):
                found.append(veiled(event, node.keys.erased))
                if len(found) >= limit:
                    break
        else:
            read = max(read, last)
        shown = [{"seq": event.seq, **orjson.loads(encode(event))} for event in found]
        if "ndjson" in request.headers.get("accept", ""):
            lines = b"".join(orjson.dumps(row) + b"\n" for row in shown)
            return Response(lines, media_type="application/x-ndjson")
        return _json({"events": shown, "next": read, "last": last})

    return router


def _json(body: Any) -> Response:
    return _sent(orjson.dumps(body))


def _sent(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, media_type="application/json", headers=headers)
