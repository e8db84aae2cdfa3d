"""The access service: tokens, by role and site."""

from pydantic import TypeAdapter

from services.access.commands import TokenCommand
from services.access.decider import TOKEN
from services.node import Node, Service


def build(node: Node) -> Service:
    """Decide on tokens in this process."""
    node.decide(TOKEN, TypeAdapter(TokenCommand))
    return Service("access")
