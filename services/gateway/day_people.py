"""What people said at a day's check-in, for the lanes that look after them."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from events.checkin import Day
from events.fact import Id
from events.lane import Lane
from projections.mood import has_fever
from services.auth import Grant
from services.gateway.days import asked_of
from services.gateway.handing_out import Box, Whose, hand_out, must_have_right
from services.gateway.rules import Reporting
from services.node import Node

_PURPOSE = "每日打卡查看 / the day's check-ins"
PEOPLE_MAX = 500
"""People in one answer: for each of them it is written down that they were read."""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["days"])

    @router.get("/days/{day}/people")
    async def people(
        day: Day,
        lane: Annotated[Lane, Query()],
        grant: Reporting,
        site: Annotated[Id | None, Query()] = None,
        after: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=PEOPLE_MAX)] = PEOPLE_MAX,
    ) -> dict[str, Any]:
        """What everyone said who has checked in, by answer. For a token of the lane.

        For each person it is written down first that they were read. So the answer goes by id, and
        takes in whoever is fine: a list of the others alone would tell every reader of the log who
        they are. `next` is where the next page goes on.
        """
        mine = grant._replace(lanes=grant.lanes & {lane})
        must_have_right(mine, "check-in", None)
        asked = asked_of(node, day, grant, site)
        found = sorted(
            (person, row.site)
            for id, row in asked.rows()
            for person in node.picture.days.expected.get(id, ())
            if person > (after or "")
        )
        page = list(dict.fromkeys(found))[:limit]
        shown = await asyncio.gather(*(_said(node, mine, day, *one) for one in page))
        heard = [person for person in shown if person is not None]
        return {
            "day": day,
            "lane": lane,
            "people": heard,
            "groups": _groups(heard),
            "next": page[-1][0] if len(page) == limit else None,
        }

    return router


def _groups(people: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return whose answer is which, and who has a fever, as far as the lane may know."""
    found: dict[str, list[str]] = {}
    for person in people:
        details = person["details"] or {}
        if "answer" in details:
            found.setdefault(details["answer"], []).append(person["id"])
        if has_fever(details):
            found.setdefault("fever", []).append(person["id"])
    return found


async def _said(
    node: Node, grant: Grant, day: str, person: str, site: str
) -> dict[str, Any] | None:
    """Return what a person said, None where there is nothing to read."""
    sealed = node.wellbeing.sealed(day, person)
    if sealed is None:
        return None
    whose = Whose(person, site)
    [shown] = await hand_out(node, grant, "check-in", whose, _PURPOSE, [Box(sealed)])
    volunteer = node.picture.people.volunteers.get(person)
    return {
        "id": person,
        "name": volunteer.name if volunteer else person,
        "site": site,
        **shown,
    }
