"""The weather service: warnings in, one living warning for each chain of messages."""

from pydantic import TypeAdapter

from services.node import Node, Service
from services.weather.commands import TakeDocument, WarningCommand
from services.weather.decider import WARNING
from services.weather.documents import Documents
from services.weather.feeds.following import Feeds
from services.weather.match import read_table
from services.weather.publishing.app import publishing
from services.weather.rules.app import rules_of
from services.weather.stations.app import stations
from services.weather.trust import trusted


def build(node: Node) -> Service:
    """Take warnings in this process.

    Raises TableRefused for places by code that are none, ValueError for certificates that are none.
    """
    node.decide(WARNING, TypeAdapter(WarningCommand))
    wheel = node.turn("warning")
    documents = Documents(node, read_table(node.settings.geocodes), trusted(node.settings.trust))
    feeds = Feeds(node)
    node.serve("cap", feeds.noticing(documents.handle), TypeAdapter(TakeDocument))
    publisher = publishing(node)
    observations = stations(node)
    reactors = (publisher.reactor, rules_of(node))

    async def prepare() -> None:
        await publisher.prepare()
        await observations.prepare()

    async def start() -> None:
        await documents.start()
        for reactor in reactors:
            await reactor.start()
        await feeds.start()
        await observations.start()

    async def stop() -> None:
        await observations.stop()
        await feeds.stop()
        for reactor in reactors:
            await reactor.stop()
        await documents.stop()

    return Service(
        "weather",
        prepare=prepare,
        start=start,
        stop=stop,
        busy=lambda: wheel.firing + sum(map(len, reactors)) + feeds.busy() + observations.busy(),
    )
