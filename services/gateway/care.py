"""Requests for care: for the lane that looks after somebody, and as numbers for headquarters."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request

from events.fact import Id
from projections.cares import Care
from projections.moment import Moment, iso, iso_or_none
from services.auth import Grant
from services.days.commands import EndCare, TakeCare
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.handing_out import Box, Whose, hand_out
from services.gateway.rules import Reporting
from services.node import Node

_PURPOSE = "关怀请求 / requests for care"
_AGES = (("1h", timedelta(hours=1)), ("4h", timedelta(hours=4)), ("1d", timedelta(days=1)))
"""How long requests have waited, as headquarters sees it: no finer, for a moment would tell whose
check-in it was."""
_OLDER = "older"


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["care"])

    @router.get("/care")
    async def show(grant: Reporting) -> dict[str, Any]:
        """The requests that are not ended: with the person for the lane's own tokens, which is
        written down first; by lane and age for commanders.
        """
        at = node.clock.now()
        open_ones = [
            (id, row) for id, row in node.picture.cares.rows.items() if row.ended_at is None
        ]
        mine = sorted(
            ((id, row) for id, row in open_ones if _is_for(grant, row)),
            key=lambda of: (of[1].taken_at is not None, of[1].asked_at, of[0]),
        )
        counts = _counts(Moment(node.picture, at, grant.sites), (row for _, row in open_ones))
        return {
            "requests": await asyncio.gather(*(_show(node, grant, *one) for one in mine)),
            "counts": counts if grant.may("commander") else None,
        }

    @router.post("/care/{id}/take")
    async def take(
        request: Request, id: Id, grant: Reporting, body: Body | None = None
    ) -> dict[str, Any]:
        """Look after them: nobody else of the lane is asked any more."""
        row = await _of_ones_own(node, grant, id)
        said = body or Body()
        command = TakeCare(site=row.site, id=id, at=moment(node, said), by=grant.name)
        return decided(await send(node, request, grant, command, said))

    @router.post("/care/{id}/end")
    async def end(
        request: Request, id: Id, grant: Reporting, body: Body | None = None
    ) -> dict[str, Any]:
        """Say that it is done."""
        row = await _of_ones_own(node, grant, id)
        said = body or Body()
        command = EndCare(site=row.site, id=id, at=moment(node, said), by=grant.name)
        return decided(await send(node, request, grant, command, said))

    return router


def _is_for(grant: Grant, row: Care) -> bool:
    return row.lane in grant.lanes and grant.sees(row.site)


async def _of_ones_own(node: Node, grant: Grant, id: str) -> Care:
    """Return a request of one's lane. To others it is not there: that it is would tell something.

    Raises Refused.
    """
    row = await found(node, node.picture.cares.rows, id) if grant.lanes else None
    if row is None or not _is_for(grant, row):
        raise _nothing(id)
    return row


def _nothing(id: str) -> Refused:
    return unknown("关怀请求", "request for care", id)


async def _show(node: Node, grant: Grant, id: str, row: Care) -> dict[str, Any]:
    whose = Whose(id, row.site, row.lane)
    boxes = [Box(row.sealed)] if row.sealed else []
    shown = await hand_out(node, grant, "care", whose, _PURPOSE, boxes)
    details = shown[0]["details"] if shown else None
    person = (details or {}).get("person")
    volunteer = node.picture.people.volunteers.get(person or "")
    return {
        "id": id,
        "lane": row.lane,
        "site": row.site,
        "asked_at": iso(row.asked_at),
        "taken_by": row.taken_by,
        "taken_at": iso_or_none(row.taken_at),
        "person": person,
        "name": volunteer.name if volunteer else person,
        "why": (details or {}).get("why"),
    }


def _counts(moment: Moment, rows: Iterable[Care]) -> dict[str, dict[str, dict[str, int]]]:
    """Return, by lane, how many wait and how many are looked after, by age."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        if not moment.sees(row.site):
            continue
        state = "waiting" if row.taken_by is None else "taken"
        ages = found.setdefault(row.lane, {}).setdefault(state, {})
        age = _age(moment.age_s(row.asked_at))
        ages[age] = ages.get(age, 0) + 1
    return found


def _age(age_s: float) -> str:
    return next((name for name, limit in _AGES if age_s < limit.total_seconds()), _OLDER)
