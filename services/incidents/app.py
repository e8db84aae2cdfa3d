"""The incidents service: the life of each incident after it was reported."""

from pydantic import TypeAdapter

from services.incidents.commands import IncidentCommand
from services.incidents.decider import INCIDENT
from services.node import Node, Service


def build(node: Node) -> Service:
    """Decide on incidents in this process."""
    node.decide(INCIDENT, TypeAdapter(IncidentCommand))
    return Service("incidents")
