"""How full the streams are. They drop nothing that is old, so what is full takes nothing more: that
must be seen before it happens.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import nats.errors
import structlog
from nats.aio.client import Client

from services.ending import end
from services.key_bucket import STREAM as KEYS
from services.metrics import METRICS
from services.provision import EVENTS, Refused, api
from services.provision.documents import DOCUMENTS

FILLING: Final = 0.8
"""The share of a limit from which on somebody should raise it."""
_STREAMS: Final = {"log": EVENTS, "documents": DOCUMENTS, "keys": KEYS, "mqtt": "$MQTT_msgs"}
_LOOK_S: Final = 5.0
STEP: Final = 1 << 20
"""What is shown of a store is rounded up to this many bytes: by single bytes, the size of what
somebody has just said of their health could be told from what others said.
"""

_log = structlog.get_logger()


class Fullness:
    """Watches how much of its limit each stream holds."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._shares: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def filling(self) -> Mapping[str, float]:
        """The stores that are nearly full, with the share of their limit that they hold."""
        return MappingProxyType(
            {name: share for name, share in self._shares.items() if share >= FILLING}
        )

    def share(self, name: str) -> float:
        """Return the share of its limit that a store holds, as of a moment ago; 0 if unknown."""
        return self._shares.get(name, 0.0)

    async def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch(), name="watch how full the streams are")

    async def stop(self) -> None:
        """Watch no more."""
        await end(self._task)

    async def look(self) -> None:
        """Look at every stream once. What cannot be asked now keeps what it showed."""
        for name, stream in _STREAMS.items():
            try:
                info = await api.request(self._nc, f"STREAM.INFO.{stream}")
            except (Refused, nats.errors.Error, TimeoutError, OSError):
                continue  # MQTT's is not there without MQTT; that the log is away, others tell.
            self._note(name, int(info["state"]["bytes"]), int(info["config"]["max_bytes"]))

    def _note(self, name: str, held: int, limit: int) -> None:
        METRICS.store_bytes.labels(name).set(-(-held // STEP) * STEP)
        METRICS.store_limit.labels(name).set(max(0, limit))
        before, share = self._shares.get(name, 0.0), held / limit if limit > 0 else 0.0
        self._shares[name] = share
        if share >= FILLING > before:
            _log.error("a store is nearly full", store=name, bytes=held, limit=limit)

    async def _watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_S)
