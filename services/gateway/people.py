"""People: who somebody is looking for, and what is known of one of them."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query

from events.fact import Id
from events.lane import Lane
from events.volunteer import Role
from projections.moment import Moment
from projections.people import Volunteer
from projections.person_card import person_card, person_row
from projections.posts import know, sites_that_see
from services.gateway.errors import unknown
from services.gateway.rules import Responding, must_see
from services.node import Node

PAGE_MAX = 500


class Wanted(NamedTuple):
    """Who is looked for."""

    query: str
    venue: str | None
    site: str | None
    role: str | None
    lane: str | None
    phase: str | None

    def takes(self, volunteer: Volunteer) -> bool:
        """Tell whether what is said of a person fits."""
        return (
            (self.site in (None, volunteer.site))
            and (self.role in (None, volunteer.role))
            and (self.lane is None or self.lane in volunteer.lanes)
            and (self.phase is None or not volunteer.phases or self.phase in volunteer.phases)
        )


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["people"])

    @router.get("/people")
    async def people(  # noqa: PLR0913, PLR0917 - each may stand in the address
        grant: Responding,
        query: Annotated[str, Query(max_length=100)] = "",
        venue: Annotated[Id | None, Query()] = None,
        site: Annotated[Id | None, Query()] = None,
        role: Annotated[Role | None, Query()] = None,
        lane: Annotated[Lane | None, Query()] = None,
        phase: Annotated[Id | None, Query()] = None,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
    ) -> dict[str, Any]:
        """People of the roster by id, a page at a time; `next` is what to go on after.

        `query` is a part of a name in characters, or in Latin letters without spaces or tones, or
        how an id begins. `venue` is who is there now or due there.
        """
        if site is not None:
            must_see(grant, site)
        moment = Moment(node.picture, node.clock.now(), grant.sites)
        wanted = Wanted(query, venue, site, role, lane, phase)
        rows: list[dict[str, Any]] = []
        for person in _candidates(node, moment, wanted, after):
            volunteer = node.picture.people.volunteers.get(person)
            if volunteer is None or not wanted.takes(volunteer) or not _seen(moment, person):
                continue
            if len(rows) == limit:
                return {"people": rows, "next": rows[-1]["id"]}
            rows.append(person_row(moment, person, volunteer))
        return {"people": rows, "next": None}

    @router.get("/people/{id}")
    async def person(id: Id, grant: Responding) -> dict[str, Any]:
        """What is known of a person: who they are, who stands behind them, where they are and
        should be, how they are. What is sealed is not in it.
        """
        moment = Moment(node.picture, node.clock.now(), grant.sites)
        volunteer = node.picture.people.volunteers.get(id)
        if volunteer is None:
            raise unknown("志愿者", "volunteer", id)
        if not _seen(moment, id):
            must_see(grant, volunteer.site)
        calls = node.live.refresh(moment.at).callers.by_person.get(id, ())
        return person_card(
            moment,
            id,
            volunteer,
            [call for call in calls if call.until is None],
            node.roster.helpers_of(id),
            node.roster.lead_of(id),
        )

    return router


def _seen(moment: Moment, person: str) -> bool:
    return moment.sites is None or not moment.sites.isdisjoint(
        sites_that_see(moment, know(moment, person))
    )


def _candidates(node: Node, moment: Moment, wanted: Wanted, after: str) -> Iterator[str]:
    """Yield who may be meant, sorted, after `after`: from the shortest list there is at hand."""
    roster = node.roster
    if wanted.venue is not None:
        listed = roster.on_post(wanted.venue, moment.at)
    elif wanted.lane is not None:
        listed = roster.of_lane(wanted.lane)
    elif wanted.query.strip():
        yield from roster.find(wanted.query, after)
        return
    elif wanted.role is not None:
        listed = roster.people_of_role(wanted.role)
    elif wanted.site is not None:
        listed = roster.home(wanted.site)
    else:
        listed = roster.everyone()
    for person in listed[bisect_right(listed, after) :]:
        if roster.means(wanted.query, person):
            yield person
