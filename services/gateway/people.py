"""People: who somebody is looking for, and what is known of one of them."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query

from events.fact import Id
from events.lane import Lane
from events.volunteer import Role
from projections.moment import Moment
from projections.people import Volunteer
from projections.person_card import person_card, person_row
from projections.posts import know, sites_that_see
from services.auth import Grant
from services.gateway.errors import unknown
from services.gateway.rules import Responding, must_see
from services.node import Node

PAGE_MAX = 500


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
        groups = _groups(node, moment, venue, role, lane, phase)
        rows: list[dict[str, Any]] = []
        for person in _candidates(node, query, after, site, groups):
            volunteer = node.picture.people.volunteers.get(person)
            if volunteer is None or not _fits(moment, person, volunteer, site):
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
        if not _seen(moment, id, grant):
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


def _seen(moment: Moment, person: str, grant: Grant) -> bool:
    return grant.sites is None or not grant.sites.isdisjoint(
        sites_that_see(moment, know(moment, person))
    )


def _fits(moment: Moment, person: str, volunteer: Volunteer, site: str | None) -> bool:
    if site is not None and volunteer.site != site:
        return False
    return moment.sites is None or not moment.sites.isdisjoint(
        sites_that_see(moment, know(moment, person))
    )


def _groups(
    node: Node,
    moment: Moment,
    venue: str | None,
    role: str | None,
    lane: str | None,
    phase: str | None,
) -> list[tuple[str, ...]]:
    roster = node.roster
    groups = []
    if venue is not None:
        groups.append(roster.on_post(venue, moment.at))
    if role is not None:
        groups.append(roster.people_of_role(role))
    if lane is not None:
        groups.append(roster.of_lane(lane))
    if phase is not None:
        groups.append(roster.in_phase(phase))
    return groups


def _candidates(
    node: Node, query: str, after: str, site: str | None, groups: list[tuple[str, ...]]
) -> Iterator[str]:
    """Yield who is in every group and may be meant, sorted, after `after`."""
    roster = node.roster
    if site is not None:
        groups = [*groups, roster.home(site)]
    if not groups:
        yield from roster.find(query, after)
        return
    smallest, *others = sorted(groups, key=len)
    inside = [frozenset(group) for group in others]
    for person in smallest:
        if (
            person > after
            and all(person in group for group in inside)
            and (roster.means(query, person))
        ):
            yield person
