"""Shifts, and what people need to serve them: training and approvals to leave campus."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from events.fact import Id, Instant, Line
from events.volunteer import Role
from projections.moment import Moment, iso
from projections.people import Shift as Planned
from services.auth import Grant
from services.gateway.ask import Body, OneOrMany, When, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.homes import home
from services.gateway.lists import each
from services.gateway.rules import Commanding, Known, must_see
from services.node import Node
from services.problems import Problem
from services.volunteers.commands import (
    ApproveLeave,
    AssignShift,
    CancelShift,
    RecordTraining,
    WithdrawLeave,
)

SPAN_MAX = timedelta(days=31)
LISTED_MAX = 2000
"""Shifts of one answer."""


class Shift(Body):
    """A plan. `override` is why somebody is put on it against the guards."""

    shift: Id
    venue: Id
    starts_at: When
    ends_at: When
    role: Role | None = None
    instead_of: Id | None = None
    override: Line | None = None


class PersonsShift(Shift):
    """A plan, and for whom."""

    person: Id


class Training(Body):
    course: Id
    valid_until: Instant | None = None


class Leave(Body):
    leave: Id
    starts_at: Instant
    ends_at: Instant


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["shifts"])
    _plan(node, router)
    _clear(node, router)

    @router.get("/shifts")
    async def shifts(
        grant: Known,
        person: Annotated[Id | None, Query()] = None,
        venue: Annotated[Id | None, Query()] = None,
        since: Annotated[When | None, Query()] = None,
        until: Annotated[When | None, Query()] = None,
    ) -> dict[str, Any]:
        """The shifts of a person, or at a venue, that go on at `since` or begin by `until`; by
        default those from now on for a week. At most 2,000; `more` says that there are others.
        """
        now = Moment(node.picture, node.clock.now(), grant.sites)
        since = since or now.at
        until = until or since + timedelta(days=7)
        if (person is None) == (venue is None):
            raise _one_of_them()
        if not since <= until <= since + SPAN_MAX:
            raise _too_wide()
        if person is not None:
            await home(node, grant, person)
            rows = _of_person(now, person, since, until)
        else:
            rows = await _of_venue(node, now, grant, venue or "", since, until)
        return {"shifts": rows[:LISTED_MAX], "more": len(rows) > LISTED_MAX}

    return router


def _plan(node: Node, router: APIRouter) -> None:
    async def put(request: Request, grant: Grant, person: str, shift: Shift) -> dict[str, Any]:
        if await found(node, node.picture.places.venues, shift.venue) is None:
            raise unknown("场馆", "venue", shift.venue)
        said = shift.model_dump(exclude={"at", "command_id", "person"})
        who = _who(grant, await home(node, grant, person), person, node, shift)
        return decided(await send(node, request, grant, AssignShift(**who, **said), shift))

    @router.post("/volunteers/{id}/shifts")
    async def assign(
        request: Request,
        id: Id,
        body: OneOrMany[Shift],
        grant: Commanding,
    ) -> dict[str, Any]:
        """Plan a person at a venue, once or for a list of times.

        What stands against it is told all at once; with a reason as `override` it is planned all
        the same, and that is on record.
        """

        async def one(shift: Shift) -> dict[str, Any]:
            return await put(request, grant, id, shift)

        if isinstance(body, Shift):
            return await one(body)
        return await each([(shift.shift, shift) for shift in body], one)

    @router.post("/shifts")
    async def assign_all(
        request: Request,
        body: Annotated[list[PersonsShift], Field(max_length=LISTED_MAX)],
        grant: Commanding,
    ) -> dict[str, Any]:
        """Plan many people, each as above. In the results `id` is the person and the shift."""

        async def one(shift: PersonsShift) -> dict[str, Any]:
            return await put(request, grant, shift.person, shift)

        return await each([(f"{shift.person}/{shift.shift}", shift) for shift in body], one)

    @router.delete("/volunteers/{id}/shifts/{shift}")
    async def cancel(
        request: Request, id: Id, shift: Id, grant: Commanding, reason: Line = "-"
    ) -> dict[str, Any]:
        """Take a plan back."""
        who = _who(grant, await home(node, grant, id), id, node)
        command = CancelShift(**who, shift=shift, reason=reason)
        return decided(await send(node, request, grant, command))


def _clear(node: Node, router: APIRouter) -> None:
    @router.post("/volunteers/{id}/training")
    async def training(
        request: Request, id: Id, body: Training, grant: Commanding
    ) -> dict[str, Any]:
        """Record that a person passed a course, and until when that holds."""
        who = _who(grant, await home(node, grant, id), id, node, body)
        command = RecordTraining(**who, course=body.course, valid_until=body.valid_until)
        return decided(await send(node, request, grant, command, body))

    @router.post("/volunteers/{id}/leave")
    async def approve(request: Request, id: Id, body: Leave, grant: Commanding) -> dict[str, Any]:
        """Approve that a person is off campus for a time."""
        who = _who(grant, await home(node, grant, id), id, node, body)
        said = body.model_dump(exclude={"at", "command_id"})
        return decided(await send(node, request, grant, ApproveLeave(**who, **said), body))

    @router.delete("/volunteers/{id}/leave/{leave}")
    async def withdraw(
        request: Request, id: Id, leave: Id, grant: Commanding, reason: Line = "-"
    ) -> dict[str, Any]:
        """Withdraw an approval."""
        who = _who(grant, await home(node, grant, id), id, node)
        command = WithdrawLeave(**who, leave=leave, reason=reason)
        return decided(await send(node, request, grant, command))


def _who(
    grant: Grant, site: str, person: str, node: Node, body: Body | None = None
) -> dict[str, Any]:
    at = moment(node, body) if body is not None else node.clock.now()
    return {"site": site, "id": person, "at": at, "by": grant.name}


def _of_person(now: Moment, person: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    shifts = now.picture.people.shifts.get(person, ())
    found = [shift for shift in shifts if shift.starts_at <= until and since < shift.ends_at]
    found.sort(key=lambda shift: (shift.starts_at, shift.id))
    return [_show(now, person, shift) for shift in found]


async def _of_venue(
    node: Node, now: Moment, grant: Grant, venue: str, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    row = await found(node, node.picture.places.venues, venue)
    if row is None:
        raise unknown("场馆", "venue", venue)
    must_see(grant, row.site)
    people = now.picture.people.shifts
    turns = node.roster.turns(venue, since, until)[: LISTED_MAX + 1]
    planned = (
        (turn.person, shift)
        for turn in turns
        for shift in people.get(turn.person, ())
        if shift.id == turn.id
    )
    return [_show(now, person, shift) for person, shift in planned]


def _show(now: Moment, person: str, shift: Planned) -> dict[str, Any]:
    volunteer = now.picture.people.volunteers.get(person)
    override = now.picture.clearances.override(person, shift.id)
    return {
        "id": shift.id,
        "person": person,
        "name": volunteer.name if volunteer else person,
        "venue": shift.venue,
        "starts_at": iso(shift.starts_at),
        "ends_at": iso(shift.ends_at),
        "role": shift.role or (volunteer.role if volunteer else None),
        "instead_of": shift.instead_of,
        "against": list(override.guards) if override else [],
        "override": override.reason if override else None,
    }


def _one_of_them() -> Refused:
    zh, en = "请写明 person 或 venue，且只写其一", "name a person or a venue, and only one of them"
    return Refused(422, Problem("one-of-them", "person", zh, en))


def _too_wide() -> Refused:
    days = SPAN_MAX.days
    return Refused(
        422,
        Problem(
            "bad-span",
            "until",
            f"until 须不早于 since，且最多相隔 {days} 天",
            f"until must not lie before since, and at most {days} days after it",
        ),
    )
