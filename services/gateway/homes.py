"""Where the person of a request is at home, and whether the asker may reach them there."""

from projections.people import Volunteer
from services.auth import Grant
from services.gateway.ask import found
from services.gateway.errors import Refused, unknown
from services.gateway.rules import must_see
from services.node import Node
from services.problems import Problem


async def volunteer_of(node: Node, person: str) -> Volunteer:
    """Return what is known of a person. Raises Refused, LogUnavailable."""
    volunteer = await found(node, node.picture.people.volunteers, person)
    if volunteer is None:
        raise unknown("志愿者", "volunteer", person)
    return volunteer


async def home(node: Node, grant: Grant, person: str) -> str:
    """Return a person's home site, which the grant takes in. Raises Refused, LogUnavailable."""
    site = (await volunteer_of(node, person)).site
    must_see(grant, site)
    return site


def leads(node: Node, grant: Grant, venue: str | None) -> bool:
    """Tell whether a grant is of somebody who leads a venue, or the site it belongs to."""
    if grant.person is None or venue is None:
        return False
    row = node.picture.places.venues.get(venue)
    places = (venue, row.site) if row is not None else (venue,)
    return any(grant.person in node.roster.leads(place) for place in places)


def is_only_theirs(node: Node, grant: Grant) -> bool:
    """Tell whether a token opens what is one person's own, and nothing of others: a volunteer's who
    leads nobody and looks after nobody. Calendar programs carry such a token in an address.
    """
    if grant.person is None or grant.role != "reporter" or grant.lanes:
        return False
    volunteer = node.picture.people.volunteers.get(grant.person)
    return volunteer is None or not volunteer.leads


def must_look_over(node: Node, grant: Grant) -> None:
    """Raise Refused for a token that opens only what is one person's own: where others are and how
    they are is not theirs to see.
    """
    if is_only_theirs(node, grant):
        raise Refused(
            403,
            Problem(
                "own-token",
                "Authorization",
                f"此令牌属于 {grant.person} 本人，只能打开其个人页面 /me，看不到他人",
                f"this token is {grant.person}'s own: it opens their page, /me, and shows nothing"
                " of others",
            ),
        )


def not_yours(person: str) -> Refused:
    """Return the refusal for what only the person, their lead or a commander may do."""
    return Refused(
        403,
        Problem(
            "not-yours",
            "person",
            f"只有 {person} 本人、其场馆负责人或指挥员可以这样做",
            f"only {person}, a lead of their venue or a commander may do this",
        ),
    )
