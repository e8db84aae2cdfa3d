"""The sites service: where there are command posts and venues."""

from pydantic import TypeAdapter

from services.node import Node, Service
from services.sites.commands import SiteCommand, VenueCommand
from services.sites.decider import SITE, VENUE


def build(node: Node) -> Service:
    """Decide on sites and venues in this process."""
    node.decide(SITE, TypeAdapter(SiteCommand))
    node.decide(VENUE, TypeAdapter(VenueCommand))
    return Service("sites")
