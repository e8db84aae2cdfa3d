"""Where the log of a test lies, and what lies in it."""

from typing import NamedTuple

from nats.aio.client import Client

from events.envelope import Event, decode
from tests.servers import messages


class Place(NamedTuple):
    """Where a log lies."""

    url: str
    replicas: int


async def stored(nc: Client) -> list[Event]:
    return [decode(message.data or b"", message.seq or 0) for message in await messages(nc)]


async def ids(nc: Client) -> list[str]:
    return [event.id for event in await stored(nc)]
