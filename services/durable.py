"""A durable consumer of events, worked on by FastStream.

FastStream neither creates what we need nor notices when it is gone: a pull subscriber whose durable
has disappeared spins without a word. So the consumer is provisioned here, and watched.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, PullSub
from nats.js.errors import NotFoundError
from pydantic import WithJsonSchema

from events import subjects
from events.envelope import Event, Unreadable, decode
from services.ending import end
from services.messages import whole
from services.node import Node
from services.provision import EVENTS, ensure_consumer

_log = structlog.get_logger()

_AT_ONCE = 64
_ACK_WAIT_S = 5.0
"""What a killed process had in hand comes again after this long, and an alert may be among it.

A handler that takes longer meets its own event a second time, which changes nothing.
"""
_WATCH_S = 5.0
_PAUSES_S = (0.2, 1.0, 5.0, 15.0, 60.0)

EventMessage = Annotated[Any, WithJsonSchema({"title": "CloudEvent", "type": "object"})]


class Durable:
    """Hands each stored event under some filters to a handler, at least once, many at a time.

    The handler gets the event and how often it was tried. It is acknowledged when the handler
    returns; when it raises, it comes again after a pause that grows to a minute.
    """

    def __init__(
        self,
        node: Node,
        name: str,
        filters: Sequence[str],
        *,
        title: str,
        description: str,
        handler: Callable[[Event, int], Awaitable[None]],
    ) -> None:
        self._node = node
        self._name = name
        self._filters = filters
        self._handler = handler
        self._watch: asyncio.Task[None] | None = None
        self.handled = 0
        node.idle.append(self.idle)
        self._subscriber = node.broker.subscriber(
            subjects.ALL,
            durable=name,
            stream=JStream(EVENTS, declare=False),
            pull_sub=PullSub(batch_size=_AT_ONCE, timeout=5.0),
            ack_policy=AckPolicy.MANUAL,
            decoder=whole,
            title=title,
            description=description,
        )
        self._subscriber(self._on_message)

    async def provision(self) -> None:
        """Make the consumer on the server as it must be."""
        await ensure_consumer(
            self._node.nc,
            EVENTS,
            self._name,
            self._filters,
            ack_wait_s=_ACK_WAIT_S,
            max_deliver=-1,
            max_ack_pending=1024,
        )

    async def start(self) -> None:
        """Begin to watch that the consumer stays."""
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Stop watching; the broker stops the subscriber."""
        await end(self._watch)

    async def idle(self) -> bool:
        """Tell whether everything that was stored has been handled and acknowledged."""
        info = await self._node.nc.jetstream().consumer_info(EVENTS, self._name)
        return not info.num_pending and not info.num_ack_pending

    async def _on_message(self, message: EventMessage) -> None:
        raw = message.raw_message
        metadata = raw.metadata
        tries = metadata.num_delivered
        try:
            event = decode(raw.data, metadata.sequence.stream)
            await self._handler(event, tries)
        except Unreadable:
            _log.exception("an event cannot be read", consumer=self._name)
            await message.nack(delay=_PAUSES_S[-1])
        except Exception as error:  # noqa: BLE001 - whatever it was, the event comes again
            pause = _PAUSES_S[min(tries, len(_PAUSES_S)) - 1]
            _log.warning("an event comes again", consumer=self._name, error=str(error), in_s=pause)
            await message.nack(delay=pause)
        else:
            self.handled += 1
            await message.ack()

    async def _keep(self) -> None:
        anew = False
        while True:
            await asyncio.sleep(_WATCH_S)
            try:
                if await self._is_gone():
                    _log.error("a consumer is gone and is made again", consumer=self._name)
                    # First of all: a subscriber that starts without it makes one of its own,
                    # which hands over every event there is.
                    await self.provision()
                    anew = True
                if anew:
                    await self._subscriber.stop()
                    await self._subscriber.start()
                    anew = False
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at again
                _log.warning("a consumer cannot be kept", consumer=self._name, error=repr(error))

    async def _is_gone(self) -> bool:
        try:
            await self._node.nc.jetstream().consumer_info(EVENTS, self._name)
        except NotFoundError:
            return True
        return False
