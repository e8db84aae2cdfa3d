"""Observations over MQTT, QoS 1, from nats-server's own listener, and over NATS as they are.

A message is acknowledged to nats-server once what became of it is in the log: its event, or that it
was set aside. Until then it stays, and comes again.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import nats.errors
import structlog
from nats.aio.msg import Msg
from pydantic import WithJsonSchema

from events.ids import derive
from services.ending import end
from services.ids import new_id
from services.log import LogBroken, LogFull, LogUnavailable
from services.messages import whole
from services.node import Node
from services.provision import Refused
from services.reporting.draft import HEADQUARTERS
from services.weather.observing.measured import Measured
from services.weather.observing.placed import Default, Sender
from services.weather.observing.refusal import Unreadable
from services.weather.stations.address import Address, address_of
from services.weather.stations.aside import set_aside
from services.weather.stations.streams import (
    CONSUMER,
    MESSAGES,
    SUBJECTS,
    bound_others,
    provision,
)
from services.weather.stations.take import Answer, Taker

_log = structlog.get_logger()

ObservationMessage = Annotated[
    Any, WithJsonSchema({"title": "Observation", "type": ["object", "array", "string"]})
]

_AT_ONCE: Final = 256
_FETCH_S: Final = 5.0
_AGAIN_S: Final = 1.0
_LOOK_S: Final = 20.0
_QOS: Final = "Nmqtt-Pub"
"""nats-server's header on what came over MQTT: its QoS."""


class MqttIn:
    """Takes what stations publish on `obs/<site>/<station>`."""

    def __init__(self, node: Node, taker: Taker) -> None:
        self._node = node
        self._taker = taker
        self._is_on = node.settings.mqtt_port is not None
        self._tasks: list[asyncio.Task[None]] = []
        self._in_hand = 0
        node.broker.subscriber(
            "obs.>",
            queue="observations",
            max_workers=64,
            decoder=whole,
            title="observations",
            description=(
                "What a station measured, on `obs.<site>.<station>`: JSON with units or METAR, as"
                " `POST /api/v1/observations` takes it; the answers come on the reply subject."
                " Over MQTT it is the topic `obs/<site>/<station>`."
            ),
        )(self.on_message)
        if self._is_on:
            node.idle.append(self.idle)

    async def prepare(self) -> None:
        """Have on the server what keeps messages for us.

        Without MQTT too: should it be listened for one day, the first message finds its keeper.
        """
        try:
            await provision(self._node.nc, self._node.settings.replicas)
        except (Refused, nats.errors.Error, TimeoutError) as error:
            if self._is_on:
                raise
            _log.warning("MQTT is not prepared for", reason=str(error))

    async def start(self) -> None:
        """Begin to take what is there."""
        if self._is_on:
            self._tasks = [
                asyncio.create_task(self._work(), name="take observations over MQTT"),
                asyncio.create_task(self._keep(), name="keep MQTT's streams bounded"),
            ]

    async def stop(self) -> None:
        """Leave what is not done to whoever takes it next."""
        for task in self._tasks:
            await end(task)

    def busy(self) -> int:
        """Return how many messages are in hand."""
        return self._in_hand

    async def idle(self) -> bool:
        """Tell whether everything that was acknowledged to a station is in the log."""
        info = await self._node.nc.jetstream().consumer_info(MESSAGES, CONSUMER)
        return not info.num_pending and not info.num_ack_pending

    async def on_message(self, message: ObservationMessage) -> list[Answer] | None:
        """Take what came over plain NATS, or over MQTT with QoS 0: nobody keeps it but we."""
        raw: Msg = message.raw_message
        qos = (raw.headers or {}).get(_QOS)
        if qos not in (None, "0"):
            return None  # It is stored, and read from where it is stored.
        now = self._node.clock.now()
        address = address_of(raw.subject)
        answers = await self._take(address, raw.data, new_id(), now)
        with contextlib.suppress(LogUnavailable, LogFull, LogBroken):
            if not raw.reply:
                await self._set_aside(address, raw.data, answers, now)
        return answers if raw.reply else None

    async def _work(self) -> None:
        while True:
            try:
                subscription = await self._node.nc.jetstream().pull_subscribe_bind(
                    CONSUMER, MESSAGES
                )
                while True:
                    with contextlib.suppress(nats.errors.TimeoutError):
                        await self._handle(await subscription.fetch(_AT_ONCE, timeout=_FETCH_S))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                _log.warning("observations over MQTT wait", reason=repr(error))
                await asyncio.sleep(_AGAIN_S)

    async def _handle(self, messages: Sequence[Msg]) -> None:
        self._in_hand = len(messages)
        try:
            # All at once, so that they share an fsync.
            await asyncio.gather(*(self._one(message) for message in messages))
        finally:
            self._in_hand = 0

    async def _one(self, message: Msg) -> None:
        stored = message.metadata.timestamp
        address = address_of(message.subject.removeprefix(SUBJECTS))
        arrived = self._node.clock.now() - (datetime.now(UTC) - stored)
        key = derive("mqtt", message.subject, stored.isoformat(), message.data.hex()[:200])
        try:
            answers = await self._take(address, message.data, key, arrived)
            if any(answer["status"] == "unavailable" for answer in answers):
                raise LogUnavailable("take an observation: the log cannot be written to")
            await self._set_aside(address, message.data, answers, stored)
        except Exception as error:  # noqa: BLE001 - whatever it was, the message comes again
            _log.warning("an observation comes again", topic=address.topic, reason=str(error))
            await message.nak(delay=_AGAIN_S)
        else:
            await message.ack()

    async def _take(
        self, address: Address, body: bytes, key: str, arrived: datetime
    ) -> list[Answer]:
        if not body.strip():
            return []  # MQTT's way to clear what a topic retains.
        try:
            read = await self._taker.read(body, "mqtt")
        except Unreadable as error:
            return [{"id": None, "status": "rejected", **error.problem.show()}]
        for one in read.found:
            if isinstance(one, Measured) and not one.station:
                one.station = address.station
        return await self._taker.take(
            read.found,
            Sender(f"station:{address.station or '?'}", frozenset({address.site})),
            "mqtt",
            name=lambda place: derive(key, str(place)),
            default=Default(station=address.station, arrived=arrived),
        )

    async def _set_aside(
        self, address: Address, body: bytes, answers: Sequence[Answer], arrived: datetime
    ) -> None:
        """Write down what was not taken, where nobody waits for an answer."""
        node = self._node
        # Anybody may publish under any name: the event must lie where somebody looks.
        site = address.site if address.site in node.picture.places.sites else HEADQUARTERS
        events = set_aside(answers, address, site, body, arrived, node.clock.now())
        for event in events:
            if node.seen.find(event.id) is None:
                await node.log.append([event])
                _log.warning("an observation was set aside", topic=address.topic, id=event.id)

    async def _keep(self) -> None:
        while True:
            try:
                await provision(self._node.nc, self._node.settings.replicas)
                await bound_others(self._node.nc)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at again
                _log.warning("MQTT's streams cannot be kept", reason=repr(error))
            await asyncio.sleep(_LOOK_S)
