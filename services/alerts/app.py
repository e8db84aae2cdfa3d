"""The alerts service: decides on alerts, fires their deadlines, and tells responders over NATS."""

from typing import Any

import orjson
import structlog
from pydantic import TypeAdapter

from events import subjects
from events.envelope import Event
from projections.notices import notice
from services.alerts.commands import AlertCommand
from services.alerts.decider import ALERT
from services.durable import Durable
from services.node import Node, Service

_log = structlog.get_logger()

DURABLE = "alert-notices"


def build(node: Node) -> Service:
    """Decide on alerts in this process."""
    node.decide(ALERT, TypeAdapter(AlertCommand))
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
        if told is None:
            return
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
    return Service(
        "alerts",
        prepare=durable.provision,
        start=durable.start,
        stop=durable.stop,
        busy=lambda: wheel.firing,
    )
