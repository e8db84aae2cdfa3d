"""The alerts service: decides on alerts, fires their deadlines, tells responders over NATS, and has
the people it is for told by their own channels.
"""

import asyncio
from typing import Any

import orjson
import structlog
from pydantic import TypeAdapter

from events import subjects
from events.envelope import Event
from projections.notices import lane_alone, notice
from services.alerts.commands import AlertCommand
from services.alerts.decider import ALERT
from services.alerts.guard import guard
from services.alerts.told import messages, people_told
from services.ask import Ask, Outcome
from services.decider import Rejected
from services.durable import Durable
from services.node import Node, Service
from services.notifier.commands import RequestMessage
from services.reactor import Reactor

_log = structlog.get_logger()

DURABLE = "alert-notices"
MESSAGES = "alert-messages"
_MESSAGES_AT_ONCE = 64


def build(node: Node) -> Service:
    """Decide on alerts in this process."""
    commands: TypeAdapter[AlertCommand] = TypeAdapter(AlertCommand)
    alerts = node.decide(ALERT, commands)

    async def handle(ask: Ask) -> Outcome:
        guard(node.picture, ask.command)
        return await alerts.handle(ask)

    node.bus.serve("alert", handle, commands.validate_python)
    wheel = node.turn("alert")
    publisher = node.broker.publisher(
        "alert.{site}.{venue}.{severity}",
        title="alert notices",
        description=(
            "What happens to alerts, for responders. Subscribe to `alert.<site>.<venue>.<severity>`"
            " with stars where you want them all; an alert without a venue has `_` there."
        ),
        schema=dict[str, Any],
    )

    async def tell(event: Event, tries: int) -> None:
        await node.reader.reached(event.seq)
        told = notice(node.picture, event)
        if told is None or lane_alone(node.picture, told["alert"]["about"]):
            return  # whoever listens there has no lane: it is on the stream of those who have
        alert = told["alert"]
        _log.debug("alert told", correlation_id=event.correlation_id, seq=event.seq)
        await publisher.publish(
            orjson.dumps({**told, "tries": tries}),
            subject=subjects.alert(alert["site"], alert["venue"], alert["severity"]),
            headers={"content-type": "application/json", "Nats-Msg-Id": event.id},
            correlation_id=event.correlation_id,
        )

    durable = Durable(
        node,
        DURABLE,
        [subjects.of_kind("alert", t) for t in ("raised", "acknowledged", "escalated", "closed")],
        title="alerts",
        description="What happens to alerts, to be told to responders.",
        handler=tell,
    )
    reactor = _messages(node)

    async def start() -> None:
        await durable.start()
        await reactor.start()

    async def stop() -> None:
        await reactor.stop()
        await durable.stop()

    return Service(
        "alerts",
        prepare=durable.provision,
        start=start,
        stop=stop,
        busy=lambda: wheel.firing + len(reactor),
    )


def _messages(node: Node) -> Reactor:
    """Return what has people told of alerts by their own channels, each of them once."""
    places = asyncio.Semaphore(_MESSAGES_AT_ONCE)

    async def request(event: Event, command: RequestMessage) -> None:
        ask = Ask(command, command.id, event.correlation_id, event.id)
        async with places:
            try:
                await node.bus.send(ask)
            except Rejected as error:
                _log.warning("a message was refused", code=error.code, reason=str(error))

    async def tell(event: Event, _: int) -> None:
        wanted = messages(node.picture, event, node.clock.now())
        await asyncio.gather(*(request(event, command) for command in wanted))

    return Reactor(
        node,
        MESSAGES,
        [("alert", "raised"), ("alert", "escalated")],
        tell,
        concerns=lambda event: any(people_told(node.picture, event)),
    )
