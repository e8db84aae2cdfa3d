"""The access service: tokens, by role and site, and the keys of whoever is erased."""

from pydantic import TypeAdapter

from events.envelope import Event
from services.access.commands import TokenCommand
from services.access.decider import TOKEN
from services.node import Node, Service
from services.reactor import Reactor

_NAME = "erasure"


def build(node: Node) -> Service:
    """Decide on tokens in this process, and destroy the keys of erased people."""
    node.decide(TOKEN, TypeAdapter(TokenCommand))

    async def destroy(event: Event, _: int) -> None:
        await node.keys.destroy(event.key)

    reactor = Reactor(node, _NAME, (("volunteer", "erased"),), destroy)
    return Service("access", start=reactor.start, stop=reactor.stop, busy=lambda: len(reactor))
