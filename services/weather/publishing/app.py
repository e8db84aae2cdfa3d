"""What the weather service does of publishing: bulletins are decided, signed, kept and told."""

from pydantic import TypeAdapter

from services.node import Node
from services.weather.commands import BulletinCommand, CapOutCommand
from services.weather.publishing.decider import BULLETIN
from services.weather.publishing.publisher import Desk, Publisher


def publishing(node: Node) -> Publisher:
    """Decide on bulletins in this process, and publish what is ready."""
    commands: TypeAdapter[BulletinCommand] = TypeAdapter(BulletinCommand)
    node.decide(BULLETIN, commands)
    publisher = Publisher(node)
    desk = Desk(node, publisher)
    node.bus.serve("bulletin", desk.handle, commands.validate_python)
    node.serve("cap-out", desk.show, TypeAdapter(CapOutCommand))
    return publisher
