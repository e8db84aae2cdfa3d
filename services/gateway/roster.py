"""Sites, venues, volunteers, shifts, roll calls and tokens."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from events.access import AccessRole
from events.fact import Id, Instant, Line, Place, Ref, Text, Words
from events.volunteer import Role
from services.access.commands import CreateToken, RevokeToken
from services.auth import Grant, hash_of, new_token
from services.decider import Command, Rejected
from services.gateway.ask import Body, OneOrMany, decided, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Administering, Commanding, must_see
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.sites.commands import RegisterSite, RegisterVenue
from services.volunteers.commands import (
    AssignShift,
    CancelShift,
    CloseRollCall,
    OpenRollCall,
    RegisterVolunteer,
)


class Site(Body):
    id: Id
    name: Text
    reports_to: Id | None = None


class Venue(Body):
    id: Id
    site: Id
    name: Text
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)]
    lon: Annotated[float, Field(ge=-180, le=180, strict=True)]
    adcode: str = ""


class Volunteer(Body):
    id: Id
    site: Id
    name: Line
    latin: Line
    role: Role
    leads: tuple[Id, ...] = ()


class Shift(Body):
    shift: Id
    venue: Id
    starts_at: Instant
    ends_at: Instant


class NewRollCall(Body):
    venue: Id | None = None
    site: Id | None = None
    title: Text | None = None
    about: Ref | None = None


class Closing(Body):
    note: Words = ""


class NewToken(Body):
    role: AccessRole
    name: Line
    sites: tuple[Id, ...] = ()


async def _each(commands: list[tuple[str, Any]], run: Any) -> dict[str, Any]:
    """Run many commands; one that is refused does not keep the others from being taken."""
    results: list[dict[str, Any]] = []
    for id, item in commands:
        try:
            results.append({"id": id, **await run(item)})
        except Rejected as error:
            problem = Problem(error.code, error.field, error.reason.zh, error.reason.en)
            results.append({"id": id, "status": "rejected", **problem.show()})
    accepted = sum(result["status"] == "accepted" for result in results)
    return {"accepted": accepted, "rejected": len(results) - accepted, "results": results}


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter()
    for part in (_places(node), _volunteers(node), _roll_calls(node), _tokens(node)):
        router.include_router(part)
    return router


def _places(node: Node) -> APIRouter:
    router = APIRouter(tags=["sites and venues"])

    @router.post("/sites")
    async def register_site(request: Request, body: Site, grant: Administering) -> dict[str, Any]:
        """Register a site, or say anew what it is called."""
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
        _site(node, body.site)
        command = RegisterVenue(
            site=body.site,
            id=body.id,
            at=moment(node, body),
            by=grant.name,
            name=body.name,
            place=Place(lat=body.lat, lon=body.lon),
            adcode=body.adcode,
        )
        return decided(await send(node, request, grant, command, body))

    return router


def _volunteers(node: Node) -> APIRouter:
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
            _site(node, person.site)
            command = RegisterVolunteer(
                site=person.site,
                id=person.id,
                at=moment(node, person),
                by=grant.name,
                name=person.name,
                latin=person.latin,
                role=person.role,
                leads=person.leads,
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
            if shift.venue not in node.picture.places.venues:
                raise unknown("场馆", "venue", shift.venue)
            site = _home(node, grant, id)
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
            site=_home(node, grant, id),
            id=id,
            at=node.clock.now(),
            by=grant.name,
            shift=shift,
            reason=reason,
        )
        return decided(await send(node, request, grant, command))

    return router


def _roll_calls(node: Node) -> APIRouter:
    router = APIRouter(tags=["roll calls"])

    @router.post("/roll-calls")
    async def open_one(request: Request, body: NewRollCall, grant: Commanding) -> dict[str, Any]:
        """Ask whether everyone at a venue, or at home in a site, is safe. The list is frozen
        now.
        """
        at = moment(node, body)
        if body.venue is not None:
            place = node.picture.places.venues.get(body.venue)
            if place is None:
                raise unknown("场馆", "venue", body.venue)
            site, name = place.site, place.name
            expected = node.roster.on_post(body.venue, at)
        elif body.site is not None:
            site, name = body.site, _site(node, body.site)
            volunteers = node.picture.people.volunteers
            expected = tuple(sorted(id for id, row in volunteers.items() if row.site == site))
        else:
            raise Refused(
                422, Problem("missing", "venue", "缺少场馆或站点", "venue or site is missing")
            )
        must_see(grant, site)
        command = OpenRollCall(
            site=site,
            id=body.command_id or new_id(),
            at=at,
            by=grant.name,
            title=body.title or Text(zh=f"点名：{name.zh}", en=f"Roll call: {name.en}"),
            venue=body.venue,
            expected=expected,
            about=body.about,
        )
        outcome = await send(node, request, grant, command, body)
        return decided(outcome, id=command.id, expected=len(expected))

    @router.post("/roll-calls/{id}/close")
    async def close(
        request: Request, id: Id, grant: Commanding, body: Closing | None = None
    ) -> dict[str, Any]:
        """End a roll call: who is missing then is written down."""
        said = body or Closing()
        row = node.picture.rollcalls.rows.get(id)
        if row is None:
            raise unknown("点名", "roll call", id)
        must_see(grant, row.site)
        command = CloseRollCall(
            site=row.site,
            id=id,
            at=moment(node, said),
            by=grant.name,
            safe=0,
            need_help=0,
            unaccounted=(),
            note=said.note,
        )
        return decided(await send(node, request, grant, command, said))

    return router


def _tokens(node: Node) -> APIRouter:
    router = APIRouter(tags=["tokens"])

    @router.post("/tokens")
    async def create(request: Request, body: NewToken, grant: Administering) -> dict[str, Any]:
        """Make a token. It is shown here and never again: only its hash is kept."""
        secret = new_token()
        for site in body.sites:
            _site(node, site)
        command: Command = CreateToken(
            site="hq",
            id=new_id(),
            at=moment(node, body),
            by=grant.name,
            role=body.role,
            name=body.name,
            sites=body.sites,
            sha256=hash_of(secret),
        )
        outcome = await send(node, request, grant, command)
        await node.reader.reached(outcome.seq)
        shown = {"role": body.role, "name": body.name, "sites": list(body.sites)}
        return decided(outcome, id=command.id, token=secret, **shown)

    @router.get("/tokens")
    async def all_tokens(_: Administering) -> dict[str, Any]:
        """Show every token that opens something, without its secret."""
        return {
            "tokens": [
                {"id": g.id, "role": g.role, "name": g.name, "sites": sorted(g.sites or ())}
                for g in node.grants.all()
            ]
        }

    @router.delete("/tokens/{id}")
    async def revoke(
        request: Request, id: Id, grant: Administering, reason: Line = "-"
    ) -> dict[str, Any]:
        """Make a token open nothing any more."""
        if not any(known.id == id for known in node.grants.all()):
            raise unknown("令牌", "token", id)
        command = RevokeToken(site="hq", id=id, at=node.clock.now(), by=grant.name, reason=reason)
        outcome = await send(node, request, grant, command)
        await node.reader.reached(outcome.seq)
        return decided(outcome)

    return router


def _site(node: Node, id: str) -> Text:
    site = node.picture.places.sites.get(id)
    if site is None:
        raise unknown("站点", "site", id)
    return site.name


def _home(node: Node, grant: Grant, person: str) -> str:
    volunteer = node.picture.people.volunteers.get(person)
    if volunteer is None:
        raise unknown("志愿者", "volunteer", person)
    must_see(grant, volunteer.site)
    return volunteer.site
