"""Asks a lane to look after somebody. Nothing of a request leads back to the check-in: its ids
follow from a secret, and it is caused by itself.
"""

from typing import NamedTuple

from events.ids import derive
from events.lane import Lane
from projections.unheard import CheckIn
from services.ask import Ask
from services.days import process
from services.days.commands import OpenCare
from services.node import Node


class Wish(NamedTuple):
    """What a check-in asks of a lane. The id of the request comes first: it is their order."""

    care: str
    check_in: CheckIn
    lane: Lane
    why: str


def is_asked(node: Node, wish: Wish) -> bool:
    """Tell whether a lane has been asked and everybody has been told who was to be told."""
    row = node.picture.cares.rows.get(wish.care)
    alerts = node.picture.alerts.rows
    if row is None or row.taken_by is not None or row.ended_at is not None:
        return row is not None
    told = process.care_alert_id(wish.care) in alerts
    return told and (_has_somebody(node, wish) or process.waiting_alert_id(wish.care) in alerts)


async def ask_lane(node: Node, wish: Wish) -> None:
    """Open a request and tell the lane. Asked again, it is the same request.

    Raises Erased, Rejected, LogUnavailable, LogFull, LogBroken.
    """
    care, check_in, lane, why = wish
    await node.keys.make(care, of=check_in.person)
    at = node.clock.now()
    opened = OpenCare(
        site=check_in.site,
        id=care,
        at=at,
        by=process.BY,
        lane=lane,
        sealed=node.keys.seal(care, "care", {"person": check_in.person, "why": why}),
    )
    alert = process.care_alert(care, check_in.site, lane, _helpers(node, wish), node.roster, at)
    for command in (opened, alert):
        ask = Ask(command, derive(care, command.type), care, care, drill=check_in.drill)
        await node.bus.send(ask)
    if not _has_somebody(node, wish):
        await tell_headquarters(node, care, lane, drill=check_in.drill)


async def tell_headquarters(node: Node, care: str, lane: Lane, *, drill: bool) -> None:
    """Say that a lane has left somebody waiting. Raises as `ask_lane`."""
    alert = process.waiting_alert(care, lane, node.clock.now())
    await node.bus.send(Ask(alert, derive(alert.id, "raise"), alert.id, alert.id, drill=drill))


def _helpers(node: Node, wish: Wish) -> tuple[str, ...]:
    helpers = node.roster.helpers_of(wish.check_in.person)
    return tuple(helper for of, helper in helpers if of == wish.lane)


def _has_somebody(node: Node, wish: Wish) -> bool:
    return bool(_helpers(node, wish) or node.roster.of_lane(wish.lane))
