"""Whether the servers that hold the log fsync every write before they acknowledge it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from services.provision.rules import Weakness

log = structlog.get_logger(__name__)

TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Sync:
    """What one server's monitoring endpoint says of its store."""

    server: str
    always: bool
    interval_ns: int

    @property
    def weakness(self) -> Weakness | None:
        """None when every write is fsynced."""
        if self.always:
            return None
        return Weakness(
            f"sync_interval of {self.server}",
            f"{self.interval_ns / 1e9:g}s",
            "always",
            "what was acknowledged meanwhile is lost with the power"
            " / 断电会丢失这段时间内已确认的事件",
        )


async def read(monitor_urls: Sequence[str]) -> list[Sync]:
    """Ask the monitoring endpoints; one that does not answer is logged and left out."""
    # Proxies of the environment are for the outside world, and these are our own servers.
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
        answers = await asyncio.gather(*(_read(client, url) for url in monitor_urls))
    return [answer for answer in answers if answer is not None]


def holders(info: Mapping[str, Any]) -> set[str]:
    """Return the names of the servers that hold a stream; empty while it has no leader."""
    cluster = info.get("cluster") or {}
    leader = cluster.get("leader")
    if not leader:
        return set()
    return {leader, *(replica["name"] for replica in cluster.get("replicas") or ())}


async def _read(client: httpx.AsyncClient, url: str) -> Sync | None:
    try:
        answer = (await client.get(f"{url.rstrip('/')}/varz")).raise_for_status().json()
        store = answer["jetstream"]["config"]
        # The server leaves `sync_always` out when it is false.
        always = store.get("sync_always", False) is True
        return Sync(answer["server_name"], always, int(store["sync_interval"]))
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        log.warning("nats_monitor_unreadable", url=url, reason=repr(error))
        return None
