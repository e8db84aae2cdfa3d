"""Can people be reached? The daily test, and a test by hand."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request

from events.fact import Id, Ref
from events.ids import derive
from projections.moment import Moment
from projections.reach import due, first_start, id_of_test, prove_by, unproven
from projections.reach_view import show_reach, show_unproven
from services.gateway.ask import Body, decided, key_of, moment, send, who
from services.gateway.errors import Refused
from services.gateway.messages import may_ask_of
from services.gateway.places import site_name
from services.gateway.reads import sites_of
from services.gateway.rules import Commanding, Reporting, Responding, must_see
from services.ids import new_id
from services.node import Node
from services.notifier.commands import TEST_TEXT, BeginTest, RequestMessage
from services.problems import Problem

_ZONE = ZoneInfo("Asia/Shanghai")
_PAGE = 500


class Testing(Body):
    site: Id | None = None


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["reachability"])

    @router.get("/reachability")
    async def reachability(
        grant: Responding,
        site: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=50_000)] = _PAGE,
    ) -> dict[str, Any]:
        """Who is on shift or will be and has fewer than two channels proven within 24 hours, in
        the order of their shifts, with the age of each channel's last proof.
        """
        sites = sites_of(grant, site)
        looked = Moment(node.picture, node.clock.now(), sites)
        rows = unproven(node.picture.people, node.picture.messages, looked.at, sites)
        return {
            "total": len(rows),
            "unreachable": sum(not row.proven for row in rows),
            "tests": show_reach(looked)["sites"],
            "people": show_unproven(looked, rows[:limit]),
        }

    @router.post("/reachability/test")
    async def test(
        request: Request, grant: Commanding, body: Testing | None = None
    ) -> dict[str, Any]:
        """Test the channels of everyone with a shift in the next 24 hours, of a site or of all.

        While a test goes on, nothing is begun.
        """
        said = body or Testing()
        if said.site is not None:
            must_see(grant, said.site)
            await site_name(node, said.site)
        at = moment(node, said)
        people = node.picture.people
        wanted = {
            site: persons
            for site, persons in due(people, at).items()
            if grant.sees(site) and said.site in (None, site)
        }
        if not wanted:
            raise Refused(
                409,
                Problem(
                    "nobody-to-test",
                    "site",
                    "未来 24 小时没有人有班次",
                    "nobody has a shift in the next 24 hours",
                ),
            )
        day = at.astimezone(_ZONE).date().isoformat()
        results = []
        for site, persons in sorted(wanted.items()):
            command = BeginTest(
                site=site,
                id=id_of_test(day, site),
                at=at,
                by=who(grant),
                day=day,
                people=persons,
                prove_by=prove_by(at, first_start(people, persons, at)),
                again=True,
            )
            outcome = await send(node, request, grant, command, said)
            begun = bool(outcome.event_ids)
            results.append(decided(outcome, site=site, begun=begun, people=len(persons)))
        return {"tests": results}

    @router.post("/people/{id}/test-message")
    async def test_message(
        request: Request, id: Id, grant: Reporting, body: Body | None = None
    ) -> dict[str, Any]:
        """Send a person a test by all their channels: themselves, or whoever looks after them."""
        said = body or Body()
        site = await may_ask_of(node, grant, id)
        key = key_of(request, said)
        command = RequestMessage(
            site=site,
            id=derive("test-message", grant.actor, id, key) if key else new_id(),
            at=moment(node, said),
            by=who(grant),
            person=id,
            purpose="channel-test",
            about=Ref(kind="volunteer", id=id),
            text=TEST_TEXT,
        )
        outcome = await send(node, request, grant, command, said)
        channels = node.picture.people.volunteers[id].channels
        return decided(outcome, id=command.id, channels=list(channels))

    return router
