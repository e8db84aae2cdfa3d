"""Tells what Muster said itself, should it come back by a feed that follows ours or a forger."""

from projections.own_warnings import SENDER
from services.node import Node


def is_own(node: Node, sender: str) -> bool:
    """Tell whether messages of a sender are our own: what we published or publish under, and what
    our rules warn under. They are in the log from the start, so none is taken from outside.
    """
    named = node.settings.cap_sender
    return sender in {SENDER, named} - {""} or sender in node.bulletins.senders
