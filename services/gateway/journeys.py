"""Journeys: who travels where, when they should arrive, and who has."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from events.fact import Id, Line, Words
from events.ids import derive
from events.journey import Itinerary
from projections.journey_view import sees, show_history, show_journeys
from projections.journeys import Journey
from projections.moment import Moment
from services.auth import Grant
from services.gateway.ask import Body, When, decided, found, moment, send, who
from services.gateway.errors import Refused, unknown
from services.gateway.homes import is_only_theirs, must_look_over
from services.gateway.rules import Known, Reporting, Responding, must_see_at
from services.ids import new_id
from services.journeys.commands import (
    ArriveJourney,
    CancelJourney,
    DepartJourney,
    PlanJourney,
    ReplanJourney,
)
from services.node import Node
from services.problems import Problem

People = Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
Margin = Annotated[int, Field(ge=0, le=86_400, strict=True)]


class NewJourney(Body):
    id: Id | None = None
    origin: Line
    destination: Id
    departs_at: When
    arrives_at: When
    margin_s: Margin = 1800
    vehicle: Line = "-"
    driver: Line = "-"
    people: People


class Replan(Body):
    """What is left out stays as it was."""

    reason: Line
    origin: Line | None = None
    destination: Id | None = None
    departs_at: When | None = None
    arrives_at: When | None = None
    margin_s: Margin | None = None
    vehicle: Line | None = None
    driver: Line | None = None
    people: People | None = None


class Departure(Body):
    note: Words = ""


class Arrival(Body):
    venue: Id | None = None
    people: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()
    """Who arrived; all who are missing, if nobody is named."""
    note: Words = ""


class Cancelling(Body):
    reason: Line


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["journeys"])
    _add_plans(router, node)
    _add_progress(router, node)
    _add_reads(router, node)
    return router


def _add_plans(router: APIRouter, node: Node) -> None:
    @router.post("/journeys")
    async def plan(request: Request, body: NewJourney, grant: Responding) -> dict[str, Any]:
        """Plan a journey. Whoever leads where it goes may do it, and any commander."""
        itinerary = Itinerary.model_validate(body.model_dump(exclude={"at", "command_id", "id"}))
        site = await _checked(node, grant, itinerary)
        command = PlanJourney(
            site=site,
            id=_id(request, grant, body),
            at=moment(node, body),
            by=who(grant),
            plan=itinerary,
        )
        return decided(await send(node, request, grant, command, body), id=command.id)

    @router.post("/journeys/{id}/replan")
    async def replan(request: Request, id: Id, body: Replan, grant: Responding) -> dict[str, Any]:
        """Change a journey's plan; the one there was stays on record."""
        row = await _found(node, id)
        changed = body.model_dump(exclude={"at", "command_id", "reason"}, exclude_none=True)
        itinerary = row.plan.model_copy(update=changed)
        _must_lead(node, grant, row.plan)
        await _checked(node, grant, itinerary)
        command = ReplanJourney(
            site=row.site,
            id=id,
            at=moment(node, body),
            by=who(grant),
            plan=itinerary,
            reason=body.reason,
        )
        return decided(await send(node, request, grant, command, body))

    @router.post("/journeys/{id}/cancel")
    async def cancel(
        request: Request, id: Id, body: Cancelling, grant: Responding
    ) -> dict[str, Any]:
        """Call a journey off, before it has departed."""
        row = await _found(node, id)
        _must_lead(node, grant, row.plan)
        command = CancelJourney(
            site=row.site, id=id, at=moment(node, body), by=who(grant), reason=body.reason
        )
        return decided(await send(node, request, grant, command, body))


def _add_progress(router: APIRouter, node: Node) -> None:
    @router.post("/journeys/{id}/depart")
    async def depart(
        request: Request, id: Id, grant: Reporting, body: Departure | None = None
    ) -> dict[str, Any]:
        """Say that it left: its people are on the way. The driver says so, whoever of its people
        is a responder, or who may plan it.
        """
        said = body or Departure()
        row = await _found(node, id)
        _must_travel(node, grant, row.plan)
        command = DepartJourney(
            site=row.site, id=id, at=moment(node, said), by=who(grant), note=said.note
        )
        return decided(await send(node, request, grant, command, said))

    @router.post("/journeys/{id}/arrive")
    async def arrive(
        request: Request, id: Id, grant: Reporting, body: Arrival | None = None
    ) -> dict[str, Any]:
        """Say that it arrived, with all of its people or some: the others stay on the way."""
        said = body or Arrival()
        row = await _found(node, id)
        _must_travel(node, grant, row.plan)
        if said.venue is not None:
            await _site_of(node, said.venue)
        command = ArriveJourney(
            site=row.site,
            id=id,
            at=moment(node, said),
            by=who(grant),
            venue=said.venue,
            people=said.people,
            note=said.note,
        )
        return decided(await send(node, request, grant, command, said))


