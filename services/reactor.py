"""Reacts to events as the shared reader brings them, and remembers how far everything is done.

A reaction is at least once: the floor, below which every event has been reacted to, is kept in a
bucket of its own, and a restart begins there. Reactions derive all their ids, so doing one again
changes nothing, also when several processes react to the same log.

Not a FastStream pull consumer: that one fetches again only when the slowest of its last messages is
done. With two fsyncs in each reaction, a slow one held up all others: at 200 alerts a second the
median from report to alert was 30 to 50 ms on a busy disk instead of 5.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

import nats.errors
import structlog
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import APIError, BucketNotFoundError, KeyNotFoundError
from nats.js.kv import KeyValue

from events import subjects
from events.envelope import Event
from services.ending import end
from services.log import LogUnavailable
from services.log.load import stretch
from services.node import Node

_log = structlog.get_logger()

BUCKET = "REACTED"
_SAVE_S = 1.0
_AT_ONCE = 256
_GRACE_S = 0.5
_PAUSES_S = (0.2, 1.0, 5.0, 15.0, 60.0)

Handler = Callable[[Event, int], Awaitable[None]]
"""Gets an event that is folded, and how often it was tried; raises when it is not done."""


class Reactor:
    """Hands events of some types to a handler, each until it is done."""

    def __init__(
        self,
        node: Node,
        name: str,
        types: Sequence[tuple[str, str]],
        handler: Handler,
        *,
        concerns: Callable[[Event], bool] = lambda _: True,
    ) -> None:
        """`concerns` tells from the picture, which has folded the event, whether there is anything
        to do: what it does not concern costs no task.
        """
        self._node = node
        self._name = name
        self._types = frozenset(types)
        self._handler = handler
        self._concerns = concerns
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._saver: asyncio.Task[None] | None = None
        self._live = False
        self._left_at: int | None = None
        self._saved = 0
        node.reader.add(self._apply, frozenset(kind for kind, _ in types))

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def floor(self) -> int:
        """The last sequence up to which every event has been reacted to."""
        read = self._node.reader.checkpoint if self._left_at is None else self._left_at
        return min(self._tasks, default=read + 1) - 1

    async def start(self) -> None:
        """Take up what was not done when the last process went, then react to what comes."""
        bucket = await self._bucket()
        self._saved = await self._read(bucket)
        folded = self._node.reader.checkpoint
        self._live = True
        await self._take_up(self._saved, folded)
        self._saver = asyncio.create_task(self._save_on(bucket))

    async def stop(self) -> None:
        """Let what is under way end, for a moment; the next start takes up the rest."""
        self._live = False
        self._left_at = self._node.reader.checkpoint
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=_GRACE_S)
        await end(self._saver)
        for task in list(self._tasks.values()):
            await end(task)

    def _apply(self, event: Event) -> None:
        if self._live and (event.kind, event.type) in self._types and self._concerns(event):
            self._begin(event)

    def _begin(self, event: Event) -> None:
        task = asyncio.create_task(self._react(event))
        self._tasks[event.seq] = task
        task.add_done_callback(lambda _: self._tasks.pop(event.seq, None))

    async def _react(self, event: Event) -> None:
        async with self._places:
            for tries in count(1):
                if await self._tried(event, tries):
                    return
                await asyncio.sleep(_PAUSES_S[min(tries, len(_PAUSES_S)) - 1])

    async def _tried(self, event: Event, tries: int) -> bool:
        try:
            await self._node.reader.reached(event.seq)
            await self._handler(event, tries)
        except Exception as error:  # noqa: BLE001 - whatever it was, the event is not done
            _log.warning(
                "a reaction is tried again",
                reactor=self._name,
                correlation_id=event.correlation_id,
                seq=event.seq,
                error=str(error),
            )
            return False
        return True

    async def _take_up(self, after: int, upto: int) -> None:
        """Begin with the events that were stored before, and may not have been reacted to."""
        for kind, kind_of_event in sorted(self._types):
            filter = subjects.of_kind(kind, kind_of_event)
            async for event in stretch(self._node.nc, filter, after=after):
                if event.seq > upto:
                    break
                if not self._concerns(event):
                    continue
                self._begin(event)
                if len(self._tasks) >= _AT_ONCE:
                    await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _bucket(self) -> KeyValue:
        js = self._node.nc.jetstream()
        try:
            return await js.key_value(BUCKET)
        except BucketNotFoundError:
            config = KeyValueConfig(
                bucket=BUCKET,
                history=1,
                storage=StorageType.FILE,
                max_bytes=1 << 20,
                replicas=self._node.settings.replicas,
            )
            return await js.create_key_value(config)

    async def _read(self, bucket: KeyValue) -> int:
        try:
            entry = await bucket.get(self._name)
        except KeyNotFoundError:
            return 0
        floor = int((entry.value or b"0").decode())
        return min(floor, self._node.reader.checkpoint)

    async def _save_on(self, bucket: KeyValue) -> None:
        while True:
            await asyncio.sleep(_SAVE_S)
            floor = self.floor
            if floor <= self._saved:
                continue
            try:
                await bucket.put(self._name, str(floor).encode())
                self._saved = floor
            except (nats.errors.Error, APIError, LogUnavailable, TimeoutError) as error:
                _log.debug("the floor cannot be kept now", reactor=self._name, error=str(error))
