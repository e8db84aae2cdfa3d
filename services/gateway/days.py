"""The daily check-in: who has reported and who is missing, and for headquarters how people are."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import nats.errors
import orjson
from fastapi import APIRouter, Query, Response

from events.checkin import Day
from events.fact import Id
from events.sealed import Sealed
from projections import day_report
from projections.day_report import Asked
from projections.day_report_text import markdown
from projections.days_view import show_day
from projections.health_view import show_health, show_sum
from projections.moment import Moment
from projections.wellbeing import Health
from services.auth import Grant
from services.gateway.errors import unknown
from services.gateway.reads import sites_of
from services.gateway.rules import Commanding, Responding
from services.keyring import CannotOpen
from services.log import LogBroken
from services.node import Node

_OPENED_AT_ONCE = 200
"""Boxes that are opened before others get their turn: about 2 ms."""
_MISSING_LISTED = 500


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["days"])

    @router.get("/days/{day}")
    async def show(
        day: Day,
        grant: Responding,
        site: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=0, le=50_000)] = _MISSING_LISTED,
    ) -> dict[str, Any]:
        """Who has checked in for a day, and who is missing, the longest silent first.

        How many are fine, not fine, want to talk or have a fever is for commanders: numbers as of
        the last round, and none that could point to one person.
        """
        asked = asked_of(node, day, grant, site)
        moment = Moment(node.picture, node.clock.now(), asked.sites)
        numbers = await _health_of(node, asked) if grant.may("commander") else {}
        shown = [
            {
                **show_day(moment, id, limit),
                "health": show_health(numbers.get(id)),
            }
            for id, _ in asked.rows()
        ]
        return {"day": day, "sites": shown, "total": _total(node, shown, numbers)}

    @router.get("/days/{day}/report")
    async def report(
        day: Day,
        grant: Commanding,
        site: Annotated[Id | None, Query()] = None,
        format: Annotated[Literal["json", "md"], Query()] = "json",
    ) -> Response:
        """What the day came to, per site and in all: the same bytes for the same log."""
        asked = asked_of(node, day, grant, site)
        made = day_report.report(asked, await _health_of(node, asked))
        if format == "md":
            return Response(markdown(made), media_type="text/markdown; charset=utf-8")
        return Response(orjson.dumps(made), media_type="application/json")

    return router


def asked_of(node: Node, day: str, grant: Grant, site: str | None) -> Asked:
    """Return what is asked for. Raises Refused for a site that is not seen, or an unknown day."""
    asked = Asked(node.picture, day, sites_of(grant, site))
    if not asked.rows():
        raise unknown("打卡日", "day of check-ins", day)
    return asked


async def _health_of(node: Node, asked: Asked) -> Mapping[str, Health | None]:
    """Return how many were how at the last round, by the id of each site's day; what is new is
    opened now.
    """
    await _close_rounds(node)
    found: dict[str, Health | None] = {}
    for id, _ in asked.rows():
        await _open_all(node, id)
        found[id] = node.wellbeing.health(id)
    return found


async def _close_rounds(node: Node) -> None:
    """Let the rounds take up what came before them. Where the log is away the numbers are those of
    the round before: what was stored meanwhile is not known here.
    """
    at = node.clock.now()
    if node.wellbeing.is_closed(at):
        return
    with contextlib.suppress(LogBroken, nats.errors.Error, TimeoutError):
        await node.reader.catch_up()
        node.wellbeing.close(at)


async def _open_all(node: Node, id: str) -> None:
    fresh = list(node.wellbeing.unopened(id))
    for number, person in enumerate(fresh, 1):
        node.wellbeing.learn(id, person, lambda sealed: _opened(node, sealed))
        if number % _OPENED_AT_ONCE == 0:
            await asyncio.sleep(0)


def _opened(node: Node, sealed: Sealed) -> Mapping[str, Any] | None:
    """Open a box; None where its key is gone or it is not what it says."""
    try:
        return node.keys.open(sealed)
    except CannotOpen:
        return None


def _total(
    node: Node, shown: list[dict[str, Any]], numbers: Mapping[str, Health | None]
) -> dict[str, Any]:
    sums = {
        name: sum(row[name] for row in shown)
        for name in ("expected", "reported", "late", "missing")
    }
    days = node.picture.days
    groups = ((days.reported(id), health) for id, health in numbers.items())
    return {**sums, "health": show_sum(groups)}
