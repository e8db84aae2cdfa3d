"""Swaps and stand-ins: two people exchange shifts, or one takes another's place."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from events.fact import Id, Line
from events.ids import derive
from projections.moment import Moment
from projections.swaps import Swap
from projections.swaps_view import show_swap, show_swaps
from services.auth import Grant
from services.gateway.ask import Body, decided, found, key_of, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.homes import is_only_theirs, leads, not_yours, volunteer_of
from services.gateway.rules import Known, Reporting, must_see
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.volunteers.commands import AgreeSwap, DeclineSwap, ProposeSwap


class NewSwap(Body):
    """`giver` gives `shift` to `taker`, for `in_return` or for nothing: then it is a stand-in."""

    id: Id | None = None
    giver: Id
    shift: Id
    taker: Id
    in_return: Id | None = None
    proposer: Id | None = None
    """Which of the two agrees by proposing it; by default whose token it is."""


class Agreeing(Body):
    person: Id | None = None
    """By default whose token it is."""


class Declining(Agreeing):
    reason: Line = "-"


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["swaps"])

    @router.post("/swaps")
    async def propose(request: Request, body: NewSwap, grant: Reporting) -> dict[str, Any]:
        """Propose a swap. The one of the two who proposes it agrees by that."""
        for person in (body.giver, body.taker):
            await volunteer_of(node, person)
        _has(node, body.giver, body.shift, "shift")
        if body.in_return is not None:
            _has(node, body.taker, body.in_return, "in_return")
        proposer = body.proposer or (grant.person if grant.person in _both(body) else None)
        _must_act_for(node, grant, proposer, body)
        command = ProposeSwap(
            site=node.picture.people.volunteers[body.giver].site,
            id=_id(request, grant, body),
            at=moment(node, body),
            by=grant.name,
            giver=body.giver,
            shift=body.shift,
            taker=body.taker,
            in_return=body.in_return,
            proposer=proposer,
        )
        outcome = await send(node, request, grant, command, body)
        return decided(outcome, id=command.id, agreed=_agreed(node, command.id))

    @router.get("/swaps")
    async def swaps(
        grant: Known,
        person: Annotated[Id | None, Query()] = None,
        *,
        ended: Annotated[bool, Query()] = False,
    ) -> dict[str, Any]:
        """The open swaps, and with `ended` those that ended; of one person or of everyone, for a
        volunteer's own token always their own.
        """
        whose = {person, grant.person if is_only_theirs(node, grant) else None} - {None}
        shown = show_swaps(Moment(node.picture, node.clock.now(), grant.sites), ended=ended)
        mine = [row for row in shown if whose <= {row["giver"], row["taker"]}]
        return {"swaps": mine}

    @router.post("/swaps/{id}/agree")
    async def agree(
        request: Request, id: Id, grant: Reporting, body: Agreeing | None = None
    ) -> dict[str, Any]:
        """Agree to a swap. Once both have, it is carried out."""
        row, said = await _row(node, id), body or Agreeing()
        person = _person(node, grant, row, said)
        who = _who(node, grant, id, row, said)
        command = AgreeSwap(**who, person=person)
        outcome = await send(node, request, grant, command, said)
        return decided(outcome, **_now(node, id))

    @router.post("/swaps/{id}/decline")
    async def decline(
        request: Request, id: Id, grant: Reporting, body: Declining | None = None
    ) -> dict[str, Any]:
        """Decline a swap, or take back that one agreed, until both have."""
        row, said = await _row(node, id), body or Declining()
        person = _person(node, grant, row, said)
        who = _who(node, grant, id, row, said)
        command = DeclineSwap(**who, person=person, reason=said.reason)
        outcome = await send(node, request, grant, command, said)
        return decided(outcome, **_now(node, id))

    return router


async def _row(node: Node, id: str) -> Swap:
    row = await found(node, node.picture.swaps.rows, id)
    if row is None:
        raise unknown("换班", "swap", id)
    return row


def _who(node: Node, grant: Grant, id: str, row: Swap, said: Body) -> dict[str, Any]:
    return {"site": row.site, "id": id, "at": moment(node, said), "by": grant.name}


def _now(node: Node, id: str) -> dict[str, Any]:
    return {"swap": show_swap(id, node.picture.swaps.rows[id])}


def _agreed(node: Node, id: str) -> list[str]:
    row = node.picture.swaps.rows.get(id)
    return list(row.agreed) if row is not None else []


def _both(swap: NewSwap | Swap) -> tuple[str, str]:
    return swap.giver, swap.taker


def _person(node: Node, grant: Grant, row: Swap, said: Agreeing) -> str:
    """Return for whom somebody agrees or declines. Raises Refused when they may not."""
    person = said.person or grant.person
    if person is None:
        zh, en = "请写明替谁答复（person）", "say for whom, as `person`"
        raise Refused(422, Problem("missing", "person", zh, en))
    _must_act_for(node, grant, person, row)
    return person


def _must_act_for(node: Node, grant: Grant, person: str | None, swap: NewSwap | Swap) -> None:
    """Raise Refused for whoever is neither the person, nor a lead of the shifts' venues, nor a
    commander of the person's site.

    Without a person it is about proposing a swap of two others, in nobody's name.
    """
    if person is not None and grant.person == person:
        return
    if _is_lead(node, grant, swap):
        return
    whom = (person,) if person is not None else _both(swap)
    if not grant.may("commander"):
        raise not_yours(whom[0])
    for one in whom:
        volunteer = node.picture.people.volunteers.get(one)
        must_see(grant, volunteer.site if volunteer else "")


def _is_lead(node: Node, grant: Grant, swap: NewSwap | Swap) -> bool:
    """Tell whether a grant is of a lead of every venue that the swap is about."""
    given = _venue(node, swap.giver, swap.shift)
    if not leads(node, grant, given):
        return False
    return swap.in_return is None or leads(node, grant, _venue(node, swap.taker, swap.in_return))


def _venue(node: Node, person: str, id: str) -> str | None:
    shifts = node.picture.people.shifts.get(person, ())
    return next((shift.venue for shift in shifts if shift.id == id), None)


def _has(node: Node, person: str, shift: str, field: str) -> None:
    if _venue(node, person, shift) is None:
        problem = Problem(
            "unknown-shift",
            field,
            f"{person} 没有班次 {shift}",
            f"{person} has no shift {shift}",
        )
        raise Refused(404, problem)


def _id(request: Request, grant: Grant, body: NewSwap) -> str:
    """Return the swap's id: sent again under one key, it is the same swap."""
    if body.id is not None:
        return body.id
    key = key_of(request, body)
    return derive("swap", grant.actor, key) if key else new_id()
