"""Observations over HTTP: what was measured comes in, and what is known of a venue goes out."""

import base64
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from events.fact import Id
from events.ids import derive
from projections.moment import iso
from projections.observations import Observation
from services.ask import Ask
from services.decider import Rejected
from services.gateway.ask import When, folded, found
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Known, Reporting, must_see
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.weather.commands import TakeObservations

_NDJSON = "application/x-ndjson"
_STATUS = {"accepted": 200, "rejected": 422, "unavailable": 503}
_MANY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {}},
            _NDJSON: {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
        },
    }
}


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["observations"])

    @router.post("/observations", openapi_extra=_MANY)
    async def take(
        request: Request, grant: Reporting, venue: Annotated[Id | None, Query()] = None
    ) -> Response:
        """Take what was measured: JSON with explicit units (`{"temperature": {"value": 14, "unit":
        "degF"}}` or `{"gust_kmh": 70}`), GeoJSON of api.weather.gov, one object, a list, one a
        line, or METAR as text.

        Each one names its venue, or a station whose venue is known; `venue` is for those that name
        neither. Of METAR and GeoJSON what is right is taken and the rest noted; of what people send
        all of it or nothing. Sent again, an observation is the same: by its id, or by its station
        and time.
        """
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        key = request.headers.get("idempotency-key")
        command = TakeObservations(
            site="hq",
            id="observation",
            at=node.clock.now(),
            by=grant.name,
            body=base64.b64encode(await request.body()).decode("ascii"),
            media_type=media_type,
            venue=venue,
            key=key[:200] if key else None,
            actor=grant.actor,
            sites=None if grant.sites is None else tuple(sorted(grant.sites)),
        )
        id = derive("observations", grant.actor, key) if key else new_id()
        try:
            outcome = await node.bus.send(Ask(command, id, id))
        except Rejected as error:
            problem = Problem(error.code, error.field, error.reason.zh, error.reason.en)
            raise Refused(422, problem) from error
        await folded(node, outcome.seq)
        return _answered(outcome.detail or {"results": [], "one": False}, media_type)

    @router.get("/venues/{id}/observations")
    async def of_venue(
        id: Id,
        grant: Known,
        since: Annotated[When | None, Query()] = None,
        until: Annotated[When | None, Query()] = None,
    ) -> dict[str, Any]:
        """The measurements of the last two days, by time, in the units of `WeatherObserved`: of
        each station one in five minutes. `newest` has what was sent beside it.
        """
        row = await found(node, node.picture.places.venues, id)
        if row is None:
            raise unknown("场馆", "venue", id)
        must_see(grant, row.site)
        kept = node.picture.observations
        newest = kept.newest.get(id)
        return {
            "venue": id,
            "newest": _show(newest) if newest else None,
            "observations": [_show(point) for point in kept.window(id, since, until)],
        }

    return router


def _show(seen: Observation) -> dict[str, Any]:
    measured = seen.weather.model_dump(mode="json", exclude_none=True)
    said = {name: value for name, value in measured.items() if value != ""}
    return {"id": seen.id, "at": iso(seen.at), "recorded_at": iso(seen.recorded_at), **said}


def _answered(detail: dict[str, Any], media_type: str) -> Response:
    """Answer one observation as itself, several as a list; 503 as soon as one must come again."""
    answers: list[dict[str, Any]] = detail["results"]
    if detail["one"]:
        (answer,) = answers
        return _response(_STATUS[answer["status"]], orjson.dumps(answer), "application/json")
    status = 503 if any(answer["status"] == "unavailable" for answer in answers) else 200
    if media_type == _NDJSON:
        return _response(status, b"".join(orjson.dumps(each) + b"\n" for each in answers), _NDJSON)
    counts = {
        name: sum(answer["status"] == name for answer in answers)
        for name in ("accepted", "rejected")
    }
    return _response(status, orjson.dumps({**counts, "results": answers}), "application/json")


def _response(status: int, body: bytes, media_type: str) -> Response:
    headers = {"retry-after": "1"} if status == 503 else None
    return Response(body, status, headers, media_type)
