"""The weather rules over HTTP, and where they stand."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from events.fact import Id
from events.ids import derive
from services.ask import Ask
from services.auth import Grant
from services.gateway.ask import found
from services.gateway.errors import unknown
from services.gateway.rules import Known, must_see
from services.ids import new_id
from services.node import Node
from services.weather.commands import LookAtRules


def routes(node: Node) -> APIRouter:
    """Return the endpoint."""
    router = APIRouter(tags=["weather"])

    @router.get("/weather/rules")
    async def rules(grant: Known, venue: Annotated[Id | None, Query()] = None) -> dict[str, Any]:
        """The rules that measurements are held against, with their scales, thresholds and margins,
        and in `standing` what they warn of now, with the values. With `venue`, every rule of that
        venue, whether it warns or not.
        """
        if venue is not None:
            row = await found(node, node.picture.places.venues, venue)
            if row is None:
                raise unknown("场馆", "venue", venue)
            must_see(grant, row.site)
        command = LookAtRules(
            site="hq", id="rules", at=node.clock.now(), by=grant.name, venue=venue
        )
        id = derive("look-at-rules", new_id())
        outcome = await node.bus.send(Ask(command, id, id))
        detail = outcome.detail or {"rules": [], "standing": []}
        standing = [row for row in detail["standing"] if _sees(node, grant, row["venue"])]
        return {**detail, "standing": standing}

    return router


def _sees(node: Node, grant: Grant, venue: str) -> bool:
    place = node.picture.places.venues.get(venue)
    return place is not None and grant.sees(place.site)
