"""The people of the roster."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from events.fact import Id, Line
from events.lane import Helper, Lane
from events.sealed import Sealed
from events.volunteer import Language, Role
from projections.people import Volunteer as Known
from services.gateway.ask import Body, OneOrMany, decided, moment, send
from services.gateway.lists import each
from services.gateway.places import site_name, stays
from services.gateway.rules import Commanding, must_see
from services.node import Node
from services.roster.carry_out import box
from services.roster.contacts import Contact, usable
from services.volunteers.commands import RegisterVolunteer


class Reached(BaseModel):
    """How a person is reached: it is sealed before it is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    addresses: Annotated[
        dict[Id, Annotated[str, StringConstraints(min_length=1, max_length=2000)]],
        Field(max_length=10),
    ] = {}
    """By channel: the URL that messages go to."""

    def contact(self) -> Contact:
        """Return it as it is compared and sealed."""
        return Contact(self.phone, tuple(self.addresses.items()))


class Volunteer(Body):
    SEALED: ClassVar[frozenset[str]] = frozenset({"contact"})

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
    channels: Annotated[tuple[Id, ...], Field(max_length=10)] | None = None
    """Left out, they are those of `contact` that have a URL."""
    contact: Reached | None = None
    """Left out, what is known stays; null takes it away."""


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
            for place in set(person.leads).difference(known.leads if known else ()):
                # Who leads is told of calls there and answers for people there.
                venue = node.picture.places.venues.get(place)
                must_see(grant, venue.site if venue else place)
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
                channels=_channels(person),
                contact=await _box(node, person, known),
            )
            return decided(await send(node, request, grant, command, person))

        if isinstance(body, Volunteer):
            return await one(body)
        return await each([(person.id, person) for person in body], one)

    return router


def _channels(person: Volunteer) -> tuple[str, ...]:
    if person.channels is not None:
        return person.channels
    return tuple(usable(person.contact.contact())) if person.contact else ()


async def _box(node: Node, person: Volunteer, known: Known | None) -> Sealed | None:
    before = known.contact if known else None
    if "contact" not in person.model_fields_set:
        return before
    return await box(node, person.id, person.contact.contact(), before) if person.contact else None
