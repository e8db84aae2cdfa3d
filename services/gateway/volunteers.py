"""Volunteers and their shifts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from events.fact import Id, Instant, Line
from events.lane import Helper, Lane
from events.volunteer import Language, Role
from services.auth import Grant
from services.decider import Rejected
from services.gateway.ask import Body, OneOrMany, decided, found, moment, refused, send
from services.gateway.errors import Refused, unknown
from services.gateway.places import site_name, stays
from services.gateway.rules import Commanding, must_see
from services.node import Node
from services.volunteers.commands import AssignShift, CancelShift, RegisterVolunteer

_AT_ONCE = 200
"""Commands of a list that are decided and stored at the same time."""


class Volunteer(Body):
    id: Id
    site: Id
    name: Line
    latin: Line
    role: Role
    leads: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = ()
    lead: Id | None = None
    helpers: Annotated[tuple[Helper, ...], Field(max_length=40)] = ()
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    phases: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] = ()


class Shift(Body):
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["volunteers"])

    @router.post("/volunteers")
    async def register(
        request: Request,
        body: OneOrMany[Volunteer],
        grant: Commanding,
    ) -> dict[str, Any]:
        """Register one person or a list, or say anew what is known of them."""

        async def one(person: Volunteer) -> dict[str, Any]:
            must_see(grant, person.site)
            await site_name(node, person.site)
            known = node.picture.people.volunteers.get(person.id)
            stays("志愿者", "volunteer", person.id, known.site if known else None, person.site)
            command = RegisterVolunteer(
                site=person.site,
                id=person.id,
                at=moment(node, person),
                by=grant.name,
                name=person.name,
                latin=person.latin,
                role=person.role,
                leads=person.leads,
                languages=person.languages,
                lead=person.lead,
                helpers=person.helpers,
                lanes=person.lanes,
                phases=person.phases,
                channels=person.channels,
            )
            return decided(await send(node, request, grant, command, person))

        if isinstance(body, Volunteer):
            return await one(body)
        return await _each([(person.id, person) for person in body], one)

    @router.post("/volunteers/{id}/shifts")
    async def assign(
        request: Request,
        id: Id,
        body: OneOrMany[Shift],
        grant: Commanding,
    ) -> dict[str, Any]:
        """Plan a person at a venue, once or for a list of times."""

        async def one(shift: Shift) -> dict[str, Any]:
            if await found(node, node.picture.places.venues, shift.venue) is None:
                raise unknown("场馆", "venue", shift.venue)
            site = await _home(node, grant, id)
            command = AssignShift(
                site=site,
                id=id,
                at=moment(node, shift),
                by=grant.name,
                shift=shift.shift,
                venue=shift.venue,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
            )
            return decided(await send(node, request, grant, command, shift))

        if isinstance(body, Shift):
            return await one(body)
        return await _each([(shift.shift, shift) for shift in body], one)

    @router.delete("/volunteers/{id}/shifts/{shift}")
    async def cancel(
        request: Request, id: Id, shift: Id, grant: Commanding, reason: Line = "-"
    ) -> dict[str, Any]:
        """Take a plan back."""
        command = CancelShift(
            site=await _home(node, grant, id),
            id=id,
            at=node.clock.now(),
            by=grant.name,
            shift=shift,
            reason=reason,
        )
        return decided(await send(node, request, grant, command))

    return router


async def _each(
    commands: list[tuple[str, Any]], run: Callable[[Any], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Run many commands; one that is refused does not keep the others from being taken.

    They go to the log together, so that one fsync pays for many. Those about the same person are
    decided in their order.
    """
    taking = asyncio.Semaphore(_AT_ONCE)

    async def one(id: str, item: Any) -> dict[str, Any]:
        async with taking:
            try:
                return {"id": id, **await run(item)}
            except (Rejected, Refused) as error:
                return refused(id, error)

    results = await asyncio.gather(*(one(id, item) for id, item in commands))
    accepted = sum(result["status"] == "accepted" for result in results)
    return {"accepted": accepted, "rejected": len(results) - accepted, "results": results}


async def _home(node: Node, grant: Grant, person: str) -> str:
    volunteer = await found(node, node.picture.people.volunteers, person)
    if volunteer is None:
        raise unknown("志愿者", "volunteer", person)
    must_see(grant, volunteer.site)
    return volunteer.site
