"""One reader per process: each event is fetched and parsed once, checked, and handed to every fold.

A durable promise needs a reader that notices when the log is not what it was: after a flipped bit
JetStream reuses sequence numbers without a word. So sequences must come without a gap, and never
fall back; otherwise the reader stops for good and says why.
"""

import asyncio
import contextlib
import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from events.envelope import Event, Unreadable, decode
from events.subjects import ALL
from services.ending import end
from services.log.errors import LogBroken
from services.log.seen import Seen
from services.metrics import METRICS

_log = structlog.get_logger()

_HEARTBEAT_S = 1.0
_LOOK_AFTER_S = 1.0
"""How often the reader compares itself with the stream, seconds."""
_SHARE = 64
"""Events that are folded before others have their turn, of those that came together: some 2 ms."""

Fold = Callable[[Event], None]


class Reader:
    """Reads the whole stream in order, from a checkpoint on.

    `checkpoint` is the last sequence handed to the folds. `broken` is set once the log cannot be
    trusted or a fold failed; the reader then stands still, and the process must not look healthy.
    """

    def __init__(self, nc: Client, seen: Seen, *, stream: str = "EV") -> None:
        self._nc = nc
        self._js: JetStreamContext = nc.jetstream()
        self._stream = stream
        self._folds: list[tuple[Fold, frozenset[str] | None]] = []
        self._folds_of: dict[str, tuple[Fold, ...]] = {}
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._subscription: JetStreamContext.PushSubscription | None = None
        self._watch: asyncio.Task[None] | None = None
        self._moved = False
        self._recognised_after: int | None = None
        self.seen = seen
        self.checkpoint = 0
        self.stream_last = 0
        self.broken: LogBroken | None = None
        self.on_broken: Callable[[LogBroken], None] = lambda _: None

    def add(self, fold: Fold, kinds: frozenset[str] | None = None) -> None:
        """Hand every event to `fold` from now on, or those of some kinds. Only before `start`."""
        self._folds.append((fold, kinds))

    async def start(self, checkpoint: int = 0) -> None:
        """Read from the event after `checkpoint` and return when what was in the log is folded.

        Raises LogBroken when the log ends before the checkpoint or begins after it.
        """
        self.checkpoint = checkpoint
        last = await self._compare()
        await self._recognise()
        await self._subscribe()
        self._watch = asyncio.create_task(self._look_after())
        await self.reached(last)

    async def stop(self) -> None:
        """Stop reading."""
        await end(self._watch)
        await self._unsubscribe()

    async def reached(self, seq: int) -> None:
        """Return when every fold has event `seq`. Raises LogBroken if it never will."""
        if self.broken:
            raise self.broken
        if seq <= self.checkpoint:
            return
        passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (seq, next(self._order), passed))
        await passed

    async def catch_up(self) -> int:
        """Return, once it is folded, the last sequence the stream has now."""
        last = await self._compare()
        if self._recognised_after != self._nc.stats["reconnects"]:
            await self._recognise()
        await self.reached(last)
        return last

    async def _recognise(self) -> None:
        """Find the event that was read last where it was: a log that was rewound or made anew may
        have grown past it since.
        """
        reconnects = self._nc.stats["reconnects"]
        read = self.checkpoint
        if read and len(self.seen):
            try:
                message = await self._js.get_msg(self._stream, read)
            except NotFoundError:
                self._break(f"event {read} was read before and is no longer there")
            else:
                id = (message.headers or {}).get("Nats-Msg-Id")
                sighting = self.seen.find(id) if id else None
                if id and (sighting is None or sighting.seq > read):
                    self._break(f"event {read} is {id}, which is not what was read there before")
        if self.broken:
            raise self.broken
        self._recognised_after = reconnects

    async def _compare(self) -> int:
        # As of before the question: more may be read while the answer is on its way.
        read = self.checkpoint
        state = (await self._js.stream_info(self._stream)).state
        if read > state.last_seq:
            self._break(
                f"the log ends at {state.last_seq}, but event {read} was read before: "
                "it was rewound"
            )
        if state.last_seq > read and state.first_seq > read + 1:
            self._break(f"the log begins at {state.first_seq}, but {read + 1} is the next to read")
        self.stream_last = max(state.last_seq, self.checkpoint)
        METRICS.lag.set(self.stream_last - self.checkpoint)
        if self.broken:
            raise self.broken
        return state.last_seq

    async def _subscribe(self) -> None:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.checkpoint + 1,
            ack_policy=AckPolicy.NONE,
        )
        self._subscription = await self._js.subscribe(
            ALL,
            stream=self._stream,
            ordered_consumer=True,
            idle_heartbeat=_HEARTBEAT_S,
            config=config,
            cb=self._on_message,
            pending_msgs_limit=1_000_000,
            pending_bytes_limit=1 << 30,
        )

    async def _unsubscribe(self) -> None:
        if self._subscription and not self._nc.is_closed:
            with contextlib.suppress(nats.errors.Error):
                await self._subscription.unsubscribe()
        self._subscription = None

    async def _look_after(self) -> None:
        """Notice a rewind while running, and subscribe anew when the consumer has gone silent."""
        stuck = 0
        while not self.broken:
            await asyncio.sleep(_LOOK_AFTER_S)
            before, self._moved = self._moved, False
            try:
                last = await self._compare()
                await self._recognise()
                stuck = 0 if before or last <= self.checkpoint else stuck + 1
                if stuck >= 3:
                    _log.warning("reader is stuck and subscribes anew", checkpoint=self.checkpoint)
                    await self._unsubscribe()
                    await self._subscribe()
                    stuck = 0
            except LogBroken:
                return
            except (nats.errors.Error, TimeoutError) as error:
                _log.debug("reader cannot ask the stream", error=str(error))

    async def _on_message(self, message: Msg) -> None:
        if self.broken:
            return
        seq = _stream_sequence(message.reply)
        expected = self.checkpoint + 1
        if seq < expected:
            return
        if seq > expected:
            self._break(f"event {expected} is missing: {seq} came after {self.checkpoint}")
            return
        try:
            event = decode(message.data, seq)
            self._apply(event)
        except Unreadable as error:
            self._break(str(error))
        except Exception as error:  # noqa: BLE001 - a fold that fails is a defect: stop here, loudly
            _log.exception("a fold failed", seq=seq)
            self._break(f"event {seq} could not be folded: {type(error).__name__}: {error}")
        if seq % _SHARE == 0:
            # What waits to be read is at hand, so nothing else would make this task pause.
            await asyncio.sleep(0)

    def _apply(self, event: Event) -> None:
        if self.seen.first_time(event):
            for fold in self._folds_of.get(event.kind) or self._choose(event.kind):
                fold(event)
        else:
            METRICS.duplicates.inc()
            _log.error("event is in the log twice", event_id=event.id, seq=event.seq)
        self.checkpoint = event.seq
        self.stream_last = max(self.stream_last, event.seq)
        self._moved = True
        while self._waiting and self._waiting[0][0] <= event.seq:
            _, _, passed = heapq.heappop(self._waiting)
            if not passed.done():
                passed.set_result(None)

    def _choose(self, kind: str) -> tuple[Fold, ...]:
        """Return the folds that want a kind, and remember them."""
        chosen = tuple(fold for fold, kinds in self._folds if kinds is None or kind in kinds)
        self._folds_of[kind] = chosen
        return chosen

    def _break(self, why: str) -> None:
        if self.broken:
            return
        self.broken = LogBroken(f"read {self._stream}: {why}")
        _log.critical("the log cannot be trusted", error=str(self.broken))
        for _, _, passed in self._waiting:
            if not passed.done():
                passed.set_exception(self.broken)
        self._waiting.clear()
        self.on_broken(self.broken)


def _stream_sequence(reply: str) -> int:
    """Return the stream sequence from `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>...`.

    The newer form of the subject has a domain and an account before the stream and a token at the
    end.
    """
    tokens: list[Any] = reply.split(".")
    return int(tokens[5] if len(tokens) == 9 else tokens[7])