def _add_reads(router: APIRouter, node: Node) -> None:
    @router.get("/journeys")
    async def journeys(
        grant: Known,
        venue: Annotated[Id | None, Query()] = None,
        status: Annotated[
            Literal["planned", "under-way", "arrived", "overdue", "cancelled"] | None, Query()
        ] = None,
    ) -> dict[str, Any]:
        """The journeys that go on or ended within a day, the overdue ones first; for a volunteer's
        own token those they travel on or drive.
        """
        shown = show_journeys(Moment(node.picture, node.clock.now(), grant.sites))
        rows = node.picture.journeys.rows
        return {
            "journeys": [
                row
                for row in shown
                if _may_read(node, grant, rows[row["id"]])
                and venue in (None, row["plan"]["destination"])
                and status in (None, row["status"])
            ]
        }

    @router.get("/journeys/{id}")
    async def journey(id: Id, grant: Known) -> dict[str, Any]:
        """A journey with every plan it had and every arrival."""
        row = await _found(node, id)
        at = Moment(node.picture, node.clock.now(), grant.sites)
        if not sees(at, row):
            must_see_at(grant, node.picture.places, row.site, row.plan.destination)
        if not _may_read(node, grant, row):
            must_look_over(node, grant)
        return show_history(at, id, row)


def _may_read(node: Node, grant: Grant, row: Journey) -> bool:
    travels = grant.person in (*row.plan.people, row.plan.driver)
    return travels or not is_only_theirs(node, grant)


async def _found(node: Node, id: str) -> Journey:
    row = await found(node, node.picture.journeys.rows, id)
    if row is None:
        raise unknown("行程", "journey", id)
    return row


async def _site_of(node: Node, venue: str) -> str:
    place = await found(node, node.picture.places.venues, venue)
    if place is None:
        raise unknown("场馆", "venue", venue)
    return place.site


async def _checked(node: Node, grant: Grant, plan: Itinerary) -> str:
    """Return where a journey is written: the site it goes to. Raises Refused."""
    site = await _site_of(node, plan.destination)
    _must_lead(node, grant, plan)
    volunteers = node.picture.people.volunteers
    if strangers := [one for one in plan.people if one not in volunteers]:
        names = ", ".join(strangers[:20])
        raise Refused(
            422,
            Problem(
                "unknown-person",
                "people",
                f"花名册中没有 {names}",
                f"{names} are not on the roster",
            ),
        )
    return site


def _places(node: Node, plan: Itinerary) -> list[str]:
    """Return the venues and sites at either end of a plan."""
    venues = [venue for venue in (plan.destination, plan.origin) if venue]
    known = node.picture.places.venues
    return [*venues, *(known[venue].site for venue in venues if venue in known)]


def _leads(node: Node, grant: Grant, plan: Itinerary) -> bool:
    """Tell whether somebody may plan it: a commander there, or who leads at one of its ends."""
    places = _places(node, plan)
    if grant.may("commander"):
        return any(grant.sees(place) for place in places)
    return grant.may("responder") and any(
        who(grant) in node.roster.leads(place) for place in places
    )


def _must_lead(node: Node, grant: Grant, plan: Itinerary) -> None:
    if not _leads(node, grant, plan):
        raise _forbidden(
            "只有出发地或目的地的负责人和指挥员可以计划行程",
            "only commanders and who leads where it goes or starts may plan a journey",
        )


def _must_travel(node: Node, grant: Grant, plan: Itinerary) -> None:
    name = who(grant)
    aboard = name in plan.people and grant.may("responder")
    if not (name == plan.driver or aboard or _leads(node, grant, plan)):
        raise _forbidden(
            "只有司机、同行的处置人员、负责人和指挥员可以报告行程",
            "only its driver, responders who travel, leads and commanders may tell of a journey",
        )


def _forbidden(zh: str, en: str) -> Refused:
    return Refused(403, Problem("not-your-journey", "Authorization", zh, en))


def _id(request: Request, grant: Grant, body: NewJourney) -> str:
    """Return the same id for a journey that is asked for again under its key."""
    key = request.headers.get("idempotency-key")
    made = derive("journey", grant.actor, key) if key else body.command_id or new_id()
    return body.id or made
