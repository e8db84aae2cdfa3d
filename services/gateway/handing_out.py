"""Handing out what is sealed: the right is looked at, the reading is written down, and only then is
anything opened.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple, TypeAlias

import structlog
from pydantic import StringConstraints

from events.details import DetailsRead
from events.envelope import Event
from events.ids import derive
from events.lane import Lane
from events.sealed import Sealed, Topic
from projections.moment import iso
from services.auth import Grant
from services.gateway.errors import Refused
from services.ids import new_id
from services.keyring import CannotOpen
from services.node import Node
from services.problems import Problem
from services.rights import Right, may_read

_log = structlog.get_logger()

Purpose: TypeAlias = Annotated[str, StringConstraints(max_length=300, pattern=r"\S")]
"""What somebody wants to read it for, in their words. It stands in the log, open."""


class Whose(NamedTuple):
    """Whose details are asked for: a person, a request for care, a report that was set aside."""

    id: str
    site: str
    lane: Lane | None = None
    """The lane a request for care is for."""


class Box(NamedTuple):
    """Sealed details with what may be said of them in the open."""

    sealed: Sealed
    at: datetime | None = None
    about: dict[str, Any] | None = None


def must_have_right(
    grant: Grant, topic: Topic, site: str | None, lane: Lane | None = None
) -> Right:
    """Return the right of a token to read a topic. Raises Refused."""
    right = may_read(grant, topic, site, lane)
    if right is None:
        raise Refused(
            403,
            Problem(
                "details-not-allowed",
                "topic",
                f"此令牌无权阅读这些封存的信息（{topic}）",
                f"this token may not read what is sealed there ({topic})",
            ),
        )
    return right


async def hand_out(
    node: Node, grant: Grant, topic: Topic, whose: Whose, purpose: str, boxes: Sequence[Box]
) -> list[dict[str, Any]]:
    """Return what of some sealed details a token may read, after that is in the log.

    What can no longer be opened is None. Raises Refused without the right, LogUnavailable,
    LogFull, LogBroken when the reading cannot be written down: then nothing is handed out.
    """
    right = must_have_right(grant, topic, whose.site, whose.lane)
    await _write_down(node, grant, topic, whose, purpose, right)
    return [
        {
            **({"at": iso(box.at)} if box.at else {}),
            **(box.about or {}),
            "details": await _opened(node, box.sealed, right),
        }
        for box in boxes
    ]


async def _write_down(
    node: Node, grant: Grant, topic: Topic, whose: Whose, purpose: str, right: Right
) -> None:
    """Store one event for each lane whose right it is, or one for that of the role."""
    reading = new_id()
    now = node.clock.now()
    lanes: tuple[Lane | None, ...] = right.lanes or (None,)
    await node.log.append(
        [
            Event(
                derive(reading, lane or "role"),
                whose.site,
                "details",
                whose.id,
                DetailsRead(topic=topic, purpose=purpose, lane=lane),
                now,
                now,
                grant.actor,
                reading,
                reading,
            )
            for lane in lanes
        ]
    )


async def _opened(node: Node, sealed: Sealed, right: Right) -> dict[str, Any] | None:
    await node.keys.fetch(sealed.owner)
    try:
        details = node.keys.open(sealed)
    except CannotOpen:
        _log.error("details cannot be opened: they were not sealed as they say", topic=sealed.topic)
        return None
    return None if details is None else right.of(details)
