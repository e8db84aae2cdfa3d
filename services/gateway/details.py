"""Sealed details: handed out to whoever may read them, and destroyed for good."""

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Request
from pydantic import Field

from events import subjects
from events.checkin import CheckInGiven
from events.envelope import Event
from events.fact import Id, Line
from events.presence import PresenceReported
from events.report import ReportSetAside
from projections.people import Volunteer
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.handing_out import Box, Purpose, Whose, hand_out, must_have_right
from services.gateway.rules import Administering, Commanding, Known, must_see
from services.log.load import load
from services.node import Node
from services.problems import Problem
from services.volunteers.commands import ErasePerson

OfPerson: TypeAlias = Literal["contact", "check-in", "presence"]
_KINDS = {"check-in": ("checkin", "given"), "presence": ("presence", "reported")}


class Reading(Body):
    topic: OfPerson
    purpose: Purpose
    """What for. It is kept with who read it, for the audit."""
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    """So many of the newest, where there may be several."""


class ReadingAside(Body):
    purpose: Purpose


class Erasing(Body):
    reason: Line


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["details"])

    @router.post("/people/{id}/details")
    async def read(id: Id, body: Reading, grant: Known) -> dict[str, Any]:
        """Read what is sealed of a person. That you did, and what for, is written down first.

        `contact` is for responders and above; `check-in` and `presence` for tokens of the lanes
        that look after people, each what it needs: temperatures for epidemic prevention, words and
        answers for mental health.
        """
        must_have_right(grant, body.topic, None)
        person = await _person(node, id)
        must_see(grant, person.site)
        must_have_right(grant, body.topic, person.site)
        boxes = await _boxes(node, id, person, body)
        shown = await hand_out(node, grant, body.topic, Whose(id, person.site), body.purpose, boxes)
        return {"person": id, "topic": body.topic, "details": shown}

    @router.post("/set-aside/{id}/details")
    async def read_aside(id: Id, body: ReadingAside, grant: Commanding) -> dict[str, Any]:
        """Read a report that was set aside and sealed. That you did is written down first."""
        events = await load(node.nc, subjects.of_aggregate("report", id))
        event = next((one for one in events if isinstance(one.data, ReportSetAside)), None)
        if event is None:
            raise unknown("搁置的报告", "report that was set aside", id)
        must_see(grant, event.site)
        sealed = getattr(event.data, "sealed", None)
        boxes = [Box(sealed, event.occurred_at)] if sealed is not None else []
        whose = Whose(id, event.site)
        shown = await hand_out(node, grant, "set-aside", whose, body.purpose, boxes)
        return {"id": id, "topic": "set-aside", "details": shown}

    @router.post("/people/{id}/erase")
    async def erase(
        request: Request, id: Id, body: Erasing, grant: Administering
    ) -> dict[str, Any]:
        """Destroy a person's key, for good: nobody ever reads their details again.

        Answered once it is gone. Ids, counts and who was where stay.
        """
        person = await found(node, node.picture.people.volunteers, id)
        if person is None:
            raise unknown("志愿者", "volunteer", id)
        must_see(grant, person.site)
        command = ErasePerson(
            site=person.site,
            id=id,
            at=moment(node, body),
            by=grant.name,
            reason=body.reason,
        )
        outcome = await send(node, request, grant, command, body)
        # Whoever reacts to the event does it too, should this process end here.
        await node.keys.destroy(id)
        return decided(outcome, id=id, erased=True)

    return router


async def _person(node: Node, id: str) -> Volunteer:
    person = await found(node, node.picture.people.volunteers, id)
    if person is None:
        raise unknown("志愿者", "volunteer", id)
    if person.erased:
        raise Refused(
            410,
            Problem(
                "erased",
                "id",
                f"{id} 的个人信息已销毁",
                f"the details of {id} are destroyed",
            ),
        )
    return person


async def _boxes(node: Node, id: str, person: Volunteer, body: Reading) -> list[Box]:
    """Return the newest boxes of a topic, the newest first."""
    if body.topic == "contact":
        return [Box(person.contact)] if person.contact else []
    events = await load(node.nc, subjects.of_aggregate(*_address(body.topic, id)))
    boxes = [box for event in events if (box := _box(event)) is not None]
    newest = sorted(boxes, key=lambda box: box[0], reverse=True)
    return [box for _, box in newest[: body.limit]]


def _address(topic: OfPerson, id: str) -> tuple[str, str, str]:
    kind, type = _KINDS[topic]
    return kind, id, type


def _box(event: Event) -> tuple[tuple[str, str], Box] | None:
    rank = event.occurred_at.isoformat(), event.id
    match event.data:
        case CheckInGiven(day=day, sealed=sealed):
            return rank, Box(sealed, event.occurred_at, {"day": day})
        case PresenceReported(detail=sealed) if sealed is not None:
            return rank, Box(sealed, event.occurred_at)
        case _:
            return None
