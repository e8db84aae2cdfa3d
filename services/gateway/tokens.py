"""Tokens."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from events.access import AccessRole
from events.fact import Id, Line
from events.lane import Lane
from services.access.commands import CreateToken, RevokeToken
from services.auth import Grant, hash_of, new_token
from services.decider import Command
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.places import site_name
from services.gateway.rules import Administering, must_see, must_see_all
from services.ids import new_id
from services.node import Node
from services.problems import Problem


class NewToken(Body):
    role: AccessRole
    name: Line
    sites: tuple[Id, ...] = ()
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    """The lanes whose people may read what is sealed for them. None is none, for every role."""
    person: Id | None = None
    """Whose own token it is."""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["tokens"])

    @router.post("/tokens")
    async def create(request: Request, body: NewToken, grant: Administering) -> dict[str, Any]:
        """Make a token. It is shown here and never again: only its hash is kept."""
        secret = new_token()
        must_see_all(grant, body.sites)
        for site in body.sites:
            await site_name(node, site)
        await _must_be_known(node, grant, body.person)
        command: Command = CreateToken(
            site="hq",
            id=new_id(),
            at=moment(node, body),
            by=grant.name,
            role=body.role,
            name=body.name,
            sites=body.sites,
            sha256=hash_of(secret),
            lanes=body.lanes,
            person=body.person,
        )
        outcome = await send(node, request, grant, command)
        shown = {"role": body.role, "name": body.name, "sites": list(body.sites)}
        whose = {"lanes": list(body.lanes), "person": body.person}
        return decided(outcome, id=command.id, token=secret, **shown, **whose)

    @router.get("/tokens")
    async def all_tokens(grant: Administering) -> dict[str, Any]:
        """Show every token that opens something within one's own, without its secret."""
        return {
            "tokens": [
                {
                    "id": g.id,
                    "role": g.role,
                    "name": g.name,
                    "sites": sorted(g.sites or ()),
                    "lanes": sorted(g.lanes),
                    "person": g.person,
                }
                for g in node.grants.all()
                if grant.takes_in(g)
            ]
        }

    @router.delete("/tokens/{id}")
    async def revoke(
        request: Request, id: Id, grant: Administering, reason: Line = "-"
    ) -> dict[str, Any]:
        """Make a token open nothing any more."""
        if not any(known.id == id and grant.takes_in(known) for known in node.grants.all()):
            raise unknown("令牌", "token", id)
        command = RevokeToken(site="hq", id=id, at=node.clock.now(), by=grant.name, reason=reason)
        return decided(await send(node, request, grant, command))

    return router


async def _must_be_known(node: Node, grant: Grant, person: str | None) -> None:
    """Raise Refused for a person who is not on the roster, or is none of the admin's sites."""
    if person is None:
        return
    volunteer = await found(node, node.picture.people.volunteers, person)
    if volunteer is None:
        raise Refused(
            422,
            Problem(
                "unknown-person",
                "person",
                f"花名册中没有 {person}",
                f"{person} is not on the roster",
            ),
        )
    must_see(grant, volunteer.site)
