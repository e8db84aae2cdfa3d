"""Phases: planning them, which there are, and who is ready for one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field

from events.fact import Id, Line, Text
from events.phase import ClockTime, Gate, RoleRule
from projections.moment import Moment, iso
from projections.phases_view import show_phases
from projections.readiness import show_readiness
from services.gateway.ask import Body, OneOrMany, When, decided, found, moment, send
from services.gateway.errors import unknown
from services.gateway.lists import each
from services.gateway.rules import Commanding, Known, Responding, must_see
from services.node import Node
from services.reporting.draft import HEADQUARTERS
from services.volunteers.commands import PlanPhase

PAGE = 200
PAGE_MAX = 1000


class Rule(RoleRule):
    """What a role asks of a person, with no word too many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cold_below_c: Annotated[float, Field(ge=-90, le=60, allow_inf_nan=False)] | None = None


class NewPhase(Body):
    """A phase. `timezone` is an IANA name, `check_in_at` the hour of its daily check-in there."""

    id: Id
    name: Text
    starts_at: When
    ends_at: When
    timezone: Line = "Asia/Shanghai"
    check_in_at: ClockTime = "08:00"
    gates: Annotated[tuple[Gate, ...], Field(max_length=3)] = ()
    rules: Annotated[tuple[Rule, ...], Field(max_length=50)] = ()
    work_hours_max: Annotated[float, Field(gt=0, le=24)] = 10.0
    rest_hours_min: Annotated[float, Field(ge=0, le=24)] = 11.0


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["phases"])

    @router.post("/phases")
    async def plan(
        request: Request, body: OneOrMany[NewPhase], grant: Commanding
    ) -> dict[str, Any]:
        """Plan a phase or a list of them, or plan anew what there is. It belongs to
        headquarters.
        """
        must_see(grant, HEADQUARTERS)

        async def one(phase: NewPhase) -> dict[str, Any]:
            said = phase.model_dump(exclude={"at", "command_id", "id"})
            command = PlanPhase(
                site=HEADQUARTERS,
                id=phase.id,
                at=moment(node, phase),
                by=grant.name,
                **said,
            )
            return decided(await send(node, request, grant, command, phase))

        if isinstance(body, NewPhase):
            return await one(body)
        return await each([(phase.id, phase) for phase in body], one)

    @router.get("/phases")
    async def phases(_: Known) -> dict[str, Any]:
        """All phases: those that run, those to come, and those that are over."""
        now = Moment(node.picture, node.clock.now())
        return {"at": iso(now.at), "phases": show_phases(now)}

    @router.get("/phases/{id}/readiness")
    async def readiness(
        id: Id,
        grant: Responding,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
    ) -> dict[str, Any]:
        """How many of the phase's roster pass its gates, and who does not, by id. `next` is what
        `after` is for the next page.
        """
        if await found(node, node.picture.phases.rows, id) is None:
            raise unknown("阶段", "phase", id)
        now = Moment(node.picture, node.clock.now(), grant.sites)
        people = node.roster.in_phase(id)
        return {"at": iso(now.at), **show_readiness(now, id, people, after=after, limit=limit)}

    return router
