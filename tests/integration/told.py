"""People who can be told, and messages to them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from events.fact import Ref, Text
from events.ids import derive
from events.message import Purpose
from services.ask import Ask, Outcome
from services.ids import new_id
from services.node import Node
from services.notifier.commands import RequestMessage
from services.volunteers.commands import RegisterVolunteer

TEXT = Text(zh="你还好吗？", en="are you all right?")
NOWHERE = Ref(kind="care", id="c1")
"""Nothing is known of it, so whoever is told of it is told."""


async def enrol_with(
    node: Node, person: str, addresses: Mapping[str, str], *more: str, site: str = "yanqing"
) -> None:
    """Register a person who can be reached at these addresses, and by `more` without one."""
    await node.keys.make(person)
    contact = {"phone": "13800138000", "addresses": dict(addresses)}
    command = RegisterVolunteer(
        site=site,
        id=person,
        at=node.clock.now(),
        by="test",
        name=f"志愿者{person}",
        latin=person,
        role="medical",
        channels=(*addresses, *more),
        contact=node.keys.seal(person, "contact", contact),
    )
    outcome = await node.bus.send(Ask(command, new_id(), new_id()))
    await node.reader.reached(outcome.seq)


def telling(
    id: str,
    person: str,
    at: datetime,
    *,
    about: Ref = NOWHERE,
    purpose: Purpose = "care",
    site: str = "yanqing",
) -> RequestMessage:
    return RequestMessage(
        site=site,
        id=id,
        at=at,
        by="test",
        person=person,
        purpose=purpose,
        about=about,
        text=TEXT,
    )


async def tell(node: Node, id: str, person: str, *, drill: bool = False, **more: Any) -> Outcome:
    """Ask for a message as a service does, under an id that follows from the message's."""
    command = telling(id, person, node.clock.now(), **more)
    return await node.bus.send(Ask(command, derive(id, "request"), "k", drill=drill))


async def until(done: Callable[[], bool], within_s: float = 10.0) -> None:
    """Return as soon as something is so."""
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, "it does not come"
        await asyncio.sleep(0.01)


def stages(node: Node, id: str) -> dict[str, str]:
    """Return how far a message is, by channel."""
    return {one.name: one.stage for one in node.kinds["message"].state(id).channels}
