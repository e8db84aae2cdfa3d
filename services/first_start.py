"""What a new log begins with: the plan's sites, venues and feeds, and a token for its operator."""

from pathlib import Path

from events.ids import derive
from services.access.commands import CreateToken
from services.ask import Ask
from services.auth import hash_of, new_token
from services.ids import new_id
from services.node import Node
from services.scenario.plan import Plan
from services.sites.commands import RegisterSite, RegisterVenue
from services.weather.commands import RegisterFeed

_BY = "service:first-start"


async def register_plan(node: Node, plan: Plan) -> None:
    """Register the plan's sites, venues and feeds, unless the log has others already.

    A first start that was cut off midway is finished; what was registered is not said again.
    """
    known = node.picture.places
    others = known.sites.keys() - {site.id for site in plan.sites}
    feeds = node.picture.feeds.rows
    whole = all(venue.id in known.venues for venue in plan.venues)
    whole = whole and all(feed.id in feeds for feed in plan.feeds)
    if known.sites and (others or whole):
        return
    at = node.clock.now()
    last = 0
    for site in plan.sites:
        command = RegisterSite(
            site=site.id, id=site.id, at=at, by=_BY, name=site.name, reports_to=site.reports_to
        )
        id = derive("plan", plan.id, "site", site.id)
        last = (await node.bus.send(Ask(command, id, id))).seq
    for venue in plan.venues:
        place = RegisterVenue(
            site=venue.site,
            id=venue.id,
            at=at,
            by=_BY,
            name=venue.name,
            place=venue.place,
            adcode=venue.adcode,
            outline=venue.corners,
            margin_m=venue.margin_m,
        )
        id = derive("plan", plan.id, "venue", venue.id)
        last = (await node.bus.send(Ask(place, id, id))).seq
    # A feed that was removed since stays so: its registration is in the log already.
    for feed in plan.feeds:
        follow = RegisterFeed(
            site="hq",
            id=feed.id,
            at=at,
            by=_BY,
            name=feed.name,
            adapter=feed.adapter,
            url=feed.url,
            interval_s=feed.interval_s,
            may_be_empty=feed.may_be_empty,
            private=feed.private,
        )
        id = derive("plan", plan.id, "feed", feed.id)
        last = (await node.bus.send(Ask(follow, id, id))).seq
    await node.reader.reached(last)


async def admin_token(node: Node, data: Path) -> str:
    """Return the admin's token of a data folder; the first start makes it.

    The secret is kept beside the log, readable for the operator's account only. It is written
    before the event, so that a crash between the two leaves a token that the next start creates.
    One that was revoked never comes back: the start makes another.
    """
    path = data / "admin-token"
    token = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if not token or node.grants.was_revoked(token):
        token = new_token()
        path.touch(mode=0o600)
        path.write_text(token, encoding="ascii")
    if node.grants.find(token) is None:
        id = new_id()
        command = CreateToken(
            site="hq",
            id=id,
            at=node.clock.now(),
            by=_BY,
            role="admin",
            name="admin",
            sha256=hash_of(token),
        )
        outcome = await node.bus.send(Ask(command, id, id))
        await node.reader.reached(outcome.seq)
    return token
